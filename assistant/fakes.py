"""Deterministic doubles for tests and trials: a scripted chat model, and an embedder that needs no model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.embedding import SentenceEmbeddings
from assistant.library import Vectors


class ScriptedModel(BaseChatModel):
    """Answers each call with the next of its replies, word by word; the last one repeats.

    Attributes:
        replies: What it says.
        fails_after: Raise ConnectionError after so many words; None never does.
    """

    replies: list[str]
    fails_after: int | None = None
    _prompts: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def prompts(self) -> list[list[BaseMessage]]:
        """The messages of every call so far."""
        return self._prompts

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> str:
        reply = self.replies[min(len(self._prompts), len(self.replies) - 1)]
        self._prompts.append(messages)
        return reply

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=self._next(messages)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for count, word in enumerate(re.findall(r"\s*\S+|\s+$", self._next(messages))):
            if self.fails_after is not None and count >= self.fails_after:
                raise ConnectionError("the connection was closed half-way")
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))


class HashEmbeddings(SentenceEmbeddings):
    """An embedder that needs no model: a text's unit vector is drawn from its hash. For storing, not for finding."""

    def __init__(self, dimension: int = 8) -> None:
        """Make vectors of so many dimensions; `embedded` keeps the texts that were asked for."""
        super().__init__("hashes")
        self._length = dimension
        self.embedded: list[str] = []

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        return self._length

    @property
    def window(self) -> int:
        """Most words of a text, with two more."""
        return 256

    def count_tokens(self, text: str) -> int:
        """Return the number of words and two more."""
        return len(text.split()) + 2

    def document_vectors(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return a unit vector a text."""
        self.embedded.extend(texts)
        made = np.stack([self.query_vector(text) for text in texts]) if texts else np.zeros((0, self._length))
        return np.asarray(made, dtype=np.float32)

    def query_vector(self, text: str) -> Vectors:
        """Return the unit vector that a text's hash stands for."""
        drawn = np.random.default_rng(zlib.crc32(text.encode("utf-8", "replace"))).normal(size=self._length)
        return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)
