"""Zotero's RDF export: items, and beside them their notes, attachments, journals and collections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_year
from ingest.identify import normalise_doi
from ingest.records import Record, checked, rejected
from ingest.retractions import told_by_title
from ingest.sources.dialects.csl import extra_ids
from ingest.sources.xml_pieces import Shape, root_name
from ingest.sources.xml_stream import local_name, read_xml
from ingest.sources.xml_text import child, children, inline_text, text_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SHAPE = Shape(levels=(("RDF",), ()), starts=r"<(?:bib|z|rdf|foaf):[A-Z]\w*\s+rdf:about\s*=")
_MARK = "zotero.org/namespaces/export"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_NO_PAPERS = {"Attachment": "attachment", "Memo": "note"}
_CONTAINERS = frozenset(
    {"Journal", "Periodical", "Newspaper", "Magazine", "Series", "Proceedings", "CourtReporter"}
)
_PEOPLE = (
    "authors", "presenters", "inventors", "programmers", "artists", "directors", "podcasters", "interviewees",
    "contributors", "editors",
)  # fmt: skip
_MOST_KEPT = 10_000
"""Items that wait for their journal, which nearly always comes next; journals that are remembered."""
_IDENTIFIER = re.compile(r"\s*(DOI|PMID|ISSN|ISBN)\b[:\s]*(\S.*)", re.I | re.DOTALL)


@dataclass(frozen=True)
class _Container:
    """A journal, book or series that items are part of."""

    title: str = ""
    doi: str = ""


def is_zotero_rdf(sample: str) -> bool:
    """Tell Zotero's RDF by its first element and its namespace."""
    return root_name(sample) == "RDF" and _MARK in sample


def read_zotero_rdf(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read Zotero RDF.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record for each item, or a rejection; a rejection too for each note and attachment, which
        are no papers. Journals tell of their items, which wait for them; collections are left out.
    """
    waiting: dict[str, list[Record]] = {}  # by the journal that is still to come
    count = 0
    known: dict[str, str] = {}
    for found in read_xml(text, source, _SHAPE):
        if isinstance(found, Rejected):
            yield found
        elif _is_container(found.element):
            about, container = str(found.element.get(_ABOUT, "")), _contained(found.element)
            items = waiting.pop(about, [])
            count -= len(items)
            if len(items) > 1:
                container = replace(container, doi="")  # one item's, but there is no telling whose
            yield from (_within(item, container) for item in items)
            if len(known) < _MOST_KEPT:
                known[about] = container.title
        elif local_name(found.element) != "Collection":
            item, journal = _item(found.element, source, found.where)
            if not journal or not isinstance(item, Record) or count == _MOST_KEPT:
                yield item
            elif journal in known:
                yield _within(item, _Container(known[journal]))
            else:
                waiting.setdefault(journal, []).append(item)
                count += 1
    for items in waiting.values():
        yield from items


def _is_container(element: Element) -> bool:
    return local_name(element) in _CONTAINERS or (
        child(element, "itemType") is None and local_name(element) in ("Book", "Description")
    )


def _item(element: Element, source: str, where: str) -> tuple[Record | Rejected, str]:
    """Return the item, and the journal elsewhere in the file that it is part of, if any."""
    kind = text_at(element, "itemType")
    none = _NO_PAPERS.get(local_name(element)) or (
        kind if kind in ("attachment", "note", "annotation") else ""
    )
    if none:
        return rejected(source, where, f"a Zotero {none}, no paper of its own"), ""
    part_of = child(element, "isPartOf")
    inner = next(iter(part_of), None) if part_of is not None else None
    container = _contained(inner) if inner is not None else _Container()
    title = inline_text(child(element, "title")).strip()
    extra = extra_ids("\n".join(inline_text(one) for one in children(element, "description")))
    ids = _identifiers(element)
    date = as_date(text_at(element, "date"))
    mark = told_by_title(title)
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=inline_text(child(element, "abstract")).strip(),
        authors=_people(element),
        year=as_year(date),
        date=date,
        venue=container.title or _presented(element) or text_at(element, "publisher", "Organization", "name"),
        doi=ids.get("doi") or container.doi or extra.get("doi", ""),
        arxiv_id=extra.get("arxiv", ""),
        pmid=ids.get("pmid") or extra.get("pmid", ""),
        url=ids.get("url", ""),
        tags=_tags(element),
        language=text_at(element, "language"),
        retracted=bool(mark),
        retraction_note=mark,
    )
    item = checked(record, [kind or local_name(element), *(local_name(inner) for inner in element)])
    return item, "" if part_of is None else str(part_of.get(_RESOURCE, ""))


def _contained(element: Element) -> _Container:
    """Return what a journal, book or series tells; Zotero keeps an article's DOI with its journal."""
    title = text_at(element, "title") or text_at(element, "alternative")
    outer = next(iter(children(element, "isPartOf")), None)
    inner = next(iter(outer), None) if outer is not None else None
    return _Container(
        title or (text_at(inner, "title") if inner is not None else ""), _identifiers(element).get("doi", "")
    )


def _within(record: Record, container: _Container) -> Record:
    return replace(record, venue=container.title or record.venue, doi=record.doi or container.doi)


def _presented(element: Element) -> str:
    return text_at(element, "presentedAt", "Conference", "title")


def _identifiers(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in children(element, "identifier"):
        address = text_at(one, "URI", "value")
        named = _IDENTIFIER.fullmatch(inline_text(one))
        if address:
            found.setdefault("url", address)
        elif named:
            found.setdefault(named[1].casefold(), named[2].strip())
        elif doi := normalise_doi(inline_text(one)):
            found.setdefault("doi", doi)
    return found


def _people(element: Element) -> tuple[str, ...]:
    """Return the authors, or who else made the item."""
    for kind in _PEOPLE:
        people = children(element, kind, "Seq", "li", "Person") + children(
            element, kind, "Bag", "li", "Person"
        )
        if names := tuple(dict.fromkeys(filter(None, map(_name, people)))):
            return names
    return ()


def _name(person: Element) -> str:
    given = text_at(person, "givenName") or text_at(person, "givenname")
    return " ".join(filter(None, (given, text_at(person, "surname")))) or text_at(person, "name")


def _tags(element: Element) -> tuple[str, ...]:
    """Return the tags, those that Zotero gave by itself too; call numbers are also subjects, but no tags."""
    tags = []
    for subject in children(element, "subject"):
        if len(subject) == 0 or child(subject, "AutomaticTag") is not None:
            tags.append(text_at(subject, "AutomaticTag", "value") or " ".join((subject.text or "").split()))
    return tuple(dict.fromkeys(filter(None, tags)))
