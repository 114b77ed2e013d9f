"""All that an answer was made from, kept so that it can be made again and compared.

What a language model wrote is kept too: a replay gives it back word for word, so that everything else must come out
the same, and a difference tells of another store, other settings or other code.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr, ValidationError

from assistant import prompts
from assistant.errors import ModelError, ModelFailed, UsageError
from assistant.filters import NO_FILTERS, Filters
from assistant.library import Library
from assistant.llm import ChosenModel
from assistant.models import Answer, Frozen, Turn
from assistant.settings import Settings

DECIDE = (
    "embedder", "embedder_precision", "embedder_multilingual", "reranker", "retrieve_papers", "evidence_tokens",
    "answer_quotes", "llm_max_tokens", "llm_context",
)  # fmt: skip
"""The settings that decide what an answer says; the language model is named apart."""

_VARIES = {"timings", "usage"}


class Reply(Frozen):
    """What a language model wrote at one call, and the error that ended it."""

    text: str
    failed: str = ""


class Recording(Frozen):
    """One answer and what it was made from."""

    paperchat: str
    prompts: str
    """Version of the wording that a model is given."""
    today: date
    settings: dict[str, str | int]
    papers: str
    """Digest of all stored papers."""
    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = NO_FILTERS
    model: str | None = None
    replies: tuple[Reply, ...] = ()
    answer: Answer


class _Streaming(BaseChatModel):
    """A chat model that only streams: a whole reply is what it streams."""

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        whole = "".join(str(chunk.text) for chunk in self._stream(messages, stop, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=whole))])


class RecordedModel(_Streaming):
    """Passes each call on to a model and keeps what it replies."""

    inner: BaseChatModel
    explain: Callable[[Exception], ModelError]
    _replies: list[Reply] = PrivateAttr(default_factory=list)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What the model replied so far."""
        return tuple(self._replies)

    @property
    def _llm_type(self) -> str:
        return "recorded"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        text, failed = "", ""
        try:
            for chunk in self.inner.stream(messages, stop=stop, **kwargs):
                text += chunk.text
                usage = getattr(chunk, "usage_metadata", None)
                yield ChatGenerationChunk(message=AIMessageChunk(content=chunk.text, usage_metadata=usage))
        except Exception as error:
            told = error if isinstance(error, ModelError) else self.explain(error)
            failed = told.message
            raise told from error
        finally:
            self._replies.append(Reply(text=text, failed=failed))


class ReplayedModel(_Streaming):
    """Gives recorded replies back, one for each call."""

    replies: tuple[Reply, ...]
    _given: int = PrivateAttr(0)

    @property
    def _llm_type(self) -> str:
        return "replayed"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        if self._given >= len(self.replies):
            raise ModelFailed(
                f"the recording holds {self._given} replies of the model, and one more is asked for"
            )
        reply = self.replies[self._given]
        self._given += 1
        yield ChatGenerationChunk(message=AIMessageChunk(content=reply.text))
        if reply.failed:
            raise ModelFailed(reply.failed)


class Recorder:
    """Records what one question's answer is made from."""

    def __init__(self, chosen: ChosenModel) -> None:
        """Take the language model; `self.chosen` is the same one, recorded."""
        self._models: list[RecordedModel] = []
        self._name, self._today = chosen.name, date.today()
        self.chosen = replace(chosen, load=(lambda: self._open(chosen)) if chosen.load else None)

    def recording(
        self,
        answer: Answer,
        library: Library,
        settings: Settings,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
    ) -> Recording:
        """Return the recording of an answer.

        Args:
            answer: The answer.
            library: The papers that it was made from.
            settings: The settings in force; those that decide what an answer says are kept.
            history: What was said before.
            filters: What the search was restricted to.
        """
        return Recording(
            paperchat=version("paperchat"), prompts=prompts.VERSION, today=self._today,
            settings={name: getattr(settings, name) for name in DECIDE}, papers=digest(library),
            question=answer.question, history=tuple(history), filters=filters, model=self._name,
            replies=self._models[0].replies if self._models else (), answer=answer,
        )  # fmt: skip

    def _open(self, chosen: ChosenModel) -> BaseChatModel:
        assert chosen.load is not None
        if not self._models:
            self._models.append(RecordedModel(inner=chosen.load(), explain=chosen.explain))
        return self._models[0]


def write_recording(recording: Recording, path: Path) -> None:
    """Write a recording into a file.

    Raises:
        UsageError: The file can't be written.
    """
    try:
        path.write_text(recording.model_dump_json(indent=1), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{path}: can't be written: {error.strerror}", "name a file in a folder that exists"
        ) from error


def read_recording(path: Path) -> Recording:
    """Read a recording from its file.

    Raises:
        UsageError: It can't be read, or isn't one.
    """
    try:
        return Recording.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: can't be read: {error.strerror}", "name a file that --record wrote"
        ) from error
    except (ValidationError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        raise UsageError(
            f"{path}: isn't a recording: {first}", "`paperchat ask --record FILE` writes one"
        ) from error


def digest(library: Library) -> str:
    """Return what tells one collection's papers from another's: a hash over all of their fingerprints."""
    lines = "\n".join(f"{id_} {print_}" for id_, print_ in sorted(library.fingerprints().items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def differences(before: Answer, after: Answer) -> list[str]:
    """Return how two answers differ, as lines of a unified diff; none where they say the same.

    How long it took and how many tokens were read is left out.
    """
    one, other = (
        json.dumps(each.model_dump(mode="json", exclude=_VARIES), indent=1, ensure_ascii=False).splitlines()
        for each in (before, after)
    )
    return list(difflib.unified_diff(one, other, "recorded", "replayed", lineterm="", n=2))
