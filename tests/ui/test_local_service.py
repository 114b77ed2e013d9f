"""The system behind the page: what it loads before the first question, and that it loads nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant import language, rerank
from assistant.errors import ModelUnavailable
from assistant.events import Event, EvidenceFound
from assistant.settings import Settings
from ui.local_service import LocalService


@pytest.fixture
def start(stored: Path) -> Callable[..., LocalService]:
    """Start a service over the six papers, and wait until nothing is being loaded any more."""

    def make(**settings: str) -> LocalService:
        service = LocalService(Settings(store=stored, llm="none", **settings))  # type: ignore[arg-type]
        service.start()
        until = time.monotonic() + 60
        while not (status := service.status()).error and status.why in ("", "the language model is loading"):
            assert time.monotonic() < until, "never got ready"
            time.sleep(0.02)
        return service

    return make


def found(events: Sequence[Event]) -> list[str]:
    return [each.title for event in events if isinstance(event, EvidenceFound) for each in event.retrieved]


class ByLength:
    """Stands for a cross-encoder: the longer a text, the better."""

    num_labels = 1

    def predict(self, pairs: Sequence[tuple[str, str]], **_: object) -> list[float]:
        return [float(len(text)) for _, text in pairs]


def test_the_reranker_is_loaded_once_and_before_the_first_question(
    start: Callable[..., LocalService], monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []

    def load(name: str, device: str) -> ByLength:
        loads.append(name)
        return ByLength()

    monkeypatch.setattr(rerank, "_load", load)
    question = "What is said of reefs seen from satellites?"
    plain = found(list(start().stream(question, ())))
    assert loads == []
    service = start(reranker="some/reranker")
    assert loads == ["some/reranker"]
    assert found(list(service.stream(question, ()))) != plain
    assert loads == ["some/reranker"]


def test_a_reranker_that_can_not_be_had_is_told_at_once(
    start: Callable[..., LocalService], tmp_path: Path
) -> None:
    service = start(reranker=str(tmp_path))
    assert "reranker" in service.status().error
    assert "PAPERCHAT_RERANKER" in service.status().error_hint
    with pytest.raises(ModelUnavailable):
        list(service.stream("What is said of reefs?", ()))


def test_no_question_waits_for_the_language_detector(start: Callable[..., LocalService]) -> None:
    language._identifier.cache_clear()
    language.detect_language.cache_clear()
    start()
    assert language._identifier.cache_info().currsize == 1
