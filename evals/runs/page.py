"""Saved runs as an HTML fragment: a table for each set of comparable runs, newest first, with sparklines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from evals.report.text import bounds, change, figure, key_figures, one_line, what, when, writer

if TYPE_CHECKING:
    from evals.runs.watch import SavedRun

_WIDTH, _HEIGHT, _EDGE = 96, 24, 3
_EMPTY = (
    '<p class="runs-note">No saved runs yet. <code>paperchat eval run</code> asks a file of questions and saves what '
    "comes back.</p>"
)


def runs_fragment(runs: Sequence[SavedRun]) -> str:
    """Return runs as HTML; everything in it that comes from a file is escaped.

    Args:
        runs: Oldest first, as `history` returns them.
    """
    if not runs:
        return f'<div class="runs">{_EMPTY}</div>'
    newest_first = list(reversed([run for run in runs if run.info]))
    parts = [
        _table([run for run in newest_first if run.like == like])
        for like in dict.fromkeys(run.like for run in newest_first)
    ]
    if damaged := [run for run in runs if run.info is None]:
        lines = "".join(f"<li>{_text(run.folder.name)}: {_text(run.note)}</li>" for run in damaged)
        parts.append(f"<h3>Can’t be read</h3><ul>{lines}</ul>")
    return f'<div class="runs">{"".join(parts)}</div>'


def _table(runs: Sequence[SavedRun]) -> str:
    """Return the table of runs over the same cases and papers."""
    info = runs[0].info
    assert info is not None
    names = key_figures(name for run in runs if run.scores for name in run.scores.metrics)
    head = "".join(f'<th scope="col">{_text(name).replace("_", "_<wbr>")}</th>' for name in names)
    series = {name: [v for run in reversed(runs) if (v := _mean(run, name)) is not None] for name in names}
    sparks = ""
    if any(len(values) > 1 for values in series.values()):
        cells = "".join(f"<td>{_spark(name, series[name], _unit(runs, name))}</td>" for name in names)
        sparks = f'<tr class="runs-sparks"><th scope="row">over time</th><td></td><td></td>{cells}</tr>'
    body = "".join(_row(run, names) for run in runs)
    return (
        f'<table><caption>{_text(what(info))}</caption><thead><tr><th scope="col">run</th>'
        f'<th scope="col">started</th><th scope="col">writer</th>{head}</tr></thead>'
        f"<tbody>{sparks}{body}</tbody></table>"
    )


def _row(run: SavedRun, names: Sequence[str]) -> str:
    info = run.info
    assert info is not None
    head = (
        f'<th scope="row">{_text(run.folder.name)}</th><td>{_text(when(info))}</td>'
        f"<td>{_text(writer(info) if info.llm else 'quotes only')}</td>"
    )
    if run.scores is None:
        return f'<tr>{head}<td colspan="{len(names)}">{_text(run.state)}: {_text(run.note)}</td></tr>'
    return f"<tr>{head}{''.join(_cell(run, name) for name in names)}</tr>"


def _cell(run: SavedRun, name: str) -> str:
    metric = run.scores.metrics.get(name) if run.scores else None
    if metric is None:
        return f"<td>{figure(None)}</td>"
    shown = f"<td>{_text(figure(metric.all.mean, metric.unit))}"
    moved = run.changed(name)
    if moved is None:
        return f"{shown}</td>"
    noise = moved.low <= 0 <= moved.high
    way, said = "runs-noise", "within noise"
    if not noise and metric.better in ("higher", "lower"):
        better = (moved.value > 0) == (metric.better == "higher")
        way, said = ("runs-better", "better") if better else ("runs-worse", "worse")
    elif not noise:
        said = "changed"
    span = bounds(moved.low, moved.high, metric.unit, signed=True)
    return (
        f'{shown} <small class="{way}" title="{_text(f"95% interval of the change {span}")}">'
        f"{_text(change(moved.value, metric.unit))} {said}</small></td>"
    )


def _spark(name: str, values: Sequence[float], unit: str) -> str:
    """Return a small line of a figure over the runs, oldest on the left."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    step = (_WIDTH - 2 * _EDGE) / (len(values) - 1)
    tall = _HEIGHT - 2 * _EDGE
    places = [
        (_EDGE + number * step, _HEIGHT / 2 if high == low else _EDGE + tall * (high - value) / (high - low))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    told = (
        f"{name} over {len(values)} runs: {figure(values[0], unit)} at first, {figure(values[-1], unit)} now"
    )
    x, y = places[-1]
    return (  # the words stand beside it: the chat page keeps no label of an svg
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" aria-hidden="true"><polyline points="{line}" fill="none" '
        f'stroke="currentColor" stroke-width="1.5"></polyline><circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" '
        f'fill="currentColor"></circle></svg><span class="unseen">{_text(told)}</span>'
    )


def _mean(run: SavedRun, name: str) -> float | None:
    found = run.now(name)
    return found.mean if found else None


def _unit(runs: Sequence[SavedRun], name: str) -> str:
    return next(
        (run.scores.metrics[name].unit for run in runs if run.scores and name in run.scores.metrics), ""
    )


def _text(text: str) -> str:
    return escape(one_line(text))
