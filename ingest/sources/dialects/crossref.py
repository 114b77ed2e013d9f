"""Crossref works, as its API gives them: titles are lists, abstracts JATS, updates tell retractions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_year
from ingest.identify import normalise_doi
from ingest.records import Record, checked
from ingest.retractions import told_by_title
from ingest.sources.dialects.csl import csl_names
from ingest.sources.dialects.shapes import first_text, objects_at, text_at, unique

_MARKS = ("indexed", "deposited", "reference-count", "references-count", "is-referenced-by-count", "prefix")
_DATES = ("issued", "published", "published-print", "published-online", "posted", "created")
_VERSIONS = (
    "is-preprint-of", "has-preprint", "is-version-of", "has-version", "is-identical-to", "is-same-as",
    "is-variant-form-of", "is-original-form-of",
)  # fmt: skip
_RETRACTED = frozenset({"retraction", "partial_retraction", "withdrawal", "removal"})
_LABEL = re.compile(r"<(?:jats:)?title>\s*(?:abstract|summary)\s*[:.]?\s*</(?:jats:)?title>", re.I)

# Marks within a sentence; the tags of paragraphs and sections are left to `ingest.clean`.
_INLINE = re.compile(
    r"</?jats:(?:italic|bold|sc|monospace|underline|overline|roman|sans-serif|styled-content|ext-link|xref"
    r"|named-content|inline-formula|tex-math|email|uri)\b[^<>]{0,500}>"
)


def is_crossref(value: Mapping[str, Any]) -> bool:
    """Tell a work by its DOI beside what only Crossref keeps about a record."""
    return "DOI" in value and any(mark in value for mark in _MARKS)


def read_crossref(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    """Make a record of a work.

    A work is marked as retracted where `updated-by` names its retraction, where it is an update of
    that kind to itself, or where its title says so. The notice of a retraction is a record of its own
    and isn't marked: it wasn't retracted.
    """
    title = _title(value)
    dates = [date for key in _DATES if (date := as_date(value.get(key)))]
    doi = text_at(value, "DOI")
    note = first_text(_retraction(value, doi), told_by_title(title))
    record = Record(
        title=title,
        source=source,
        where=where,
        abstract=_INLINE.sub("", _LABEL.sub("", text_at(value, "abstract"), count=1)),
        authors=csl_names(value, "author") or csl_names(value, "editor"),
        year=as_year(dates[0]) if dates else None,
        date=dates[0] if dates else "",
        venue=first_text(
            text_at(value, "container-title"),
            text_at(value, "event", "name"),
            *(text_at(one, "name") for one in _institutions(value)),
            text_at(value, "group-title"),
        ),
        doi=doi,
        pmid=text_at(value, "PMID"),
        url=first_text(text_at(value, "URL"), text_at(value, "resource", "primary", "URL")),
        tags=unique([text for text in _list(value, "subject") if isinstance(text, str)]),
        language=text_at(value, "language"),
        retracted=bool(note),
        retraction_note=note,
        related=_versions(value, doi),
    )
    return checked(record, value)


def _title(value: Mapping[str, Any]) -> str:
    title, subtitle = text_at(value, "title"), text_at(value, "subtitle")
    known = not subtitle.strip() or subtitle.strip().casefold() in title.casefold()
    return title if known or not title.strip() else f"{title.rstrip(' :')}: {subtitle.strip()}"


def _list(value: Mapping[str, Any], key: str) -> list[Any]:
    inner = value.get(key)
    return inner if isinstance(inner, list) else []


def _institutions(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the institutions: a list today, one object in older files."""
    inner = value.get("institution")
    return [inner] if isinstance(inner, Mapping) else objects_at(value, "institution")


def _retraction(value: Mapping[str, Any], doi: str) -> str:
    """Return what is told of this work's own retraction: its kind, notice and date."""
    updates = objects_at(value, "updated-by")
    updates += [
        one
        for one in objects_at(value, "update-to")
        if normalise_doi(text_at(one, "DOI")) == normalise_doi(doi)
    ]
    for one in updates:
        if text_at(one, "type").casefold().replace("-", "_") in _RETRACTED:
            kind = first_text(text_at(one, "label"), text_at(one, "type"))
            notice = text_at(one, "DOI")
            date = as_date(one.get("updated"))
            by = f", notice doi:{notice}" if normalise_doi(notice) != normalise_doi(doi) else ""
            return f"{kind}{by}{f', {date}' if date else ''}"
    return ""


def _versions(value: Mapping[str, Any], doi: str) -> tuple[str, ...]:
    """Return the ids of the work's other versions: its preprint, what that became, new editions."""
    relation = value.get("relation")
    ids = [text_at(one, "id") for kind in _VERSIONS for one in objects_at(relation, kind)]
    ids += [
        text_at(one, "DOI")
        for key in ("update-to", "updated-by")
        for one in objects_at(value, key)
        if text_at(one, "type").casefold().replace("-", "_") == "new_version"
    ]
    return tuple(
        one for one in unique(ids) if normalise_doi(one) != normalise_doi(doi) or not normalise_doi(one)
    )
