"""Which paper a page's links name: DOIs and arXiv ids in addresses near a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import unquote

from ingest.identify import normalise_doi
from ingest.records import Record

_ARXIV = re.compile(
    r"(?:^|arxiv\.org|alphaxiv\.org|/)/?(?:abs|pdf|html|papers|papers/arxiv|paper)/"
    r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)(?:\.pdf)?/?(?:[?#]|$)",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:doi\.org|/doi(?:/(?:abs|full|pdf|epdf))?)/(?P<doi>10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE
)
_LONGEST = 150


def identity_of(address: str) -> tuple[str, str]:
    """Return the arXiv id, with its version, and the DOI that an address names; empty where it names none."""
    arxiv = _ARXIV.search(address)
    doi = _DOI.search(unquote(address))
    return (arxiv["id"] if arxiv else ""), (normalise_doi(doi["doi"]) if doi else "")


def is_identity(text: str, links: Sequence[str]) -> bool:
    """Tell whether a short line is there for its links to a paper: `arXiv`, `PDF`, `10.1000/x`."""
    return len(text) <= _LONGEST and any(any(identity_of(link)) for link in links)


def identified(record: Record, title_links: Sequence[str], other_links: Iterable[str]) -> Record:
    """Give a record the identity that links tell.

    Args:
        record: A paper without one.
        title_links: Addresses that the title links to.
        other_links: Addresses of lines that go with it. They count only if they name one paper.

    Returns:
        The record with arXiv id, DOI and address, as far as there are any.
    """
    arxiv, doi = _only(title_links)
    more_arxiv, more_doi = _only(other_links)
    address = next((link for link in title_links if link.startswith(("http://", "https://"))), "")
    return replace(
        record,
        arxiv_id=record.arxiv_id or arxiv or more_arxiv,
        doi=record.doi or doi or more_doi,
        url=record.url or address,
    )


def _only(links: Iterable[str]) -> tuple[str, str]:
    """Return the one arXiv id and the one DOI that addresses name; empty where they name several."""
    told = [identity_of(link) for link in links]
    arxiv = {arxiv.lower() for arxiv, _ in told if arxiv}
    # An id without a version and one with it are one paper.
    bare = {re.sub(r"v\d+$", "", each) for each in arxiv}
    dois = {doi for _, doi in told if doi}
    return max(arxiv) if len(bare) == 1 else "", next(iter(dois)) if len(dois) == 1 else ""
