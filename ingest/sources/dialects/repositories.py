"""Repositories whose records are all metadata: DataCite, INSPIRE, and Zenodo with the others of InvenioRDM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.sources.dialects.catalogue import Catalogue

_VERSIONS = (
    "isversionof|hasversion|ispreprintof|haspreprint|isnewversionof|ispreviousversionof|isvariantformof"
    "|isoriginalformof|isidenticalto"
)


def _inner(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the object under a key; where there is none, the object itself, as some files unwrap it."""
    inner = value.get(key)
    return inner if isinstance(inner, Mapping) else value


def _is_datacite(value: Mapping[str, Any]) -> bool:
    inner = _inner(value, "attributes")
    return isinstance(inner.get("titles"), list) and any(
        key in inner for key in ("publicationYear", "creators", "descriptions", "relatedIdentifiers")
    )


def _is_inspire(value: Mapping[str, Any]) -> bool:
    inner = _inner(value, "metadata")
    return isinstance(inner.get("titles"), list) and any(
        key in inner for key in ("control_number", "abstracts", "arxiv_eprints", "publication_info")
    )


def _is_invenio(value: Mapping[str, Any]) -> bool:
    inner = value.get("metadata")
    return (
        isinstance(inner, Mapping)
        and "title" in inner
        and any(key in inner for key in ("creators", "publication_date", "resource_type"))
    )


def _under(prefix: str, paths: str) -> str:
    """Return paths below a key, each followed by itself without the key."""
    return " ".join(f"{prefix}.{path} {path}" for path in paths.split())


DATACITE = Catalogue(
    name="DataCite",
    recognises=_is_datacite,
    title=_under("attributes", "titles[titleType=].title titles.title"),
    subtitle=_under("attributes", "titles[titleType=subtitle].title"),
    abstract=_under(
        "attributes",
        "descriptions[descriptionType=abstract].description descriptions[descriptionType=|other].description",
    ),
    authors=_under("attributes", "creators"),
    date=_under(
        "attributes",
        "publicationYear dates[dateType=issued].date dates[dateType=available].date "
        "dates[dateType=submitted].date dates[dateType=created].date",
    ),
    venue=_under("attributes", "container.title publisher.name publisher"),
    doi=_under("attributes", "doi") + " id",
    arxiv_id=_under(
        "attributes",
        "identifiers[identifierType=arxiv].identifier "
        "alternateIdentifiers[alternateIdentifierType=arxiv].alternateIdentifier",
    ),
    url=_under("attributes", "url"),
    tags=_under("attributes", "subjects.subject"),
    language=_under("attributes", "language"),
    related=_under("attributes", f"relatedIdentifiers[relationType={_VERSIONS}].relatedIdentifier"),
)

INSPIRE = Catalogue(
    name="INSPIRE",
    recognises=_is_inspire,
    title=_under("metadata", "titles.title"),
    abstract=_under("metadata", "abstracts.value"),
    authors=_under("metadata", "authors corporate_author collaborations"),
    date=_under("metadata", "earliest_date preprint_date imprints.date publication_info.year"),
    venue=_under("metadata", "publication_info.journal_title publication_info.pubinfo_freetext"),
    doi=_under("metadata", "dois.value"),
    arxiv_id=_under("metadata", "arxiv_eprints.value"),
    url=_under("metadata", "urls.value"),
    tags=_under("metadata", "arxiv_eprints.categories keywords.value"),
    language=_under("metadata", "languages"),
    related=_under("metadata", "dois[material=|preprint|publication|version].value"),
    flags=_under("metadata", "withdrawn"),
)

INVENIO = Catalogue(
    name="Zenodo and InvenioRDM",
    recognises=_is_invenio,
    title="metadata.title title",
    abstract="metadata.description",
    authors="metadata.creators.person_or_org metadata.creators",
    date="metadata.publication_date",
    venue="metadata.journal.title metadata.meeting.title metadata.imprint.publisher "
    "custom_fields.journal:journal.title custom_fields.meeting:meeting.title metadata.publisher",
    doi="metadata.doi doi pids.doi.identifier",
    arxiv_id="metadata.identifiers[scheme=arxiv].identifier "
    "metadata.related_identifiers[relation=isalternateidentifier].identifier",
    url="links.self_html links.html links.latest_html",
    tags="metadata.keywords metadata.subjects.term metadata.subjects.subject",
    language="metadata.language metadata.languages.id",
    related=f"metadata.related_identifiers[relation={_VERSIONS}].identifier "
    f"metadata.related_identifiers[relation_type.id={_VERSIONS}].identifier "
    "conceptdoi parent.pids.doi.identifier",
)
