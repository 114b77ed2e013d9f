"""Events from an iterator that may block for seconds, in batches that arrive on time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _End:
    """Marks the iterator's end in the queue, with the error that ended it, if one did."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class Live(Generic[T]):
    """Runs an iterator in a thread of its own, so that its reader is never kept waiting.

    The reader can stop at once even while the iterator waits for a model's next words, and a fast
    iterator is read in batches: one page update for each batch, not one for each word.

    Args:
        source: Read and, where it has a `close`, closed in that thread alone.
        tick: Seconds between batches; also the longest that a reader waits for an empty one.
    """

    def __init__(self, source: Iterator[T], tick: float = 0.05) -> None:
        self._source = source
        self._tick = tick
        self._queue: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        self._closed = threading.Event()
        threading.Thread(target=self._read, name="answer", daemon=True).start()

    def _read(self) -> None:
        try:
            for item in self._source:
                self._queue.put(item)
                if self._closed.is_set():
                    break
            self._queue.put(_End())
        except BaseException as error:  # noqa: BLE001 - handed to the reader, who raises it
            self._queue.put(_End(error))
        finally:
            close = getattr(self._source, "close", None)
            if close is not None:
                close()

    def batches(self) -> Iterator[list[T]]:
        """Yield what has come since the last batch, empty where nothing has.

        Raises:
            Exception: Whatever the iterator raised, after what it gave before.
        """
        while True:
            started = time.monotonic()
            batch, end = self._wait()
            if batch or end is None:
                yield batch
            if end is not None:
                if end.error is not None:
                    raise end.error
                return
            if batch:
                time.sleep(max(0.0, started + self._tick - time.monotonic()))

    def _wait(self) -> tuple[list[T], _End | None]:
        batch: list[T] = []
        timeout = self._tick
        while True:
            try:
                item = self._queue.get(timeout=timeout) if timeout else self._queue.get_nowait()
            except queue.Empty:
                return batch, None
            if isinstance(item, _End):
                return batch, item
            batch.append(item)
            timeout = 0

    def close(self) -> None:
        """Let the iterator go: it is closed as soon as it gives its next item."""
        self._closed.set()
