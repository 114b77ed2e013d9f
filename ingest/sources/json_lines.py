"""JSON Lines: an object a line, read one line at a time; a bad line is reported and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from assistant.models import Rejected
from ingest.records import ENDS_EARLY, Record, rejected
from ingest.sources.dialects import read_item
from ingest.sources.files import read_lines
from ingest.sources.json_document import inner_records

_LINES_TRIED = 20


def is_json_lines(sample: str) -> bool:
    """Tell whether the first line is a whole object, or at least every other line is.

    In a document that is laid out over lines most of them are no whole object.
    """
    lines = [line for line in sample.splitlines(keepends=True) if line.strip("\ufeff \t\r\n")]
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()  # the sample may end in the middle of a line
    if not lines or lines[0].lstrip("\ufeff \t").startswith("["):
        return False
    whole = [isinstance(_parse(line), dict) for line in lines[:_LINES_TRIED]]
    one_each = len(lines) > 1 and all(line.strip()[0] == "{" and line.strip()[-1] == "}" for line in lines)
    return whole[0] or sum(whole) * 2 > len(whole) or one_each


def read_json_lines(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read JSON Lines.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each line that isn't blank.
    """
    for number, line, whole in read_lines(text):
        where = f"line {number}"
        if not whole:
            yield rejected(source, where, f"longer than {len(line):,} characters: no record")
            continue
        if not line.strip():
            continue
        try:
            value = json.loads(line.lstrip("\ufeff"))
        except (ValueError, RecursionError) as error:  # ValueError also for a number of thousands of digits
            yield rejected(source, where, _why_not(line, error))
            continue
        inner = inner_records(value) if isinstance(value, dict) else None
        if inner is None:
            yield read_item(value, source, where)
        else:
            for n, item in enumerate(inner, start=1):
                yield read_item(item, source, f"{where}, record {n}")


def _parse(line: str) -> object:
    try:
        return json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _why_not(line: str, error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        cut_off = not line.endswith(("\n", "\r")) and error.pos >= len(line.rstrip()) - 1
        unclosed = not line.endswith(("\n", "\r")) and error.msg.startswith("Unterminated string")
        if cut_off or unclosed:
            return f"{ENDS_EARLY} in the middle of this line"
        return f"not JSON: {error.msg} at column {error.colno}"
    what = "nested too deeply" if isinstance(error, RecursionError) else "a number of too many digits"
    return f"not JSON that can be read: {what}"
