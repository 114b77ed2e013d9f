"""Saved runs over time: each with its key figures and the change since the last one that it can be compared with."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.errors import UsageError
from evals.report.text import change, columns, figure, key_figures, one_line, passes, what, when
from evals.runs.difference import unpaired_difference
from evals.runs.page import runs_fragment
from evals.runs.record import PAPERS, RUN, SCORES, RunInfo, read_answers, read_info
from evals.runs.scores import Scores, Summary, load_scores
from evals.stats import Estimate

State = Literal["scored", "unscored", "unfinished", "damaged"]


@dataclass(frozen=True)
class SavedRun:
    """One run's folder: what made it, and its scores where it has any; `note` tells what it lacks."""

    folder: Path
    state: State
    info: RunInfo | None = None
    scores: Scores | None = None
    note: str = ""
    last: Scores | None = None
    """Those of the last run before it over the same cases and papers."""

    @property
    def like(self) -> tuple[str, str] | None:
        """What runs share that can be compared: the fingerprints of cases and store."""
        return (self.info.cases_fingerprint, self.info.store_fingerprint) if self.info else None

    def now(self, metric: str) -> Summary | None:
        """Return a metric's figure."""
        found = self.scores.metrics.get(metric) if self.scores else None
        return found.all if found else None

    def changed(self, metric: str) -> Estimate | None:
        """Return a metric's change since the last run like it; None where either lacks it.

        A judged metric has none where another model judged.
        """
        if self.scores is None or self.last is None:
            return None
        now, then = self.scores.metrics.get(metric), self.last.metrics.get(metric)
        if now is None or then is None or (now.group == "judged" and self.scores.judge != self.last.judge):
            return None
        return unpaired_difference(then.all, now.all)


def history(folder: Path) -> list[SavedRun]:
    """Return the saved runs in a folder, oldest first; damaged ones come last.

    Args:
        folder: A folder of runs' folders, or one run's folder.

    Raises:
        UsageError: There is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder", "`paperchat eval run` saves a first run")
    places = [folder] if (folder / RUN).is_file() else sorted(path.parent for path in folder.glob(f"*/{RUN}"))
    found = [_read(place) for place in places]
    found.sort(key=lambda run: (run.info is None, run.info.started if run.info else "", run.folder.name))
    last: dict[tuple[str, str], Scores] = {}
    runs = []
    for run in found:
        if run.like is not None and run.scores is not None:
            runs.append(SavedRun(run.folder, run.state, run.info, run.scores, last=last.get(run.like)))
            last[run.like] = run.scores
        else:
            runs.append(run)
    return runs


def follow(folder: Path, seconds: float) -> Iterator[list[SavedRun]]:
    """Yield the saved runs now, and again whenever a run is added, finished, scored or removed.

    Args:
        folder: As for `history`.
        seconds: How often to look.

    Raises:
        UsageError: There is no such folder.
    """
    known: list[tuple[str, State, int]] | None = None
    while True:
        runs = history(folder)
        seen = [(run.folder.name, run.state, _changed_at(run.folder / SCORES)) for run in runs]
        if seen != known:
            known = seen
            yield runs
        time.sleep(seconds)


def watch_table(runs: Sequence[SavedRun]) -> str:
    """Return runs as a table for the terminal, those that can be compared together, oldest first."""
    if not runs:
        return "No saved runs yet: `paperchat eval run` makes one."
    blocks = []
    for like in dict.fromkeys(run.like for run in runs):
        own = [run for run in runs if run.like == like]
        info = own[-1].info
        lines = [what(info) if info else "can't be read"]
        names = key_figures(name for run in own if run.scores for name in run.scores.metrics)
        rows = [["run", "started", "writer", *names]]
        rows += [_row(run, names) for run in own if run.scores]
        if len(rows) > 1:
            lines += columns(rows, left=3, indent="  ")
        lines += [
            f"  {one_line(run.folder.name)}: {run.state}, {run.note}" for run in own if run.scores is None
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, "Changes are since the run above; ~ marks those within noise."])


def watch_json(runs: Sequence[SavedRun]) -> list[dict[str, Any]]:
    """Return runs as plain values for JSON, with every figure and its change since the last run like it."""
    return [_json(run) for run in runs]


def runs_html(folder: Path) -> str:
    """Return the saved runs of a folder as an HTML fragment, escaped: for a tab of the chat page."""
    return runs_fragment(history(folder) if folder.is_dir() else [])


def _read(folder: Path) -> SavedRun:
    try:
        info = read_info(folder)
        if info is None:  # removed since it was found
            return SavedRun(folder, "damaged", note="it has been removed")
        if (folder / SCORES).is_file():
            return SavedRun(folder, "scored", info, load_scores(folder))
        answered = len({row.id for row in read_answers(folder)})
    except UsageError as error:
        return SavedRun(folder, "damaged", note=f"{error.message}; {error.hint}")
    if answered < info.cases or not (folder / PAPERS).is_file():
        return SavedRun(folder, "unfinished", info, note=f"{answered} of {info.cases} cases are answered")
    return SavedRun(folder, "unscored", info, note="`paperchat eval score` makes its figures")


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _row(run: SavedRun, names: Sequence[str]) -> list[str]:
    assert run.info is not None
    assert run.scores is not None
    head = [one_line(run.folder.name), when(run.info), one_line(run.info.llm or "quotes")]
    return [*head, *(_cell(run, name) for name in names)]


def _cell(run: SavedRun, name: str) -> str:
    metric = run.scores.metrics.get(name) if run.scores else None
    if metric is None:
        return figure(None)
    moved = run.changed(name)
    if moved is None:
        return figure(metric.all.mean, metric.unit)
    noise = "~" if moved.low <= 0 <= moved.high else ""
    return f"{figure(metric.all.mean, metric.unit)} ({noise}{change(moved.value, metric.unit)})"


def _json(run: SavedRun) -> dict[str, Any]:
    info, scores = run.info, run.scores
    good, of = passes(scores.cases) if scores else (None, None)
    figures = {}
    for name, metric in scores.metrics.items() if scores else ():
        moved = run.changed(name)
        figures[name] = {
            **metric.all.model_dump(),
            "change": None if moved is None else round(moved.value, 6),
            "change_is_noise": None if moved is None else moved.low <= 0 <= moved.high,
        }
    return {
        "run": run.folder.name,
        "state": run.state,
        "note": run.note,
        "started": info.started if info else None,
        "llm": info.llm if info else None,
        "judge": scores.judge if scores else None,
        "cases_file": info.cases_file if info else None,
        "cases_fingerprint": info.cases_fingerprint if info else None,
        "store_fingerprint": info.store_fingerprint if info else None,
        "passed": good,
        "of": of,
        "figures": figures,
    }
