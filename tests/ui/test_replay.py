"""`ask --record` and `replay`: an answer made again from its file, and the exit code that tells if it is the same."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from ui.cli import app


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_a_recorded_answer_comes_out_the_same(stored: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    question = ("ask", "How much faster is Lumen?", "--since", 1990, "--store", stored, "--llm", "none")
    asked = call(*question, "--record", file, "--json")
    assert asked.exit_code == 0
    assert json.loads(file.read_text())["answer"]["claims"] == json.loads(asked.stdout)["claims"]
    again = call("replay", file, "--store", stored)
    assert (again.exit_code, again.stdout) == (0, "The answer is the same.\n")


def test_what_differs_is_shown(stored: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    call("ask", "How much faster is Lumen?", "--store", stored, "--llm", "none", "--record", file)
    file.write_text(file.read_text().replace("3.2 times", "9.9 times").replace('"papers": "', '"papers": "0'))
    again = call("replay", file, "--store", stored)
    assert again.exit_code == 1
    assert "-" in again.stdout and "9.9 times" in again.stdout and "3.2 times" in again.stdout
    assert "The store's papers aren't those" in again.stderr


def test_recording_needs_a_question_and_a_place(stored: Path, tmp_path: Path) -> None:
    asked = call(
        "ask", "How fast?", "--store", stored, "--llm", "none", "--record", tmp_path / "no" / "a.json"
    )
    assert "can't be written" in str(asked.exception)
