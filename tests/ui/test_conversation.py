"""The answering loop of a chat session: order, errors, stopping, history; and its thread."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest
from fake_service import CLAIMS, PAPERS, FakeService

from assistant.errors import StoreDamaged
from assistant.models import Paper
from ui.conversation import APOLOGY, Conversation, ask, read_status
from ui.live import Live
from ui.service import ServiceStatus


def test_an_answer_grows_until_it_is_finished() -> None:
    talk = Conversation()
    seen = list(ask(FakeService(pause=0.002), talk, "Which cue?"))
    assert seen[0].running and not seen[0].evidence
    stages = [(bool(item.evidence), len(item.claims), item.answer is not None) for item in seen]
    assert stages == sorted(stages)
    assert any(item.draft for item in seen)
    assert not seen[-1].running
    assert seen[-1].claims == CLAIMS
    assert talk.exchanges == [seen[-1]]
    assert talk.shown == 1
    assert talk.seconds is not None
    assert {PAPERS[0].id, PAPERS[2].id} <= set(seen[-1].papers)


def test_a_follow_up_carries_the_papers_cited_before() -> None:
    service, talk = FakeService(), Conversation()
    for question in ("Which cue?", "crash", "And how many edges go?"):
        list(ask(service, talk, question))
    assert service.histories[0] == ()
    assert [turn.content for turn in service.histories[2] if turn.role == "user"] == ["Which cue?"]
    assert service.histories[2][1].paper_ids == (PAPERS[0].id, PAPERS[1].id)
    assert [exchange.number for exchange in talk.exchanges] == [1, 2, 3]


def test_an_error_with_a_hint_is_shown_as_it_is() -> None:
    last = list(ask(FakeService(), Conversation(), "break"))[-1]
    assert last.problem is not None
    assert last.problem.hint == "start it with `ollama serve`"


def test_any_other_error_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    talk = Conversation()
    last = list(ask(FakeService(), talk, "crash"))[-1]
    assert last.problem == APOLOGY
    assert "a secret detail" in caplog.text
    assert list(ask(FakeService(), talk, "Which cue?"))[-1].answer is not None


def test_a_stream_that_ends_early_is_an_error() -> None:
    class Short(FakeService):
        def stream(self, question: str, history: object) -> Iterator[object]:  # type: ignore[override]
            return iter(())

    assert list(ask(Short(), Conversation(), "q"))[-1].problem == APOLOGY


def test_an_error_while_looking_up_papers_is_shown() -> None:
    class Damaged(FakeService):
        def paper(self, paper_id: str) -> Paper | None:
            raise StoreDamaged("the store can't be read", "rebuild it")

    last = list(ask(Damaged(), Conversation(), "Which cue?"))[-1]
    assert last.problem is not None
    assert last.problem.message == "the store can't be read"


def test_stopping_ends_the_answer_at_once_and_closes_the_stream() -> None:
    service, talk = FakeService(), Conversation()
    stream = ask(service, talk, "slow")  # 2 s between two words
    next(item for item in stream if item.draft)
    talk.stopped = True
    started = time.monotonic()
    rest = list(stream)
    assert time.monotonic() - started < 0.5
    assert rest[-1].stopped and not rest[-1].draft and rest[-1].problem is None
    assert service.closed.wait(3)
    assert not talk.running


def test_a_closed_page_ends_the_answer() -> None:
    service, talk = FakeService(), Conversation()
    stream = ask(service, talk, "slow")
    next(item for item in stream if item.draft)
    assert talk.running
    stream.close()  # type: ignore[attr-defined]
    assert not talk.running
    assert service.closed.wait(3)


def test_a_question_asked_early_says_what_it_waits_for() -> None:
    service = FakeService()
    service.state = ServiceStatus(papers=3, ready=False, activity="adding papers: 1 of 3")
    talk = Conversation()
    first = next(iter(ask(service, talk, "Which cue?")))
    assert first.waiting == "Getting ready: adding papers: 1 of 3"


def test_a_status_that_fails_is_a_status() -> None:
    class Broken(FakeService):
        def status(self) -> ServiceStatus:
            raise StoreDamaged("the store can't be read", "rebuild it")

    class Crashing(FakeService):
        def status(self) -> ServiceStatus:
            raise KeyError("detail")

    assert read_status(Broken()) == ServiceStatus(error="the store can't be read", error_hint="rebuild it")
    assert read_status(Crashing()).error == APOLOGY.message


def test_a_fast_iterator_is_read_in_few_batches_and_nothing_is_lost() -> None:
    batches = [batch for batch in Live(iter(range(10_000)), tick=0.02).batches() if batch]
    assert list(itertools.chain(*batches)) == list(range(10_000))
    assert len(batches) < 100


def test_a_slow_iterator_gives_empty_batches_on_time() -> None:
    gate = threading.Event()

    def wait() -> Iterator[int]:
        gate.wait(5)
        yield 1

    batches = Live(wait(), tick=0.01).batches()
    assert next(batches) == []
    gate.set()
    assert next(batch for batch in batches if batch) == [1]


def test_what_came_before_an_error_is_given_first() -> None:
    def fail() -> Iterator[int]:
        yield 1
        raise LookupError("late")

    batches = Live(fail(), tick=0.01).batches()
    assert next(batch for batch in batches if batch) == [1]
    with pytest.raises(LookupError, match="late"):
        list(batches)
