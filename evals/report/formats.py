"""A run's report: a web page, Markdown, and JSON with every metric by type."""

from __future__ import annotations

import re
from typing import Any

from evals.report.cases import CaseView, case_views
from evals.report.page import missing_values, page
from evals.report.text import figure, grouped, interval, one_line, passes, types_of, what, when, writer
from evals.runs.record import Run
from evals.runs.scores import Scores

_LONG = 600
"""Characters of an answer that the Markdown shows."""


def html_report(run: Run, scores: Scores) -> str:
    """Return the report as one self-contained HTML page."""
    return page(run, scores)


def json_report(scores: Scores) -> dict[str, Any]:
    """Return every metric over all cases and by type, and what became of each case, as plain values for JSON."""
    return {
        "run": scores.run.model_dump(mode="json"),
        "judge": scores.judge,
        "passed": {
            "all": _counted(*passes(scores.cases)),
            "by_type": {type_: _counted(*passes(scores.cases, type_)) for type_ in types_of(scores.cases)},
        },
        "metrics": {name: metric.model_dump(mode="json") for name, metric in scores.metrics.items()},
        "missing": {row.name: dict(row.reasons) for row in missing_values(scores)},
        "cases": [case.model_dump(mode="json") for case in scores.cases],
    }


def markdown_report(run: Run, scores: Scores) -> str:
    """Return the report as Markdown: figures, cases passed by type, and every failure with its answer."""
    good, of = passes(scores.cases)
    lines = [
        f"# {_text(run.info.name)}",
        "",
        f"{_text(what(run.info))}, {when(run.info)}. Writer: {_text(writer(run.info))}. "
        f"Judge: {_text(scores.judge or 'none')}. {good} of {of} cases pass.",
        "",
    ]
    for group, metrics in grouped(scores).items():
        lines += [f"## {_text(group).capitalize()}", ""]
        lines += ["| metric | value | 95% interval | n | missing |", "|---|---:|---:|---:|---:|"]
        lines += [
            f"| {_text(name)}{' ↓' if metric.better == 'lower' else ''} | {figure(metric.all.mean, metric.unit)} "
            f"| {interval(metric.all, metric.unit)} | {metric.all.n} | {metric.all.missing or ''} |"
            for name, metric in metrics
        ]
        lines.append("")
    lines += ["## By type", "", *_types(scores)]
    if missing := missing_values(scores):
        lines += ["## Missing values", ""]
        lines += [
            f"- {_text(row.name)}: {row.missing} of {row.of}; "
            + "; ".join(f"{_text(reason)} ({times})" for reason, times in row.reasons)
            for row in missing
        ]
        lines.append("")
    failures = [view for view in case_views(run, scores) if view.outcome != "passed"]
    lines += [f"## Failures ({len(failures)})", ""]
    for view in failures:
        lines += _failure(view)
    return "\n".join(lines).rstrip() + "\n"


def _types(scores: Scores) -> list[str]:
    """Return a table for each group of metrics: types of cases by metrics, as far as each applies."""
    lines = []
    for group, metrics in grouped(scores).items():
        names = [name for name, _ in metrics]
        lines += [f"### {_text(group).capitalize()}, by type", ""]
        lines += [f"| type | cases | {' | '.join(map(_text, names))} |", "|---|---:|" + "---:|" * len(names)]
        for type_ in types_of(scores.cases):
            found = [(metric.by_type.get(type_), metric.unit) for _, metric in metrics]
            cells = [figure(own.mean, unit) if own else "" for own, unit in found]
            of = passes(scores.cases, type_)[1]
            lines.append(f"| {_text(type_)} | {of} | {' | '.join(cells)} |")
        lines.append("")
    return lines


def _failure(view: CaseView) -> list[str]:
    lines = [f"### {_text(view.case.id)} ({_text(view.case.type)})", ""]
    lines += [f"- **why:** {_text(reason)}" for reason in view.scores.failures]
    lines += [f"- **{turn.role}:** {_text(turn.content, _LONG)}" for turn in view.history]
    lines.append(f"- **question:** {_text(view.case.question, _LONG)}")
    if view.answer is None:
        lines.append(f"- **error:** {_text(view.recorded.error, _LONG)}")
    else:
        lines.append(f"- **answer** ({view.status}): {_text(view.answer.text, _LONG)}")
    for paper in view.gold:
        rank = f"rank {paper.rank}" if paper.rank else "not found"
        lines.append(f"- **gold:** {_text(paper.title)} ({rank}, {'cited' if paper.cited else 'not cited'})")
    return [*lines, ""]


def _counted(good: int, of: int) -> dict[str, int]:
    return {"passed": good, "of": of}


def _text(text: str, most: int | None = None) -> str:
    """Return a text from a file so that Markdown and HTML take none of it as theirs."""
    return (
        re.sub(r"([\\`*_\[\]|<>~&$])", r"\\\1", one_line(text, most))
        .replace("\\<", "&lt;")
        .replace("\\&", "&amp;")
    )
