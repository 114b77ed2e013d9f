"""One metric in two runs: its mean difference over the same cases, or of two figures that can't be paired."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from evals.runs.scores import Scores, Summary
from evals.stats import Estimate, paired_difference

Verdict = Literal["better", "worse", "changed", "noise", "few"]
"""`changed`: surely other, and neither way is better; `noise`: the interval holds 0; `few`: too few pairs to tell."""
MIN_PAIRS = 6
"""Pairs from which an interval is believed: five that all go one way come by chance in 6 of 100 tries."""


@dataclass(frozen=True)
class Difference:
    """One metric over the cases that have a value in both runs."""

    metric: str
    group: str
    better: str
    unit: str
    before: float
    after: float
    change: Estimate
    """The mean of after − before, its 95% interval, and n pairs."""
    alone: int
    """Cases with a value in one of the two runs only; they aren't in it."""

    @property
    def sure(self) -> bool:
        """Whether the interval excludes 0, over enough pairs."""
        return self.change.n >= MIN_PAIRS and (self.change.low > 0 or self.change.high < 0)

    @property
    def verdict(self) -> Verdict:
        """What the difference means."""
        if self.change.n < MIN_PAIRS:
            return "few"
        if not self.sure:
            return "noise"
        if self.better not in ("higher", "lower"):
            return "changed"
        return "better" if (self.change.value > 0) == (self.better == "higher") else "worse"


@dataclass(frozen=True)
class SideBySide:
    """A metric over all cases together: it has no value for a case, so nothing is paired."""

    metric: str
    group: str
    better: str
    unit: str
    before: Summary
    after: Summary


def paired_metric(a: Scores, b: Scores, name: str, type_: str = "") -> Difference | None:
    """Return a metric's difference over the cases with a value in both; None where there is no such case.

    Args:
        a: The run before.
        b: The run after.
        name: A metric of both.
        type_: A type of case to keep to; all where empty.
    """
    one, other = (
        {
            case.id: value
            for case in scores.cases
            if type_ in ("", case.type) and (value := case.values.get(name)) is not None
        }
        for scores in (a, b)
    )
    both = [id_ for id_ in one if id_ in other]
    change = paired_difference([one[id_] for id_ in both], [other[id_] for id_ in both])
    if change is None:
        return None
    metric = b.metrics[name]
    shared = {case.id for case in a.cases} & {case.id for case in b.cases}
    return Difference(
        name, metric.group, metric.better, metric.unit,
        before=sum(one[id_] for id_ in both) / len(both), after=sum(other[id_] for id_ in both) / len(both),
        change=change, alone=len((one.keys() ^ other.keys()) & shared),
    )  # fmt: skip


def unpaired_difference(before: Summary, after: Summary) -> Estimate | None:
    """Return after − before of two figures that can't be paired, with a 95% interval made of theirs.

    The interval is MOVER's (Zou and Donner 2008), which takes the two as independent. Runs over the
    same cases aren't, so it is wider than need be: what it calls a difference is one.

    Returns:
        None where either has no value; `n` is the smaller of the two.
    """
    if before.mean is None or before.low is None or before.high is None:
        return None
    if after.mean is None or after.low is None or after.high is None:
        return None
    value = after.mean - before.mean
    low = value - math.hypot(after.mean - after.low, before.high - before.mean)
    high = value + math.hypot(after.high - after.mean, before.mean - before.low)
    return Estimate(value, low, high, min(before.n, after.n))
