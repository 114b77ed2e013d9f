"""Catalogues whose JSON is read by paths alone: their marks, and where each keeps what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ingest.identify import normalise_arxiv_id, normalise_doi
from ingest.records import Record
from ingest.sources.dialects.catalogue import Catalogue
from ingest.sources.dialects.openreview import OPENREVIEW
from ingest.sources.dialects.repositories import DATACITE, INSPIRE, INVENIO
from ingest.sources.dialects.shapes import text_at

_NUMBERED = re.compile(r"\s+\d{4}$")
_INITIALS = re.compile(r"(\S.*?)\s+([^\W\d_a-z]{1,4})")


def _is_inner(value: Mapping[str, Any], key: str) -> bool:
    return isinstance(value.get(key), Mapping)


def _is_daily_paper(value: Mapping[str, Any]) -> bool:
    """Tell a paper, or what wraps it in the list of a day, by its arXiv id beside what only this site has."""
    inner = value.get("paper")
    paper = inner if isinstance(inner, Mapping) else value
    return (
        ("upvotes" in paper or "publishedAt" in paper)
        and "title" in paper
        and bool(normalise_arxiv_id(text_at(paper, "id")))
    )


def _is_dblp(value: Mapping[str, Any]) -> bool:
    """Tell a hit, or the `info` in it."""
    inner = value.get("info")
    info = inner if isinstance(inner, Mapping) else value
    authors = info.get("authors")
    return "title" in info and (
        (isinstance(authors, Mapping) and "author" in authors) or "dblp.org/rec/" in text_at(info, "url")
    )


def _without_numbers(record: Record, value: Mapping[str, Any]) -> Record:
    """Take away what DBLP adds: a number after a name that several people have, a stop after a title."""
    title = record.title if record.title.endswith("..") else record.title.removesuffix(".")
    names = tuple(dict.fromkeys(_NUMBERED.sub("", name) for name in record.authors))
    return replace(record, title=title, authors=names)


def _is_europe_pmc(value: Mapping[str, Any]) -> bool:
    own = any(key in value for key in ("authorString", "abstractText", "journalInfo", "pubTypeList"))
    return own and ("pubYear" in value or ("source" in value and "id" in value) or "pmid" in value)


def _with_authors_of_string(record: Record, value: Mapping[str, Any]) -> Record:
    """Read `Doe J, Roe R.` where the authors aren't listed one by one."""
    if record.authors:
        return record
    names = [name.strip(" .") for name in text_at(value, "authorString").split(",")]
    names = [f"{found[2]} {found[1]}" if (found := _INITIALS.fullmatch(name)) else name for name in names]
    return replace(record, authors=tuple(dict.fromkeys(filter(None, names))))


def _with_pmid(record: Record, value: Mapping[str, Any]) -> Record:
    """Take the id for a PubMed id where it is one."""
    one = text_at(value, "id")
    is_pubmed = text_at(value, "source") == "MED" and one.isdigit()
    return replace(record, pmid=one) if is_pubmed and not record.pmid else record


def _is_biorxiv(value: Mapping[str, Any]) -> bool:
    """Tell a preprint by `published`, which is the DOI of what it became; any other date or word isn't."""
    if "preprint_doi" in value and "published_doi" in value:
        return True
    published = text_at(value, "published").strip()
    return all(key in value for key in ("doi", "version", "category", "published")) and (
        "jatsxml" in value or published.casefold() == "na" or bool(normalise_doi(published))
    )


def _is_ieee(value: Mapping[str, Any]) -> bool:
    authors = value.get("authors")
    listed = isinstance(authors, Mapping) and "authors" in authors
    return (listed or "article_number" in value) and ("publication_title" in value or "index_terms" in value)


def _is_core(value: Mapping[str, Any]) -> bool:
    return "yearPublished" in value or ("oaiIds" in value and "title" in value)


def _is_with_code(value: Mapping[str, Any]) -> bool:
    return "url_abs" in value and ("paper_url" in value or "url_pdf" in value or "proceeding" in value)


CATALOGUES: tuple[Catalogue, ...] = (
    OPENREVIEW,
    DATACITE,
    INSPIRE,
    INVENIO,
    Catalogue(
        name="Hugging Face papers",
        recognises=_is_daily_paper,
        title="paper.title title",
        abstract="paper.summary summary",
        authors="paper.authors authors",
        date="paper.publishedAt publishedAt",
        doi="paper.doi",
        arxiv_id="paper.id id",
        prefix="https://huggingface.co/papers/",
        ids="paper.id id",
        tags="paper.ai_keywords ai_keywords",
    ),
    Catalogue(
        name="DBLP",
        recognises=_is_dblp,
        title="info.title title",
        authors="info.authors.author authors.author",
        date="info.year year",
        venue="info.venue venue",
        doi="info.doi doi info.ee ee",
        arxiv_id="info.volume volume info.ee ee",
        url="info.ee ee info.url url",
        kinds="info.type type",
        mend=_without_numbers,
    ),
    Catalogue(
        name="Europe PMC",
        recognises=_is_europe_pmc,
        abstract="abstractText",
        authors="authorList.author",
        date="firstPublicationDate journalInfo.printPublicationDate pubYear journalInfo.yearOfPublication",
        venue="journalInfo.journal.title journalTitle bookOrReportDetails.comprehensiveTitle "
        "bookOrReportDetails.publisher",
        pmid="pmid",
        url="fullTextUrlList.fullTextUrl[documentStyle=html].url fullTextUrlList.fullTextUrl.url",
        tags="keywordList.keyword meshHeadingList.meshHeading.descriptorName",
        language="language",
        kinds="pubTypeList.pubType pubType",
        notes="commentCorrectionList.commentCorrection[type=retraction_in].reference",
        mend=lambda record, value: _with_pmid(_with_authors_of_string(record, value), value),
    ),
    Catalogue(
        name="Lens.org",
        recognises=lambda value: "lens_id" in value,
        date="date_published year_published",
        venue="source.title source.publisher",
        doi="external_ids[type=doi].value",
        arxiv_id="external_ids[type=arxiv].value",
        pmid="external_ids[type=pmid].value",
        url="source_urls[type=html].url source_urls.url",
        tags="keywords fields_of_study mesh_terms.mesh_heading",
        language="languages",
        flags="is_retracted",
        kinds="publication_type publication_supplementary_type",
    ),
    Catalogue(
        name="bioRxiv and medRxiv",
        recognises=_is_biorxiv,
        title="title preprint_title",
        abstract="abstract preprint_abstract",
        authors="authors preprint_authors",
        date="date preprint_date",
        doi="doi preprint_doi",
        venue="server preprint_platform",
        tags="category preprint_category",
        related="published published_doi",  # the DOI of what it became, or NA
        kinds="type",
    ),
    Catalogue(
        name="IEEE Xplore",
        recognises=_is_ieee,
        authors="authors.authors",
        date="publication_year publication_date",
        venue="publication_title",
        url="html_url abstract_url pdf_url",
        tags="index_terms.ieee_terms.terms index_terms.author_terms.terms",
    ),
    Catalogue(
        name="CORE",
        recognises=_is_core,
        date="publishedDate yearPublished",
        venue="journals.title publisher",
        doi="doi identifiers[type=doi].identifier identifiers.doi",
        arxiv_id="arxivId",
        pmid="pubmedId",
        url="links[type=display].url sourceFulltextUrls downloadUrl",
        tags="fieldOfStudy subjects topics tags",
        language="language.code language",
    ),
    Catalogue(
        name="Papers with Code",
        recognises=_is_with_code,
        date="date published",
        venue="proceeding conference",
        arxiv_id="url_abs arxiv_id",  # the address may tell the version
        url="url_abs url_pdf paper_url",
        tags="tasks tasks.name methods.name",
    ),
)
"""The catalogues in the order in which an object is tried against them."""
