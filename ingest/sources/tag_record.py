"""The tagged fields of one record → a record, by a dialect's table of tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from assistant.models import Rejected
from ingest.fields import as_names, as_year
from ingest.identify import normalise_arxiv_id, normalise_doi
from ingest.records import Record, record_from
from ingest.retractions import retraction_of
from ingest.sources.tag_borders import Borders, cut

Values = Mapping[str, Sequence[str]]
"""Tag → its values in the order in which they stand; a value's wrapped lines are parted by line breaks."""

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/([^\s?#]+)|\barxiv\s?[:.]\s?([\w.-]+(?:/\d{7})?(?:v\d+)?)", re.I)
_PMID = re.compile(
    r"\bPMID:?\s*(?:NLM)?(\d{1,8})\b|pubmed\.ncbi\.nlm\.nih\.gov/(\d{1,8})|ncbi\.nlm\.nih\.gov/pubmed/(\d{1,8})",
    re.I,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Dialect:
    """A kind of tagged text.

    `tags` says for each field which tags hold it, the best first; the first that has a value counts,
    but keywords, notes and kinds are gathered from all. `parse` makes values by tag of a record's lines.
    """

    name: str
    borders: Borders
    tags: Mapping[str, tuple[str, ...]]
    parse: Callable[[list[str]], Values]


def read_dialect(dialect: Dialect, text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read a tagged text.

    Args:
        dialect: Its kind.
        text: The open file.
        source: The file's path as given.

    Yields:
        A record or a rejection for each record in it.
    """
    for stretch in cut(text, dialect.borders):
        where = f"line {stretch.line}"
        if stretch.fault:
            yield Rejected(file=source, where=where, reason=stretch.fault)
        else:
            yield record_of(dialect, dialect.parse(stretch.lines), source, where)


def record_of(dialect: Dialect, values: Values, source: str, where: str) -> Record | Rejected:
    """Make a record of a dialect's values.

    Returns:
        The record, or why there is none.
    """

    def all_of(field: str) -> list[str]:
        return [
            value.strip()
            for tag in dialect.tags.get(field, ())
            for value in values.get(tag, ())
            if value.strip()
        ]

    def first_tag(field: str) -> list[str]:
        for tag in dialect.tags.get(field, ()):
            if found := [value.strip() for value in values.get(tag, ()) if value.strip()]:
                return found
        return []

    title = "\n".join(first_tag("title"))
    if not any(char.isalnum() for char in title):
        found = ", ".join([tag for tag in values if tag][:8]) or "nothing"
        return Rejected(
            file=source, where=where, reason=f"no title in this {dialect.name} record (found: {found})"
        )
    links, notes = all_of("links"), all_of("notes")
    kinds = [kind for value in all_of("kinds") for kind in re.split(r"[;\n]", value)]
    keywords = [
        tag.strip()
        for value in all_of("tags")
        for tag in (" ".join(value.split()).split(";") if ";" in value else value.split("\n"))
        if tag.strip()
    ]
    retracted, retraction_note = retraction_of(title, [*kinds, *keywords], all_of("retraction") + notes)
    record = record_from(
        {
            "title": title,
            "abstract": "\n".join(first_tag("abstract")),
            "venue": " ".join(next(iter(first_tag("venue")), "").split()),
            "doi": next(filter(None, map(normalise_doi, [*all_of("doi"), *_doi_links(links)])), ""),
            "arxiv_id": _arxiv_id(all_of("arxiv") + links),
            "pmid": next(iter(all_of("pmid")), "") or _mentioned(_PMID, notes + links),
            "url": _mentioned(_ADDRESS, links),
            "tags": list(dict.fromkeys(keywords)),
            "language": next(iter(first_tag("language")), ""),
        },
        source,
        where,
    )
    if isinstance(record, Rejected):
        return record
    year, date = _dates(first_tag("year"), first_tag("date"))
    return replace(
        record,
        authors=as_names([" ".join(name.split()) for name in first_tag("authors")] + all_of("groups")),
        year=year,
        date=date,
        retracted=retracted or bool(all_of("retraction")),
        retraction_note=retraction_note or "; ".join(" ".join(note.split()) for note in all_of("retraction")),
        related=tuple(dict.fromkeys(filter(None, map(normalise_doi, all_of("related"))))),
    )


def _dates(years: list[str], dates: list[str]) -> tuple[int | None, str]:
    """Return year and date; `SEP 15` beside the year 2018 is a date of that year."""
    year = next(filter(None, map(as_year, years)), None)
    date = dates[0] if dates else ""
    in_date = as_year(date)
    if date and in_date is None and year:
        date = f"{date.rstrip('/ ')} {year}"
    elif years and (not date or (year and in_date != year)):
        date = years[0]  # may be whole: `2012/07/03`
    return year or in_date, date


def _doi_links(links: list[str]) -> list[str]:
    return [link for link in links if "doi.org/" in link]


def _arxiv_id(texts: list[str]) -> str:
    for text in texts:
        for mention in _ARXIV.finditer(text):
            if normalise_arxiv_id(found := mention[1] or mention[2]):
                return found
    return ""


def _mentioned(pattern: re.Pattern[str], texts: list[str]) -> str:
    for text in texts:
        if found := pattern.search(text):
            return next((group for group in found.groups() if group), "") or found.group().rstrip(".,;)")
    return ""
