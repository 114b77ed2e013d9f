"""One paper as a file tells it, and the same paper cleaned and identified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from assistant.models import Paper, Provenance, Rejected
from ingest import fields
from ingest.clean import clean, clean_name
from ingest.dates import as_date
from ingest.identify import (
    arxiv_id_of_doi,
    arxiv_version,
    identifier,
    normalise_arxiv_id,
    normalise_doi,
    normalise_pmid,
    paper_id,
)
from ingest.retractions import told_by_title

MAX_CHARACTERS = 1_000_000
"""No abstract is longer: beyond this a record is something else, and would stall the cleaning."""

ENDS_EARLY = "the file ends"
"""How the reason begins for a record that is cut off because its file is: more of the file may be missing."""

_ABSTRACT_LABEL = re.compile(r"^\s*abstract(?:\s*[:.—–-]\s*|[^\S\n]*\n\s*)", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f\ud800-\udfff]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as it was read: nothing cleaned yet.

    `source` is the file's path as it was given, `where` the line or record in it. `date` is in any
    writing, `arxiv_id` may carry its version, `related` are DOIs and arXiv ids of other versions of
    the work. `extracted` tells that a program guessed title and abstract from a PDF's pages.
    """

    title: str
    source: str
    where: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str = ""
    venue: str = ""
    doi: str = ""
    arxiv_id: str = ""
    pmid: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    retracted: bool = False
    retraction_note: str = ""
    related: tuple[str, ...] = ()
    extracted: bool = False
    abstract_by: str = ""


def record_from(values: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of a JSON object or a table's row.

    Args:
        values: Values by key; keys are matched whatever their case, by `ingest.fields.ALIASES`.
        source: The file's path as given.
        where: The line or record in it.

    Returns:
        The record, or why there is none: no title, or a text no paper has.
    """
    folded = fields.fold_mapping(values)

    def value(field: str) -> Any:
        return fields.first_value(folded, field)

    bare = fields.as_text(folded.get("id"))
    record = Record(
        title=fields.as_text(value("title")),
        source=source,
        where=where,
        abstract=fields.as_text(value("abstract")),
        authors=fields.as_names(value("authors")),
        year=fields.as_year(value("year")) or fields.as_year(value("date")),
        date=as_date(value("date")),
        venue=fields.as_text(value("venue")),
        doi=fields.as_text(value("doi")),
        # A bare `id` counts where it is an arXiv id, as in arXiv's own dump.
        arxiv_id=fields.as_text(value("arxiv_id"))
        or (bare if normalise_arxiv_id(bare) and not normalise_doi(bare) else ""),
        pmid=fields.as_text(value("pmid")),
        url=fields.as_text(value("url")).strip(),
        tags=fields.as_tags(value("tags")),
        language=fields.as_text(value("language")),
        retracted=fields.as_flag(value("retracted")),
        retraction_note=fields.as_text(value("retraction_note")),
        related=fields.as_tags(value("related")),
        extracted=fields.as_flag(value("extracted")),
        abstract_by=fields.as_text(value("abstract_by")),
    )
    return checked(record, values)


def checked(record: Record, found: Iterable[Any]) -> Record | Rejected:
    """Return the record if it can be a paper: it has a title, and no text that no paper has.

    Args:
        record: A paper as it was read.
        found: The names of what was found, told where there is no title.
    """
    if not any(char.isalnum() for char in record.title):
        names = ", ".join(str(name)[:40] for name in islice(found, 8)) or "nothing"
        return rejected(record.source, record.where, f"no title (found: {names})")
    length = len(record.title) + len(record.abstract)
    if length > MAX_CHARACTERS:
        return rejected(record.source, record.where, f"{length:,} characters: no abstract")
    return record


def rejected(source: str, where: str, reason: str) -> Rejected:
    """Return a rejection; half characters that a file may hold (lone surrogates) are shown as `?`."""
    return Rejected(file=source, where=where, reason=reason.encode("utf-8", "replace").decode())


def to_paper(record: Record) -> Paper | Rejected:
    """Clean a record and give it its id.

    Returns:
        The paper, or why there is none: its title is empty once markup is taken away.
    """
    title = clean(record.title)
    if not any(char.isalnum() for char in title):
        return Rejected(
            file=record.source, where=record.where, reason=f"no title left of {record.title[:60]!r}"
        )
    mark = told_by_title(title)  # publishers put "RETRACTED:" before it, and few exports have a field
    url = _WEB_ADDRESS.match(record.url.strip())
    address = url.group() if url else ""  # other schemes (javascript:, file:) never reach a page
    doi = normalise_doi(record.doi) or (normalise_doi(address) if "doi.org/" in address else "")
    arxiv_id = normalise_arxiv_id(record.arxiv_id) or arxiv_id_of_doi(doi)
    if not arxiv_id and "arxiv.org/" in address:
        arxiv_id = normalise_arxiv_id(address)
    date = as_date(record.date)
    year = record.year or fields.as_year(date)
    return Paper(
        id=paper_id(title, year, doi, arxiv_id),
        title=title,
        abstract=clean(_ABSTRACT_LABEL.sub("", record.abstract)),
        authors=_cleaned(record.authors),
        year=year,
        date=date if "-" in date and date.startswith(f"{year}") else "",
        venue=clean_name(record.venue),
        doi=doi,
        arxiv_id=arxiv_id,
        arxiv_version=arxiv_version(record.arxiv_id) or arxiv_version(address) if arxiv_id else None,
        pmid=normalise_pmid(record.pmid),
        url=address,
        tags=_cleaned(record.tags),
        language=fields.as_language(clean(record.language)),
        retracted=record.retracted or bool(mark),
        retraction_note=clean(record.retraction_note) or mark,
        related=tuple(dict.fromkeys(filter(None, map(identifier, record.related)))),
        extracted=record.extracted,
        abstract_by=clean_name(record.abstract_by),
        provenance=(Provenance(source=record.source, where=record.where),),
    )


def _cleaned(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(clean_name, texts))))
