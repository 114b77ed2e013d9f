"""From two lists of candidates to one ranking: fusion by reciprocal rank.

A paper's score is the mean over the lists of (k + 1) / (k + rank) (Cormack, Clarke and Büttcher 2009),
a list that lacks it counting 0. Papers that the question names are a third list.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.candidates import Candidates

RRF_K = 20
"""How slowly a rank's worth falls off. The paper's 60 was tuned on other data; 20 is better on each of the
three test sets here (docs/retrieval.md)."""


def rank(candidates: Candidates, named: Sequence[str] = ()) -> dict[str, float]:
    """Return the score of every candidate in (0, 1] by id; 1 is first place in every list."""
    lists = [list(candidates.dense), list(candidates.lexical)]
    if named:
        lists.append(list(named))
    return fuse(lists)


def fuse(lists: list[list[str]]) -> dict[str, float]:
    """Fuse ranked lists by reciprocal rank.

    Args:
        lists: Ids, best first.

    Returns:
        A score in (0, 1] by id; 1 is first place in every list.
    """
    scores: dict[str, float] = {}
    for ids in lists:
        for place, id_ in enumerate(ids, start=1):
            scores[id_] = scores.get(id_, 0.0) + (RRF_K + 1) / (RRF_K + place) / len(lists)
    return scores
