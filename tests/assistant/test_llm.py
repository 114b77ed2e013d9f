"""The choice of a model by the one setting: each value, the order of auto, and what errors say."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import llm
from assistant.errors import ModelFailed, ModelUnavailable
from assistant.llm import choose_model
from assistant.llm_errors import failure, without_keys
from assistant.llm_hosted import HostedModel, open_model
from assistant.settings import Settings
from assistant.weights.catalogue import find_weights

MakeSettings = Callable[..., Settings]
KEY = "sk-test-0123456789abcdef"
DEAD = "http://127.0.0.1:9/v1"


@pytest.fixture
def local_model(tmp_path: Path) -> Path:
    """A file of the recommended model's length; nothing reads it."""
    weights = find_weights("local")
    assert weights is not None
    path = tmp_path / "models" / weights.file
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(weights.size)
    return path


@pytest.fixture
def without_package(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make an installed package look absent to the choice."""
    real = importlib.util.find_spec

    def hide(package: str) -> None:
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name, *rest: None if name == package else real(name, *rest)
        )

    return hide


def test_none_is_none(settings: MakeSettings) -> None:
    chosen = choose_model(settings("none"))
    assert (chosen.name, chosen.load) == (None, None)
    assert chosen.why == "Answers are quotes: the setting llm is none."


def test_auto_without_anything_says_what_is_lacking(settings: MakeSettings) -> None:
    wanted = settings("auto")
    chosen = choose_model(wanted)
    assert (chosen.name, chosen.load) == (None, None)
    assert chosen.why == (
        f"Answers are quotes: no hosted model is set up, no Ollama server answers at {wanted.ollama_url}, "
        "and no local model is installed."
    )


def test_auto_takes_an_installed_local_model(
    settings: MakeSettings, local_model: Path, without_package: Callable[[str], None]
) -> None:
    chosen = choose_model(settings("auto"))
    assert chosen.name == "llamacpp:qwen2.5-coder-1.5b-instruct"
    assert chosen.why.startswith("qwen2.5-coder-1.5b-instruct is installed in")
    without_package("xllamacpp")
    chosen = choose_model(settings("auto"))
    assert chosen.load is None
    assert "`pip install xllamacpp`" in chosen.why


@pytest.mark.parametrize("named", ["local", "llamacpp", "llamacpp:", "llamacpp:local"])
def test_local_has_many_names(settings: MakeSettings, local_model: Path, named: str) -> None:
    assert choose_model(settings(named)).name == "llamacpp:qwen2.5-coder-1.5b-instruct"


def test_auto_takes_a_hosted_key_first_in_a_fixed_order(
    settings: MakeSettings, local_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for variable in ("GROQ_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(variable, KEY)
        names.append(choose_model(settings("auto")).name)
    assert (
        names
        == [
            "llamacpp:qwen2.5-coder-1.5b-instruct",  # langchain-groq isn't installed, so its key counts for nothing
            "anthropic:claude-haiku-4-5",
            "openai:gpt-4.1-mini",
        ]
    )
    assert choose_model(settings("auto")).why == "OPENAI_API_KEY is set, so openai's gpt-4.1-mini writes."
    assert choose_model(settings("auto", llm_api_key=KEY)).why.startswith("llm_api_key is set")


def test_auto_passes_over_a_server_that_is_down_and_says_so(
    settings: MakeSettings, local_model: Path
) -> None:
    chosen = choose_model(settings("auto", llm_base_url=DEAD))
    assert chosen.name == "llamacpp:qwen2.5-coder-1.5b-instruct"
    assert f"{DEAD}, doesn't answer" in chosen.why


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_hosted_models_open_with_the_settings(
    settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", KEY)
    chosen = choose_model(settings(provider, llm_max_tokens=99, llm_timeout=7))
    assert chosen.load is not None
    model: Any = chosen.load()
    assert chosen.load() is model
    assert model.temperature == 0
    dumped = model._get_request_payload("Hi") if provider == "anthropic" else model._default_params
    assert dumped.get("max_tokens", dumped.get("max_completion_tokens")) >= 99
    assert 7 in {getattr(model, "request_timeout", None), getattr(model, "default_request_timeout", None)}
    assert KEY not in repr(model) + repr(chosen) + str(chosen.why)


def test_a_model_that_thinks_gets_room_and_no_temperature(
    settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    chosen = choose_model(settings("openai:o3", llm_max_tokens=99))
    assert chosen.load is not None
    model: Any = chosen.load()
    assert model.temperature is None
    assert model.max_tokens > 1000


@pytest.mark.parametrize(
    ("named", "message", "hint"),
    [
        ("openai:gpt-4.1", "there is no key for openai", "OPENAI_API_KEY, or the setting llm_api_key"),
        ("anthropic:claude-x", "there is no key for anthropic", "ANTHROPIC_API_KEY"),
        ("groq:llama-9", "the package langchain-groq isn't installed", "`pip install langchain-groq`"),
        ("google_genai", "langchain-google-genai isn't installed", "`pip install langchain-google-genai`"),
        ("cohere:command", "langchain-cohere isn't installed", "`pip install langchain-cohere`"),
        ("bedrock:x", "langchain-aws isn't installed", "`pip install langchain-aws`"),
        ("cohere", "the model's name is missing", "write llm = cohere:NAME"),
        ("nonsense:x", "LangChain has no provider called 'nonsense'", "ollama:NAME"),
        ("llamacpp:nothing", "there is no GGUF file nothing", "`paperchat models list`"),
        ("llamacpp:/no/such/file.gguf", "there is no GGUF file /no/such/file.gguf", "models list"),
        ("local", "qwen2.5-coder-1.5b-instruct isn't in", "`paperchat models pull qwen2.5-coder"),
    ],
)
def test_what_cannot_run_says_what_and_how_to_mend_it(
    settings: MakeSettings, named: str, message: str, hint: str
) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        choose_model(settings(named))
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_without_llama_cpp_the_pip_line_is_given(
    settings: MakeSettings, local_model: Path, without_package: Callable[[str], None]
) -> None:
    without_package("xllamacpp")
    with pytest.raises(ModelUnavailable, match=r"llama\.cpp isn't installed") as caught:
        choose_model(settings("local"))
    assert caught.value.hint == "run `pip install xllamacpp`"


def test_an_openai_server_that_is_down_is_told_at_once(settings: MakeSettings) -> None:
    with pytest.raises(ModelUnavailable, match="doesn't answer") as caught:
        choose_model(settings("openai:x", llm_base_url=DEAD, llm_api_key=KEY))
    assert "/v1" in caught.value.hint
    assert KEY not in str(caught.value)


def test_the_model_is_opened_once_even_when_asked_for_at_once() -> None:
    opened: list[object] = []

    def open_slowly() -> Any:
        threading.Event().wait(0.1)
        opened.append(object())
        return opened[-1]

    load = llm._once(open_slowly)
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(load())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert got == opened * 5


def test_a_failed_opening_can_be_tried_again() -> None:
    outcomes: list[Any] = [ModelUnavailable("not yet"), "a model"]

    def open_model() -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    load = llm._once(open_model)
    with pytest.raises(ModelUnavailable):
        load()
    assert load() == "a model"
    assert load() == "a model"


# A real server that speaks OpenAI's protocol.


def test_an_openai_server_streams_with_usage(settings: MakeSettings, openai_server: Any) -> None:
    wanted = settings(
        "openai:smol", llm_base_url=openai_server.url, llm_api_key=openai_server.key, llm_max_tokens=16
    )
    chosen = choose_model(wanted)
    assert chosen.name == "openai:smol"
    assert chosen.why == f"The server at {openai_server.url} serves smol."
    assert chosen.load is not None
    chunks = list(chosen.load().stream("Say hello."))
    assert sum(bool(chunk.text) for chunk in chunks) > 1
    usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert len(usage) == 1
    assert 0 < usage[0]["output_tokens"] <= 16


def test_without_a_name_the_server_is_asked_for_its_models(
    settings: MakeSettings, openai_server: Any
) -> None:
    at_server = {"llm_base_url": openai_server.url, "llm_api_key": openai_server.key}
    assert choose_model(settings("openai", **at_server)).name == "openai:smol"
    assert choose_model(settings("auto", **at_server)).name == "openai:smol"


def test_another_servers_key_is_never_sent_to_it(
    settings: MakeSettings, openai_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", openai_server.key)
    wanted = settings("openai:smol", llm_base_url=openai_server.url)
    with pytest.raises(ModelUnavailable, match="refuses the key"):
        choose_model(wanted)
    with pytest.raises(Exception, match=r"401|nvalid") as caught:
        open_model(HostedModel("openai", "smol", "no key"), wanted).invoke("Hi")
    assert failure(caught.value, "openai:smol", wanted).message == "openai:smol: the key was refused"


# What goes wrong at work, in plain words.


class Refusal(Exception):
    def __init__(self, status: int, text: str = "no") -> None:
        super().__init__(text)
        self.status_code = status


class ReadTimeout(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "said", "retryable"),
    [
        (Refusal(401, f"Incorrect API key provided: {KEY}"), "the key was refused", False),
        (Refusal(404, "model gone"), "the model isn't there: model gone", False),
        (Refusal(429), "too many requests", True),
        (Refusal(500, "boom\nTraceback"), "m: boom", True),
        (ReadTimeout(), "no words came for 120 s", True),
        (ConnectionRefusedError(), "the server can't be reached", True),
        (ValueError(), "m: ValueError", True),
    ],
)
def test_failures_are_told_in_plain_words(
    settings: MakeSettings, error: Exception, said: str, retryable: bool
) -> None:
    told = failure(error, "m", settings("none"))
    assert isinstance(told, ModelFailed)
    assert said in told.message
    assert "\n" not in told.message
    assert told.retryable is retryable
    assert told.hint


def test_our_own_errors_come_back_as_they_are(settings: MakeSettings) -> None:
    error = ModelUnavailable("gone", "come back")
    assert failure(error, "m", settings("none")) is error


def test_keys_are_taken_out_of_any_text(settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PROVIDER_API_KEY", "plain-words-key")
    text = f"a {KEY} b plain-words-key c sk-proj-abcdef123456789 d my-own-secret e sk-ab********wxyz"
    clean = without_keys(text, settings("none", llm_api_key="my-own-secret"))
    assert clean == "a [key] b [key] c [key] d [key] e [key]"
    assert (
        without_keys("a task-oriented, risk-averse disk", settings("none"))
        == "a task-oriented, risk-averse disk"
    )
