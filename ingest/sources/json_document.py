"""A JSON document: an array of papers, or an object with such a list inside, of any size.

The document is decoded a value at a time from a moving window, so that an array of a million
papers takes the memory of one.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any, TextIO

from assistant.models import Rejected
from ingest.fields import field_of, first_value, fold_mapping
from ingest.records import Record, record_from

_WINDOW = 1_000_000
_LONGEST_VALUE = 16_000_000
_DEEPEST = 5
_MOST_OTHERS = 10_000
_DECODER = json.JSONDecoder()


def is_json_document(sample: str) -> bool:
    """Tell whether the text starts as a JSON array or object does."""
    head = sample.lstrip("\ufeff \t\r\n")
    rest = head[1:].lstrip()
    return (head[:1] == "[" and rest[:1] in ("{", "[", "]", "")) or (
        head[:1] == "{" and rest[:1] in ('"', "}", "")
    )


def inner_records(value: Mapping[str, Any], depth: int = 0) -> list[dict[str, Any]] | None:
    """Return the list of papers inside an object that is none itself, or None."""
    if depth > _DEEPEST or _has_title(value):
        return None
    for inner in value.values():
        objects = [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []
        if any(map(_has_title, objects)):
            return objects
        nested = [inner] if isinstance(inner, dict) else objects
        found = [records for item in nested if (records := inner_records(item, depth + 1)) is not None]
        if found:
            return [record for records in found for record in records]
    return None


def _has_title(value: Mapping[str, Any]) -> bool:
    return first_value(fold_mapping(value), "title") is not None


class _Damaged(Exception):
    """The text isn't JSON from here on."""


class _Window:
    """The part of a text that is being decoded."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """Return the next character that isn't white space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in " \t\r\n\ufeff":
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def skip(self, char: str) -> bool:
        """Step over `char` if it comes next."""
        found = self.peek() == char
        self._at += found
        return found

    def separator(self, closing: str) -> None:
        """Step over a comma; without one, `closing` must come next."""
        if not self.skip(",") and self.peek() != closing:
            raise _Damaged(
                f"a comma or {closing} is missing" if self.peek() else "the file ends inside a list"
            )

    def value(self) -> Any:
        """Decode the next value whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                reason = (
                    error.msg
                    if isinstance(error, json.JSONDecodeError)
                    else "a number of too many digits"
                    if isinstance(error, ValueError)
                    else "nested too deeply"
                )
            else:
                if end < len(self._buffer) or self._ended:  # a number may go on
                    self._at = end
                    return value
                reason = ""
            if reason and len(self._buffer) - self._at > _LONGEST_VALUE:
                raise _Damaged(f"not JSON: {reason}")
            if not self._more() and reason:
                raise _Damaged(f"the file ends in the middle of a value, or isn't JSON: {reason}")

    def _more(self) -> bool:
        """Read on, doubling what is looked at, and forget what has been decoded."""
        rest = self._buffer[self._at :]
        more = self._text.read(max(_WINDOW, len(rest)))
        self._ended = not more
        self._buffer, self._at = rest + more, 0
        return bool(more)


def read_json_document(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read a JSON document.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each object in its list of papers. Where the text stops being
        JSON, a last rejection says so: nothing after it can be told apart.
    """
    window = _Window(text)
    count = 0
    try:
        while window.peek():  # several documents may follow one another
            for value in _papers(window, 0):
                count += 1
                where = f"record {count}"
                if isinstance(value, dict):
                    yield record_from(value, source, where)
                else:
                    yield Rejected(file=source, where=where, reason=f"not a JSON object: {str(value)[:60]}")
            window.skip(",")
    except _Damaged as error:
        yield Rejected(file=source, where=f"record {count + 1}", reason=f"{error}; nothing after it was read")
    else:
        if not count:
            yield Rejected(
                file=source, where="whole file", reason="no list of objects with a title in this JSON"
            )


def _papers(window: _Window, depth: int) -> Generator[Any, None, Any]:
    """Yield the papers of the value that comes next; return the value if it is small enough to keep."""
    if depth < _DEEPEST and window.skip("["):
        while not window.skip("]"):
            if window.peek() == "[":
                yield from _papers(window, depth + 1)
            else:
                item = window.value()
                inner = inner_records(item, depth) if isinstance(item, dict) else None
                yield from [item] if inner is None else inner
            window.separator("]")
        return None
    if depth < _DEEPEST and window.skip("{"):
        return (yield from _object(window, depth))
    return window.value()


def _object(window: _Window, depth: int) -> Generator[Any, None, dict[str, Any]]:
    """Yield the papers of an object's lists, or the object itself if it is a paper."""
    kept: dict[str, Any] = {}
    while not window.skip("}"):
        key = window.value()
        if not isinstance(key, str) or not window.skip(":"):
            raise _Damaged("an object's key is missing")
        # `authors: [...]` belongs to a paper; `results: [{...}]` is a list of them.
        may_hold_papers = field_of(key) is None and not _has_title(kept)
        if may_hold_papers and window.peek() == "[":
            yield from _list_under(window, depth, key, kept)
        elif may_hold_papers and window.peek() == "{":
            kept[key] = yield from _papers(window, depth + 1)
        else:
            kept[key] = window.value()
        window.separator("}")
    if _has_title(kept):
        yield kept
    return kept


def _list_under(window: _Window, depth: int, key: str, kept: dict[str, Any]) -> Generator[Any, None, None]:
    """Yield a list's items if they are papers; keep it under its key if not."""
    window.skip("[")
    others: list[Any] = []
    are_papers = False
    while not window.skip("]"):
        item = window.value()
        inner = inner_records(item, depth) if isinstance(item, dict) else None
        are_papers = are_papers or (isinstance(item, dict) and _has_title(item))
        if inner is not None:
            yield from inner
        elif are_papers:
            yield from others  # items before the first with a title: each is reported
            others = []
            yield item
        elif len(others) < _MOST_OTHERS:
            others.append(item)
        window.separator("]")
    if others:
        kept[key] = others
