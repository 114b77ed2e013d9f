"""Answering cases: everything on record, resumed after a kill, the same every time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from assistant.errors import ModelFailed, StoreDamaged, UsageError
from assistant.events import Event
from assistant.fakes import ScriptedModel
from assistant.llm import ChosenModel
from assistant.models import Answer, Turn
from assistant.pipeline import Assistant
from assistant.settings import Settings
from evals.cases import Case, SentenceRef
from evals.runs.answer import (
    IN_A_ROW,
    default_workers,
    resolve_all,
    run_cases,
    sample_evenly,
)
from evals.runs.describe import describe, masked
from evals.runs.record import Recorded, load_run, read_answers

QUESTIONS = {
    "fast": "How much faster is Lumen than dense attention?",
    "cue": "Which cue does GraphTrim use?",
    "poker": "Do language models play poker optimally?",
    "moon": "Who walked on the moon first?",
}


@pytest.fixture
def cases() -> list[Case]:
    return [Case(id=id_, type="lookup", question=question) for id_, question in QUESTIONS.items()]


def make(assistant: Assistant, cases: list[Case], folder: Path, **options: int) -> int:
    settings = Settings(store=assistant.store.folder, llm="none")
    return run_cases(
        cases, describe(folder.name, "c.jsonl", cases, assistant, settings), assistant, folder, **options
    )


def steady(row: Recorded) -> dict[str, object]:
    """Return what must be the same whenever the question is asked."""
    kept = row.model_dump(exclude={"seconds", "evidence_seconds"})
    if kept["answer"]:
        kept["answer"].pop("timings")
    return kept


def test_everything_is_recorded(quoting: Assistant, cases: list[Case], tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    settings = Settings(store=quoting.store.folder, llm="none")
    info = describe("r", "c.jsonl", cases, quoting, settings)
    done = run_cases(cases, info, quoting, tmp_path / "r", progress=lambda *step: heard.append(step))
    run = load_run(tmp_path / "r")
    assert done == 4
    assert heard == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    fast = run.answers["fast"]
    assert fast.answer is not None
    assert "3.2 times faster" in fast.answer.text
    assert fast.passages[0].passage
    assert fast.evidence_seconds is not None
    assert 0 < fast.evidence_seconds <= fast.seconds
    assert {item.paper_id for item in fast.passages} <= set(run.papers)
    assert run.info.papers == 6
    assert run.info.settings["retrieve_papers"] == 10
    assert run.info.versions["chromadb"]


def test_in_parallel_the_answers_are_the_same(quoting: Assistant, cases: list[Case], tmp_path: Path) -> None:
    make(quoting, cases, tmp_path / "one")
    make(quoting, cases, tmp_path / "four", workers=4)
    one, four = load_run(tmp_path / "one"), load_run(tmp_path / "four")
    assert {id_: steady(row) for id_, row in one.answers.items()} == {
        id_: steady(row) for id_, row in four.answers.items()
    }


def test_what_is_on_record_is_not_asked_again(quoting: Assistant, cases: list[Case], tmp_path: Path) -> None:
    make(quoting, cases, tmp_path / "r")
    lines = (tmp_path / "r" / "answers.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "r" / "answers.jsonl").write_bytes(lines[0] + lines[1][:30])
    assert make(quoting, cases, tmp_path / "r") == 3
    assert (tmp_path / "r" / "answers.jsonl").read_bytes().startswith(lines[0])
    assert make(quoting, cases, tmp_path / "r") == 0


def test_another_store_model_or_setting_does_not_continue_a_run(
    quoting: Assistant, cases: list[Case], tmp_path: Path
) -> None:
    make(quoting, cases, tmp_path / "r")
    with pytest.raises(UsageError, match="another set of cases"):
        make(quoting, cases[:2], tmp_path / "r")
    settings = Settings(store=quoting.store.folder, llm="none", answer_quotes=2)
    with pytest.raises(UsageError, match="answer quotes"):
        run_cases(cases, describe("r", "c", cases, quoting, settings), quoting, tmp_path / "r")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="isn't empty and isn't a run"):
        make(quoting, cases, tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.tex"]


class Failing(Assistant):
    """Fails at one question until it is told not to."""

    wrong: Exception | None = ValueError("a bug")

    def events(
        self, question: str, history: Sequence[Turn] = (), config: RunnableConfig | None = None
    ) -> Iterator[Event]:
        if "poker" in question and self.wrong is not None:
            raise self.wrong
        return super().events(question, history, config)


@pytest.fixture
def failing(quoting: Assistant) -> Failing:
    return Failing(quoting.store, quoting.embedder, ChosenModel(None, "a test without a model", None))


def test_a_case_that_fails_is_recorded_with_its_reason_and_asked_again(
    failing: Failing, cases: list[Case], tmp_path: Path
) -> None:
    make(failing, cases, tmp_path / "r")
    assert load_run(tmp_path / "r").answers["poker"].error == "ValueError: a bug"
    failing.wrong = None
    assert make(failing, cases, tmp_path / "r") == 1
    assert isinstance(load_run(tmp_path / "r").answers["poker"].answer, Answer)


def test_a_store_that_cannot_be_read_stops_the_run(
    failing: Failing, cases: list[Case], tmp_path: Path
) -> None:
    failing.wrong = StoreDamaged("the store is damaged")
    with pytest.raises(StoreDamaged):
        make(failing, cases, tmp_path / "r")
    assert "poker" not in {row.id for row in read_answers(tmp_path / "r")}


def test_a_model_that_fails_is_told_asked_again_and_not_let_fail_for_ever(
    quoting: Assistant, tmp_path: Path
) -> None:
    """Quotes stand in for it, so the answers look whole: a run must not pass them off as the model's."""
    many = [
        Case(id=f"c{n}", type="lookup", question=f"Which cue does GraphTrim use, in {n} words?")
        for n in range(IN_A_ROW + 2)
    ]

    def broken() -> BaseChatModel:
        raise ModelFailed("the key was refused")

    dying = Assistant(quoting.store, quoting.embedder, ChosenModel("openai:x", "a test", broken))
    with pytest.raises(ModelFailed, match=f"openai:x failed {IN_A_ROW} times in a row: the key was refused"):
        make(dying, many, tmp_path / "r")
    rows = list(read_answers(tmp_path / "r"))
    assert len(rows) == IN_A_ROW
    assert all("the key was refused" in row.stood_in for row in rows)
    writer = ScriptedModel(replies=["GraphTrim uses the degree of nodes as the only cue. [1]"])
    well = Assistant(quoting.store, quoting.embedder, ChosenModel("openai:x", "a test", lambda: writer))
    assert make(well, many, tmp_path / "r") == len(many)
    assert not any(row.stood_in for row in load_run(tmp_path / "r").answers.values())


def test_evidence_that_is_not_where_it_is_said_to_be_stops_a_run(quoting: Assistant) -> None:
    title = "A Survey of Poker Agents Built on Language Models"
    wrong = Case(
        id="x", type="lookup", question="?", gold=(title,), evidence=(SentenceRef(paper=title, sentence=99),)
    )
    with pytest.raises(UsageError, match="pieces of evidence"):
        resolve_all([wrong], quoting.store.library, "cases.jsonl")


def test_a_folder_that_a_kill_left_without_its_beginning_is_begun(
    quoting: Assistant, cases: list[Case], tmp_path: Path
) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "cases.jsonl").write_text("", "utf-8")
    assert make(quoting, cases, tmp_path / "r") == 4
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="isn't a folder"):
        make(quoting, cases, tmp_path / "file")


def test_papers_are_resolved_or_the_run_does_not_begin(quoting: Assistant) -> None:
    wrong = Case(id="x", type="lookup", question="?", gold=("No Such Paper",))
    with pytest.raises(UsageError, match="No Such Paper"):
        resolve_all([wrong], quoting.store.library, "cases.jsonl")
    right = wrong.model_copy(update={"gold": ("a survey of poker agents built on language models",)})
    [resolved] = resolve_all([right], quoting.store.library, "cases.jsonl")
    assert quoting.store.library.paper(resolved.gold[0]) is not None


def test_a_limit_takes_cases_from_the_whole_file(cases: list[Case]) -> None:
    assert [case.id for case in sample_evenly(cases, 2)] == ["fast", "poker"]
    assert sample_evenly(cases, 9) == sample_evenly(cases, None) == cases
    with pytest.raises(UsageError, match="--limit 0"):
        sample_evenly(cases, 0)


def test_local_models_are_asked_one_question_at_a_time() -> None:
    assert [default_workers(llm) for llm in (None, "llamacpp:x", "ollama:y", "openai:z")] == [1, 1, 1, 4]


def test_keys_are_masked() -> None:
    kept = masked(Settings(llm_api_key="sk-secret", llm="none"))  # type: ignore[arg-type]
    assert "sk-secret" not in json.dumps(kept)
    assert kept["llm_api_key"] == "********"
    assert "store" not in kept
    addressed = masked(Settings(llm_base_url="https://me:sk-secret@host:8000/v1?key=sk-secret", llm="none"))
    assert addressed["llm_base_url"] == "https://host:8000/v1"


@pytest.mark.slow
def test_a_killed_run_goes_on_and_comes_to_the_same(stored: Path, tmp_path: Path) -> None:
    """Kill the real command with SIGKILL in the middle; the second try answers only what is left."""
    file = tmp_path / "many.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for n in range(80):
            id_, question = list(QUESTIONS.items())[n % 4]
            out.write(json.dumps({"id": f"{id_}-{n}", "type": "lookup", "question": question}) + "\n")
    command = [
        str(Path(sys.executable).with_name("paperchat")),
        "eval",
        "run",
        str(file),
        "--store",
        str(stored),
    ]
    command += ["--llm", "none", "--out"]
    answers = tmp_path / "killed" / "answers.jsonl"
    process = subprocess.Popen([*command, str(tmp_path / "killed")], stderr=subprocess.PIPE)
    until = time.monotonic() + 120
    while not (answers.is_file() and answers.read_bytes().count(b"\n") >= 5):
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < until
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = answers.read_bytes()
    kept = before[: before.rfind(b"\n") + 1]
    assert 5 <= kept.count(b"\n") < 80
    again = subprocess.run([*command, str(tmp_path / "killed")], capture_output=True, text=True, check=True)
    lines = kept.count(b"\n")
    assert f"{lines} answers were on record already" in again.stderr
    assert answers.read_bytes().startswith(kept)
    rows = list(read_answers(tmp_path / "killed"))
    assert len(rows) == len({row.id for row in rows}) == 80
    by_question: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        same = steady(row)
        by_question.setdefault(str(same.pop("id")).partition("-")[0], []).append(same)
    assert all(all(other == several[0] for other in several) for several in by_question.values())
