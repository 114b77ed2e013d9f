"""One paper as a file tells it, and the same paper cleaned and identified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.models import Paper, Provenance, Rejected
from ingest import fields
from ingest.clean import clean
from ingest.identify import arxiv_id_of_doi, normalise_arxiv_id, normalise_doi, paper_id

MAX_CHARACTERS = 1_000_000
"""No abstract is longer: beyond this a record is something else, and would stall the cleaning."""

_ABSTRACT_LABEL = re.compile(r"^\s*abstract(?:\s*[:.—–-]\s*|[^\S\n]*\n\s*)", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'\\^`{|}\x00-\x1f\ud800-\udfff]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as it was read: nothing cleaned yet.

    `source` is the file's path as it was given, `where` the line or record in it.
    """

    title: str
    source: str
    where: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv_id: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
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

    title, abstract = fields.as_text(value("title")), fields.as_text(value("abstract"))
    if not any(char.isalnum() for char in title):
        found = ", ".join(str(key) for key in list(values)[:8]) or "nothing"
        return Rejected(file=source, where=where, reason=f"no title (found: {found})")
    if len(title) + len(abstract) > MAX_CHARACTERS:
        return Rejected(
            file=source, where=where, reason=f"{len(title) + len(abstract):,} characters: no abstract"
        )
    return Record(
        title=title,
        source=source,
        where=where,
        abstract=abstract,
        authors=fields.as_names(value("authors")),
        year=fields.as_year(value("year")),
        venue=fields.as_text(value("venue")),
        doi=fields.as_text(value("doi")),
        # A bare `id` counts where it is an arXiv id, as in arXiv's own dump.
        arxiv_id=fields.as_text(value("arxiv_id")) or normalise_arxiv_id(fields.as_text(folded.get("id"))),
        url=fields.as_text(value("url")).strip(),
        tags=fields.as_tags(value("tags")),
        abstract_by=fields.as_text(value("abstract_by")),
    )


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
    url = _WEB_ADDRESS.match(record.url.strip())
    address = url.group() if url else ""  # other schemes (javascript:, file:) never reach a page
    doi = normalise_doi(record.doi) or (normalise_doi(address) if "doi.org/" in address else "")
    arxiv_id = normalise_arxiv_id(record.arxiv_id) or arxiv_id_of_doi(doi)
    if not arxiv_id and "arxiv.org/" in address:
        arxiv_id = normalise_arxiv_id(address)
    return Paper(
        id=paper_id(title, record.year, doi, arxiv_id),
        title=title,
        abstract=clean(_ABSTRACT_LABEL.sub("", record.abstract)),
        authors=_cleaned(record.authors),
        year=record.year,
        venue=clean(record.venue),
        doi=doi,
        arxiv_id=arxiv_id,
        url=address,
        tags=_cleaned(record.tags),
        abstract_by=clean(record.abstract_by),
        provenance=(Provenance(source=record.source, where=record.where),),
    )


def _cleaned(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(clean, texts))))
