"""What a web page tells machines about papers: `citation_…` tags and schema.org's JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.models import Rejected
from ingest.fields import as_name, as_names, as_tags, as_text, as_year
from ingest.records import Record, checked
from ingest.sources.page_identity import identity_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_PAPER_TYPES = frozenset({"scholarlyarticle", "medicalscholarlyarticle", "thesis", "chapter"})
_TEASERS = ("og:description", "description")
_TAGGED = "citation tags"
_MOST_VALUES = 200_000
_LARGEST_SCRIPT = 16_000_000
_SHORTEST_ABSTRACT = 40
_PREFIXES = ("citation_", "bepress_citation_", "eprints.", "dc.", "dcterms.", "prism.")
_KEYS: dict[str, tuple[str, ...]] = {
    "title": ("citation_title", "bepress_citation_title", "eprints.title", "dc.title", "dcterms.title"),
    "abstract": (
        "citation_abstract", "eprints.abstract", "dcterms.abstract", "dc.abstract", "dc.description",
        "dcterms.description",
    ),
    "authors": ("citation_author", "citation_authors", "bepress_citation_author", "eprints.creators_name",
                "dc.creator", "dcterms.creator", "dc.contributor"),
    "date": ("citation_publication_date", "citation_date", "citation_online_date", "citation_year",
             "prism.publicationdate", "bepress_citation_date", "dc.date", "dcterms.issued", "eprints.date"),
    "venue": ("citation_journal_title", "citation_conference_title", "citation_inbook_title",
              "prism.publicationname", "bepress_citation_journal_title", "eprints.publication"),
    "doi": ("citation_doi", "prism.doi", "bepress_citation_doi", "dc.identifier", "eprints.id_number"),
    "arxiv_id": ("citation_arxiv_id",),
    "pmid": ("citation_pmid",),
    "url": ("citation_abstract_html_url", "citation_public_url", "citation_fulltext_html_url", "og:url"),
    "tags": ("citation_keywords", "citation_keyword", "keywords", "dc.subject", "eprints.keywords"),
    "language": ("citation_language", "dc.language"),
}  # fmt: skip


def structured_records(soup: BeautifulSoup, source: str) -> Iterator[Record | Rejected]:
    """Yield the papers that a page's structured data tells of, each once.

    Args:
        soup: The page.
        source: The file's path as given.

    Yields:
        The paper of the `citation_…` tags alone, if the page has them: it is that paper's own page.
        Else one for each scholarly article in its JSON-LD.
    """
    paper = _tagged_paper(soup, source)
    if paper is not None:
        yield paper
        return
    seen: set[tuple[str, str]] = set()
    for position, article in enumerate(_articles(soup), 1):
        record = _article(article, source, f"article {position} of its JSON-LD")
        key = (record.title, record.doi or record.url) if isinstance(record, Record) else ("", "")
        if key == ("", "") or key not in seen:
            seen.add(key)
            yield record


def is_own_page(items: Sequence[Record | Rejected]) -> bool:
    """Tell whether what structured data tells of is the one paper that the page is about."""
    return len(items) == 1 and isinstance(items[0], Record) and items[0].where == _TAGGED


def _tagged_paper(soup: BeautifulSoup, source: str) -> Record | Rejected | None:
    told: dict[str, list[str]] = {}
    for tag in soup.find_all("meta", limit=20_000):
        name = str(tag.get("name") or tag.get("property") or "").lower()
        content = str(tag.get("content") or "").strip()
        if name and content:
            told.setdefault(name, []).append(content)
    if not any(name in told for name in _KEYS["title"] if name.startswith(_PREFIXES[:3])):
        return None  # a Dublin Core title alone is found on any kind of page

    def values(field: str) -> list[str]:
        return next((told[name] for name in _KEYS[field] if name in told), [])

    def value(field: str) -> str:
        return next(iter(values(field)), "")

    listed = values("authors")
    authors = as_names(listed if len(listed) > 1 else value("authors"))
    teaser = next((told[name][0] for name in _TEASERS if name in told), "")
    if teaser.startswith((value("title"), *authors[:1])):
        teaser = ""  # as the ACL Anthology's, which lists authors and volume
    record = Record(
        title=value("title"),
        source=source,
        where=_TAGGED,
        abstract=_marked_abstract(soup, told) or value("abstract") or teaser,
        authors=authors,
        year=as_year(value("date")),
        date=value("date").replace("/", "-"),
        venue=value("venue"),
        doi=value("doi"),
        arxiv_id=value("arxiv_id"),
        pmid=value("pmid"),
        url=value("url"),
        tags=tuple(dict.fromkeys(tag for words in values("tags") for tag in as_tags(words))),
        language=value("language"),
    )
    return checked(record, told)


def _marked_abstract(soup: BeautifulSoup, told: Mapping[str, list[str]]) -> str:
    """Return the abstract that the page shows, where no tag tells it in full."""
    if any(name in told for name in _KEYS["abstract"][:4]):
        return ""
    for tag in soup.find_all(["blockquote", "section", "div", "p"], limit=20_000):
        names = {
            str(tag.get("id") or "").lower(),
            *(str(name).lower() for name in tag.get_attribute_list("class")),
        }
        if names & {
            "abstract",
            "abstractsection",
            "abs",
            "abstract-content",
            "abstracttext",
            "article-abstract",
            "acl-abstract",
        }:
            words = " ".join(tag.get_text(" ").split())
            if len(words) > _SHORTEST_ABSTRACT:
                return words.removeprefix("Abstract:").removeprefix("Abstract").strip()
    return ""


def _articles(soup: BeautifulSoup) -> Iterator[Mapping[str, Any]]:
    """Yield the scholarly articles in a page's JSON-LD, wherever they are in it, in order."""
    for script in soup.find_all("script", type="application/ld+json", limit=200):
        words = script.get_text()
        if len(words) > _LARGEST_SCRIPT:
            continue
        try:
            waiting: list[Any] = [json.loads(words, strict=False)]
        except (ValueError, RecursionError):
            continue
        looked_at = 0
        while waiting and looked_at < _MOST_VALUES:
            looked_at += 1
            value = waiting.pop()
            if isinstance(value, Mapping) and _types(value) & _PAPER_TYPES:
                yield value
            elif isinstance(value, Mapping):
                waiting += [
                    inner for inner in reversed(list(value.values())) if isinstance(inner, dict | list)
                ]
            elif isinstance(value, list):
                waiting += [inner for inner in reversed(value) if isinstance(inner, dict | list)]


def _types(value: Mapping[str, Any]) -> set[str]:
    kinds = value.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return {str(name).rpartition("/")[2].lower() for name in names}


def _article(value: Mapping[str, Any], source: str, where: str) -> Record | Rejected:
    part_of = value.get("isPartOf") or value.get("publication")
    places = [value.get(key) for key in ("@id", "url", "sameAs", "identifier", "doi")]
    told = [word for place in places for word in _addresses(place)]
    ids = [identity_of(word) for word in told]
    bare = next((word for word in told if word.lower().removeprefix("doi:").startswith("10.")), "")
    year = value.get("datePublished") or value.get("dateCreated")
    record = Record(
        title=as_text(value.get("headline")) or as_text(value.get("name")),
        source=source,
        where=where,
        abstract=as_text(value.get("abstract")) or as_text(value.get("description")),
        authors=as_names(value.get("author") or value.get("creator")),
        year=as_year(year),
        date=as_text(year),
        venue=as_name(part_of[0] if isinstance(part_of, list) and part_of else part_of),
        doi=next((doi for _, doi in ids if doi), bare),
        arxiv_id=next((arxiv for arxiv, _ in ids if arxiv), ""),
        url=next((word for word in told if word.startswith(("http://", "https://"))), ""),
        tags=as_tags(value.get("keywords")),
        language=as_name(value.get("inLanguage")),
    )
    return checked(record, value)


def _addresses(value: Any) -> list[str]:
    """Return the texts of an identifier: itself, several, or the value of an object."""
    if isinstance(value, str):
        return [value.strip()]
    if isinstance(value, Mapping):
        return _addresses(value.get("value")) + _addresses(value.get("@id"))
    return [word for item in value for word in _addresses(item)] if isinstance(value, list) else []
