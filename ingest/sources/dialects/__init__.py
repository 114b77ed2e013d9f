"""JSON objects in the dialects of well-known catalogues, told apart by their keys and mapped to records.

What an object says is taken from where its catalogue's documentation puts it. An object in no known
dialect is read by the names of its keys, as `ingest.records.record_from` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.models import Rejected
from ingest.fields import first_value, fold_mapping
from ingest.records import Record, record_from, rejected
from ingest.sources.dialects.arxiv_snapshot import is_arxiv_snapshot, read_arxiv_snapshot
from ingest.sources.dialects.catalogues import CATALOGUES
from ingest.sources.dialects.crossref import is_crossref, read_crossref
from ingest.sources.dialects.csl import is_csl, read_csl
from ingest.sources.dialects.openalex import is_openalex, read_openalex
from ingest.sources.dialects.semantic_scholar import is_semantic_scholar, read_semantic_scholar
from ingest.sources.dialects.zotero import is_zotero, read_zotero


@dataclass(frozen=True)
class Dialect:
    """A dialect: how its objects are recognised, and how one becomes a record."""

    name: str
    recognises: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Any], str, str], Record | Rejected]


DIALECTS: tuple[Dialect, ...] = (
    Dialect("arXiv metadata snapshot", is_arxiv_snapshot, read_arxiv_snapshot),
    Dialect("OpenAlex", is_openalex, read_openalex),
    Dialect("Semantic Scholar", is_semantic_scholar, read_semantic_scholar),
    Dialect("Zotero", is_zotero, read_zotero),
    Dialect("Crossref", is_crossref, read_crossref),
    *(Dialect(one.name, one.recognises, one.read) for one in CATALOGUES),
    Dialect("CSL JSON", is_csl, read_csl),  # after Crossref's, which is much like it
)
"""The dialects in the order in which an object is tried against them."""


def find_dialect(value: Mapping[str, Any]) -> Dialect | None:
    """Return the dialect that an object is written in, None for any other object."""
    return next((dialect for dialect in DIALECTS if dialect.recognises(value)), None)


def is_record(value: Mapping[str, Any]) -> bool:
    """Tell whether an object stands for one paper, with or without a title.

    What is inside of it (its references, the works that cite it) is then no paper of the collection.
    """
    title = value.get("title")
    if isinstance(title, str) and len(title) > 4:  # longer than any way to write "no value"
        return True
    return find_dialect(value) is not None or first_value(fold_mapping(value), "title") is not None


def read_object(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of a decoded JSON object in whatever dialect it is.

    Args:
        value: The object.
        source: The file's path as given.
        where: The line or record in it.

    Returns:
        The record, or why there is none.
    """
    dialect = find_dialect(value)
    try:
        return (dialect.read if dialect else record_from)(value, source, where)
    except RecursionError:
        return rejected(source, where, "nested too deeply: no record")


def read_item(value: Any, source: str, where: str) -> Record | Rejected:
    """Make a record of what stands in a list or a line where an object should."""
    if isinstance(value, Mapping):
        return read_object(value, source, where)
    return rejected(source, where, f"not a JSON object: {json.dumps(value, ensure_ascii=False)[:60]}")
