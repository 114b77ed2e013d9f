"""llama.cpp in this process: one loaded GGUF model, its requests served one at a time in order of arrival."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections import deque
from collections.abc import Generator
from queue import Empty, SimpleQueue
from typing import Any

from assistant.errors import ModelFailed
from assistant.llm_server import ServerOptions, load_server

HEARTBEAT_SECONDS = 0.5
"""How often a request that waits gives its caller the chance to give up."""
CLOSE_SECONDS = 20.0


class Engine:
    """One loaded model. Safe to share between threads."""

    def __init__(self, options: ServerOptions) -> None:
        """Load the model; this takes seconds.

        Raises:
            ModelUnavailable: The file is damaged, or llama.cpp can't load it.
        """
        self.options = options
        self._turns: deque[threading.Event] = deque()
        self._mutex = threading.Lock()
        self._workers: dict[threading.Thread, threading.Event] = {}
        self._server = load_server(options)

    def stream(self, request: dict[str, Any], patience: float) -> Generator[dict[str, Any]]:
        """Yield llama.cpp's chunks for a chat request; closing the iterator stops the model.

        Args:
            request: An OpenAI-style chat request.
            patience: Longest silence of the model in seconds, not counting other requests' turns.

        Yields:
            Chunks as llama.cpp makes them; an empty one each `HEARTBEAT_SECONDS` of waiting.

        Raises:
            ModelFailed: llama.cpp refused the request, or was silent for too long.
        """
        chunks: SimpleQueue[dict[str, Any] | Exception | None] = SimpleQueue()
        turn, stop = self._join(), threading.Event()
        try:
            while not turn.wait(HEARTBEAT_SECONDS):
                yield {}
            self._start(request, chunks, stop)
            heard = time.monotonic()
            while True:
                try:
                    chunk = chunks.get(timeout=HEARTBEAT_SECONDS)
                except Empty:
                    if time.monotonic() - heard > patience:
                        raise ModelFailed(
                            f"{self.options.path.name}: the model was silent for {patience:.0f} s",
                            "raise llm_timeout, or take a smaller model",
                            retryable=True,
                        ) from None
                    yield {}
                    continue
                heard = time.monotonic()
                if chunk is None:
                    return
                yield self._checked(chunk)
        finally:
            stop.set()
            self._leave(turn)

    def close(self) -> None:
        """Stop what runs, wait for it, and give the model's memory back."""
        with self._mutex:
            workers = dict(self._workers)
        for stop in workers.values():
            stop.set()
        for worker in workers:
            worker.join(CLOSE_SECONDS)
        self._server = None

    def _join(self) -> threading.Event:
        turn = threading.Event()
        with self._mutex:
            self._turns.append(turn)
            self._turns[0].set()
        return turn

    def _leave(self, turn: threading.Event) -> None:
        with self._mutex:
            self._turns.remove(turn)
            if self._turns:
                self._turns[0].set()

    def _start(self, request: dict[str, Any], chunks: SimpleQueue[Any], stop: threading.Event) -> None:
        """Run the request in a thread of its own: llama.cpp calls back, an iterator must be asked."""
        server = self._server
        if server is None:
            raise ModelFailed(
                f"{self.options.path.name}: the model has been unloaded", "ask again", retryable=True
            )

        def receive(chunk: Any) -> bool:
            chunks.put(chunk)
            return stop.is_set()  # True ends the generation

        def work() -> None:
            try:
                if not stop.is_set():
                    server.handle_chat_completions(request, receive)
            except (ValueError, RuntimeError, TypeError) as error:
                chunks.put(error)
            finally:
                chunks.put(None)
                with self._mutex:
                    self._workers.pop(threading.current_thread(), None)

        worker = threading.Thread(target=work, name="llama.cpp request", daemon=True)
        with self._mutex:
            self._workers[worker] = stop
        worker.start()

    def _checked(self, chunk: dict[str, Any] | Exception) -> dict[str, Any]:
        where = self.options.path.name
        if isinstance(chunk, Exception):
            raise ModelFailed(f"{where}: llama.cpp refused the request: {chunk}") from chunk
        error = chunk.get("error")
        if error is None:
            return chunk
        hint = ""
        if error.get("type") == "exceed_context_size_error":
            hint = f"raise llm_context (now {self.options.context}) or lower evidence_tokens"
        raise ModelFailed(f"{where}: llama.cpp refused the request: {error.get('message', error)}", hint)


_engine: Engine | None = None
_engine_mutex = threading.Lock()


def shared_engine(options: ServerOptions) -> Engine:
    """Return the process's one engine; it is loaded when first asked for, and again for other options.

    Raises:
        ModelUnavailable: The file is damaged, or llama.cpp can't load it.
    """
    global _engine
    with _engine_mutex:
        if _engine is None or _engine.options != options:
            close_engine(locked=True)
            _engine = Engine(options)
        return _engine


def close_engine(*, locked: bool = False) -> None:
    """Unload the process's engine, if there is one."""
    global _engine
    with contextlib.nullcontext() if locked else _engine_mutex:
        if _engine is not None:
            _engine.close()
            _engine = None


atexit.register(close_engine)  # a thread still inside llama.cpp would keep the interpreter from ending
