"""Fits the two models of assistant/survey_score.py on cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.survey_score import MEMBER, Floats, logistic
from evals.bench.survey_cases import Asked

WEIGHT = {
    "cases": 1.0,
    "more": 1.0,
    "broad": 1.0,
    "one paper": 0.5,
    "left out": 0.5,
    "absent": 0.7,
    "other field": 0.2,
}
"""What a case of each group weighs in the fit, however many papers there are beside its own."""

RELATED = 0.5
"""What a paper weighs that comes near a topic without belonging to it: readers differ on those."""


_PAPERS = 100
"""As how many papers each case counts."""


def fit(
    asked: Sequence[Asked], member: Sequence[str] = MEMBER
) -> tuple[tuple[Floats, float], tuple[Floats, float]]:
    """Return weights and bias of the two models; signals that aren't named get none."""
    columns = [MEMBER.index(name) for name in member]
    there = [each for each in asked if each.gold]
    examples = np.concatenate([each.scored.members[:, columns] for each in there])
    labels, weights = (np.concatenate(parts) for parts in zip(*map(_labels, there), strict=True))
    found, bias = _logistic(examples, labels, weights)
    full = np.zeros(len(MEMBER))
    full[columns] = found
    topics = np.stack([each.scored.presence(logistic(each.scored.members, full, bias)) for each in asked])
    kinds = np.array([bool(each.gold) for each in asked])
    presence = _logistic(topics, kinds, np.array([WEIGHT[each.group] for each in asked]), strength=0.1)
    return (full, bias), presence


def _labels(each: Asked) -> tuple[Floats, Floats]:
    papers = len(each.scored.texts)
    labels, weights = np.zeros(papers), np.full(papers, _PAPERS * WEIGHT[each.group] / papers)
    labels[list(each.gold)] = 1
    weights[list(each.optional)] = 0
    weights[list(each.related)] *= RELATED
    return labels, weights


def _logistic(
    examples: Floats, labels: NDArray[Any], weights: Floats, strength: float = 1.0
) -> tuple[Floats, float]:
    """Fit on standardised signals, and return weights for signals as they are."""
    from sklearn.linear_model import LogisticRegression

    middle, spread = examples.mean(axis=0), examples.std(axis=0) + 1e-9
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit((examples - middle) / spread, labels, sample_weight=weights)
    found = model.coef_[0] / spread
    return found, float(model.intercept_[0] - found @ middle)
