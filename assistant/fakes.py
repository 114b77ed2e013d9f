"""Deterministic doubles for tests and trials: a chat model that says what it is told to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr


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
