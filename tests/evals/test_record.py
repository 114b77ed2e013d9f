"""Saved runs: whole after a kill, damaged ones told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from samples import LUMEN, PAPERS, case, quote, sample
from test_scores import INFO

from assistant.errors import UsageError
from evals.runs.lines import LineFile
from evals.runs.record import begin, finish, load_run, read_answers, read_info, remove_run

CASES = [case(id="a"), case(id="b")]
ROWS = [sample(each, quote(LUMEN, "It is 3.2 times faster.")).recorded for each in CASES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with both answers and its papers."""
    begin(tmp_path / "run", INFO, CASES)
    recorder = LineFile(tmp_path / "run" / "answers.jsonl")
    for row in ROWS:
        recorder.add(row)
    recorder.close()
    finish(tmp_path / "run", PAPERS.values())
    return tmp_path / "run"


def test_what_is_written_is_read(folder: Path) -> None:
    run = load_run(folder)
    assert run.info == INFO
    assert run.cases == CASES
    assert run.answers == {row.id: row for row in ROWS}
    assert run.papers == PAPERS


def test_a_torn_last_line_is_dropped_and_cut_off(folder: Path) -> None:
    whole = (folder / "answers.jsonl").read_bytes()
    (folder / "answers.jsonl").write_bytes(whole[:-20])
    assert [row.id for row in read_answers(folder)] == ["a"]
    with pytest.raises(UsageError, match="isn't finished: 1 of 2"):
        load_run(folder)
    recorder = LineFile(folder / "answers.jsonl")
    recorder.add(ROWS[1])
    recorder.close()
    assert (folder / "answers.jsonl").read_bytes() == whole


def test_a_damaged_line_is_told(folder: Path) -> None:
    lines = (folder / "answers.jsonl").read_text("utf-8").splitlines()
    (folder / "answers.jsonl").write_text("\n".join(['{"id": 1}', *lines]) + "\n", "utf-8")
    with pytest.raises(UsageError, match="line 1"):
        load_run(folder)


def test_the_last_answer_to_a_case_counts(folder: Path) -> None:
    recorder = LineFile(folder / "answers.jsonl")
    recorder.add(ROWS[0].model_copy(update={"seconds": 9.0}))
    recorder.close()
    assert load_run(folder).answers["a"].seconds == 9.0


@pytest.mark.parametrize("name", ["run.json", "papers.jsonl"])
def test_a_missing_or_damaged_file_is_told(folder: Path, name: str) -> None:
    (folder / name).write_text("{", "utf-8")
    with pytest.raises(UsageError, match=name):
        load_run(folder)
    (folder / name).unlink()
    with pytest.raises(UsageError, match=name):
        load_run(folder)


def test_papers_that_were_lost_are_told(folder: Path) -> None:
    begin(folder, INFO, [case(id="a", gold=["lumen"]), case(id="b")])
    assert load_run(folder).papers
    (folder / "papers.jsonl").write_text("", "utf-8")
    with pytest.raises(UsageError, match="lacks 1 papers"):
        load_run(folder)


@pytest.mark.parametrize("name", ["run.json", "papers.jsonl"])
def test_bytes_that_are_no_text_are_told(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=name):
        load_run(folder)


def test_only_one_process_writes_to_a_record(folder: Path) -> None:
    recorder = LineFile(folder / "answers.jsonl")
    with pytest.raises(UsageError, match="another command is writing"):
        LineFile(folder / "answers.jsonl")
    recorder.close()
    LineFile(folder / "answers.jsonl").close()


def test_a_folder_without_a_run_has_no_info(tmp_path: Path) -> None:
    assert read_info(tmp_path) is None


def test_removing_a_run_leaves_what_is_not_its_own(folder: Path, tmp_path: Path) -> None:
    for name in ("scores.json", "report.html", "judged-x.jsonl", "notes.txt", "other.jsonl"):
        (folder / name).write_text("x", "utf-8")
    remove_run(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", "other.jsonl"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "cases.jsonl").write_text("mine", "utf-8")
    remove_run(tmp_path / "other")
    assert (tmp_path / "other" / "cases.jsonl").is_file()
