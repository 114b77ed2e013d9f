"""A JSON document: an array of papers, or an object with such a list inside, of any size.

The document is decoded a value at a time from a moving window, so that an array of a million
papers takes the memory of one.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any, TextIO

from assistant.models import Rejected
from ingest.fields import field_of, first_value, fold_key
from ingest.records import ENDS_EARLY, Record, rejected
from ingest.sources.dialects import is_record, read_item

_WINDOW = 1_000_000
_LONGEST_VALUE = 16_000_000
_DEEPEST = 5
_MOST_OTHERS = 10_000
_OTHER_PAPERS = frozenset(
    "references reference citations citedby referencedworks relatedworks similarpapers attachments".split()
)
# What catalogues wrap one paper in, and lists of titles that belong to one paper; with how each opens.
_PARTS = dict(zip("attributes metadata content paper info titles journals".split(), "{{{{{[[", strict=True))
_SIGNS = frozenset({"abstract", "authors", "doi"})
_DECODER = json.JSONDecoder()


def is_json_document(sample: str) -> bool:
    """Tell whether the text starts as a JSON array or object does."""
    head = sample.lstrip("\ufeff \t\r\n")
    rest = head[1:].lstrip()
    return (head[:1] == "[" and rest[:1] in ("{", "[", "]", "")) or (
        head[:1] == "{" and rest[:1] in ('"', "}", "")
    )


def inner_records(value: Mapping[str, Any], depth: int = 0) -> list[Any] | None:
    """Return the items of the lists of papers inside an object that is none itself, or None."""
    if depth > _DEEPEST or is_record(value):
        return None
    found: list[Any] | None = None
    for key, inner in value.items():
        if _is_about(key, value):
            continue
        objects = [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []
        if any(map(is_record, objects)):
            found = (found or []) + inner
            continue
        if isinstance(inner, dict) and field_of(key) is None and is_record(inner):
            found = [*(found or []), inner]  # one paper in an envelope, as Crossref sends it
            continue
        for item in [inner] if isinstance(inner, dict) else objects:
            more = inner_records(item, depth + 1)
            found = found if more is None else (found or []) + more
    return found


def _is_about(key: str, value: Mapping[str, Any]) -> bool:
    """Tell whether a key of an object leads to other papers than those of a collection.

    A list of references alone may well be a collection, but beside an abstract or authors it is
    what that paper cites.
    """
    return fold_key(key) in _OTHER_PAPERS and any(field_of(other) in _SIGNS for other in value)


class _Damaged(Exception):
    """The text isn't JSON from here on."""


class _Window:
    """The part of a text that is being decoded."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._forgotten = 0
        self._ended = False

    @property
    def position(self) -> int:
        """How many characters have been decoded."""
        return self._forgotten + self._at

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
                raise _Damaged(f"{ENDS_EARLY} in the middle of a value, or isn't JSON: {reason}")

    def _more(self) -> bool:
        """Read on, doubling what is looked at, and forget what has been decoded."""
        rest = self._buffer[self._at :]
        more = self._text.read(max(_WINDOW, len(rest)))
        self._ended = not more
        self._forgotten += self._at
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
                yield read_item(value, source, f"record {count}")
            window.skip(",")
    except _Damaged as error:
        yield rejected(source, f"after record {count}", f"{error}; nothing after it was read")
    else:
        if not count:
            yield rejected(source, "whole file", "no list of objects with a title in this JSON")


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
    """Yield the papers of an object's lists, or the object itself if it is a paper.

    A paper may list others, and its title may come after them. So what is found inside is held back
    until the object ends, or has gone on for longer than any paper does.
    """
    kept: dict[str, Any] = {}
    held: list[tuple[str, Any]] | None = []  # None: this is no paper, nothing is held back any more
    titled = False
    start = window.position
    try:
        while not window.skip("}"):
            key = window.value()
            if not isinstance(key, str) or not window.skip(":"):
                raise _Damaged("an object's key is missing")
            # `authors: [...]` belongs to a paper; `results: [{...}]` is a list of them.
            opening = window.peek()
            if titled or field_of(key) or opening not in ("[", "{") or _PARTS.get(fold_key(key)) == opening:
                kept[key] = window.value()
                titled = titled or first_value({fold_key(key): kept[key]}, "title") is not None
            else:
                for item in _under(window, depth, key, kept):
                    if held is None:
                        yield item
                    else:
                        held.append((key, item))
                        if window.position - start > _LONGEST_VALUE:
                            yield from (item for _, item in held)
                            held = None
            window.separator("}")
    except _Damaged:
        if held and not titled:
            yield from (item for key, item in held if not _is_about(key, kept))
        raise
    found = [item for key, item in held or () if not _is_about(key, kept)]
    parts = {key: part for key, part in kept.items() if fold_key(key) in _PARTS}
    found += inner_records(parts) or []
    if is_record(kept) or (held and not found):
        yield kept
    else:
        yield from found
    return kept


def _under(window: _Window, depth: int, key: str, kept: dict[str, Any]) -> Generator[Any, None, None]:
    """Yield the papers in the list or object under a key."""
    if window.peek() == "[":
        yield from _list_under(window, depth, key, kept)
    else:
        kept[key] = yield from _papers(window, depth + 1)


def _list_under(window: _Window, depth: int, key: str, kept: dict[str, Any]) -> Generator[Any, None, None]:
    """Yield a list's items if they are papers; keep it under its key if not."""
    window.skip("[")
    others: list[Any] = []
    are_papers = False
    while not window.skip("]"):
        item = window.value()
        inner = inner_records(item, depth) if isinstance(item, dict) else None
        are_papers = are_papers or (isinstance(item, dict) and is_record(item))
        if inner is not None:
            yield from inner
        elif are_papers:
            yield from others  # items before the first paper: each is reported
            others = []
            yield item
        elif len(others) < _MOST_OTHERS:
            others.append(item)
        window.separator("]")
    if others:
        kept[key] = others
