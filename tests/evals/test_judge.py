"""The judge on a scripted model: what it reads, what it asks again, what it counts, and when it gives up."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import BaseModel, PrivateAttr

from assistant.errors import ModelError, ModelFailed, ModelUnavailable
from assistant.fakes import ScriptedModel
from evals.judging.judge import Judge, JudgeFailed, Tally
from evals.judging.reply import Unreadable, read_reply


class Verdict(BaseModel):
    reason: str
    verdict: Literal["yes", "no"]


GOOD = '{"reason": "it says so", "verdict": "yes"}'


def judge_of(*replies: str) -> tuple[Judge, ScriptedModel]:
    model = ScriptedModel(replies=list(replies))
    return Judge("scripted:judge", model), model


def counts(judge: Judge) -> tuple[int, int, int]:
    return judge.calls, judge.retries, judge.parse_failures


def test_a_good_reply_is_taken_at_once() -> None:
    judge, model = judge_of(GOOD)
    assert judge.ask("Is it so?", Verdict) == Verdict(reason="it says so", verdict="yes")
    assert counts(judge) == (1, 0, 0)
    [[asked]] = model.prompts
    assert asked.text.startswith("Is it so?\n")
    assert json.dumps(Verdict.model_json_schema()) in asked.text


def test_a_prompt_that_holds_the_schema_is_not_given_it_twice() -> None:
    judge, model = judge_of(GOOD)
    prompt = f"Is it so? Use {json.dumps(Verdict.model_json_schema())}"
    judge.ask(prompt, Verdict)
    assert model.prompts[0][0].text == prompt


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{GOOD}\n```",
        f"Sure! Here is the verdict:\n\n{GOOD}\n\nI hope {{that}} helps.",
        f"The set {{a, b}} is small. {GOOD}",
        f"<think>Perhaps {GOOD.replace('yes', 'no')}?</think>{GOOD}",
        f'{{"verdict": "maybe"}} {GOOD}',
        GOOD.replace("it says so", "it says\nso"),
    ],
)
def test_words_fences_and_thoughts_around_the_json_are_left(text: str) -> None:
    assert read_reply(text, Verdict).verdict == "yes"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "it is empty"),
        ("Yes, it does.", "it holds no JSON object"),
        ('{"reason": "it sa', "it isn't valid JSON"),
        ('{"reason": "x", "verdict": "maybe"}', "it isn't in the form asked for (verdict: Input should be"),
        ("{" * 100_000, "it isn't valid JSON"),
        ("<think>Hm, " + GOOD, "it is empty"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said(text: str, wrong: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_reply(text, Verdict)
    assert str(caught.value).startswith(wrong)


def test_a_bad_reply_is_asked_for_again_with_what_was_wrong() -> None:
    judge, model = judge_of("Yes.", '{"reason": "x", "verdict": "maybe"}', GOOD)
    tally = Tally()
    assert judge.ask("Is it so?", Verdict, tally=tally).verdict == "yes"
    assert counts(judge) == (3, 2, 2)
    assert (tally.calls, tally.retries, tally.parse_failures) == (3, 2, 2)
    first, second, third = model.prompts
    assert len(first) == 1
    assert [message.type for message in third] == ["human", "ai", "human"]
    assert second[1].text == "Yes."
    assert "it holds no JSON object" in second[2].text
    assert "verdict: Input should be 'yes' or 'no'" in third[2].text


def test_a_reply_that_stays_bad_fails_and_the_last_one_is_shown() -> None:
    judge, _ = judge_of("No.", "Never.", "I won't. " * 100)
    with pytest.raises(JudgeFailed) as caught:
        judge.ask("Is it so?", Verdict)
    assert isinstance(caught.value, ModelError)
    assert counts(judge) == (3, 2, 3)
    assert "scripted:judge: no usable reply in 3 tries: it holds no JSON object" in caught.value.message
    assert "“I won't. I won't." in caught.value.message
    assert len(caught.value.message) < 400


def test_a_reply_may_be_refused_for_what_it_says() -> None:
    judge, model = judge_of(GOOD, GOOD.replace("yes", "no"))
    found = judge.ask("Is it so?", Verdict, check=lambda it: "it can't be yes" if it.verdict == "yes" else "")
    assert found.verdict == "no"
    assert counts(judge) == (2, 1, 1)
    assert "it can't be yes" in model.prompts[1][2].text


class Hosted(ScriptedModel):
    """A model that says how many tokens it took, can be held to a schema, or fails."""

    kind: str = "openai-chat"
    refuses_schema: bool = False
    error: Any = None
    finish: str = "stop"
    _options: list[dict[str, Any]] = PrivateAttr(default_factory=list)

    @property
    def options(self) -> list[dict[str, Any]]:
        return self._options

    @property
    def _llm_type(self) -> str:
        return self.kind

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        self._options.append(kwargs)
        if self.error is not None:
            raise self.error
        if self.refuses_schema and kwargs:
            raise Refused("this server knows no response_format")
        message = AIMessage(
            self._next(messages),
            usage_metadata={"input_tokens": 70, "output_tokens": 9, "total_tokens": 79},
            response_metadata={"finish_reason": self.finish},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


class Refused(Exception):
    status_code = 400


class APITimeoutError(Exception):
    pass


def test_tokens_are_counted() -> None:
    judge, tally = Judge("openai:x", Hosted(replies=["?", GOOD])), Tally()
    judge.ask("Is it so?", Verdict, tally=tally)
    assert (judge.input_tokens, judge.output_tokens) == (tally.input_tokens, tally.output_tokens) == (140, 18)


@pytest.mark.parametrize("kind", ["openai-chat", "llamacpp", "chat-ollama"])
def test_a_model_that_can_be_is_held_to_the_schema(kind: str) -> None:
    model = Hosted(replies=[GOOD], kind=kind)
    Judge("x", model).ask("Is it so?", Verdict)
    assert json.dumps(Verdict.model_json_schema()) in json.dumps(model.options[0])


def test_a_server_that_refuses_a_schema_is_asked_without_from_then_on() -> None:
    model = Hosted(replies=[GOOD], refuses_schema=True)
    judge = Judge("openai:x", model)
    for _ in range(2):
        assert judge.ask("Is it so?", Verdict).verdict == "yes"
    assert [bool(options) for options in model.options] == [True, False, False]
    assert counts(judge) == (3, 0, 0)


def test_a_reply_that_was_cut_off_is_told_to_be_brief() -> None:
    model = Hosted(replies=[GOOD[:20], GOOD], finish="length")
    Judge("openai:x", model).ask("Is it so?", Verdict)
    assert "it was cut off at the limit of tokens: be brief" in model.prompts[1][2].text


@pytest.mark.parametrize(
    "error", [Refused("the prompt is too long"), ModelFailed("refused"), APITimeoutError("slow")]
)
def test_a_prompt_that_the_model_refuses_fails_alone(error: Exception) -> None:
    judge = Judge("openai:x", Hosted(replies=[GOOD], error=error), lambda e: ModelFailed(f"said: {e}"))
    with pytest.raises(JudgeFailed, match="said:"):
        judge.ask("Is it so?", Verdict)
    assert judge.calls >= 1
    assert judge.parse_failures == 0


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ConnectionError("sk-secretsecretsecret"), ModelFailed),
        (ModelUnavailable("the file is gone"), ModelUnavailable),
    ],
)
def test_a_model_that_can_not_be_called_is_no_failure_of_the_judge(
    error: Exception, raised: type[Exception]
) -> None:
    judge = Judge("openai:x", Hosted(replies=[GOOD], error=error))
    with pytest.raises(raised) as caught:
        judge.ask("Is it so?", Verdict)
    assert not isinstance(caught.value, JudgeFailed)
    assert "secret" not in str(caught.value)


def test_counts_hold_when_several_threads_ask() -> None:
    judge = Judge("openai:x", Hosted(replies=[GOOD]))
    together = threading.Barrier(8)

    def ask(_: int) -> None:
        together.wait()
        for _ in range(25):
            judge.ask("Is it so?", Verdict)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert counts(judge) == (200, 0, 0)
    assert judge.input_tokens == 200 * 70
