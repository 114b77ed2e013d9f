"""Several tellings of one paper made one, with the richest fields and every provenance."""

from __future__ import annotations

from assistant.models import Paper
from ingest.identify import arxiv_id_of_doi


def combine(first: Paper, second: Paper) -> Paper:
    """Return one paper of two tellings of it, under the id of the first.

    Title and abstract: the newer of two arXiv versions goes before the older, then the authors' own
    abstract before a summary, an export before what was taken from a PDF, the longer before the
    shorter. Year and date: the publication's before the preprint's. Lists of authors: the longer.
    Tags, related versions and provenance: those of both. A retraction told once counts. Any other
    field: the first's, else the second's.
    """
    both = (first, second)
    versioned = first.arxiv_id == second.arxiv_id and all(paper.arxiv_version for paper in both)

    def version(paper: Paper) -> int:
        return (paper.arxiv_version or 0) if versioned else 0

    titled = max(both, key=lambda paper: (version(paper), not paper.extracted, len(paper.title)))
    told = max(
        both,
        key=lambda paper: (
            bool(paper.abstract),
            version(paper),
            not paper.abstract_by,
            not paper.extracted,
            len(paper.abstract),
        ),
    )
    dated = max(both, key=lambda paper: (paper.year is not None, _is_published(paper), bool(paper.date)))
    dates = (paper.date for paper in (dated, *both) if paper.date.startswith(f"{dated.year}"))
    return first.model_copy(
        update={
            "title": titled.title,
            "abstract": told.abstract,
            "abstract_by": told.abstract_by,
            "extracted": told.extracted,
            "authors": max(first.authors, second.authors, key=len),
            "year": dated.year,
            "date": max(dates, key=len, default=""),
            "venue": first.venue or second.venue,
            "doi": min(first.doi, second.doi, key=lambda doi: (not doi, bool(arxiv_id_of_doi(doi)))),
            "arxiv_id": first.arxiv_id or second.arxiv_id,
            "arxiv_version": max(paper.arxiv_version or 0 for paper in both) or None,
            "pmid": first.pmid or second.pmid,
            "url": first.url or second.url,
            "tags": tuple(dict.fromkeys(first.tags + second.tags)),
            "language": first.language or second.language,
            "retracted": first.retracted or second.retracted,
            "retraction_note": first.retraction_note or second.retraction_note,
            "related": tuple(dict.fromkeys(first.related + second.related)),
            "provenance": tuple(dict.fromkeys(first.provenance + second.provenance)),
        }
    )


def _is_published(paper: Paper) -> bool:
    return bool(paper.doi) and not arxiv_id_of_doi(paper.doi)
