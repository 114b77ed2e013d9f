"""The report as one web page: its parts put together, self-contained, every text in it escaped."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.report.cases import case_views
from evals.report.plots import answerability_plot, latency_plot, type_plots
from evals.report.text import (
    figure,
    grouped,
    interval,
    key_figures,
    one_line,
    passes,
    types_of,
    what,
    when,
    writer,
)
from evals.runs.record import Run, RunInfo
from evals.runs.scores import MetricScores, Scores, Summary, samples_of

_TEMPLATES = Path(__file__).with_name("templates")
_MOST_COLUMNS = 4
"""Metrics that the table of cases has room for."""


@dataclass(frozen=True)
class Cell:
    """A figure as it is shown."""

    name: str
    about: str
    better: str
    value: str
    interval: str
    n: int
    missing: int


@dataclass(frozen=True)
class TypeTable:
    """One group's figures by type of case: a row a type, a column a metric."""

    group: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[Cell | None, ...]], ...]
    """The type, how many cases are of it, and a figure or None for each metric."""


@dataclass(frozen=True)
class Missing:
    """Values that a metric should have and has none, with the reasons and how often each was given."""

    name: str
    missing: int
    of: int
    reasons: tuple[tuple[str, int], ...]


def page(run: Run, scores: Scores) -> str:
    """Return the report's page: no part of it is fetched, and nothing in it runs but its own script."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    samples = samples_of(run)
    keys = key_figures(scores.metrics)
    views = case_views(run, scores)
    script, style = _read("report.js"), _read("report.css")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["line"] = one_line
    good, of = passes(scores.cases)
    return environment.get_template("report.html.j2").render(
        policy=_policy(script),
        style=style,
        script=script,
        name=one_line(run.info.name),
        what=what(run.info),
        when=when(run.info),
        writer=writer(run.info),
        judge=scores.judge,
        facts=_facts(run.info),
        settings=sorted(run.info.settings.items()),
        versions=sorted(run.info.versions.items()),
        passed=good,
        of=of,
        errors=sum(view.outcome == "error" for view in views),
        tiles=[cell_of(name, scores.metrics[name], scores.metrics[name].all) for name in keys],
        groups={
            group: [cell_of(name, metric, metric.all) for name, metric in metrics]
            for group, metrics in grouped(scores).items()
        },
        type_tables=_type_tables(scores),
        type_plots=type_plots(scores, keys),
        plots=[plot for plot in (answerability_plot(samples), latency_plot(samples)) if plot],
        missing=missing_values(scores),
        columns=_telling(keys, scores)[:_MOST_COLUMNS],
        types=types_of(scores.cases),
        views=views,
        failures=[view for view in views if view.outcome != "passed"],
        passing=[view for view in views if view.outcome == "passed"],
    )


def cell_of(name: str, metric: MetricScores, found: Summary) -> Cell:
    """Return a figure as it is shown."""
    return Cell(
        name, metric.about, metric.better, figure(found.mean, metric.unit), interval(found, metric.unit),
        found.n, found.missing,
    )  # fmt: skip


def missing_values(scores: Scores) -> list[Missing]:
    """Return the metrics that lack values, with why."""
    found = []
    for name, metric in scores.metrics.items():
        if metric.all.missing:
            reasons = Counter(
                one_line(case.why.get(name, "no reason on record"), 200)
                for case in scores.cases
                if name in case.values and case.values[name] is None
            )
            of = metric.all.n + metric.all.missing
            found.append(Missing(name, metric.all.missing, of, tuple(reasons.most_common())))
    return found


def _telling(names: Sequence[str], scores: Scores) -> list[str]:
    """Return the metrics in which the cases differ, beyond whether they passed."""
    found = []
    for name in names:
        values = {case.values.get(name) for case in scores.cases} - {None}
        if len(values) > 1 and any(case.values.get(name) != float(case.passed) for case in scores.cases):
            found.append(name)
    return found


def _type_tables(scores: Scores) -> list[TypeTable]:
    types = types_of(scores.cases)
    tables = []
    for group, metrics in grouped(scores).items():
        rows: list[tuple[str, int, tuple[Cell | None, ...]]] = []
        for type_ in types:
            cells = tuple(
                cell_of(name, metric, metric.by_type[type_]) if type_ in metric.by_type else None
                for name, metric in metrics
            )
            rows.append((type_, passes(scores.cases, type_)[1], cells))
        every = tuple(cell_of(name, metric, metric.all) for name, metric in metrics)
        rows.append(("all", len(scores.cases), every))
        tables.append(TypeTable(group, tuple(name for name, _ in metrics), tuple(rows)))
    return tables


def _facts(info: RunInfo) -> Sequence[tuple[str, str]]:
    made_by = [f"{name} {info.versions[name]}" for name in ("paperchat", "python") if name in info.versions]
    return (
        ("Cases", f"{info.cases_file}, {info.cases}, fingerprint {info.cases_fingerprint}"),
        ("Papers", f"{info.papers:,} in {Path(info.store).name}, fingerprint {info.store_fingerprint}"),
        ("Embedder", info.embedder),
        ("Versions", ", ".join(made_by)),
    )


def _policy(script: str) -> str:
    """Return the page's security policy: nothing is fetched, and only the page's own script runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
