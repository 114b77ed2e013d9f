"""The papers that a search considers: the nearest by vector and the best by words, within a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.lexical import LexicalIndex
from assistant.library import Library, Vectors
from assistant.store import Indexes

DEPTH = 100
"""How many papers each list gives to the ranking."""

_SPARE = 1.5
"""Times the papers or passages that should suffice on average that are asked for at first."""

_TERM_SET = 2
"""Papers of a filter that BM25 looks up, one by one, in the time that it takes to give one paper more."""


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
    """Search both indexes. A filter comes before the ranking: the lists are as long as without one.

    Args:
        indexes: The open indexes.
        library: The papers.
        vector: The question's unit vector, shape (dimension,).
        terms: The question's terms.
        among: Ids of the papers to choose from; all where None.
        depth: Papers in each list at the most.
    """
    if depth < 1 or (among is not None and not among):
        return Candidates({}, {})
    return Candidates(
        _dense(indexes, vector, among, depth), dict(best_by_words(indexes.lexical, terms, among, depth))
    )


def _dense(
    indexes: Indexes, vector: Vectors, among: frozenset[str] | None, depth: int
) -> dict[str, tuple[int, float]]:
    passages = indexes.generation.passages
    wanted = min(passages, int(_SPARE * depth * passages / max(1, len(indexes.lexical))) + 1)
    while True:
        found = indexes.vectors.query(vector, wanted, among)
        best: dict[str, tuple[int, float]] = {}
        for passage_id, cosine in found:
            paper_id, _, n = passage_id.rpartition("#")
            if paper_id not in best and len(best) < depth:
                best[paper_id] = (int(n), round(cosine, 6))
        if len(best) == depth or len(found) < wanted or wanted == passages:
            return best
        wanted = min(passages, 4 * wanted)  # a few papers have most of the nearest passages


def best_by_words(
    index: LexicalIndex, terms: Sequence[str], among: frozenset[str] | None, depth: int
) -> list[tuple[str, float]]:
    """Return the best papers for terms by BM25, as (id, score), best first.

    Args:
        index: The index of the papers' words.
        terms: Terms, as `text.terms` makes them.
        among: Ids of the papers to choose from; all where None.
        depth: Papers at the most.
    """
    if among is None:
        return index.query(terms, depth)
    if not among:
        return []
    wanted = int(_SPARE * depth * len(index) / len(among)) + 1
    while _TERM_SET * wanted < len(
        among
    ):  # of many papers the best of all are filtered: a score knows no filter
        found = index.query(terms, wanted)
        kept = [item for item in found if item[0] in among]
        if len(kept) >= depth or len(found) < wanted:
            return kept[:depth]
        wanted *= 4
    return index.query(terms, depth, among)
