"""The papers that a search considers: the nearest by vector and the best by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.library import Vectors
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


def find_candidates(indexes: Indexes, vector: Vectors, terms: Sequence[str]) -> Candidates:
    """Search both indexes.

    Args:
        indexes: The open indexes.
        vector: The question's unit vector, shape (dimension,).
        terms: The question's terms.
    """
    return Candidates(_dense(indexes, vector), dict(indexes.lexical.query(terms, DEPTH)))


def _dense(indexes: Indexes, vector: Vectors) -> dict[str, tuple[int, float]]:
    per_paper = indexes.generation.passages / max(1, len(indexes.lexical))
    wanted = min(indexes.generation.passages, int(DEPTH * per_paper * 1.5) + 1)
    best: dict[str, tuple[int, float]] = {}
    for passage_id, cosine in indexes.vectors.query(vector, wanted):
        paper_id, _, n = passage_id.rpartition("#")
        if paper_id not in best and len(best) < DEPTH:
            best[paper_id] = (int(n), round(cosine, 6))
    return best
