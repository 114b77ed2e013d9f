"""What a gate came to: its checks, as lines for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from evals.report.text import one_line, what, when, writer
from evals.runs.record import RunInfo

Status = Literal["ok", "failed", "skipped"]
TINY = 1e-9
"""What limits are exceeded by at least: 0.80 − 0.78 is a hair more than 0.02 in floating point."""
NAMED = 5
"""Cases that a message names."""


@dataclass(frozen=True)
class Check:
    """One thing that was asked of a run: `message` tells what was found, and where it failed what regressed."""

    name: str
    status: Status
    message: str


@dataclass(frozen=True)
class GateResult:
    """All checks of a run."""

    run: RunInfo
    baseline: RunInfo | None
    config: Path
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed; one that was skipped isn't a failure."""
        return not any(check.status == "failed" for check in self.checks)


def render_gate(result: GateResult) -> str:
    """Return a gate's outcome as text: failures first, then what was skipped, then what is well."""
    failed = [check for check in result.checks if check.status == "failed"]
    against = (
        f" against {one_line(result.baseline.name)} of {when(result.baseline)}" if result.baseline else ""
    )
    lines = [
        f"{one_line(result.run.name)}: {what(result.run)}; writer: {writer(result.run)}",
        f"held against {result.config.name}{against}",
        "",
    ]
    for status, mark in (("failed", "FAILED"), ("skipped", "skipped"), ("ok", "ok")):
        lines += [
            f"{mark:<7}  {one_line(check.name)}: {check.message}"
            for check in result.checks
            if check.status == status
        ]
    of = sum(check.status != "skipped" for check in result.checks)
    verdict = f"GATE FAILED: {len(failed)} of {of} checks" if failed else f"GATE PASSED: {of} checks"
    return "\n".join([*lines, "", verdict])


def gate_json(result: GateResult) -> dict[str, Any]:
    """Return a gate's outcome as plain values for JSON."""
    return {
        "passed": result.passed,
        "run": result.run.name,
        "baseline": result.baseline.name if result.baseline else None,
        "config": result.config.name,
        "checks": [asdict(check) for check in result.checks],
    }


def check(name: str, good: bool, message: str) -> Check:
    """Return a check that is well or failed."""
    return Check(name, "ok" if good else "failed", message)


def listed(label: str, items: Sequence[str]) -> str:
    """Return the first few items after a label, and how many more there are; nothing for none."""
    shown = ", ".join(one_line(item, 120) for item in items[:NAMED])
    more = f" and {len(items) - NAMED} more" if len(items) > NAMED else ""
    return f"{label}: {shown}{more}" if items else ""
