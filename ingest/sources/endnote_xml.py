"""EndNote's XML export, which other programs write too: `<xml><records><record>…`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_names, as_year
from ingest.identify import normalise_doi
from ingest.records import Record, checked
from ingest.retractions import retraction_of
from ingest.sources.xml_pieces import Shape, root_name
from ingest.sources.xml_stream import local_name, read_xml
from ingest.sources.xml_text import child, children, inline_text, text_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SHAPE = Shape(levels=(("xml",), ("records",), ("record",)))
_MARKS = re.compile(r"<(?:ref-type|contributors|titles|source-app|database)\b")
_VENUES = (
    ("titles", "secondary-title"),
    ("periodical", "full-title"),
    ("alt-periodical", "full-title"),
    ("titles", "alt-title"),
    ("periodical", "abbr-1"),
    ("titles", "tertiary-title"),
    ("publisher",),
)
_PEOPLE = ("authors", "secondary-authors", "tertiary-authors", "subsidiary-authors")
_ADDRESSES = ("web-urls", "related-urls", "text-urls", "pdf-urls")
_MEDLINE = re.compile(r"pubmed|medline|nlm", re.I)
_YEAR_AT_END = re.compile(r"(?:^|\D)\d{4}\s*$|^\s*\d{4}(?:\D|$)")


def is_endnote_xml(sample: str) -> bool:
    """Tell EndNote's XML by its first elements."""
    root = root_name(sample)
    return (root == "xml" and re.search(r"<records\b", sample) is not None) or (
        root in ("records", "record") and _MARKS.search(sample) is not None
    )


def read_endnote_xml(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read EndNote XML.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each reference.
    """
    for found in read_xml(text, source, _SHAPE):
        yield found if isinstance(found, Rejected) else _reference(found.element, source, found.where)


def _reference(element: Element, source: str, where: str) -> Record | Rejected:
    title = inline_text(child(element, "titles", "title")).strip()
    title = title or inline_text(child(element, "titles", "translated-title")).strip()
    tags = tuple(dict.fromkeys(filter(None, _texts(element, "keywords", "keyword"))))
    date, year = _date(element)
    urls = [url for kind in _ADDRESSES for url in _texts(element, "urls", kind, "url") if "//" in url]
    urls += [url for url in _texts(element, "urls", "url") if "//" in url]
    number = text_at(element, "electronic-resource-num")
    doi = normalise_doi(number)
    kinds = [text_at(element, "work-type"), _kind(element), *tags]
    notes = _texts(element, "notes") + _texts(element, "research-notes")
    retracted, note = retraction_of(title, kinds, notes)
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=inline_text(child(element, "abstract")).strip(),
        authors=_people(element),
        year=year,
        date=date,
        venue=next((venue for path in _VENUES if (venue := text_at(element, *path))), ""),
        doi=doi,
        arxiv_id=next((text for text in (number, *urls) if "arxiv" in text.casefold()), ""),
        pmid=_pmid(element),
        url=next(iter(urls), ""),
        tags=tags,
        language=text_at(element, "language"),
        retracted=retracted,
        retraction_note=note,
    )
    return checked(record, [local_name(inner) for inner in element])


def _kind(element: Element) -> str:
    """Return the name of a reference's kind: `Journal Article`."""
    kind = child(element, "ref-type")
    return "" if kind is None else str(kind.get("name", ""))


def _texts(element: Element, *path: str) -> list[str]:
    return [" ".join(inline_text(one).split()) for one in children(element, *path)]


def _people(element: Element) -> tuple[str, ...]:
    """Return the authors, or who else made the work; EndNote has `Last, First`, and organisations as `Name,`."""
    for kind in _PEOPLE:
        if names := as_names(_texts(element, "contributors", kind, "author")):
            return names
    return ()


def _date(element: Element) -> tuple[str, int | None]:
    """Return date and year; EndNote keeps the year apart from month and day."""
    year = as_year(text_at(element, "dates", "year"))
    told = text_at(element, "dates", "pub-dates", "date")
    if not told:
        return (str(year) if year else ""), year
    if year and not _YEAR_AT_END.search(told):
        told = f"{told} {year}"
    date = as_date(told)
    return (date if year is None or date.startswith(str(year)) else str(year)), year or as_year(date)


def _pmid(element: Element) -> str:
    """Return the accession number where it is PubMed's; other databases have numbers too."""
    number = text_at(element, "accession-num")
    database = text_at(element, "remote-database-name") + text_at(element, "remote-database-provider")
    urls = " ".join(_texts(element, "urls", "related-urls", "url"))
    if number.isdecimal() and (_MEDLINE.search(database) or f"pubmed/{number}" in urls):
        return number
    found = re.search(
        r"(?:ncbi\.nlm\.nih\.gov/(?:entrez/)?pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(\d{1,8})\b", urls
    )
    return found[1] if found else ""
