"""Two runs case by case: paired differences with intervals, McNemar's test, and the cases that flipped."""

from __future__ import annotations

from dataclasses import dataclass

from evals.runs.compare_text import comparison_json as comparison_json
from evals.runs.compare_text import render_comparison as render_comparison
from evals.runs.difference import Difference, SideBySide, paired_metric
from evals.runs.record import RunInfo
from evals.runs.scores import CaseScores, MetricScores, Scores
from evals.stats import mcnemar

_JUDGED = "judged"


@dataclass(frozen=True)
class Flip:
    """A case that passes in one run and not in the other; `failures` are those of the run where it doesn't."""

    id: str
    type: str
    failures: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """What changed from one run to another; read the warnings first."""

    before: RunInfo
    after: RunInfo
    judges: tuple[str | None, str | None]
    warnings: tuple[str, ...]
    changed: tuple[str, ...]
    """What the two were made with that differs: model, embedder, settings, versions."""
    cases: int
    """Cases that are in both."""
    passed: tuple[int, int]
    """How many of those passed, before and after."""
    lost: tuple[Flip, ...]
    won: tuple[Flip, ...]
    p: float
    """McNemar's two-sided exact p-value of lost and won."""
    paired: tuple[Difference, ...]
    unpaired: tuple[SideBySide, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def compare(a: Scores, b: Scores) -> Comparison:
    """Compare two runs over the cases that are in both.

    Args:
        a: The run before.
        b: The run after; differences are b − a.
    """
    one, other = _by_id(a), _by_id(b)
    both = [id_ for id_ in one if id_ in other]
    dropped = dropped_by_judge(a, b)
    names = [name for name in a.metrics if name in b.metrics and name not in dropped]
    paired, unpaired, nowhere = [], [], []
    for name in names:
        difference = paired_metric(a, b, name)
        if difference is not None:
            paired.append(difference)
        elif _is_pooled(a, name) and _is_pooled(b, name):
            x, y = a.metrics[name], b.metrics[name]
            unpaired.append(SideBySide(name, y.group, y.better, y.unit, x.all, y.all))
        else:
            nowhere.append(name)
    lost = [_flip(other[id_]) for id_ in both if one[id_].passed and not other[id_].passed]
    won = [_flip(one[id_]) for id_ in both if not one[id_].passed and other[id_].passed]
    return Comparison(
        before=a.run,
        after=b.run,
        judges=(a.judge, b.judge),
        warnings=tuple(_warnings(a, b, both, dropped, nowhere)),
        changed=tuple(_made_otherwise(a.run, b.run)),
        cases=len(both),
        passed=(sum(one[id_].passed for id_ in both), sum(other[id_].passed for id_ in both)),
        lost=tuple(lost),
        won=tuple(won),
        p=mcnemar(len(lost), len(won)),
        paired=tuple(paired),
        unpaired=tuple(unpaired),
        only_before=tuple(name for name in a.metrics if name not in b.metrics),
        only_after=tuple(name for name in b.metrics if name not in a.metrics),
    )


def dropped_by_judge(a: Scores, b: Scores) -> set[str]:
    """Return the metrics that aren't compared because different models judged them."""
    if a.judge is None or b.judge is None or a.judge == b.judge:
        return set()  # what an unjudged run has of them was computed without a judge
    return {
        name
        for name, metric in a.metrics.items()
        if name in b.metrics and _JUDGED in (metric.group, b.metrics[name].group)
    }


def _by_id(scores: Scores) -> dict[str, CaseScores]:
    return {case.id: case for case in scores.cases}


def _is_pooled(scores: Scores, name: str) -> bool:
    return all(name not in case.values for case in scores.cases)


def _flip(case: CaseScores) -> Flip:
    return Flip(case.id, case.type, case.failures)


def _warnings(a: Scores, b: Scores, both: list[str], dropped: set[str], nowhere: list[str]) -> list[str]:
    found = []
    before, after = a.run, b.run
    if before.cases_fingerprint != after.cases_fingerprint:
        alone = len(a.cases) - len(both), len(b.cases) - len(both)
        found.append(
            f"the cases differ: {alone[0]} are only in A and {alone[1]} only in B; what follows is over the "
            f"{len(both)} whose id is in both, and a question may have changed under its id"
        )
    if before.store_fingerprint != after.store_fingerprint:
        found.append(
            f"the papers differ: {before.papers:,} in A's store, {after.papers:,} in B's, "
            f"fingerprints {before.store_fingerprint} and {after.store_fingerprint}"
        )
    if a.judge != b.judge:
        left = f"left out: {', '.join(sorted(dropped))}" if dropped else "none of its metrics is in both"
        found.append(
            f"the judges differ: {a.judge or 'none'} in A, {b.judge or 'none'} in B; figures of different "
            f"judges can't be compared, {left}"
        )
    other = [n for n in a.metrics if n in b.metrics and n not in dropped and _defined_otherwise(a, b, n)]
    if other:
        found.append(f"defined otherwise in the two: {', '.join(other)}")
    if nowhere:
        found.append(f"no case has a value in both, so not compared: {', '.join(nowhere)}")
    return found


def _defined_otherwise(a: Scores, b: Scores, name: str) -> bool:
    def definition(metric: MetricScores) -> tuple[str, str, str]:
        return metric.about, metric.better, metric.unit

    return definition(a.metrics[name]) != definition(b.metrics[name])


def _made_otherwise(a: RunInfo, b: RunInfo) -> list[str]:
    found = [
        f"{name}: {getattr(a, name)} → {getattr(b, name)}"
        for name in ("llm", "embedder")
        if getattr(a, name) != getattr(b, name)
    ]
    for what, x, y in (("setting", a.settings, b.settings), ("version of", a.versions, b.versions)):
        if x and y:  # a baseline keeps no settings
            found += [
                f"{what} {name}: {x.get(name)} → {y.get(name)}"
                for name in sorted({*x, *y})
                if x.get(name) != y.get(name) and name not in ("llm", "embedder")
            ]
    return found
