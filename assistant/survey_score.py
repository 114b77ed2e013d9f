"""How likely each paper belongs to a survey's topic, and whether any does: two small logistic models.

Whether a paper is in is two questions in one. A name (“MS MARCO”, “PaLM”) is in a paper or it isn't, and near
misses lie close by every measure of meaning. A description (“small models that keep up with big ones”) shares few
words with the papers that it means. So signals of both kinds are weighed together, each as far as the paper stands
out of its collection. That says nothing of whether the best papers are good enough, which the second model tells by
what they reach in themselves. Weights come from evals/bench/survey.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.survey_words import Matched

Floats = NDArray[np.float64]

MEMBER = ("passage_z", "sentence_z", "words_z", "behind", "has_name", "lacks_name", "phrase")
"""Signals of one paper, as the columns of `member_signals`: how far its best passage, its best sentence and its
words stand out; how far it is behind the best paper; whether it has or lacks the topic's names; and which share of
neighbouring words it has."""

PRESENCE = (
    "passage",
    "lacking_phrase",
    "has_name",
    "best_passage",
    "best_sentence",
    "best_words",
    "best_phrase",
)
"""Signals of a topic, as `presence_signals` gives them: the best passage's cosine, how many of a short topic's
neighbouring words every paper lacks, whether any has its names, and what the likeliest paper reaches."""

_LEAST_SPREAD = 0.02, 0.1
"""Of cosines and of shares of words: what hardly differs at all isn't told apart."""

_FEW_PAPERS = 20
_USUAL = math.sqrt(2 * math.log(100))


def outstanding(values: Floats, background: Floats, least: float, papers: int) -> Floats:
    """Return how far values stand out of a background, in standard deviations.

    The largest of n chance values lies near √(2 ln n) deviations; what is told is as among a hundred papers.
    """
    spread = max(float(background.std()), least)
    as_usual = _USUAL / math.sqrt(2 * math.log(max(papers, _FEW_PAPERS)))
    return np.asarray((values - background.mean()) / spread * as_usual)


def member_signals(
    passage: Floats,
    sentence: Floats,
    words: Sequence[Matched],
    background: NDArray[np.intp],
    papers: int,
) -> Floats:
    """Return the signals of every candidate, shape (candidates, signals).

    Args:
        passage: Cosine of each candidate's best passage with the topic.
        sentence: The same of its best sentence.
        words: How much of the topic's words it has.
        background: Candidates that stand for the whole collection.
        papers: How many papers the collection has.
    """
    cosine, share = _LEAST_SPREAD
    has = np.array([each.paper + each.sentence for each in words])
    passage_z = outstanding(passage, passage[background], cosine, papers)
    sentence_z = outstanding(sentence, sentence[background], cosine, papers)
    words_z = outstanding(has, has[background], share, papers)
    mixed = passage_z + sentence_z + 2 * words_z
    named = np.array([each.named for each in words])
    return np.column_stack(
        (
            passage_z,
            sentence_z,
            words_z,
            (mixed.max() - mixed) / 10,
            named > 0,
            named < 0,
            [each.phrase for each in words],
        )
    )


def presence_signals(
    passage: Floats, sentence: Floats, words: Sequence[Matched], terms: int, best: int
) -> Floats:
    """Return the signals of a topic of so many terms; `best` is the place of the likeliest paper."""
    likeliest = words[best]
    return np.array(
        (
            passage.max(),
            (1 - max(each.phrase for each in words)) / max(1, terms),
            max(0.0, *(each.named for each in words)),
            passage[best],
            sentence[best],
            likeliest.paper,
            likeliest.phrase,
        )
    )


MEMBER_WEIGHTS = np.array([0.547, 0.23, 0.508, -3.027, 1.66, -3.279, 2.184])
MEMBER_BIAS = -2.380
PRESENCE_WEIGHTS = np.array([2.27, -1.737, 1.192, 2.216, 1.84, 1.996, 1.36])
PRESENCE_BIAS = -3.358


def logistic(signals: Floats, weights: Floats, bias: float) -> Floats:
    """Return probabilities for signals of shape (…, signals)."""
    return np.asarray(1 / (1 + np.exp(-(signals @ weights + bias))))


def cut(probabilities: Floats, least: float = 0.05) -> int:
    """Return how many of the likeliest papers to take, so that F1 is the best that is to be expected.

    Args:
        probabilities: Of each paper, the likeliest first.
        least: What is less likely doesn't count as a paper that may be missed: of many thousand papers even the
            smallest chances would add up.

    Returns:
        How many; at least one where there are any papers.
    """
    if not len(probabilities):
        return 0
    expected = float(probabilities[probabilities > least].sum())
    taken = np.arange(1, len(probabilities) + 1)
    return int(np.argmax(2 * np.cumsum(probabilities) / (taken + expected))) + 1
