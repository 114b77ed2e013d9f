"""The Ollama adapter against a real Ollama server, and against none."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ollama import Client

from assistant.errors import ModelFailed, ModelUnavailable
from assistant.llm import choose_model
from assistant.llm_errors import failure
from assistant.llm_ollama import OllamaModel, open_model, server_models
from assistant.settings import Settings

MakeSettings = Callable[..., Settings]


def tiny_gguf(values: dict[str, str | int]) -> bytes:
    """Make a GGUF file of one tensor of 32 numbers."""

    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word)) + word.encode()

    pairs = b"".join(
        text(key)
        + (struct.pack("<I", 8) + text(value) if isinstance(value, str) else struct.pack("<II", 4, value))
        for key, value in values.items()
    )
    tensor = text("token_embd.weight") + struct.pack("<IQIQ", 1, 32, 0, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(values)) + pairs + tensor
    return header + b"\0" * (-len(header) % 32) + b"\0" * 128


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_named_model_streams_with_usage(settings: MakeSettings, ollama: Any) -> None:
    chosen = choose_model(settings(f"ollama:{ollama.model}", ollama_url=ollama.url, llm_max_tokens=16))
    assert chosen.name == f"ollama:{ollama.model}"
    assert chosen.why == f"An Ollama server at {ollama.url} has {ollama.model}."
    assert chosen.load is not None
    model = chosen.load()
    assert model is chosen.load()
    chunks = list(model.stream("Say hello."))
    assert sum(bool(chunk.text) for chunk in chunks) > 1
    usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert len(usage) == 1
    assert usage[0]["output_tokens"] <= 16
    assert model.invoke("Say hello.").text == "".join(chunk.text for chunk in chunks)


def test_without_a_name_the_first_chat_model_is_taken(settings: MakeSettings, ollama: Any) -> None:
    assert choose_model(settings("ollama", ollama_url=ollama.url)).name == f"ollama:{ollama.model}"
    assert choose_model(settings("ollama:", ollama_url=ollama.url)).name == f"ollama:{ollama.model}"


def test_auto_takes_a_running_server_before_a_local_file(
    settings: MakeSettings, ollama: Any, smollm: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "mine.gguf").symlink_to(smollm)
    assert choose_model(settings("auto", ollama_url=ollama.url)).name == f"ollama:{ollama.model}"
    assert choose_model(settings("auto")).name == "llamacpp:mine"


def test_a_missing_model_names_what_is_there(settings: MakeSettings, ollama: Any) -> None:
    with pytest.raises(ModelUnavailable, match="doesn't have the model no-such:7b") as caught:
        choose_model(settings("ollama:no-such:7b", ollama_url=ollama.url))
    assert caught.value.hint == f"run `ollama pull no-such:7b`; it has {ollama.model}"


def test_a_name_may_leave_out_latest(settings: MakeSettings, ollama: Any) -> None:
    server = Client(host=ollama.url)
    server.copy(ollama.model, "writer")
    try:
        assert choose_model(settings("ollama:writer", ollama_url=ollama.url)).name == "ollama:writer:latest"
    finally:
        server.delete("writer")


def test_a_model_that_only_embeds_is_skipped_and_refused_by_name(
    settings: MakeSettings, ollama: Any, tmp_path: Path
) -> None:
    gguf = tmp_path / "embedder.gguf"
    gguf.write_bytes(tiny_gguf({"general.architecture": "bert", "bert.pooling_type": 1}))
    server = Client(host=ollama.url)
    server.create("embedder", files={"embedder.gguf": server.create_blob(gguf)})
    try:
        assert (server_models(ollama.url) or [])[0] == "embedder:latest", "the test needs it to come first"
        assert choose_model(settings("auto", ollama_url=ollama.url)).name == f"ollama:{ollama.model}"
        with pytest.raises(ModelUnavailable, match="embedder only embeds text and can't write"):
            choose_model(settings("ollama:embedder", ollama_url=ollama.url))
    finally:
        server.delete("embedder")


def test_no_server_is_said_quickly(settings: MakeSettings) -> None:
    wanted = settings("ollama:qwen3:4b")
    choose_model(settings("auto"))  # the libraries are loaded here, not in the time below
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match=f"no Ollama server answers at {wanted.ollama_url}") as caught:
        choose_model(wanted)
    assert "ollama serve" in caught.value.hint
    assert time.monotonic() - started < 3


def test_a_server_that_never_answers_is_given_up_after_half_a_second(
    settings: MakeSettings, silent_server: str
) -> None:
    choose_model(settings("auto"))
    started = time.monotonic()
    chosen = choose_model(settings("auto", ollama_url=silent_server))
    assert time.monotonic() - started < 4
    assert chosen.load is None
    assert f"no Ollama server answers at {silent_server}" in chosen.why


def test_an_address_that_is_none_is_an_answer_not_a_crash(settings: MakeSettings) -> None:
    assert server_models("http://no host/") is None
    with pytest.raises(ModelUnavailable, match="no Ollama server answers"):
        choose_model(settings("ollama:x", ollama_url="http://127.0.0.1:99999"))


def test_a_proxy_in_the_environment_is_not_asked_for_this_machine(
    settings: MakeSettings, ollama: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    chosen = choose_model(settings("ollama", ollama_url=ollama.url))
    assert chosen.load is not None
    assert chosen.load().model_copy(update={"num_predict": 2}).invoke("Hi").text


def test_a_server_that_goes_away_is_told_in_plain_words(settings: MakeSettings, silent_server: str) -> None:
    gone = settings("ollama:x", llm_timeout=1)
    with pytest.raises(Exception, match=r".") as refused:
        open_model(OllamaModel("x", thinks=False), gone).invoke("Hi")
    told = failure(refused.value, "ollama:x", gone)
    assert isinstance(told, ModelFailed)
    assert told.message == "ollama:x: the server can't be reached"
    silent = settings("ollama:x", ollama_url=silent_server, llm_timeout=1)
    with pytest.raises(Exception, match=r".") as timed_out:
        open_model(OllamaModel("x", thinks=False), silent).invoke("Hi")
    assert failure(timed_out.value, "ollama:x", silent).message == "ollama:x: no words came for 1 s"


def test_closing_the_stream_frees_the_server(settings: MakeSettings, ollama: Any) -> None:
    chosen = choose_model(settings("ollama", ollama_url=ollama.url, llm_max_tokens=1500))
    assert chosen.load is not None
    model = chosen.load()
    stream = model.stream("Count from one to one thousand in words.")
    next(stream)
    stream.close()
    short = model.model_copy(update={"num_predict": 4})
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(short.invoke("Hi").text))
    asking.start()
    asking.join(30)
    assert answers, "the server still writes the answer that nobody reads"
