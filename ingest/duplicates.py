"""Papers of a collection that may be the same and that ingest didn't merge by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.models import Paper
from ingest.match import SAME_ABSTRACT, Known, describe, overlap, title_likeness, word_pairs

LIKE_TITLE = 85.0
"""Least similarity of titles, in percent, for a pair to be shown."""
LIKE_ABSTRACT = 0.6
"""Least estimated share of content words in common for a pair to be shown whatever its titles."""
_MOST_IN_A_BLOCK = 200
"""Papers that share two title words and are compared with one another; more share them by chance."""


@dataclass(frozen=True)
class NearDuplicate:
    """Two papers that may be one: how alike they are, and what kept them apart."""

    first: str
    second: str
    titles: float
    """Similarity of the titles, in percent."""
    abstracts: float | None
    """Estimated share of content words in common, 0 to 1; None where an abstract is missing."""
    apart: str
    """What speaks against their being one."""


def near_duplicates(papers: Iterable[Paper]) -> Iterator[NearDuplicate]:
    """Yield pairs of papers that look alike and were kept apart, in the order of the papers.

    Args:
        papers: A collection, merged; all of it is kept in memory, about half a kilobyte a paper.
    """
    blocks: dict[str, list[Known]] = {}
    for paper in papers:
        known = describe(paper)
        seen: set[str] = set()
        for key in _blocks(known):
            block = blocks.setdefault(key, [])
            for other in block:
                if other.id not in seen:
                    seen.add(other.id)
                    found = _compare(other, known)
                    if found is not None:
                        yield found
            if len(block) < _MOST_IN_A_BLOCK:
                block.append(known)


def _blocks(known: Known) -> list[str]:
    hashes = known.sketch.hex()  # like abstracts share most of their smallest hashes, of 8 digits each
    pairs = [hashes[start : start + 16] for start in range(0, min(len(hashes) - 8, 40), 8)]
    return [known.title, *word_pairs(known.title), *(f"abstract {pair}" for pair in pairs)]


def _compare(first: Known, second: Known) -> NearDuplicate | None:
    titles = title_likeness(first.title, second.title)
    both = bool(first.sketch and second.sketch)
    abstracts = overlap(first.sketch, second.sketch) if both else None
    if abstracts is not None and abstracts < SAME_ABSTRACT:
        return None
    if titles < LIKE_TITLE and (abstracts or 0) < LIKE_ABSTRACT:
        return None
    return NearDuplicate(
        first.id, second.id, round(titles, 1), abstracts and round(abstracts, 2), _apart(first, second)
    )


def _apart(first: Known, second: Known) -> str:
    """Say what differs between two papers, in words for a reader."""
    pairs = (
        ("DOIs", first.doi, second.doi),
        ("arXiv ids", first.arxiv_id, second.arxiv_id),
        ("PMIDs", first.pmid, second.pmid),
        ("years", first.year, second.year),
        ("first authors", first.first_author, second.first_author),
    )
    differs = [f"{what} {a} and {b}" for what, a, b in pairs if a and b and a != b]
    if first.title != second.title:
        differs.append("their titles")
    if not first.first_author or not second.first_author:
        differs.append("an author is not known")
    return "; ".join(differs) or "nothing but their abstracts"
