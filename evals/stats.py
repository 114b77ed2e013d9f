"""How sure a figure is: bootstrap intervals, paired differences, McNemar's test, Cohen's kappa."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Statistic = Callable[[Values], float]

ROUNDS = 1000
_SEED = 0


@dataclass(frozen=True)
class Estimate:
    """A figure, the 95% interval around it, and how many cases it rests on."""

    value: float
    low: float
    high: float
    n: int


def mean_interval(values: Sequence[float]) -> Estimate | None:
    """Return the mean of some values with its bootstrap 95% percentile interval (Efron 1979); None for none."""
    if not values:
        return None
    data = np.asarray(values, dtype=np.float64)
    if len(data) == 1 or np.ptp(data) == 0:  # every resample is the same
        return Estimate(float(data.mean()), float(data.mean()), float(data.mean()), len(data))
    from scipy.stats import bootstrap

    found = bootstrap(
        (data,), np.mean, n_resamples=ROUNDS, method="percentile", rng=np.random.default_rng(_SEED)
    ).confidence_interval
    return Estimate(float(data.mean()), float(found.low), float(found.high), len(data))


def statistic_interval(rows: Values, statistic: Statistic) -> Estimate | None:
    """Return a statistic over rows with its bootstrap 95% percentile interval.

    Args:
        rows: One row a case, shape (cases, columns).
        statistic: What to compute; it returns nan where the rows don't allow it.

    Returns:
        None where the statistic is undefined for the rows themselves. Resamples in which it is
        undefined are left out of the interval.
    """
    value = statistic(rows) if len(rows) else float("nan")
    if np.isnan(value):
        return None
    draw = np.random.default_rng(_SEED)
    resampled = np.array([statistic(rows[draw.integers(0, len(rows), len(rows))]) for _ in range(ROUNDS)])
    resampled = resampled[~np.isnan(resampled)]
    if not len(resampled):
        return Estimate(value, value, value, len(rows))
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(value, float(low), float(high), len(rows))


def paired_difference(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """Return the mean of `after - before` over the same cases, with its bootstrap 95% interval."""
    if len(before) != len(after):
        raise ValueError(f"{len(before)} values can't be paired with {len(after)}")
    return mean_interval([b - a for a, b in zip(before, after, strict=True)])


def mcnemar(lost: int, won: int) -> float:
    """Return the two-sided exact p-value of McNemar's test (1947).

    Args:
        lost: Cases that passed before and fail now.
        won: Cases that failed before and pass now.
    """
    from scipy.stats import binomtest

    return float(binomtest(lost, lost + won, 0.5).pvalue) if lost + won else 1.0


def cohen_kappa(one: Sequence[Any], other: Sequence[Any]) -> Estimate | None:
    """Return Cohen's kappa (1960) of two raters over the same items, with its bootstrap 95% interval.

    None where it is undefined: no items, or chance alone would make the two agree always.
    """
    if len(one) != len(other):
        raise ValueError(f"{len(one)} labels can't be paired with {len(other)}")
    labels = {label: number for number, label in enumerate(dict.fromkeys([*one, *other]))}
    rows = np.array([[labels[a], labels[b]] for a, b in zip(one, other, strict=True)], dtype=np.float64)
    return statistic_interval(rows.reshape(-1, 2), _kappa)


def _kappa(rows: Values) -> float:
    observed = float(np.mean(rows[:, 0] == rows[:, 1]))
    chance = sum(
        float(np.mean(rows[:, 0] == label)) * float(np.mean(rows[:, 1] == label)) for label in np.unique(rows)
    )
    return float("nan") if chance >= 1 else (observed - chance) / (1 - chance)
