"""The chat page's tab of runs: what it shows, and what it says where there is nothing or something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_run import made_run, made_scores

from assistant.settings import Settings
from evals import extras
from evals.runs.scores import save_scores
from evals.tab import runs_tab


def test_saved_runs_are_shown(tmp_path: Path) -> None:
    run = made_run(tmp_path / "mine")
    save_scores(made_scores(run), run.folder / "scores.json")
    shown = runs_tab(Settings(runs=tmp_path))
    assert "mine" in shown
    assert "<table" in shown


def test_without_runs_it_tells_how_to_make_one(tmp_path: Path) -> None:
    assert "paperchat eval run" in runs_tab(Settings(runs=tmp_path / "none"))


def test_what_is_missing_is_told_and_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_NEEDED", ("no_<such>_package",))
    shown = runs_tab(Settings(runs=tmp_path))
    assert "no_&lt;such&gt;_package" in shown
    assert "make setup-dev" in shown
