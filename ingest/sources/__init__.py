"""The formats that papers are read from. A file's content tells which one it is, not its name."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from assistant.errors import SourceInvalid
from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.files import NotText, open_text, walk
from ingest.sources.json_document import is_json_document, read_json_document
from ingest.sources.json_lines import is_json_lines, read_json_lines
from ingest.sources.page import is_page, read_page
from ingest.sources.table import is_table, read_table

__all__ = ["FORMATS", "Format", "Record", "find_format", "read_sources"]


@dataclass(frozen=True)
class Format:
    """A format: how it is recognised in the beginning of a text, and how it is read."""

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[TextIO, str], Iterator[Record | Rejected]]


FORMATS: tuple[Format, ...] = (
    Format("JSON Lines", is_json_lines, read_json_lines),
    Format("JSON", is_json_document, read_json_document),
    Format("table (CSV, TSV)", is_table, read_table),
    Format("copied web page", is_page, read_page),  # the least certain: tried last
)
"""The formats in the order in which they are tried."""

_READABLE = "read are JSON Lines, JSON, CSV, TSV and web pages copied as text"
_FOREIGN: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "an HTML page: copy its text from the browser instead",
        re.compile(r"\s*<(?:!doctype html|html|head|body)\b", re.I),
    ),
    ("XML", re.compile(r"\s*<\?xml|\s*<[\w:]+[^<>]*>\s*<")),
    ("BibTeX", re.compile(r"(?:\s*%.*\n)*\s*@\w+\s*[{(]")),
    ("RIS", re.compile(r"\s*TY  - ")),
    ("a PubMed or Web of Science export", re.compile(r"\s*(?:PMID- |FN |PT [A-Z]\b)")),
)
_NOT_PAPERS = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|changes|authors|contributing|requirements|makefile|manifest)"
    r"(?:[.-].*)?",
    re.I,
)
"""Names of files that lie beside papers in a folder. A file named by the user is read whatever its name."""


def find_format(sample: str) -> Format:
    """Return the format of a text.

    Args:
        sample: The text's beginning.

    Raises:
        NotText: It is in no format that is read; the message says what it looks like.
    """
    for what, pattern in _FOREIGN:
        if pattern.match(sample.lstrip("\ufeff")):
            raise NotText(f"looks like {what}; {_READABLE}")
    for known in FORMATS:
        if known.recognises(sample):
            return known
    raise NotText(f"unknown kind of text; {_READABLE}")


def read_sources(paths: Sequence[Path]) -> Iterator[Record | Rejected]:
    """Read papers from files and folders, one at a time.

    Args:
        paths: Files, gzipped or not, and folders, which are walked in order of name.

    Yields:
        A record for each paper, and a rejection for each file, record or line that isn't one.

    Raises:
        SourceInvalid: A path doesn't exist, told before anything is read; or a folder holds no
            paper, told after its rejections.
    """
    for path in paths:
        if not path.exists():
            raise SourceInvalid(f"{path}: there is no such file or folder", "check the spelling of the path")
    for path in paths:
        yield from _read_folder(path) if path.is_dir() else _read_file(path)


def _read_folder(folder: Path) -> Iterator[Record | Rejected]:
    found = False
    refused: list[Rejected] = []
    count = 0
    for path in walk(folder):
        if _NOT_PAPERS.fullmatch(path.name):
            yield Rejected(file=_shown(path), where="whole file", reason="no papers, by its name")
            continue
        for item in _read_file(path):
            if isinstance(item, Record):
                found = True
            elif not found:
                count += 1
                refused = refused or [item]
            yield item
    if not found:
        why = f" ({count} refused, the first: {refused[0].file}: {refused[0].reason})" if refused else ""
        raise SourceInvalid(f"{folder}: no paper in this folder{why}", f"{_READABLE}; each may be gzipped")


def _read_file(path: Path) -> Iterator[Record | Rejected]:
    source = _shown(path)
    if not path.is_file():
        yield Rejected(file=source, where="whole file", reason="not a regular file")
        return
    last = "whole file"
    try:
        text, sample = open_text(path)
        with text:
            for item in find_format(sample).read(text, source):
                last = f"after {item.where}"
                yield item
    except NotText as error:
        yield Rejected(file=source, where="whole file", reason=str(error))
    except (EOFError, zlib.error):
        yield Rejected(file=source, where=last, reason="the compressed data ends early or is damaged")
    except OSError as error:
        yield Rejected(file=source, where=last, reason=f"can't be read: {error.strerror or error}")


def _shown(path: Path) -> str:
    """Return the path as given, in characters that can be stored and printed."""
    return os.fsencode(path).decode("utf-8", "replace")
