"""The report's plots: SVG that takes the page's colours, each with its words and its numbers for who can't see it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.metrics.base import Sample
from evals.report.text import figure, interval, one_line
from evals.runs.scores import MetricScores, Scores

_INK, _FAINT, _ONE, _OTHER = "#010203", "#040506", "#070809", "#0a0b0c"
_COLOURS = {_INK: "var(--ink)", _FAINT: "var(--line)", _ONE: "var(--accent)", _OTHER: "var(--second)"}
"""Colours that stand for the page's own, which differ between light and dark."""
_BINS = 20
_PERCENTILES = (50, 75, 90, 95, 99)
_WIDE = 20
"""From this ratio of the longest to the shortest time the axis is logarithmic."""


@dataclass(frozen=True)
class Plot:
    """A plot: what it says in a sentence, and its numbers as a table."""

    title: str
    told: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def type_plots(scores: Scores, names: Sequence[str]) -> list[Plot]:
    """Return a plot of each metric by type of case, with intervals; none where all types are alike."""
    chosen = [(name, scores.metrics[name]) for name in names]
    return [_type_plot(name, metric) for name, metric in chosen if _plottable(metric)]


def _plottable(metric: MetricScores) -> bool:
    return len({own.mean for own in metric.by_type.values()} - {None}) > 1


def _type_plot(name: str, metric: MetricScores) -> Plot:
    own = [(one_line(type_, 24), found) for type_, found in sorted(metric.by_type.items())]
    valued = [(type_, found) for type_, found in own if found.mean is not None]
    with _figure(3.6, 0.75 + 0.24 * len(valued)) as (figure_, axes):
        means = np.array([found.mean for _, found in valued], dtype=np.float64)
        ends = np.array([[found.low, found.high] for _, found in valued], dtype=np.float64).T
        away = np.abs(np.vstack([means - ends[0], ends[1] - means]))
        places = np.arange(len(valued))[::-1]
        axes.errorbar(means, places, xerr=away, fmt="o", ms=4.5, color=_ONE, ecolor=_ONE, elinewidth=1.4)
        if metric.all.mean is not None:
            axes.axvline(metric.all.mean, color=_OTHER, lw=1, ls=(0, (3, 2)))
        axes.set_yticks(places, [type_ for type_, _ in valued])
        axes.set_ylim(-0.7, len(valued) - 0.3)
        if not metric.unit:
            axes.set_xlim(-0.03, 1.03)
        else:
            axes.set_xlabel(metric.unit)
        axes.grid(axis="x", color=_FAINT, lw=0.6)
        svg = _svg(figure_, f"type-{name}")
    worst = (min if metric.better != "lower" else max)(valued, key=lambda item: item[1].mean or 0.0)
    told = (
        f"{name} by type, with 95% intervals; {figure(metric.all.mean, metric.unit)} over all, "
        f"{'lowest' if metric.better != 'lower' else 'highest'} for {worst[0]}: {figure(worst[1].mean, metric.unit)}"
    )
    rows = [
        (type_, figure(found.mean, metric.unit), interval(found, metric.unit), str(found.n))
        for type_, found in own
    ]
    return Plot(name, told, svg, ("type", "value", "95% interval", "n"), tuple(rows))


def answerability_plot(samples: Sequence[Sample]) -> Plot | None:
    """Return how the answerability estimated beforehand spreads over answerable questions and others."""
    groups: dict[bool, list[float]] = {True: [], False: []}
    for sample in samples:
        answer = sample.recorded.answer
        if answer is not None and answer.answerability is not None:
            groups[sample.case.answerable].append(answer.answerability)
    if not any(groups.values()):
        return None
    edges = np.linspace(0, 1, _BINS + 1)
    labels = {True: "answerable", False: "not answerable"}
    colours = {True: _ONE, False: _OTHER}
    with _figure(5.6, 2.6) as (figure_, axes):
        for answerable, values in groups.items():
            if values:
                weights = np.full(len(values), 1 / len(values))
                style = {"histtype": "stepfilled", "alpha": 0.35, "color": colours[answerable]}
                axes.hist(values, bins=edges, weights=weights, **style)
                style = {"histtype": "step", "lw": 1.4, "color": colours[answerable]}
                label = f"{labels[answerable]} (n = {len(values)})"
                axes.hist(values, bins=edges, weights=weights, label=label, **style)
        axes.set_xlim(0, 1)
        axes.set_xlabel("estimated answerability")
        axes.set_ylabel("share of questions")
        axes.legend(frameon=False, labelcolor=_INK)
        svg = _svg(figure_, "answerability")
    rows, said = [], []
    for answerable, values in groups.items():
        if values:
            low, middle, high = (f"{value:.2f}" for value in np.percentile(values, (25, 50, 75)))
            rows.append((labels[answerable], str(len(values)), low, middle, high))
            said.append(f"{middle} for questions that are {labels[answerable]}")
    told = f"Answerability estimated before anything is written: median {' and '.join(said)}"
    head = ("questions", "n", "lower quartile", "median", "upper quartile")
    return Plot("Answerability", told, svg, head, tuple(rows))


def latency_plot(samples: Sequence[Sample]) -> Plot | None:
    """Return the share of answers, and of evidence, that was there after so many seconds."""
    clocks = {
        "evidence": [s.recorded.evidence_seconds for s in samples if s.recorded.evidence_seconds is not None],
        "whole answer": [s.recorded.seconds for s in samples if s.recorded.answer is not None],
    }
    clocks = {name: values for name, values in clocks.items() if values}
    if not clocks:
        return None
    every = [value for values in clocks.values() for value in values]
    with _figure(5.6, 2.6) as (figure_, axes):
        for (name, values), colour in zip(clocks.items(), (_OTHER, _ONE), strict=False):
            ordered = np.sort(values)
            axes.step(
                ordered,
                np.arange(1, len(ordered) + 1) / len(ordered) * 100,
                where="post",
                color=colour,
                label=name,
            )
            marks = np.percentile(values, (50, 95))
            axes.plot(marks, (50, 95), "o", ms=5, color=colour)
        if min(every) > 0 and max(every) / min(every) > _WIDE:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.set_ylim(0, 102)
        axes.set_xlabel("seconds from the question (dots: p50 and p95)")
        axes.set_ylabel("percent there")
        axes.grid(color=_FAINT, lw=0.6)
        axes.legend(frameon=False, labelcolor=_INK, loc="lower right")
        svg = _svg(figure_, "latency")
    rows = [
        (n, str(len(v)), *(figure(float(p), "s") for p in np.percentile(v, _PERCENTILES)))
        for n, v in clocks.items()
    ]
    said = "; ".join(f"{row[0]}: half within {row[2]}, 95% within {row[5]}" for row in rows)
    head = ("", "n", *(f"p{percent}" for percent in _PERCENTILES))
    return Plot("Latency", f"Seconds from the question. {said[:1].upper()}{said[1:]}", svg, head, tuple(rows))


@contextmanager
def _figure(width: float, height: float) -> Iterator[tuple[Any, Any]]:
    """Give a figure in inches and its axes, in the page's colours; text stays text, and none of it is a formula."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "svg.fonttype": "none", "text.parse_math": False, "axes.unicode_minus": False, "font.size": 9,
        "text.color": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
        "axes.edgecolor": _FAINT, "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
        "xtick.major.size": 0, "ytick.major.size": 0, "xtick.minor.size": 0,
    }  # fmt: skip
    with rc_context(style):
        drawn = Figure(figsize=(width, height), layout="constrained", facecolor="none")
        axes = drawn.add_subplot(facecolor="none")
        yield drawn, axes


def _svg(drawn: Any, name: str) -> str:
    """Return a figure as an SVG element to stand within a page, hidden from screen readers: its words stand beside."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": name}):
        drawn.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>", _opening, text, count=1)
    prefix = re.sub(r"\W", lambda found: f"-{ord(found[0]):x}-", name)  # two names never become one
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r"url\(#", f"url(#{prefix}-", text)
    text = re.sub(r'href="#', f'href="#{prefix}-', text)
    text = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--sans)", text)
    for colour, own in _COLOURS.items():
        text = text.replace(colour, own)
    return text


def _opening(found: re.Match[str]) -> str:
    _, _, width, height = found[1].split()
    size = f'width="{float(width) * 4 / 3:.0f}" height="{float(height) * 4 / 3:.0f}"'  # points to pixels
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{found[1]}" '
        f'{size} aria-hidden="true" focusable="false">'
    )
