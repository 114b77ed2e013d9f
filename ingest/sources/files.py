"""Files on disk: found, opened as text and read by lines."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from ingest.sources.encodings import NotText, find_encoding

__all__ = ["MAX_LINE", "SAMPLE_BYTES", "NotText", "open_text", "read_full", "read_lines", "shown", "walk"]

SAMPLE_BYTES = 65_536
MAX_LINE = 16_000_000
"""Characters of one line that are kept; a longer one is refused, whatever it holds."""


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as given, in characters that can be stored and printed."""
    return os.fsencode(path).decode("utf-8", "replace")


def walk(folder: Path, unreadable: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders, sorted, without the hidden ones.

    A link to a folder is yielded, not followed: it may lead round in a circle.

    Args:
        folder: Where to begin.
        unreadable: Hears of each subfolder that can't be listed.
    """
    for base, folders, files in os.walk(folder, onerror=unreadable):
        links = [name for name in folders if (Path(base) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(base) / name for name in sorted([*files, *links]) if not name.startswith("."))


def open_text(stream: BinaryIO) -> tuple[TextIO, str]:
    """Open a stream of bytes as text, whatever its encoding.

    Args:
        stream: The bytes from the beginning. It needn't be able to go back.

    Returns:
        The open text, line ends as they are, and a sample of its beginning. Closing it closes the stream.

    Raises:
        NotText: The stream is empty, or isn't text.
        OSError: It can't be read.
    """
    sample = read_full(stream, SAMPLE_BYTES)
    encoding = find_encoding(sample)
    whole = io.BufferedReader(Rejoined(sample, stream), SAMPLE_BYTES)
    text = io.TextIOWrapper(whole, encoding=encoding, errors=_FALLBACK, newline="")
    return text, codecs.getincrementaldecoder(encoding)(_FALLBACK).decode(sample)


def read_full(stream: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, or all there are; packed streams and pipes may give less at a time."""
    found = bytearray()
    while len(found) < size and (more := stream.read(size - len(found))):
        found += more
    return bytes(found)


class Rejoined(io.RawIOBase):
    """A stream whose beginning was read already, from its beginning again."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest
        self.consumed = 0
        """Bytes handed out so far."""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as one read goes."""
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        self.consumed += len(data)
        return len(data)

    def close(self) -> None:
        """Close the stream behind it too."""
        if not self.closed:
            self._rest.close()
        super().close()


def _decode_one_by_one(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that an encoding can't as Windows' Western one: no line is lost to one byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


_FALLBACK = "paperchat-western"
codecs.register_error(_FALLBACK, _decode_one_by_one)


def read_lines(text: TextIO) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines of a text without ever holding more than one.

    Yields:
        The line's number from 1, the line with its end, and whether it is whole: a line of more
        than `MAX_LINE` characters is given once, cut off.
    """
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        whole = len(line) < MAX_LINE or line.endswith(("\n", "\r"))
        yield number, line, whole
        while not whole and (rest := text.readline(MAX_LINE)):
            whole = len(rest) < MAX_LINE or rest.endswith(("\n", "\r"))
