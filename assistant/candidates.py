"""The papers that a search considers: the nearest by vector and the best by words, within a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.library import Library, Vectors
from assistant.store import Indexes

DEPTH = 100
"""How many papers each list gives to the ranking."""


@dataclass(frozen=True)
class Candidates:
    """Two ranked lists of papers.

    Attributes:
        dense: Paper id → (number of its nearest passage, cosine), nearest first.
        lexical: Paper id → BM25 score, best first.
    """

    dense: dict[str, tuple[int, float]]
    lexical: dict[str, float]


def find_candidates(
    indexes: Indexes,
    library: Library,
    vector: Vectors,
    terms: Sequence[str],
    among: frozenset[str] | None = None,
    depth: int = DEPTH,
) -> Candidates:
    """Search both indexes.

    Args:
        indexes: The open indexes.
        library: The papers.
        vector: The question's unit vector, shape (dimension,).
        terms: The question's terms.
        among: Ids of the papers to choose from; all where None.
        depth: Papers in each list at the most.
    """
    dense = _dense(indexes, library, vector, depth)
    return Candidates(dense, dict(indexes.lexical.query(terms, depth, among)))


def _dense(indexes: Indexes, library: Library, vector: Vectors, depth: int) -> dict[str, tuple[int, float]]:
    per_paper = indexes.generation.passages / max(1, library.count()[0])
    wanted = min(indexes.generation.passages, int(depth * per_paper * 1.5) + 1)
    best: dict[str, tuple[int, float]] = {}
    for passage_id, cosine in indexes.vectors.query(vector, wanted):
        paper_id, _, n = passage_id.rpartition("#")
        if paper_id not in best and len(best) < depth:
            best[paper_id] = (int(n), round(cosine, 6))
    return best
