"""A GGUF model in this process, against the real llama.cpp with a tiny model."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser

from assistant import llm_engine
from assistant.errors import ModelFailed, ModelUnavailable
from assistant.llm import choose_model
from assistant.llm_local import ChatLlamaCpp
from assistant.settings import Settings

MakeSettings = Callable[..., Settings]
LONG = "Count from one to one thousand in words, one after the other."


@pytest.fixture(scope="module")
def model(smollm: Path) -> Iterator[ChatLlamaCpp]:
    yield ChatLlamaCpp(model_path=smollm, threads=1, context=2048, max_tokens=16)
    llm_engine.close_engine()


def text_of(model: ChatLlamaCpp, prompt: str, **options: object) -> str:
    return str(model.invoke(prompt, **options).text)


def idle(model: ChatLlamaCpp, seconds: float = 20.0) -> bool:
    """Wait until no request is inside llama.cpp."""
    deadline = time.monotonic() + seconds
    while model.load()._workers and time.monotonic() < deadline:
        time.sleep(0.02)
    return not model.load()._workers


def test_streams_words_and_counts_tokens(model: ChatLlamaCpp) -> None:
    chunks = list(model.stream([SystemMessage("Be brief."), HumanMessage("Name three colours.")]))
    words = [chunk.text for chunk in chunks if chunk.text]
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    assert len(words) > 3
    assert whole.text == "".join(words)
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["output_tokens"] <= 16
    assert whole.usage_metadata["input_tokens"] > 10
    assert whole.response_metadata["finish_reason"] in {"stop", "length"}


def test_invoke_is_the_same_as_the_stream_and_repeatable(model: ChatLlamaCpp) -> None:
    streamed = "".join(chunk.text for chunk in model.stream("Say hello."))
    assert text_of(model, "Say hello.") == streamed == text_of(model, "Say hello.")


def test_serves_in_a_chain(model: ChatLlamaCpp) -> None:
    assert (model | StrOutputParser()).invoke("Say hello.") == text_of(model, "Say hello.")


def test_passes_on_limits_stops_and_grammars(model: ChatLlamaCpp) -> None:
    limited = model.invoke(LONG, max_tokens=3)
    assert limited.usage_metadata is not None
    assert limited.usage_metadata["output_tokens"] == 3
    assert limited.response_metadata["finish_reason"] == "length"
    full = text_of(model, "Say hello.")
    assert text_of(model, "Say hello.", stop=[full[4]]) == full[: full.index(full[4])]
    assert text_of(model, "Well?", grammar='root ::= "yes" | "no"') in {"yes", "no"}
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    reply = text_of(
        model, "Give n.", response_format={"type": "json_object", "schema": schema}, max_tokens=60
    )
    assert isinstance(json.loads(reply)["n"], int)


def test_a_seed_repeats_a_draw(model: ChatLlamaCpp) -> None:
    draws = [text_of(model, "Tell a story.", temperature=1.5, seed=seed) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_a_known_prompt_beginning_is_not_read_again(model: ChatLlamaCpp) -> None:
    rules = SystemMessage("Answer from the numbered sentences only, and cite them. " * 12)
    model.invoke([rules, HumanMessage("First question")])
    model.invoke([SystemMessage("Rewrite the question. " * 12), HumanMessage("Something else")])
    usage = model.invoke([rules, HumanMessage("Second question")]).usage_metadata
    assert usage is not None
    assert usage["input_token_details"]["cache_read"] > 100


def test_closing_the_stream_stops_the_model(model: ChatLlamaCpp) -> None:
    stream = model.stream(LONG, max_tokens=1500, ignore_eos=True)
    for chunk in stream:
        if chunk.text:
            break
    stream.close()
    started = time.monotonic()
    assert idle(model), "llama.cpp still writes for nobody"
    assert time.monotonic() - started < 5, "1500 tokens take longer"


def test_closing_stops_a_prompt_that_is_being_read(model: ChatLlamaCpp) -> None:
    prompt = "many different words " * 150
    stream = model.stream(prompt, max_tokens=1)
    assert next(stream).text == ""
    stream.close()
    assert idle(model)
    usage = model.invoke(prompt, max_tokens=1).usage_metadata
    assert usage is not None
    already_read = usage["input_token_details"]["cache_read"]
    assert already_read < 0.8 * usage["input_tokens"], "the prompt was read to its end for nobody"


def test_requests_are_served_in_order_of_arrival(model: ChatLlamaCpp) -> None:
    finished: list[int] = []

    def ask(number: int) -> None:
        model.invoke(f"Say {number}.", max_tokens=8)
        finished.append(number)

    running = model.stream(LONG, max_tokens=1500, ignore_eos=True)
    list(islice(running, 5))
    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        time.sleep(0.1)
    assert finished == []
    running.close()
    for thread in threads:
        thread.join(30)
    assert finished == [0, 1, 2, 3]


def test_a_request_that_gives_up_waiting_holds_nobody_up(model: ChatLlamaCpp) -> None:
    running = model.stream(LONG, max_tokens=1500, ignore_eos=True)
    list(islice(running, 5))
    waiting = model.stream("Say hello.")
    assert next(waiting).text == ""  # a heartbeat
    waiting.close()
    running.close()
    assert text_of(model, "Say hello.")


def test_a_silent_model_is_given_up(model: ChatLlamaCpp) -> None:
    impatient = model.model_copy(update={"timeout": 0.0})
    abandoned = model.stream("many different words " * 200, max_tokens=2)
    next(abandoned)
    abandoned.close()  # llama.cpp is still inside a batch of it, so the next request waits for its first sign
    with pytest.raises(ModelFailed, match="silent for 0 s"):
        impatient.invoke("other words altogether " * 200)
    assert idle(model)


def test_too_long_a_prompt_says_what_to_change(model: ChatLlamaCpp) -> None:
    with pytest.raises(ModelFailed, match=r"exceeds the available context size \(2048") as caught:
        model.invoke("word " * 3000)
    assert "llm_context (now 2048)" in caught.value.hint


def test_a_wrong_grammar_is_an_error_and_the_next_request_works(model: ChatLlamaCpp) -> None:
    with pytest.raises(ModelFailed, match="refused the request"):
        model.invoke("Well?", grammar="root ::= (((")
    with pytest.raises(ModelFailed, match="refused the request"):
        model.invoke([AIMessage("")], json_schema={"type": 7})
    assert text_of(model, "Say hello.")


def test_opens_no_port_and_writes_nothing_to_the_terminal(smollm: Path) -> None:
    program = (
        "import sys, pathlib, os\n"
        "from assistant.llm_local import ChatLlamaCpp\n"
        "model = ChatLlamaCpp(model_path=pathlib.Path(sys.argv[1]), threads=1, context=512, max_tokens=4)\n"
        "model.invoke('Hi')\n"
        "links = [pathlib.Path('/proc/self/fd', n) for n in os.listdir('/proc/self/fd')]\n"
        "mine = {os.readlink(link) for link in links if link.is_symlink()}\n"
        "rows = [line.split() for line in open('/proc/self/net/tcp').readlines()[1:]]\n"
        "print([row[1] for row in rows if row[3] == '0A' and f'socket:[{row[9]}]' in mine])\n"
    )  # fmt: skip
    if not Path("/proc/self/net/tcp").exists():
        pytest.skip("open ports are looked up in Linux's /proc")
    ran = subprocess.run([sys.executable, "-c", program, smollm], capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("[]\n", "", 0)


def test_a_process_ends_at_once_in_the_middle_of_an_answer(smollm: Path) -> None:
    program = (
        "import sys, pathlib, itertools\n"
        "from assistant.llm_local import ChatLlamaCpp\n"
        "model = ChatLlamaCpp(model_path=pathlib.Path(sys.argv[1]), threads=1, context=2048, max_tokens=1500)\n"
        f"stream = model.stream({LONG!r})\n"
        "print(len(list(itertools.islice(stream, 5))), flush=True)\n"
    )
    started = time.monotonic()
    ran = subprocess.run([sys.executable, "-c", program, smollm], capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("5\n", "", 0)
    assert time.monotonic() - started < 40


def test_the_chosen_model_is_loaded_once_and_shared(settings: MakeSettings, smollm: Path) -> None:
    chosen = choose_model(settings("llamacpp:smollm2-135m-instruct", models_dir=smollm.parent))
    assert chosen.name == "llamacpp:smollm2-135m-instruct"
    assert chosen.load is not None
    loaded: list[object] = []
    threads = [threading.Thread(target=lambda: loaded.append(chosen.load())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(loaded) == 4
    assert len({id(model) for model in loaded}) == 1
    again = ChatLlamaCpp(model_path=smollm, threads=1, context=2048)
    assert again.load() is chosen.load().load(), "the same file with the same options was loaded twice"


# Damaged files. They are loaded in a process of its own, which must live to tell.

REPORT = """
import sys, pathlib
from assistant.errors import ModelUnavailable
from assistant.llm_local import ChatLlamaCpp
for path in map(pathlib.Path, sys.argv[1:]):
    try:
        ChatLlamaCpp(model_path=path, threads=1, context=512, max_tokens=4).invoke("Hi")
    except ModelUnavailable as error:
        print(error.message, "->", error.hint)
    else:
        print(path, "writes")
"""


def with_number(data: bytes, key: str, number: int) -> bytes:
    """Change one number of a GGUF file's header."""
    where = data.index(struct.pack("<Q", len(key)) + key.encode()) + 8 + len(key) + 4
    return data[:where] + struct.pack("<I", number) + data[where + 4 :]


def test_damaged_files_are_refused_and_harm_nothing(smollm: Path, tmp_path: Path) -> None:
    sound = smollm.read_bytes()
    files = {
        "truncated": (sound[:40_000_000], "it is cut off: 40,000,000 of 98,362,432 bytes are there"),
        "page": (b"<html>404</html>", "it doesn't begin with GGUF"),
        "aborting": (with_number(sound, "llama.block_count", 0), "it ends llama.cpp (-6)"),
        "refused": (with_number(sound, "llama.attention.head_count", 0), "llama.cpp can't load it"),
        "sound": (sound, "writes"),
    }
    paths = [tmp_path / f"{name}.gguf" for name in files]
    for path, (data, _) in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", REPORT, *paths]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=150, env=environment)
    assert ran.returncode == 0, ran.stderr
    for path, (_, said), line in zip(paths, files.values(), ran.stdout.splitlines(), strict=True):
        assert str(path) in line
        assert said in line
        assert said == "writes" or line.partition("->")[2].strip(), "no hint"


def test_a_known_file_must_have_its_hash(settings: MakeSettings, smollm: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    copy = models / smollm.name
    data = bytearray(smollm.read_bytes())
    data[-1000] ^= 1
    copy.write_bytes(data)
    chosen = choose_model(settings("llamacpp:smollm2-135m-instruct"))
    assert chosen.load is not None
    with pytest.raises(ModelUnavailable, match="sha256 differs") as caught:
        chosen.load()
    assert caught.value.hint == "`paperchat models pull smollm2-135m-instruct` fetches it again"
    copy.write_bytes(data[:-5])
    with pytest.raises(ModelUnavailable, match="98,362,427 of 98,362,432 bytes"):
        chosen.load()
    shutil.copy(smollm, copy)
    assert chosen.load().invoke("Hi", max_tokens=2).text, "a mended file still isn't taken"
