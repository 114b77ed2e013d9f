"""A language model as judge: asked for JSON of a schema, read strictly, asked again with what was wrong, counted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from assistant.errors import ModelError, ModelFailed
from assistant.llm_errors import unexplained
from evals.judging.reply import Reply, Unreadable, read_reply, shortened

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from ragas.llms.base import InstructorBaseRagasLLM

MAX_RETRIES = 2
"""How often a reply that can't be read is asked for again."""
_REPEATED = 1500
"""Characters of a reply that the model is shown again: its context may be small."""
_REFUSED = frozenset({400, 413, 422})
_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS"})
_ASK = """\
{prompt}

Reply with one JSON object that complies with this JSON Schema, and with nothing else:
{schema}"""
_AGAIN = """\
That reply can't be used: {wrong}. Reply again with the JSON object alone, complete and in the form asked for."""


class JudgeFailed(ModelError):
    """A judge gave no usable reply to one prompt, however often it was asked; the next may go well."""


@dataclass
class Tally:
    """What a judge took."""

    calls: int = 0
    retries: int = 0
    """Calls that repeat a prompt because of the reply before."""
    parse_failures: int = 0
    """Replies that couldn't be used: no JSON, not of the schema, or against what was asked."""
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, other: Tally) -> None:
        """Add another's counts."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


class Judge:
    """Any LangChain chat model as judge. Safe to share between threads.

    It is as deterministic as the model is: those of `choose_model` take the likeliest words where they allow
    it. Models that can be held to a JSON Schema are; a server that refuses that is asked without.
    """

    def __init__(
        self, name: str, model: BaseChatModel, explain: Callable[[Exception], ModelError] = unexplained
    ) -> None:
        """Take a model.

        Args:
            name: `provider:model`, as it stands in records.
            model: The model.
            explain: Says why a call failed, as `ChosenModel.explain` does.
        """
        self.name = name
        self._model = model
        self._explain = explain
        self._total = Tally()
        self._mutex = threading.Lock()
        self._held_to_schema = True

    @property
    def calls(self) -> int:
        """How often the model was called."""
        return self._total.calls

    @property
    def retries(self) -> int:
        """How many of the calls repeat a prompt because of the reply before."""
        return self._total.retries

    @property
    def parse_failures(self) -> int:
        """How many replies couldn't be used."""
        return self._total.parse_failures

    @property
    def input_tokens(self) -> int:
        """Tokens read, as far as the model tells."""
        return self._total.input_tokens

    @property
    def output_tokens(self) -> int:
        """Tokens written, as far as the model tells."""
        return self._total.output_tokens

    def ask(
        self,
        prompt: str,
        response_model: type[Reply],
        *,
        schema: dict[str, Any] | None = None,
        check: Callable[[Reply], str] = lambda reply: "",
        tally: Tally | None = None,
    ) -> Reply:
        """Ask for a reply of a form.

        Args:
            prompt: What is asked.
            response_model: The form.
            schema: A stricter JSON Schema than the form's own.
            check: Says what else is wrong with a reply; an empty string accepts it.
            tally: What this question took is added here too.

        Raises:
            JudgeFailed: No reply could be used, or the model refused this prompt or was silent.
            ModelError: The model can't be called at all: the next prompt won't fare better.
        """
        from langchain_core.messages import AIMessage, HumanMessage

        schema = schema or response_model.model_json_schema()
        told = (
            prompt
            if _has_schema(prompt, response_model)
            else _ASK.format(prompt=prompt, schema=_dump(schema))
        )
        messages: list[BaseMessage] = [HumanMessage(told)]
        text = wrong = ""
        for attempt in range(1 + MAX_RETRIES):
            took = Tally(calls=1, retries=int(attempt > 0))
            try:
                reply = self._call(messages, schema, took)
                text = reply.text
                try:
                    found = read_reply(text, response_model)
                except Unreadable as error:
                    cut = "it was cut off at the limit of tokens: be brief; " if _was_cut(reply) else ""
                    wrong = f"{cut}{error}"
                else:
                    wrong = check(found)
                    if not wrong:
                        return found
                took.parse_failures = 1
            finally:
                self._count(took, tally)
            again = _AGAIN.format(wrong=wrong)
            messages = [messages[0], AIMessage(text[:_REPEATED] or "(nothing)"), HumanMessage(again)]
        raise JudgeFailed(
            f"{self.name}: no usable reply in {1 + MAX_RETRIES} tries: {wrong}; the last one: “{shortened(text)}”",
            "take a larger model as judge",
        )

    def for_ragas(self) -> InstructorBaseRagasLLM:
        """Return this judge as RAGAS's metrics take one, with the checks that their replies need."""
        from evals.judging.ragas_llm import ragas_llm

        return ragas_llm(self)

    def _call(self, messages: list[BaseMessage], schema: dict[str, Any], took: Tally) -> AIMessage:
        """Call the model; without the schema where it turns out that the model's server refuses one."""
        options = self._options(schema) if self._held_to_schema else {}
        try:
            try:
                reply = self._model.invoke(messages, **options)
            except Exception as error:
                if not (options and _refuses(error)):
                    raise
                took.calls += 1
                reply = self._model.invoke(messages)
                self._held_to_schema = False
        except Exception as error:  # whatever a provider's library raises; the reason goes on
            explained = self._explain(error)
            if _refuses(error) or "Timeout" in type(error).__name__ or isinstance(error, ModelFailed):
                raise JudgeFailed(explained.message, explained.hint, retryable=True) from error
            raise explained from error
        if usage := reply.usage_metadata:
            took.input_tokens += usage["input_tokens"]
            took.output_tokens += usage["output_tokens"]
        return reply

    def _options(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return what holds the model to a JSON Schema; nothing where it isn't known how."""
        form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
        known: dict[str, dict[str, Any]] = {
            "llamacpp": {"response_format": form},
            # Named so, LangChain would parse the reply itself, and raise where it is cut off.
            "openai-chat": {"extra_body": {"response_format": form}},
            "chat-ollama": {"format": schema},
        }
        return known.get(self._model._llm_type, {})

    def _count(self, took: Tally, also: Tally | None) -> None:
        with self._mutex:
            self._total.add(took)
            if also is not None:
                also.add(took)


def _dump(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False)


def _has_schema(prompt: str, response_model: type[BaseModel]) -> bool:
    """Tell whether a prompt holds the form's schema already, as RAGAS's do."""
    return json.dumps(response_model.model_json_schema()) in prompt


def _was_cut(reply: AIMessage) -> bool:
    told = reply.response_metadata
    return any(told.get(name) in _CUT for name in ("finish_reason", "done_reason", "stop_reason"))


def _refuses(error: Exception) -> bool:
    """Tell whether an error refuses one request, such as a prompt that is too long, rather than all."""
    refused = isinstance(error, ModelFailed) and not error.retryable
    return refused or getattr(error, "status_code", None) in _REFUSED
