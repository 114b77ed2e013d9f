"""One stream of bytes, whatever it is: unpacked, opened as what its first bytes say, and read."""

from __future__ import annotations

import io
import lzma
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources import archives
from ingest.sources.archives import Refused
from ingest.sources.arguments import CUT_OFF, MEMBER, UNREAD, is_incomplete
from ingest.sources.columns import Asked
from ingest.sources.encodings import NotText
from ingest.sources.files import SAMPLE_BYTES, Rejoined, open_text, read_full
from ingest.sources.formats import find_format
from ingest.sources.packed import Damaged, copy_to_disk, packing_of, unpack

PASSED_OVER = "no papers, by its name"
"""Why a README beside papers isn't read: the one rejection that `--strict` doesn't stop at."""
_DEEPEST_ARCHIVE = 2
_DEEPEST_PACKING = 2
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PDF = re.compile(rb"[\x00-\xff]{0,1023}?%PDF-\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_PAPERS = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|changes|authors|contributing|requirements|makefile|manifest)"
    r"(?:[.-].*)?",
    re.I,
)
"""Names of files that lie beside papers in a folder. A file named by the user is read whatever its name."""

Items = Iterator[Record | Rejected]


def is_beside_papers(name: str) -> bool:
    """Tell whether a file in a folder or archive has no papers, by its name: README, LICENSE and the like."""
    return _NOT_PAPERS.fullmatch(name) is not None


def read_stream(stream: BinaryIO, source: str, asked: Asked, depth: int = 0) -> Items:
    """Read the papers in a stream, and close it.

    Args:
        stream: The bytes from the beginning. It needn't be able to go back.
        source: The name that its records get.
        asked: What the user asked about the columns of tables.
        depth: How many archives it lies in.

    Yields:
        A record for each paper, and a rejection for each that isn't one. A stream that can't be read
        to its end is told by one rejection more: see `is_incomplete`.
    """
    last = UNREAD
    try:
        with closing(stream):
            for item in _read(stream, source, asked, depth):
                name = item.source if isinstance(item, Record) else item.file
                if name != source:
                    last = f"{CUT_OFF}{name.removeprefix(source + MEMBER)}"
                elif not (isinstance(item, Rejected) and is_incomplete(item)):
                    last = f"{CUT_OFF}{item.where}"
                yield item
    except NotText as error:
        yield Rejected(file=source, where=UNREAD, reason=str(error))
    except Damaged as error:
        yield Rejected(file=source, where=last, reason=str(error))
    except (EOFError, zlib.error, lzma.LZMAError):
        yield Rejected(file=source, where=last, reason="the compressed data ends early or is damaged")
    except OSError as error:
        # gzip and bzip2 tell of damage by errors without a number.
        said = f"can't be read: {error.strerror or error}" if error.errno else f"damaged: {error}"
        yield Rejected(file=source, where=last, reason=said)


def _read(stream: BinaryIO, source: str, asked: Asked, depth: int, unpacked: int = 0) -> Items:
    head = read_full(stream, SAMPLE_BYTES)
    whole = Rejoined(head, stream)
    packing = packing_of(head)
    if packing:
        if unpacked >= _DEEPEST_PACKING:
            raise NotText(f"packed more than {_DEEPEST_PACKING} times: unpack it first")
        inner = unpack(io.BufferedReader(whole), packing, lambda: whole.consumed)
        yield from _read(inner, source, asked, depth, unpacked + 1)
    elif head.startswith(archives.ZIP):
        with closing(copy_to_disk(_again(stream, whole))) as file:
            yield from _read_zip(file, source, asked, depth)
    elif archives.is_tar(head):
        _check_depth(depth)
        yield from _members(archives.tar_members(io.BufferedReader(whole)), source, asked, depth)
    elif head.startswith(_OLD_OFFICE):
        with closing(copy_to_disk(_again(stream, whole))) as file:
            yield from _read_spreadsheet(file, source, asked)
    elif _PDF.match(head):
        from ingest.sources.pdf import read_pdf

        with closing(copy_to_disk(_again(stream, whole))) as file:
            yield from read_pdf(file, source)
    else:
        text, sample = open_text(io.BufferedReader(whole))
        with text:
            known = find_format(sample, asked.columns)
            yield from known.read(text, source, asked) if known.has_columns else known.read(text, source)


def _again(stream: BinaryIO, whole: Rejoined) -> BinaryIO:
    """Return the stream itself where it is a file, which needn't be copied to be read back and forth."""
    is_file = isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO)
    return stream if is_file else io.BufferedReader(whole)


def _read_zip(file: BinaryIO, source: str, asked: Asked, depth: int) -> Items:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    with archives.open_zip(file) as archive:
        kind = archives.kind_of_zip(archive)
        if kind == "spreadsheet":
            archives.check_size(archive, size)
            yield from _read_spreadsheet(file, source, asked)
            return
        if kind:
            raise NotText(f"not text: looks like {kind}")
        _check_depth(depth)
        yield from _members(archives.zip_members(archive, size), source, asked, depth)


def _read_spreadsheet(file: BinaryIO, source: str, asked: Asked) -> Items:
    from ingest.sources.spreadsheet import read_spreadsheet

    yield from read_spreadsheet(file, source, asked)


def _check_depth(depth: int) -> None:
    if depth >= _DEEPEST_ARCHIVE:
        raise NotText("an archive inside an archive inside an archive: unpack it first")


def _members(members: Iterator[archives.Member], source: str, asked: Asked, depth: int) -> Items:
    empty = True
    for name, member in members:
        empty = False
        # Names come from whoever made the archive; they are shown and stored, and open no file.
        full = f"{source}{MEMBER}{_CONTROL.sub('?', name).encode('utf-8', 'replace').decode()}"
        if is_beside_papers(name.rpartition("/")[2]):
            yield Rejected(file=full, where=UNREAD, reason=PASSED_OVER)
        elif isinstance(member, Refused):
            yield Rejected(file=full, where=UNREAD, reason=str(member))
        else:
            yield from read_stream(member, full, asked, depth + 1)
    if empty:
        raise NotText("an archive without files")
