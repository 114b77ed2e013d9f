"""The sources that papers are read from. A file's content tells what it is, not its name."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from assistant.errors import SourceInvalid
from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.arguments import (
    STANDARD_INPUT_NAME,
    UNREAD,
    Argument,
    covers,
    is_incomplete,
    is_pattern,
    is_standard_input,
    matches,
)
from ingest.sources.columns import Asked
from ingest.sources.files import shown, walk
from ingest.sources.formats import FORMATS, READABLE, Format, find_format
from ingest.sources.opening import PASSED_OVER, is_beside_papers, read_stream

__all__ = ["FORMATS", "Format", "Record", "covers", "find_format", "is_incomplete", "read_sources"]


def read_sources(
    arguments: Sequence[Argument],
    *,
    columns: Mapping[str, str] | None = None,
    note: Callable[[str], None] | None = None,
) -> Iterator[Record | Rejected]:
    """Read papers from files, one at a time.

    Args:
        arguments: Files of any format, packed or not; archives; folders, which are walked in order of
            name; patterns such as `papers/*.bib`; and `-` for standard input.
        columns: Field → the table column that holds it, where the header's own names don't tell.
        note: Hears, once a table, how its columns were understood.

    Yields:
        A record for each paper, and a rejection for each file, record or line that isn't one.

    Raises:
        SourceInvalid: A path doesn't exist or a pattern matches nothing, told before anything is
            read; or a folder holds no paper, or no table has the columns asked for, told after
            the rejections.
    """
    asked = Asked(columns or {}, note or (lambda _: None))
    for reading in [_prepare(argument, asked) for argument in arguments]:
        yield from reading()
    if asked.refusal and not asked.met:
        raise SourceInvalid(asked.refusal, "name a column as its table's header does")


def _prepare(argument: Argument, asked: Asked) -> Callable[[], Iterator[Record | Rejected]]:
    """Return what reads an argument, once it is sure that there is something to read."""
    if is_standard_input(argument):
        return lambda: read_stream(_standard_input(), STANDARD_INPUT_NAME, asked)
    path = Path(argument)
    if is_pattern(argument):
        files = matches(argument)
        return lambda: (item for file in files for item in _read_beside(file, asked))
    if not path.exists():
        raise SourceInvalid(
            f"{shown(path)}: there is no such file or folder", "check the spelling of the path"
        )
    return lambda: _read_folder(path, asked) if path.is_dir() else _read_file(path, asked, named=True)


def _standard_input() -> BinaryIO:
    if sys.stdin is None or sys.stdin.isatty():
        raise SourceInvalid(
            "standard input is a terminal: there is no file to read",
            "pipe one in, as in `zcat papers.jsonl.gz | paperchat ingest -`",
        )
    binary = getattr(sys.stdin, "buffer", None)
    if binary is None:  # replaced by another stream of text
        return io.BytesIO(sys.stdin.read().encode("utf-8", "surrogateescape"))
    # Not closed with the source: the terminal's questions may still be asked there.
    return io.BufferedReader(_Lent(binary))


class _Lent(io.RawIOBase):
    """A stream that isn't closed by whoever reads it."""

    def __init__(self, owned: BinaryIO) -> None:
        self._owned = owned

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._owned.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _read_folder(folder: Path, asked: Asked) -> Iterator[Record | Rejected]:
    found = False
    refused: list[Rejected] = []
    count = 0
    unreadable: list[OSError] = []
    for path in walk(folder, unreadable.append):
        for item in _read_beside(path, asked):
            if isinstance(item, Record):
                found = True
            elif not found:
                count += 1
                refused = refused or [item]
            yield item
    for error in unreadable:
        name = shown(error.filename or folder)
        yield Rejected(file=name, where=UNREAD, reason=f"can't be listed: {error.strerror or error}")
    if not found:
        why = f" ({count} refused, the first: {refused[0].file}: {refused[0].reason})" if refused else ""
        raise SourceInvalid(
            f"{shown(folder)}: no paper in this folder{why}", f"{READABLE}; each may be packed"
        )


def _read_beside(path: Path, asked: Asked) -> Iterator[Record | Rejected]:
    """Read a file that the user didn't name himself."""
    if is_beside_papers(path.name):
        yield Rejected(file=shown(path), where=UNREAD, reason=PASSED_OVER)
    else:
        yield from _read_file(path, asked)


def _read_file(path: Path, asked: Asked, *, named: bool = False) -> Iterator[Record | Rejected]:
    source = shown(path)
    # A pipe that is named is what a shell makes of `<(command)`.
    if not path.is_file() and not (named and path.is_fifo()):
        yield Rejected(file=source, where=UNREAD, reason="not a regular file")
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        yield Rejected(file=source, where=UNREAD, reason=f"can't be read: {error.strerror or error}")
        return
    yield from read_stream(stream, source, asked)
