"""arXiv's metadata snapshot: a line of JSON for each of its papers, with all its versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate
from typing import Any

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_names, as_text, as_year
from ingest.identify import normalise_arxiv_id
from ingest.records import Record, checked
from ingest.retractions import told_by_title, told_by_words
from ingest.sources.dialects.shapes import first_text, objects_at, text_at

_VERSION = re.compile(r"v(\d{1,3})")
_BETWEEN_DOIS = re.compile(r"[\s,;]+(?=10\.)")


def is_arxiv_snapshot(value: Mapping[str, Any]) -> bool:
    """Tell an object of the snapshot by keys that go together nowhere else."""
    return "authors_parsed" in value or (
        "categories" in value and "update_date" in value and ("versions" in value or "journal-ref" in value)
    )


def read_arxiv_snapshot(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of an object of the snapshot.

    The date is the first version's, the version the latest. A paper whose comments say that it was
    withdrawn, or whose abstract says nothing else, is marked as retracted.
    """
    arxiv_id = text_at(value, "id").strip()
    versions = objects_at(value, "versions")
    date = _date(text_at(versions[0], "created")) if versions else ""
    date = date or as_date(value.get("update_date"))
    dois = _BETWEEN_DOIS.split(text_at(value, "doi").strip())
    title, abstract = text_at(value, "title"), text_at(value, "abstract")
    comments = text_at(value, "comments")
    note = first_text(
        comments if told_by_words(comments) else "",
        abstract if len(abstract) < 1000 and told_by_words(abstract[:200]) else "",
        told_by_title(title),
    )
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=abstract,
        authors=_authors(value),
        year=as_year(date),
        date=date,
        venue=text_at(value, "journal-ref"),
        doi=dois[0],
        arxiv_id=arxiv_id + _latest(versions) if normalise_arxiv_id(arxiv_id) else "",
        url=f"https://arxiv.org/abs/{arxiv_id}" if normalise_arxiv_id(arxiv_id) else "",
        tags=tuple(dict.fromkeys(text_at(value, "categories").split())),
        retracted=bool(note),
        retraction_note=note.strip(),
        related=tuple(dois[1:]),
    )
    return checked(record, value)


def _authors(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors from their parts: family name, given names, suffix; affiliations follow."""
    parsed = value.get("authors_parsed")
    names: dict[str, None] = {}
    for parts in parsed if isinstance(parsed, list) else ():
        if isinstance(parts, list) and parts:
            family, given, suffix = (*map(as_text, parts[:3]), "", "", "")[:3]
            name = " ".join(filter(None, (given.strip(), family.strip(), suffix.strip())))
            names[name] = None
    names.pop("", None)
    return tuple(names) or as_names(value.get("authors"))


def _latest(versions: list[Mapping[str, Any]]) -> str:
    numbers = [int(found[1]) for one in versions if (found := _VERSION.fullmatch(text_at(one, "version")))]
    return f"v{max(numbers)}" if numbers else ""


def _date(created: str) -> str:
    """Return a date such as `Mon, 2 Apr 2007 19:18:42 GMT` in ISO 8601; dateutil would take 20 times as long."""
    parts = parsedate(created)
    if parts is None:
        return as_date(created)
    return as_date(f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}")
