"""A recorded answer can be made again from its file, and what has changed since is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelFailed, UsageError
from assistant.fakes import ScriptedModel
from assistant.filters import Filters
from assistant.llm import ChosenModel
from assistant.models import Answer, Turn
from assistant.pipeline import Assistant
from assistant.recording import (
    Recorder,
    Recording,
    ReplayedModel,
    differences,
    read_recording,
    write_recording,
)
from assistant.settings import Settings
from assistant.store import Store

QUESTION = "How much faster is Lumen?"
DRAFT = "Lumen is 3.2 times faster than dense attention [1]. Lumen was made in 1912 [1]."


def recorded(
    store: Store, embedder: SentenceEmbeddings, model: ScriptedModel | None, file: Path
) -> Recording:
    chosen = ChosenModel("scripted:test" if model else None, "a test", (lambda: model) if model else None)
    recorder = Recorder(chosen)
    assistant = Assistant(store, embedder, recorder.chosen)
    history, filters = [Turn(role="user", content="Hello.")], Filters(since=1990)
    answer = assistant.ask(QUESTION, history, filters=filters)
    write_recording(recorder.recording(answer, store.library, Settings(), history, filters), file)
    return read_recording(file)


def replayed(store: Store, embedder: SentenceEmbeddings, recording: Recording) -> Answer:
    model = ReplayedModel(replies=recording.replies)
    chosen = ChosenModel(recording.model, "recorded", (lambda: model) if recording.model else None)
    assistant = Assistant(store, embedder, chosen, today=lambda: recording.today)
    return assistant.ask(recording.question, recording.history, filters=recording.filters)


@pytest.mark.parametrize("fails_after", [None, 8])
def test_what_a_model_wrote_is_given_back_and_checked_the_same(
    store: Store, embedder: SentenceEmbeddings, tmp_path: Path, fails_after: int | None
) -> None:
    model = ScriptedModel(replies=[DRAFT], fails_after=fails_after)
    recording = recorded(store, embedder, model, tmp_path / "answer.json")
    assert recording.replies[-1].text == (DRAFT if fails_after is None else " ".join(DRAFT.split()[:8]))
    assert bool(recording.replies[-1].failed) == (fails_after is not None)
    assert differences(recording.answer, replayed(store, embedder, recording)) == []


def test_quotes_come_out_the_same(store: Store, embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    recording = recorded(store, embedder, None, tmp_path / "answer.json")
    assert (recording.model, recording.replies) == (None, ())
    assert differences(recording.answer, replayed(store, embedder, recording)) == []


def test_a_changed_answer_is_shown_line_by_line(
    store: Store, embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    recording = recorded(store, embedder, ScriptedModel(replies=[DRAFT]), tmp_path / "answer.json")
    other = recording.model_copy(
        update={"replies": (recording.replies[-1].model_copy(update={"text": "No."}),)}
    )
    lines = differences(recording.answer, replayed(store, embedder, other))
    assert any(line.startswith("-") and "3.2 times faster" in line for line in lines)


def test_a_replay_that_asks_more_of_the_model_than_was_recorded_says_so() -> None:
    with pytest.raises(ModelFailed, match="holds 0 replies"):
        ReplayedModel(replies=()).invoke("Hello.")


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="isn't a recording"):
        read_recording(tmp_path / "a.json")
    with pytest.raises(UsageError, match="can't be read"):
        read_recording(tmp_path / "b.json")
