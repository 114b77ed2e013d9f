"""Atom feeds of arXiv's API: an entry for each paper, in the version that was asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_year
from ingest.identify import normalise_arxiv_id
from ingest.records import Record, checked, rejected
from ingest.retractions import told_by_title, told_by_words
from ingest.sources.xml_pieces import Shape, root_name
from ingest.sources.xml_stream import local_name, read_xml
from ingest.sources.xml_text import child, children, inline_text, text_at

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SHAPE = Shape(levels=(("feed",), ("entry",)))
_ID = re.compile(r"(?:abs/|^)((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?)\s*$", re.I)
_ERROR = re.compile(r"arxiv\.org/api/errors", re.I)
_BETWEEN_DOIS = re.compile(r"[\s,;]+(?=10\.)")
_MARK = "arxiv.org/"


def is_arxiv_atom(sample: str) -> bool:
    """Tell an Atom feed of arXiv by its first element and its addresses."""
    return root_name(sample) in ("feed", "entry") and _MARK in sample


def read_arxiv_atom(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read an Atom feed of arXiv's.

    A feed without entries is what arXiv answers where it finds nothing, and gives nothing.

    Args:
        text: The open file.
        source: The file's path as given, or the feed's address.

    Yields:
        A record for each paper; a rejection for an entry by which arXiv tells an error.
    """
    for found in read_xml(text, source, _SHAPE):
        yield found if isinstance(found, Rejected) else _entry(found.element, source, found.where)


def entries(content: bytes | str, source: str) -> Iterator[Record | Rejected]:
    """Read the entries of a feed that is in memory, as `read_arxiv_atom` does.

    Args:
        content: The whole feed; bytes are UTF-8, which is what arXiv sends.
        source: What the records' provenance names: the query or the address.
    """
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    return read_arxiv_atom(io.StringIO(text, newline=""), source)


def _entry(element: Element, source: str, where: str) -> Record | Rejected:
    identifier = text_at(element, "id")
    title, abstract = inline_text(child(element, "title")), inline_text(child(element, "summary"))
    if _ERROR.search(identifier):
        return rejected(source, where, f"arXiv answered with an error: {' '.join(abstract.split())}")
    known = _ID.search(identifier)
    dois = _BETWEEN_DOIS.split(text_at(element, "doi"))
    comment = text_at(element, "comment")
    date = as_date(text_at(element, "published")) or as_date(text_at(element, "updated"))
    note = _withdrawal(title, abstract, comment)
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=abstract,
        authors=tuple(
            dict.fromkeys(filter(None, (text_at(one, "name") for one in children(element, "author"))))
        ),
        year=as_year(date),
        date=date,
        venue=text_at(element, "journal_ref"),
        doi=dois[0],
        arxiv_id=known[1] if known else normalise_arxiv_id(identifier),
        url=_address(element) or (identifier if "//" in identifier else ""),
        tags=_categories(element),
        retracted=bool(note),
        retraction_note=note,
        related=tuple(dois[1:]),
    )
    return checked(record, [local_name(inner) for inner in element])


def _categories(element: Element) -> tuple[str, ...]:
    """Return the categories, the primary one first."""
    primary = child(element, "primary_category")
    terms = [] if primary is None else [primary.get("term", "")]
    terms += [one.get("term", "") for one in children(element, "category")]
    return tuple(dict.fromkeys(term for text in terms if (term := str(text).strip())))


def _address(element: Element) -> str:
    links = [link for link in children(element, "link") if link.get("rel", "alternate") == "alternate"]
    return next((str(link.get("href")) for link in links if link.get("href")), "")


def _withdrawal(title: str, abstract: str, comment: str) -> str:
    """Return the words by which an entry says that its paper was withdrawn; empty if it doesn't."""
    if told_by_words(comment):
        return comment
    # A long abstract that has the words later on is about something else.
    if len(abstract) < 1000 and told_by_words(" ".join(abstract.split())[:200]):
        return " ".join(abstract.split())
    return told_by_title(title)
