"""One ranking out of the lists of candidates: a weighted sum of scores, and the best of them read closely.

Two lists are joined by their scores, not by their places (Bruch, Gai and Ingber 2023, arXiv 2210.11934): how
far a paper is ahead is known, and reciprocal ranks throw it away. A cosine is at home in 0 to 1 as it is; a
BM25 score is divided by what the question's words could bring at most, which is the same for every collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.candidates import DEPTH, Candidates
from assistant.closeness import Closeness

LEXICAL, COVERED, SENTENCE = 1.0, 0.5, 0.5
"""What BM25, the words covered and the nearest sentence weigh beside the nearest passage's cosine. Round figures
from the middle of a broad optimum (docs/retrieval.md); evals/bench/fit_rank.py fits them and tells how well they
do on sets that they weren't fitted on."""

CLOSE = 15
"""How many of the best are read closely; 30 are hardly better."""

_LEAST = 1e-6

Read = Callable[[Sequence[str]], Mapping[str, Closeness]]
"""Reads papers closely; those it can't read are missing in what it returns."""


def rank(
    candidates: Candidates, attainable: float, named: Sequence[str] = (), read: Read | None = None
) -> dict[str, float]:
    """Score every candidate.

    Args:
        candidates: What was found by vector and by words.
        attainable: The most that BM25 could give the question's words; see `LexicalIndex.attainable`.
        named: Ids of the papers that the question names; they come first.
        read: Reads the leading papers closely; without it the two lists decide alone.

    Returns:
        A score in (0, 1] of every candidate and named paper by id; 1 is the best possible: the question's own
        words, all of them, in the nearest vector.
    """
    stands = standing(candidates, attainable, named)
    found = {id_: cosine + LEXICAL * share for id_, (cosine, share) in stands.items()}
    total = 1.0 + LEXICAL
    if read is not None and found:
        leading = sorted(found, key=lambda id_: -found[id_])[:CLOSE]
        close = read(list(dict.fromkeys([*named, *leading])))
        total += COVERED + SENTENCE
        worth = {id_: COVERED * each.covered + SENTENCE * each.sentence for id_, each in close.items()}
        least = min(worth.values(), default=0.0)  # so that nobody gains by not being read
        found = {id_: value + worth.get(id_, least) for id_, value in found.items()}
    scores = {id_: min(1.0, max(_LEAST, value / total)) for id_, value in found.items()}
    # Named papers stand before all others, in their own order, and none beyond 1.
    best = max((value for id_, value in scores.items() if id_ not in named), default=0.0)
    return scores | {id_: best + (1 - best) * scores[id_] for id_ in named}


def standing(
    candidates: Candidates, attainable: float, named: Sequence[str] = ()
) -> dict[str, tuple[float, float]]:
    """Return of each candidate and named paper its cosine and its share of the BM25 that can be attained.

    A paper that one list lacks stands at that list's end: that near it may be, and not nearer. Where the words'
    list isn't full, papers outside of it have none of the words.
    """
    dense = {id_: cosine for id_, (_, cosine) in candidates.dense.items()}
    farthest = min(dense.values(), default=0.0)
    full = len(candidates.lexical) >= DEPTH
    fewest = min(candidates.lexical.values(), default=0.0) if full else 0.0
    scale = 1 / attainable if attainable > 0 else 0.0
    return {
        id_: (dense.get(id_, farthest), scale * candidates.lexical.get(id_, fewest))
        for id_ in dict.fromkeys([*dense, *candidates.lexical, *named])
    }
