"""CSL JSON, the form in which Zotero, Mendeley, Pandoc and doi.org hand on references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_tags, as_year
from ingest.identify import normalise_arxiv_id
from ingest.records import Record, checked
from ingest.retractions import told_by_title
from ingest.sources.dialects.shapes import first_text, objects_at, text_at, unique

# Types that only CSL has; `book` and `article` are anybody's.
_TYPES = frozenset(
    "article-journal article-magazine article-newspaper entry-dictionary entry-encyclopedia legal_case "
    "motion_picture musical_score paper-conference personal_communication post-weblog review-book".split()
)
_EXTRA = re.compile(r"^[ \t]*(arxiv|doi|pmid|pubmed id)\s*:\s*(\S.*?)[ \t]*$", re.I | re.M)
_PUBLISHED_BY = frozenset({"thesis", "report", "article", "document", "manuscript"})


def is_csl(value: Mapping[str, Any]) -> bool:
    """Tell an item by keys and types that only CSL has."""
    issued, kind = value.get("issued"), value.get("type")
    return (
        "container-title" in value
        or (isinstance(issued, Mapping) and any(key in issued for key in ("date-parts", "raw", "literal")))
        or (isinstance(kind, str) and kind in _TYPES)
        or any("family" in one or "literal" in one for one in objects_at(value, "author")[:1])
    )


def read_csl(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of an item.

    Ids that Zotero keeps in the item's note (`arXiv: 2004.04906`, `PMID: 31452104`) are read too.
    """
    title = text_at(value, "title")
    extra = extra_ids(text_at(value, "note"))
    kind = text_at(value, "type")
    status = text_at(value, "status")
    mark = told_by_title(title) or (status if "retract" in status.casefold() else "")
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=text_at(value, "abstract"),
        authors=csl_names(value, "author") or csl_names(value, "editor"),
        year=as_year(as_date(value.get("issued"))),
        date=as_date(value.get("issued")),
        venue=first_text(
            *(text_at(value, key) for key in ("container-title", "event-title", "event", "collection-title")),
            text_at(value, "publisher") if kind in _PUBLISHED_BY else "",
        ),
        doi=first_text(text_at(value, "DOI"), extra.get("doi", "")),
        arxiv_id=first_text(
            *(
                text
                for key in ("number", "archive_location", "archive-location")
                if "arxiv" in (text := text_at(value, key)).casefold() and normalise_arxiv_id(text)
            ),
            extra.get("arxiv", ""),
        ),
        pmid=first_text(text_at(value, "PMID"), extra.get("pmid", "")),
        url=text_at(value, "URL"),
        tags=as_tags(value.get("keyword")),
        language=text_at(value, "language"),
        retracted=bool(mark),
        retraction_note=mark,
    )
    return checked(record, value)


def csl_names(value: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the people under a key as `Given particle Family suffix`, groups by their name."""
    names = []
    for one in objects_at(value, key):
        parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
        spelled = " ".join(part for name in parts if (part := text_at(one, name).strip()))
        names.append(first_text(spelled, text_at(one, "literal"), text_at(one, "name")))
    return unique(names)


def extra_ids(note: str) -> dict[str, str]:
    """Return the ids that a note tells a line each: `arxiv` (with its prefix), `doi` and `pmid`."""
    found: dict[str, str] = {}
    for name, text in _EXTRA.findall(note[:20_000]):
        name = name.casefold()
        if name == "arxiv":
            found.setdefault("arxiv", f"arXiv:{text}")
        else:
            found.setdefault("doi" if name == "doi" else "pmid", text)
    return found
