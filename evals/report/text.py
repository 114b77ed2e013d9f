"""Figures as text: how a value, an interval and a table are written, and a run's summary for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.runs.record import RunInfo
from evals.runs.scores import CaseScores, MetricScores, Scores, Summary

GROUPS = ("answers", "citations", "retrieval", "abstention", "ragas", "judged", "speed")
_KEY = (
    "passed",
    "facts_found",
    "citation_precision",
    "citation_recall",
    "citations_verbatim",
    "abstention_f1",
    "ndcg@10",
    "ragas_faithfulness",
    "seconds_p95",
)
"""What to show where there is room for a few figures; those that a run lacks are left out."""
_FEW = 4
NONE = "—"


def figure(value: float | None, unit: str = "") -> str:
    """Write a value: shares with three decimals, seconds, counts and money as people write them."""
    if value is None:
        return NONE
    if unit == "":
        return f"{value:.3f}"
    if unit == "s":
        return f"{value:.3f} s" if abs(value) < 1 else f"{value:,.2f} s"
    if unit == "$":
        return f"${value:,.4f}" if abs(value) < 1 else f"${value:,.2f}"
    return f"{value:,.1f} {unit}"


def change(value: float, unit: str = "") -> str:
    """Write a difference, with its sign."""
    return f"{'−' if value < 0 else '+'}{figure(abs(value), unit)}"


def interval(found: Summary, unit: str = "") -> str:
    """Write a 95% interval; nothing where there is none."""
    return bounds(found.low, found.high, unit)


def bounds(low: float | None, high: float | None, unit: str = "", *, signed: bool = False) -> str:
    """Write two ends of an interval, the unit once."""
    if low is None or high is None:
        return ""
    write = change if signed else figure
    ends = [write(end, unit) for end in (low, high)]
    if unit not in ("", "$"):
        ends[0] = ends[0].removesuffix(unit).rstrip()
    return f"[{ends[0]}  {ends[1]}]"


def grouped(scores: Scores) -> dict[str, list[tuple[str, MetricScores]]]:
    """Return the metrics by group, in the order in which they are shown."""
    found: dict[str, list[tuple[str, MetricScores]]] = {group: [] for group in GROUPS}
    for name, metric in scores.metrics.items():
        found.setdefault(metric.group, []).append((name, metric))
    return {group: metrics for group, metrics in found.items() if metrics}


def key_figures(names: Iterable[str], most: int = 8) -> list[str]:
    """Return the metrics to show where there is room for a few: the usual ones, and others where those are few."""
    there = list(dict.fromkeys(names))
    usual = [name for name in _KEY if name in there][:most]
    others = [name for name in there if name not in usual]
    return usual + others[: max(0, _FEW - len(usual))]


def types_of(cases: Iterable[CaseScores]) -> list[str]:
    """Return the types of cases, in alphabetical order."""
    return sorted({case.type for case in cases})


def passes(cases: Iterable[CaseScores], type_: str | None = None) -> tuple[int, int]:
    """Return how many cases passed, and of how many."""
    own = [case.passed for case in cases if type_ is None or case.type == type_]
    return sum(own), len(own)


def writer(info: RunInfo) -> str:
    """Tell who wrote a run's answers."""
    return info.llm or "no language model: answers are quotes"


def when(info: RunInfo) -> str:
    """Tell when a run was started, to the minute."""
    return f"{info.started[:16].replace('T', ' ')} UTC"


def what(info: RunInfo) -> str:
    """Tell what was asked, and about how many papers."""
    return one_line(f"{info.cases} cases of {info.cases_file} about {info.papers:,} papers")


def one_line(text: str, most: int | None = None) -> str:
    """Return a text from a file in one line without control characters, shortened to `most` characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if most is None or len(line) <= most else f"{line[: most - 1].rstrip()}…"


def columns(rows: Sequence[Sequence[str]], *, left: int = 1, indent: str = "") -> list[str]:
    """Return rows as lines of aligned columns: the first `left` to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if number < left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def summary(scores: Scores) -> str:
    """Return a run's figures as a table for the terminal, grouped, and the cases that passed by type."""
    head = [
        f"{one_line(scores.run.name)}: {what(scores.run)}, {when(scores.run)}",
        f"Writer: {writer(scores.run)}. Judge: {scores.judge or 'none'}.",
    ]
    rows = [["", "value", "95% interval", "n", "missing"]]
    for group, metrics in grouped(scores).items():
        rows.append([group, "", "", "", ""])
        rows += [
            [
                f"  {name}{' ↓' if metric.better == 'lower' else ''}",
                figure(metric.all.mean, metric.unit),
                interval(metric.all, metric.unit),
                str(metric.all.n),
                str(metric.all.missing or ""),
            ]
            for name, metric in metrics
        ]
    table = columns(rows)
    if any(metric.better == "lower" for metric in scores.metrics.values()):
        table.append("↓ lower is better")
    passed = [["cases passed", "", ""]]
    for type_ in types_of(scores.cases):
        good, of = passes(scores.cases, type_)
        passed.append([f"  {one_line(type_)}", f"{good} of {of}", f"{good / of:.0%}"])
    good, of = passes(scores.cases)
    passed.append(["  all", f"{good} of {of}", f"{good / of:.0%}" if of else ""])
    return "\n".join([*head, "", *table, "", *columns(passed)])
