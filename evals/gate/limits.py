"""Limits of a gate: whether a figure is at least or at most what is asked, and where it falls short most."""

from __future__ import annotations

import difflib

from evals.gate.config import GateConfig, Threshold
from evals.gate.result import NAMED, TINY, Check, listed
from evals.report.text import figure, interval, one_line
from evals.runs.scores import CaseScores, MetricScores, Scores, Summary


def limit_check(scores: Scores, threshold: Threshold, config: GateConfig) -> Check:
    """Judge a figure that must be at least or at most something."""
    name = threshold.name
    found = figure_of(scores, threshold)
    if isinstance(found, str):
        return Check(name, "failed", found)
    metric, own = found
    least = threshold.kind == "least"
    value, reach = own.mean, own.high if least else own.low
    if value is None or reach is None:
        return Check(name, "failed", f"there is no value; {own.missing} are missing")
    tried = value if config.rules.judged_by == "figure" else reach
    good = tried >= threshold.value - TINY if least else tried <= threshold.value + TINY
    said = f"{figure(value, metric.unit)} {interval(own, metric.unit)} over {own.n}"
    if good:
        return Check(name, "ok", said)
    worst = _worst(cases_of(scores, threshold), threshold.metric, low=least)
    types = "" if threshold.type else _worst_types(metric, low=least)
    return Check(name, "failed", "; ".join(filter(None, (said, types, listed("cases", worst)))))


def figure_of(scores: Scores, threshold: Threshold) -> tuple[MetricScores, Summary] | str:
    """Return a metric and the figure that a threshold means, or what is lacking."""
    metric = scores.metrics.get(threshold.metric)
    if metric is None:
        close = difflib.get_close_matches(threshold.metric, scores.metrics, n=1)
        return f"there is no metric {threshold.metric}" + (f"; {close[0]} is meant?" if close else "")
    if not threshold.type:
        return metric, metric.all
    if threshold.type in metric.by_type:
        return metric, metric.by_type[threshold.type]
    if any(case.type == threshold.type for case in scores.cases):
        return f"there is no value for cases of type {threshold.type}"
    return f"there is no case of type {threshold.type}"


def cases_of(scores: Scores, threshold: Threshold) -> list[CaseScores]:
    """Return the cases that a threshold speaks of."""
    return [case for case in scores.cases if threshold.type in ("", case.type)]


def _worst(cases: list[CaseScores], metric: str, *, low: bool) -> list[str]:
    valued = [(value, case.id) for case in cases if (value := case.values.get(metric)) is not None]
    valued.sort(key=lambda item: item[0], reverse=not low)
    return [f"{one_line(id_)} {value:g}" for value, id_ in valued[:NAMED]]


def _worst_types(metric: MetricScores, *, low: bool) -> str:
    valued = [(own.mean, type_) for type_, own in metric.by_type.items() if own.mean is not None]
    valued.sort(reverse=not low)
    return (
        "types: " + ", ".join(f"{one_line(t)} {figure(v, metric.unit)}" for v, t in valued[:3])
        if valued
        else ""
    )
