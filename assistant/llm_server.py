"""Loading a GGUF file with llama.cpp, in this process, so that a damaged one can't bring it down.

Run as a module with a file's path it tries the file out: exit code 0 means that it loads and writes.
"""

from __future__ import annotations

import logging
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.weights.catalogue import CATALOGUE
from assistant.weights.checksum import has_sha256, recall, remember
from assistant.weights.gguf import read_header

PROMPT_BATCH = 128
"""Tokens of the prompt read between two chances to give up; larger ones are hardly faster on a processor."""
PROMPT_CACHE_MIB = 256
"""Memory for the read state of earlier prompts, so that rewriting leaves answering's alone."""
TRIAL_SECONDS = 900.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServerOptions:
    """What a model is loaded with; another choice means loading again.

    Attributes:
        path: The GGUF file.
        threads: Processor threads that it may use.
        context: Context window in tokens.
    """

    path: Path
    threads: int
    context: int


def load_server(options: ServerOptions) -> Any:
    """Check a GGUF file and load it with llama.cpp.

    Raises:
        ModelUnavailable: The file is damaged, llama.cpp can't load it, or isn't installed.
    """
    _check(options)
    return _start(options)


def _start(options: ServerOptions) -> Any:
    """Load a GGUF file with llama.cpp; one that hasn't been checked may end the process."""
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelUnavailable(
            f"llama.cpp can't be used in this Python environment: {error}", "run `pip install xllamacpp`"
        ) from error
    params = xllamacpp.CommonParams()
    params.model.path = str(options.path)
    params.n_ctx = options.context
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = PROMPT_BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.cpuparams.poll = params.cpuparams_batch.poll = 0  # idle threads sleep: others need the cores
    params.cache_prompt = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.enable_reasoning = 0  # small models think long and are cut off before they answer
    params.verbosity = -1  # llama.cpp writes to standard error
    params.warmup = False
    # Repacked weights cost a third more memory; on x86 they write a fifth faster and read a fifth slower.
    params.no_extra_bufts = platform.machine().lower() in {"x86_64", "amd64"}
    params.ui = False
    params.endpoint_slots = False
    params.offline = True
    # llama.cpp always listens. Nobody can connect here: a key is needed that nobody knows, and where
    # the system has them it is a socket file that is gone at once, so no port is opened at all.
    params.api_keys = [secrets.token_hex(32)]
    with tempfile.TemporaryDirectory(prefix="paperchat-") as folder:
        if os.name == "posix":
            params.hostnames = [str(Path(folder) / "llama.sock")]
        try:
            return xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelUnavailable(
                f"{options.path}: llama.cpp can't load this model",
                "it may be damaged, of a kind that llama.cpp doesn't know, or too large for the memory",
            ) from error


def _check(options: ServerOptions) -> None:
    """Refuse a GGUF file that could bring the process down.

    A known file must have its pinned sha256. Any other one must have a sound header, and is loaded once
    in a process of its own; that it passed is remembered.

    Raises:
        ModelUnavailable: What is wrong with it, and what to do.
    """
    path = options.path
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ModelUnavailable(
            f"{path}: the model file can't be read: {error.strerror}", "check the path and its rights"
        ) from error
    for weights in CATALOGUE:
        if weights.kind == "chat" and weights.file == path.name:
            if size == weights.size and has_sha256(path, weights.sha256):
                return
            raise ModelUnavailable(
                f"{path}: this isn't the file of {weights.name}: "
                + (
                    f"it has {size:,} of {weights.size:,} bytes"
                    if size != weights.size
                    else "its sha256 differs"
                ),
                f"`paperchat models pull {weights.name}` fetches it again",
            )
    read_header(path)
    if recall(path) != "loads":
        _try_in_another_process(path)
        remember(path, "loads")


def _try_in_another_process(path: Path) -> None:
    _log.info("%s: loading it once in a process of its own, to see that it is sound", path)
    command = [sys.executable, "-m", "assistant.llm_server", str(path)]
    with tempfile.TemporaryDirectory(prefix="paperchat-") as folder:
        # A process that crashes leaves its files behind, and needn't be looked into with a debugger.
        environment = {**os.environ, "TMPDIR": folder, "GGML_NO_BACKTRACE": "1"}
        try:
            code = subprocess.run(
                command, capture_output=True, timeout=TRIAL_SECONDS, check=False, env=environment
            ).returncode
        except subprocess.TimeoutExpired:
            reason = f"llama.cpp hadn't loaded it after {TRIAL_SECONDS:.0f} s"
        else:
            reason = "llama.cpp can't load it" if code == 1 else f"it ends llama.cpp ({code})"
            if code == 0:
                return
    raise ModelUnavailable(
        f"{path}: this model can't be used: {reason}",
        "it may be damaged, of a kind that llama.cpp doesn't know, or too large for the memory",
    )


def _try_out(path: Path) -> int:
    try:
        server = _start(ServerOptions(path, threads=1, context=512))
        request = {"messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 2}
        answer = server.handle_chat_completions(request)
    except (ModelUnavailable, RuntimeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0 if "choices" in answer else 1


if __name__ == "__main__":
    sys.exit(_try_out(Path(sys.argv[1])))
