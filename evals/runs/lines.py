"""Records that grow line by line and survive a kill: each line is whole and on the disk before the next."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from assistant.errors import UsageError

Row = TypeVar("Row", bound=BaseModel)


class LineFile:
    """Appends records to a file of JSON Lines."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it where there is none; a last line that a kill has torn is cut off.

        Raises:
            UsageError: It can't be written, or another process is writing to it.
        """
        from filelock import FileLock, Timeout

        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        try:
            self._lock.acquire(timeout=0)
            self._file = path.open("ab+")
        except Timeout as error:
            raise UsageError(
                f"{path}: another command is writing to it", "wait for that one, or name another folder"
            ) from error
        except OSError as error:
            raise UsageError(
                f"{path}: can't be written: {error.strerror}", "make room or name another folder"
            ) from error
        self._file.seek(0)
        self._file.truncate(self._file.read().rfind(b"\n") + 1)

    def add(self, row: BaseModel) -> None:
        """Write one record."""
        self._file.write(row.model_dump_json().encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._lock.release()


def read_lines(path: Path, shape: type[Row], what: str, hint: str) -> Iterator[Row]:
    """Yield the records of a file; a torn last line is left out, and a file that isn't there has none.

    Args:
        path: The file.
        shape: What a line is.
        what: The same in words, for the error.
        hint: What to do about a damaged line.

    Raises:
        UsageError: A line before the last is damaged.
    """
    if not path.is_file():
        return
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            yield shape.model_validate_json(line)
        except ValidationError as error:
            raise UsageError(
                f"{path}, line {number}: isn't {what}: {error.errors()[0]['msg']}", hint
            ) from error
