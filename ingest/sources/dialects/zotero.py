"""Zotero items, as its web API and Better BibTeX save a library in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_year
from ingest.identify import normalise_arxiv_id
from ingest.records import Record, checked, rejected
from ingest.retractions import told_by_title
from ingest.sources.dialects.csl import extra_ids
from ingest.sources.dialects.shapes import first_text, objects_at, text_at, unique

_NO_PAPERS = frozenset({"attachment", "note", "annotation"})
_TITLES = ("title", "caseName", "nameOfAct", "subject")
_VENUES = (
    "publicationTitle", "proceedingsTitle", "conferenceName", "bookTitle", "encyclopediaTitle", "dictionaryTitle",
    "websiteTitle", "forumTitle", "blogTitle", "repository", "university", "institution", "meetingName",
    "seriesTitle", "series",
)  # fmt: skip
_AUTHORS = ("author", "inventor", "presenter", "programmer", "artist", "director", "podcaster", "interviewee")


def is_zotero(value: Mapping[str, Any]) -> bool:
    """Tell an item by its type, its own or its `data`'s."""
    return isinstance(_data(value).get("itemType"), str)


def read_zotero(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of an item; an attachment, a note and an annotation are none, and are refused as such."""
    data = _data(value)
    kind = text_at(data, "itemType")
    if kind in _NO_PAPERS:
        of = text_at(data, "parentItem")
        return rejected(source, where, f"a Zotero {kind}{f' of {of}' if of else ''}, no paper of its own")
    title = first_text(*(text_at(data, key) for key in _TITLES))
    extra = extra_ids(text_at(data, "extra"))
    date = as_date(data.get("date"))
    mark = told_by_title(title)
    archive = text_at(data, "archiveID")
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=text_at(data, "abstractNote"),
        authors=_names(data),
        year=as_year(date),
        date=date,
        venue=first_text(*(text_at(data, key) for key in _VENUES)),
        doi=first_text(text_at(data, "DOI"), extra.get("doi", "")),
        arxiv_id=first_text(
            archive if "arxiv" in archive.casefold() and normalise_arxiv_id(archive) else "",
            extra.get("arxiv", ""),
        ),
        pmid=first_text(text_at(data, "PMID"), extra.get("pmid", "")),
        url=text_at(data, "url"),
        tags=unique([text_at(one, "tag") for one in objects_at(data, "tags")]),
        language=text_at(data, "language"),
        retracted=bool(mark),
        retraction_note=mark,
    )
    return checked(record, data)


def _data(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item itself, which the web API wraps with its links and library."""
    data = value.get("data")
    return data if isinstance(data, Mapping) and "itemType" not in value else value


def _names(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the authors; where an item has none, whoever else made it."""
    people = [
        (
            text_at(one, "creatorType"),
            first_text(
                f"{text_at(one, 'firstName')} {text_at(one, 'lastName')}".strip(), text_at(one, "name")
            ),
        )
        for one in objects_at(data, "creators")
    ]
    authors = unique([name for kind, name in people if kind in _AUTHORS])
    return authors or unique([name for _, name in people])
