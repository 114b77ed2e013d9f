"""OpenAlex works: the abstract is an inverted index, the venue hides in a location."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_text, as_year
from ingest.identify import normalise_arxiv_id
from ingest.records import Record, checked
from ingest.retractions import told_by_title
from ingest.sources.dialects.shapes import first_text, objects_at, text_at, unique

_WORK = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?W\d+", re.I)
_ARXIV = re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/", re.I)


def is_openalex(value: Mapping[str, Any]) -> bool:
    """Tell a work by its inverted abstract or its id, or by keys that go together nowhere else."""
    if "abstract_inverted_index" in value or ("authorships" in value and "publication_year" in value):
        return True
    one = value.get("id")
    return isinstance(one, str) and bool(_WORK.fullmatch(one)) and ("display_name" in value or "ids" in value)


def read_openalex(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of a work.

    Its tags are keywords, topics and concepts, without the concepts of score 0 (OpenAlex adds them
    as parents of others). Its arXiv id is that of a location at arXiv. The works that it cites or
    that are like it are not read.
    """
    title = first_text(text_at(value, "title"), text_at(value, "display_name"))
    places = [place for key in ("primary_location", "host_venue") if (place := _place(value, key))]
    places += objects_at(value, "locations")
    mark = told_by_title(title)
    retracted = value.get("is_retracted") is True
    date = as_date(value.get("publication_date"))
    record = Record(
        title=title,
        source=source,
        where=where,
        # Some exports put the index in order and call the text `abstract`.
        abstract=first_text(as_text(value.get("abstract_inverted_index")), text_at(value, "abstract")),
        authors=unique(
            [
                first_text(text_at(one, "author", "display_name"), text_at(one, "raw_author_name"))
                for one in objects_at(value, "authorships")
            ]
        ),
        year=as_year(value.get("publication_year")) or as_year(date),
        date=date,
        venue=first_text(*(_venue(place) for place in places[:1]), *(_venue(place) for place in places)),
        doi=first_text(text_at(value, "doi"), text_at(value, "ids", "doi")),
        arxiv_id=next((found for place in places if (found := _arxiv(place))), ""),
        pmid=text_at(value, "ids", "pmid"),
        url=_url(value, places),
        tags=_tags(value),
        language=text_at(value, "language"),
        retracted=retracted or bool(mark),
        retraction_note=mark or ("retracted, according to OpenAlex" if retracted else ""),
    )
    return checked(record, value)


def _place(value: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    place = value.get(key)
    return place if isinstance(place, Mapping) else None


def _venue(place: Mapping[str, Any]) -> str:
    """Return the name of a location's source; a `host_venue`, as older files have it, is the source."""
    return first_text(
        text_at(place, "source", "display_name"),
        text_at(place, "display_name"),
        text_at(place, "raw_source_name"),
    )


def _addresses(place: Mapping[str, Any]) -> list[str]:
    return [text_at(place, key) for key in ("landing_page_url", "url", "pdf_url")]


def _arxiv(place: Mapping[str, Any]) -> str:
    return next((url for url in _addresses(place) if _ARXIV.match(url) and normalise_arxiv_id(url)), "")


def _url(value: Mapping[str, Any], places: list[Mapping[str, Any]]) -> str:
    return first_text(
        *(url for place in places[:1] for url in _addresses(place)),
        text_at(value, "doi"),
        text_at(value, "ids", "openalex"),
        text_at(value, "id"),
    )


def _tags(value: Mapping[str, Any]) -> tuple[str, ...]:
    tags = [
        first_text(text_at(one, "display_name"), text_at(one, "keyword"))
        for one in objects_at(value, "keywords")
    ]
    tags += [text_at(one, "display_name") for one in objects_at(value, "topics")]
    tags += [
        text_at(one, "display_name")
        for one in objects_at(value, "concepts")
        if one.get("score") not in (0, "0")
    ]
    folded: dict[str, str] = {}
    for tag in tags:  # a keyword and a concept may differ in capitals alone
        folded.setdefault(tag.strip().casefold(), tag)
    return unique(list(folded.values()))
