"""Semantic Scholar papers, as its API, its data sets and its clients save them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_text, as_year
from ingest.records import Record, checked
from ingest.retractions import told_by_title
from ingest.sources.dialects.shapes import first_text, objects_at, text_at, unique

_PAPER_ID = re.compile(r"[0-9a-f]{40}")
_EDGES = ("citedPaper", "citingPaper")
SUMMARY_BY = "Semantic Scholar's summary (TLDR), written by a model"


def is_semantic_scholar(value: Mapping[str, Any]) -> bool:
    """Tell a paper by its ids; an edge of the citation graph by the paper it leads to."""
    one = value.get("paperId")
    if isinstance(one, str) and _PAPER_ID.fullmatch(one):
        return True
    if "corpusId" in value or "corpusid" in value:
        return True
    ids = value.get("externalIds", value.get("externalids"))
    return (isinstance(ids, Mapping) and "CorpusId" in ids) or _edge(value) is not None


def read_semantic_scholar(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of a paper.

    Where there is no abstract, the TLDR stands in its place and says so in `abstract_by`. What is
    listed under `references` and `citations` are not papers of the collection.
    """
    value = _edge(value) or value
    get = {str(key).casefold(): inner for key, inner in value.items()}  # the data sets have lower case
    ids = get.get("externalids")
    title = text_at(get, "title")
    abstract, tldr = text_at(get, "abstract"), text_at(get, "tldr", "text")
    date = as_date(get.get("publicationdate"))
    mark = told_by_title(title)
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=abstract if abstract.strip() else tldr,
        authors=unique([text_at(one, "name") for one in objects_at(get, "authors")]),
        year=as_year(get.get("year")) or as_year(date),
        date=date,
        venue=first_text(
            text_at(get, "venue"), text_at(get, "publicationvenue", "name"), text_at(get, "journal", "name")
        ),
        doi=text_at(ids, "DOI"),
        arxiv_id=text_at(ids, "ArXiv"),
        pmid=text_at(ids, "PubMed"),
        url=text_at(get, "url"),
        tags=_tags(get),
        retracted=bool(mark),
        retraction_note=mark,
        abstract_by=SUMMARY_BY if tldr.strip() and not abstract.strip() else "",
    )
    return checked(record, value)


def _edge(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the paper that an entry of a list of citations or references leads to."""
    for key in _EDGES:
        inner = value.get(key)
        if isinstance(inner, Mapping):
            return inner
    return None


def _tags(get: Mapping[str, Any]) -> tuple[str, ...]:
    fields = get.get("fieldsofstudy")
    tags = [as_text(field) for field in fields if isinstance(field, str)] if isinstance(fields, list) else []
    return unique(tags + [text_at(one, "category") for one in objects_at(get, "s2fieldsofstudy")])
