"""A run against a baseline: whether a figure fell further than allowed and noise explains, and which cases did it."""

from __future__ import annotations

from collections.abc import Iterator

from evals.gate.config import GateConfig, Threshold
from evals.gate.limits import cases_of, figure_of
from evals.gate.result import TINY, Check, Status, check, listed
from evals.report.text import bounds, figure, one_line
from evals.runs.compare import Comparison, dropped_by_judge
from evals.runs.difference import MIN_PAIRS, paired_metric, unpaired_difference
from evals.runs.scores import MetricScores, Scores, Summary
from evals.stats import Estimate


def without_baseline(config: GateConfig) -> Iterator[Check]:
    """Yield what can't be judged without a baseline: skipped, or failed where one is required."""
    relative = [threshold.name for threshold in config.of("drop")]
    if config.rules.passed_alpha is not None:
        relative.append("cases passed")
    status: Status = "failed" if config.rules.require_baseline else "skipped"
    if relative or config.rules.require_baseline:
        yield Check(
            "baseline", status, f"there is no baseline to hold {', '.join(relative) or 'the run'} against"
        )


def same_checks(comparison: Comparison, config: GateConfig) -> Iterator[Check]:
    """Yield whether cases and papers are the baseline's, where that is asked."""
    before, after = comparison.before, comparison.after
    accept = "look at the figures, then accept a run as the new baseline"
    if config.rules.require_same_cases:
        same = before.cases_fingerprint == after.cases_fingerprint
        yield check("same cases", same, "those of the baseline" if same else f"the cases changed; {accept}")
    if config.rules.require_same_store:
        same = before.store_fingerprint == after.store_fingerprint
        yield check("same papers", same, "those of the baseline" if same else f"the papers changed; {accept}")


def fall_check(scores: Scores, baseline: Scores, threshold: Threshold, config: GateConfig) -> Check:
    """Judge a fall: it fails where the interval lies wholly beyond what is allowed, or the hard margin is passed."""
    name = threshold.name
    now, then = figure_of(scores, threshold), figure_of(baseline, threshold)
    if isinstance(now, str):
        return Check(name, "failed", now)
    if isinstance(then, str):
        return Check(name, "failed", f"in the baseline: {then}; accept a run that has it")
    metric = now[0]
    if metric.better not in ("higher", "lower"):
        return Check(name, "failed", "neither way is better, so it can't get worse")
    if threshold.metric in dropped_by_judge(baseline, scores):
        said = f"{baseline.judge} judged the baseline and {scores.judge} the run: they can't be compared"
        return Check(name, "failed", said)
    old = baseline.metrics[threshold.metric]
    if (metric.about, metric.better, metric.unit) != (old.about, old.better, old.unit):
        return Check(
            name, "failed", "it is defined otherwise than in the baseline; accept a run as the new one"
        )
    if now[1].n < (1 - config.rules.most_lost) * then[1].n:
        return Check(name, "failed", f"it rests on {now[1].n} values, in the baseline on {then[1].n}")
    fall, how, cases = _measured(scores, baseline, threshold, then[1], now[1])
    if fall is None:
        return Check(name, "failed", "no case has a value both here and in the baseline")
    return _judged(name, fall, how, cases, metric, threshold, config)


def _measured(
    scores: Scores, baseline: Scores, threshold: Threshold, then: Summary, now: Summary
) -> tuple[Estimate | None, str, list[str]]:
    """Return how far a figure got worse, from what to what, and the cases that got worse most."""
    metric, unit = threshold.metric, scores.metrics[threshold.metric].unit
    sign = -1.0 if scores.metrics[metric].better == "higher" else 1.0
    if any(metric in case.values for case in scores.cases):
        paired = paired_metric(baseline, scores, metric, threshold.type)
        if paired is None:
            return None, "", []
        change = paired.change
        how = f"{figure(paired.before, unit)} → {figure(paired.after, unit)}, paired over {change.n}"
        before = {case.id: case.values.get(metric) for case in baseline.cases}
        worse = [
            (sign * (value - old), f"{one_line(case.id)} {old:g} → {value:g}")
            for case in cases_of(scores, threshold)
            if (value := case.values.get(metric)) is not None
            and (old := before.get(case.id)) is not None
            and sign * (value - old) > 0
        ]
        cases = [text for _, text in sorted(worse, key=lambda item: -item[0])]
    else:
        found = unpaired_difference(then, now)
        if found is None:
            return None, "", []
        change, cases = found, []
        how = f"{figure(then.mean, unit)} → {figure(now.mean, unit)}, unpaired"
    low, high = sorted((sign * change.low, sign * change.high))
    return Estimate(sign * change.value, low, high, change.n), how, cases


def _judged(
    name: str,
    fall: Estimate,
    how: str,
    cases: list[str],
    metric: MetricScores,
    threshold: Threshold,
    config: GateConfig,
) -> Check:
    unit, allowed = metric.unit, threshold.value
    margin = threshold.margin
    if margin is None and not unit:  # the common margin is a share, not a number of seconds
        margin = config.rules.hard_margin
    word = ("fell" if metric.better == "higher" else "rose") if fall.value > 0 else "got no worse"
    said = f"{word}{f' by {figure(fall.value, unit)}' if fall.value > 0 else ''}: {how}"
    beyond = fall.n >= MIN_PAIRS and fall.low > allowed + TINY
    if margin is not None and fall.value > allowed + margin + TINY:
        said += f"; more than the allowed {figure(allowed, unit)} and the margin of {figure(margin, unit)}"
    elif beyond:
        said += f"; its interval {bounds(fall.low, fall.high, unit)} lies beyond the allowed {figure(allowed, unit)}"
    else:
        if fall.value > allowed + TINY:
            why = "within noise of" if fall.n >= MIN_PAIRS else "too few cases to tell it from"
            said += f"; {why} the allowed {figure(allowed, unit)}"
        return Check(name, "ok", said)
    return Check(name, "failed", "; ".join(filter(None, (said, listed("most of all", cases)))))


def passed_check(comparison: Comparison, config: GateConfig) -> Iterator[Check]:
    """Yield whether more cases were lost than chance explains, with the cases and their reasons."""
    alpha = config.rules.passed_alpha
    if alpha is None:
        return
    lost, won = len(comparison.lost), len(comparison.won)
    said = (
        f"{comparison.passed[0]} → {comparison.passed[1]} of {comparison.cases} cases pass; "
        f"{lost} lost, {won} won, McNemar's p = {comparison.p:.3f}"
    )
    good = lost <= won or comparison.p >= alpha
    flips = [f"{flip.id} ({'; '.join(flip.failures)})" for flip in comparison.lost]
    yield check("cases passed", good, said if good else f"{said}; {listed('lost', flips)}")
