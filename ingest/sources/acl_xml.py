"""The ACL Anthology's XML: collections of volumes, and their papers.

A record is a `<paper>`. Front matter, a volume's own description and an event's talks are none:
they have no text that could be asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_year
from ingest.records import Record, checked
from ingest.sources.xml_pieces import Shape, root_name
from ingest.sources.xml_stream import local_name, read_xml
from ingest.sources.xml_text import child, children, inline_text, text_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SHAPE = Shape(levels=(("collection",), ("volume", "event"), ("paper",)), asides=("meta",))
_OLD_COLLECTION = re.compile(r"([A-Z])(\d\d)")
_YEAR_IN_ID = re.compile(r"(?:(\d{4})\.|[A-Z](\d\d)$)")
_SITE = "https://aclanthology.org"


@dataclass(frozen=True)
class _Volume:
    """What a volume tells of all its papers."""

    id: str = ""
    venue: str = ""
    year: str = ""
    month: str = ""


def is_acl_xml(sample: str) -> bool:
    """Tell the Anthology's XML by its first element and its volumes."""
    return root_name(sample) == "collection" and re.search(r"<(?:volume|event)\b", sample) is not None


def read_acl_xml(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read the Anthology's XML.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each paper of each volume.
    """
    volume = _Volume()
    for found in read_xml(text, source, _SHAPE):
        if isinstance(found, Rejected):
            yield found
        elif found.is_aside:
            parent = found.element.getparent()
            if parent is not None and local_name(parent) == "volume":
                volume = _described(found.element, str(parent.get("id", "")))
        else:
            yield _paper(found.element, volume, source, found.where)


def _described(meta: Element, volume_id: str) -> _Volume:
    title = text_at(meta, "journal-title") or text_at(meta, "booktitle")
    return _Volume(volume_id, title, text_at(meta, "year"), text_at(meta, "month"))


def _paper(element: Element, volume: _Volume, source: str, where: str) -> Record | Rejected:
    outer = element.getparent()
    volume_id = "" if outer is None else str(outer.get("id", ""))
    top = None if outer is None else outer.getparent()
    collection_id = "" if top is None else str(top.get("id", ""))
    if volume.id != volume_id:
        volume = _Volume()  # its description was damaged: another volume's is no better than none
    year = as_year(text_at(element, "year") or volume.year) or _year_of(collection_id)
    month = text_at(element, "month") or volume.month
    date = as_date(f"{month} {year}") if month and year else str(year or "")
    retracted, note = _notes(element)
    record = Record(
        title=inline_text(child(element, "title")),
        source=source,
        where=where,
        abstract=inline_text(child(element, "abstract")).strip(),
        authors=_people(element),
        year=year,
        date=date,
        venue=text_at(element, "journal-title") or text_at(element, "booktitle") or volume.venue,
        doi=text_at(element, "doi"),
        url=_address(element, collection_id, volume_id),
        language=text_at(element, "language"),
        retracted=retracted,
        retraction_note=note,
    )
    return checked(record, [local_name(inner) for inner in element])


def _people(element: Element) -> tuple[str, ...]:
    people = children(element, "author") or children(element, "editor")
    return tuple(dict.fromkeys(filter(None, map(_name, people))))


def _name(person: Element) -> str:
    """Return a name; its variants in other scripts are inner elements and stay out."""
    parts = (text_at(person, "first"), text_at(person, "last"))
    return " ".join(filter(None, parts)) or " ".join((person.text or "").split())


def _address(element: Element, collection_id: str, volume_id: str) -> str:
    """Return the paper's page; `<url>` has its id there, or a whole address elsewhere."""
    told = text_at(element, "url")
    if "//" in told:
        return told
    paper_id = told.removesuffix(".pdf") or _anthology_id(
        collection_id, volume_id, str(element.get("id", ""))
    )
    return f"{_SITE}/{paper_id}/" if paper_id else ""


def _anthology_id(collection_id: str, volume_id: str, number: str) -> str:
    """Put a paper's id together from its place, as the Anthology does: `2022.acl-long.1`, `J89-1001`."""
    old = _OLD_COLLECTION.fullmatch(collection_id)
    if not (collection_id and volume_id and number):
        return ""
    if not old:
        return f"{collection_id}-{volume_id}.{number}"
    # Workshops have many volumes of few papers; so have two later collections.
    two_digits = old[1] == "W" or collection_id == "C69" or (collection_id == "D19" and volume_id >= "5")
    return (
        f"{collection_id}-{volume_id:0>2}{number:0>2}"
        if two_digits
        else f"{collection_id}-{volume_id}{number:0>3}"
    )


def _year_of(collection_id: str) -> int | None:
    found = _YEAR_IN_ID.match(collection_id)
    if not found:
        return None
    if found[1]:
        return as_year(found[1])
    return int(found[2]) + (1900 if int(found[2]) > 50 else 2000)


def _notes(element: Element) -> tuple[bool, str]:
    """Return whether the paper was retracted or removed, and what is told of that and of corrections."""
    notes = []
    for name in ("retracted", "removed", "erratum", "revision"):
        for one in children(element, name):
            date, why = str(one.get("date", "")), " ".join(inline_text(one).split())
            if name == "revision" and not why:
                continue  # the first version of the paper's PDF
            kind = {"revision": "revised", "erratum": "erratum"}.get(name, name)
            notes.append(f"{kind}{f' {date}' if date else ''}{f': {why}' if why else ''}")
    retracted = bool(children(element, "retracted") or children(element, "removed"))
    return retracted, "; ".join(notes)
