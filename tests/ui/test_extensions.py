"""What another package adds to the command line and to the page is found, and its absence harms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.extensions import parts


def install(folder: Path, entry_points: str) -> None:
    """Make a distribution as an installer would leave it."""
    info = folder / "other-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(entry_points, "utf-8")
    (folder / "other_package.py").write_text("ANSWER = 42\n", "utf-8")


def test_the_evaluation_adds_its_command_and_its_tab() -> None:
    from evals.cli import app
    from evals.tab import runs_tab

    assert list(parts("paperchat.commands")) == [("eval", app)]
    assert list(parts("paperchat.tabs")) == [("Runs", runs_tab)]


def test_a_part_whose_package_is_absent_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "[a.group]\nhere = other_package:ANSWER\nabsent = no_such_package.module:ANSWER\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(parts("a.group", "other")) == [("here", 42)]
    assert list(parts("another.group", "other")) == []


def test_a_project_that_is_not_installed_has_no_parts() -> None:
    assert list(parts("paperchat.commands", "no-such-project")) == []
