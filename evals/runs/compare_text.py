"""A comparison of two runs as text for the terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from evals.report.text import (
    GROUPS,
    bounds,
    change,
    columns,
    figure,
    interval,
    one_line,
    what,
    when,
    writer,
)

if TYPE_CHECKING:
    from evals.runs.compare import Comparison, Flip
    from evals.runs.difference import Difference, SideBySide
    from evals.runs.record import RunInfo

_MEANS = {"few": "too few cases to tell", "changed": "changed", "better": "better", "worse": "WORSE"}
_DIGITS = 6


def render_comparison(found: Comparison) -> str:
    """Return a comparison as text: warnings, what flipped, differences, and what can't be paired."""
    lines = [_run("A", found.before), _run("B", found.after)]
    lines += [f"WARNING: {warning}" for warning in found.warnings]
    lines += [f"  {one_line(line)}" for line in found.changed]
    lines += ["", *_flips(found)]
    if found.paired:
        lines += ["", *_differences(found)]
    if found.unpaired:
        lines += ["", "Over all cases together; unpaired, so compare the intervals with care:"]
        lines += columns([_side(row) for row in found.unpaired], indent="  ")
    for side, names in (("A", found.only_before), ("B", found.only_after)):
        if names:
            lines.append(f"Only in {side}: {', '.join(names)}")
    return "\n".join(lines)


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values for JSON."""
    return {
        "a": _identity(found.before, found.judges[0]),
        "b": _identity(found.after, found.judges[1]),
        "warnings": list(found.warnings),
        "changed": list(found.changed),
        "passed": {
            "cases": found.cases,
            "a": found.passed[0],
            "b": found.passed[1],
            "lost": [asdict(flip) for flip in found.lost],
            "won": [asdict(flip) for flip in found.won],
            "mcnemar_p": round(found.p, _DIGITS),
        },
        "paired": {row.metric: _difference_json(row) for row in found.paired},
        "unpaired": {
            row.metric: {
                "group": row.group,
                "better": row.better,
                "unit": row.unit,
                "a": row.before.model_dump(),
                "b": row.after.model_dump(),
            }
            for row in found.unpaired
        },
        "only_in_a": list(found.only_before),
        "only_in_b": list(found.only_after),
    }


def _run(letter: str, info: RunInfo) -> str:
    return f"{letter}: {one_line(info.name)}, {what(info)}, {when(info)}; writer: {writer(info)}"


def _flips(found: Comparison) -> list[str]:
    lost, won = len(found.lost), len(found.won)
    lines = [
        f"Cases passed: {found.passed[0]} → {found.passed[1]} of {found.cases} in both; "
        f"{lost} lost, {won} won, McNemar's p = {found.p:.3f}"
    ]
    lines += [_flip("lost", flip) for flip in found.lost]
    lines += [_flip("won", flip) for flip in found.won]
    return lines


def _flip(how: str, flip: Flip) -> str:
    why = "; ".join(flip.failures) or "no reason on record"
    before = "before: " if how == "won" else ""
    return f"  {how:<4}  {one_line(flip.id)} ({one_line(flip.type)})  {before}{one_line(why, 160)}"


def _differences(found: Comparison) -> list[str]:
    rows, remarks = [["", "A", "B", "B − A", "95% interval", "n"]], [""]
    for group in dict.fromkeys((*GROUPS, *(row.group for row in found.paired))):
        own = [row for row in found.paired if row.group == group and not _same(row)]
        if own:
            rows += [[group, *[""] * 5], *map(_difference, own)]
            remarks += ["", *map(_remark, own)]
    lines = []
    if len(rows) > 1:
        lines = [f"{line}  {remark}".rstrip() for line, remark in zip(columns(rows), remarks, strict=True)]
    if same := [row.metric for row in found.paired if _same(row)]:
        lines.append(f"The same in every case of both: {', '.join(same)}")
    sure = sum(row.sure for row in found.paired)
    lines.append(
        f"{sure} of {len(found.paired)} intervals exclude 0; where nothing changed, one in twenty does by chance"
    )
    return lines


def _same(row: Difference) -> bool:
    return row.change.low == row.change.high == 0 and not row.alone


def _difference(row: Difference) -> list[str]:
    return [
        f"  {row.metric}",
        figure(row.before, row.unit),
        figure(row.after, row.unit),
        change(row.change.value, row.unit),
        bounds(row.change.low, row.change.high, row.unit, signed=True),
        str(row.change.n),
    ]


def _remark(row: Difference) -> str:
    alone = f"{row.alone} more have it in one run only" if row.alone else ""
    return "; ".join(filter(None, (_MEANS.get(row.verdict, ""), alone)))


def _side(row: SideBySide) -> list[str]:
    return [
        row.metric,
        figure(row.before.mean, row.unit),
        interval(row.before, row.unit),
        "→",
        figure(row.after.mean, row.unit),
        interval(row.after, row.unit),
    ]


def _difference_json(row: Difference) -> dict[str, Any]:
    return {
        "group": row.group,
        "better": row.better,
        "unit": row.unit,
        "a": round(row.before, _DIGITS),
        "b": round(row.after, _DIGITS),
        "difference": round(row.change.value, _DIGITS),
        "low": round(row.change.low, _DIGITS),
        "high": round(row.change.high, _DIGITS),
        "n": row.change.n,
        "in_one_only": row.alone,
        "sure": row.sure,
        "verdict": row.verdict,
    }


def _identity(info: RunInfo, judge: str | None) -> dict[str, Any]:
    return {
        "name": info.name,
        "started": info.started,
        "llm": info.llm,
        "judge": judge,
        "cases": info.cases,
        "cases_fingerprint": info.cases_fingerprint,
        "store_fingerprint": info.store_fingerprint,
    }
