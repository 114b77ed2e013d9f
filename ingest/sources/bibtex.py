"""BibTeX and BibLaTeX: entry by entry, so that a broken one is refused alone and the rest goes on."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.records import ENDS_EARLY, MAX_CHARACTERS, Record
from ingest.sources.bibtex_fields import entry_record
from ingest.sources.bibtex_links import Links
from ingest.sources.files import MAX_LINE, read_lines

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

_BORDER = re.compile(r"[\ufeff \t]*@[ \t]*\w+\s*[{(]")
_FIRST_ENTRY = re.compile(
    r"^[\ufeff \t]*@[ \t]*(?:(?:comment|preamble|string)\s*[{(]|\w+\s*[{(]\s*[^\s,={}()\"']{0,200}\s*[,}])",
    re.I | re.M,
)
_MOST_LINES_BEFORE = 40
_MOST_WORDS_BEFORE = 60
"""Words of remarks that programs write above their entries; more may be a paper, and is reported."""
_HEAD = re.compile(r"@\s*(\w+)\s*[{(]\s*([^\s,={}()\"]{0,200})")
_NO_RECORDS = frozenset({"comment", "preamble", "string", "xdata"})
_MONTHS = {name[:3]: name for name in (
    "january february march april may june july august september october november december"
).split()}  # fmt: skip
_UNESCAPED = re.compile(r"(?<!\\)[{}\"#]")


def is_bibtex(sample: str) -> bool:
    """Tell whether a text starts with an entry; comments and some lines of remarks may stand before it."""
    sample = sample.replace("\r\n", "\n").replace("\r", "\n")
    found = _FIRST_ENTRY.search(sample)
    if found is None:
        return False
    before = sample[: found.start()].lstrip("\ufeff \t\r\n")
    remarks = [line for line in before.splitlines() if line.strip() and not line.lstrip().startswith("%")]
    if not remarks:
        return True
    quoted = before.count('"') % 2 == 1 or "```" in before  # a table's cell, or a page that shows how to cite
    return len(remarks) <= _MOST_LINES_BEFORE and before[0] not in "<{[#" and not quoted


_UNCLOSED = "never closed: a brace or quote is missing"


def read_bibtex(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read BibTeX.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each entry; `@string`, `@preamble`, `@comment` and `@xdata` are none.
        An entry that inherits by `crossref` from one further down comes after that one.
    """
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would log is yielded
    macros = dict(_MONTHS)
    links = Links()
    unclosed: Rejected | None = None
    for number, chunk, whole in _chunks(text):
        if unclosed is not None:
            yield unclosed
            unclosed = None
        head = _HEAD.search(chunk)
        if head is None and (words := _words_of(chunk)) and len(words) > _MOST_WORDS_BEFORE:
            reason = f"text before the first entry: {' '.join(words)[:60]}"
            yield Rejected(file=source, where=f"line {number}", reason=reason)
            continue
        kind, key = (head[1].lower(), head[2]) if head else ("", "")
        where = f"line {number}" + (f" (key {key})" if key else "")
        if not whole:
            reason = f"longer than {MAX_LINE:,} characters: no entry"
            yield Rejected(file=source, where=where, reason=reason)
            continue
        for item in _entries(chunk, number):
            if isinstance(item, str):
                refused = Rejected(file=source, where=where, reason=item)
                if item == _UNCLOSED and kind != "comment":
                    unclosed = refused  # in the last entry it may be the file that is cut off
                elif kind != "comment":
                    yield refused
            elif isinstance(item, tuple):
                name, value = item
                try:
                    macros[name.lower()] = _expand(value, macros)
                except _TooLong as error:
                    yield Rejected(file=source, where=f"line {number} (@string {name})", reason=str(error))
            else:
                line, entry = item.line, item.entry
                place = f"line {line}" + (f" (key {entry.key})" if entry.key else "")
                try:
                    fields = _fields(entry, macros)
                except _TooLong as error:
                    yield Rejected(file=source, where=place, reason=str(error))
                    continue
                for ready in links.follow(entry.entry_type.lower(), entry.key, fields, place):
                    yield entry_record(ready.kind, ready.fields, source, ready.where)
    if unclosed is not None:
        yield unclosed.model_copy(update={"reason": f"{ENDS_EARLY} in this entry, or it is {_UNCLOSED}"})
    for ready in links.rest():
        yield entry_record(ready.kind, ready.fields, source, ready.where)


def _words_of(remarks: str) -> list[str]:
    lines = remarks[:20_000].splitlines()
    return [word for line in lines if not line.lstrip("\ufeff ").startswith("%") for word in line.split()]


def _chunks(text: TextIO) -> Iterator[tuple[int, str, bool]]:
    """Cut a text where a line starts an entry.

    Yields:
        The number of the first line, the lines, and whether they are all of the chunk.
    """
    start, size, whole = 1, 0, True
    lines: list[str] = []
    for number, line, line_whole in read_lines(text):
        if _BORDER.match(line):
            if lines:
                yield start, "".join(lines), whole
            start, size, whole, lines = number, 0, True, []
        size += len(line)
        whole = whole and line_whole and size <= MAX_LINE
        if whole or not lines:
            lines.append(line if whole else line[:300])
    if lines:
        yield start, "".join(lines), whole


class _TooLong(Exception):
    """A value of macros that are made of macros, which could grow without bounds."""

    def __str__(self) -> str:
        return f"its macros make more than {MAX_CHARACTERS:,} characters: no field"


class _Found:
    """An entry and the line it starts in."""

    def __init__(self, line: int, entry: Entry) -> None:
        self.line, self.entry = line, entry


def _entries(chunk: str, number: int) -> Iterator[_Found | tuple[str, str] | str]:
    """Parse a chunk.

    Yields:
        Its entries; its macros, as name and raw value; and why what it starts with is no entry.
    """
    if "@" not in chunk:
        return
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, String

    try:
        blocks = parse_string(
            chunk.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"), parse_stack=[]
        ).blocks
    except Exception as error:  # noqa: BLE001  the parser raises plain exceptions for states it didn't foresee
        yield f"not BibTeX that can be read: {error}"
        return
    failed = False
    for block in blocks:
        inner = _unwrapped(block)
        if isinstance(inner, Entry):
            if inner.entry_type.lower() not in _NO_RECORDS or inner.entry_type.lower() == "xdata":
                yield _Found(number + (inner.start_line or 0), inner)
        elif isinstance(inner, String):
            yield inner.key, inner.value
        elif inner is None and not failed:
            failed = True  # what follows in this chunk is the rest of the broken entry
            yield _why_not(block)


def _unwrapped(block: Block) -> Block | None:
    """Return the block itself; of one that repeats a key, its entry; None where it can't be read."""
    from bibtexparser.model import ParsingFailedBlock

    return block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block


def _why_not(block: Block) -> str:
    reason = " ".join(str(getattr(getattr(block, "error", None), "abort_reason", "")).split())
    if "end of file" in reason.casefold() or "EOF" in reason:
        return _UNCLOSED
    return f"not BibTeX that can be read: {reason}" if reason else "not BibTeX that can be read"


def _fields(entry: Entry, macros: dict[str, str]) -> dict[str, str]:
    """Return an entry's values by name; of a repeated field the first, of keywords and people all."""
    fields: dict[str, str] = {}
    for field in entry.fields:
        name, value = field.key.strip().lower(), _expand(str(field.value), macros)
        if not value.strip():
            continue
        if name not in fields:
            fields[name] = value
        elif name in ("author", "editor", "keywords") and value != fields[name]:
            fields[name] += (", " if name == "keywords" else " and ") + value
    return fields


def _expand(raw: str, macros: dict[str, str]) -> str:
    """Return a value without its delimiters, macros put in and parts joined by `#`."""
    raw = raw.strip()
    if len(raw) > 1 and raw[0] + raw[-1] in ("{}", '""') and "#" not in raw:
        return raw[1:-1]
    parts: list[str] = []
    at = 0
    while at < len(raw):
        if raw[at] in "# \t\r\n":
            at += 1
        elif raw[at] in '{"':
            end = _end_of_part(raw, at)
            parts.append(raw[at + 1 : end])
            at = end + 1
        else:
            end = raw.find("#", at)
            end = len(raw) if end < 0 else end
            name = raw[at:end].strip()
            parts.append(macros.get(name.lower(), name))
            at = end
        if sum(map(len, parts)) > MAX_CHARACTERS:
            raise _TooLong
    return "".join(parts)


def _end_of_part(raw: str, start: int) -> int:
    """Return where the brace or quote that opens at `start` is closed, or the text's end."""
    depth = 0
    for match in _UNESCAPED.finditer(raw, start + (raw[start] == '"')):
        mark = match.group()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth == 0 and raw[start] == "{":
                return match.start()
        elif mark == '"' and depth == 0 and raw[start] == '"':
            return match.start()
    return len(raw)
