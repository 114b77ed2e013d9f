"""One writer of a store at a time, over all processes; readers go on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from assistant.errors import StoreBusy, StoreFull


@contextmanager
def writing(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the writer lock of the store in `folder`; the system frees it when a process dies.

    Args:
        folder: The store's folder.
        wait: Seconds to wait for another writer.

    Raises:
        StoreBusy: Another process kept writing.
        StoreFull: The lock file can't be made.
    """
    import filelock

    told = ""
    lock = filelock.FileLock(folder / "writer.lock", timeout=wait)
    owner = folder / "writer.txt"
    try:
        lock.acquire()
    except filelock.Timeout as error:
        with suppress(OSError):
            told = owner.read_text(encoding="utf-8")
        who = f" ({told})" if told else ""
        hint = "wait for it to end, then run the same command again"
        raise StoreBusy(f"{folder}: another process is writing to it{who}", hint, retryable=True) from error
    except OSError as error:
        raise StoreFull(f"{folder}: can't be written: {error}", "mend the folder's permissions") from error
    with suppress(OSError):  # only a courtesy to others
        owner.write_text(f"process {os.getpid()}, since {datetime.now():%H:%M:%S}", encoding="utf-8")
    try:
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()
