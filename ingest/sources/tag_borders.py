"""Where records begin and end in a text of tagged lines, read one record at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from ingest.records import ENDS_EARLY
from ingest.sources.files import read_lines

MAX_RECORD = 4_000_000
"""Characters of one record; a longer one is refused, whatever it holds."""
_MOST_REMARKS = 12
_MOST_WORDS = 60
_DAMAGE = re.compile("[\ufffd\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Borders:
    """How a dialect parts its records.

    `starts` matches a line that opens a record, `ends` one that closes it, `tagged` any line that is a
    field. Where `blank_ends`, a blank line closes a record too.
    """

    starts: re.Pattern[str]
    tagged: re.Pattern[str]
    ends: re.Pattern[str] | None = None
    blank_ends: bool = False


@dataclass(frozen=True)
class Stretch:
    """Some lines of a text: a record, or the reason why they are none."""

    line: int
    lines: list[str]
    fault: str = ""


def cut(text: TextIO, borders: Borders) -> Iterator[Stretch]:
    """Yield the records of a text.

    A record that lacks its opening line starts at its first field, one that lacks its closing line ends
    where the next one opens. Only where others are closed and the text's last one isn't, the text was
    cut off. Lines outside of records are remarks, unless they are many or damaged.
    """
    lines: list[str] = []
    remarks: list[str] = []
    first = remarks_from = size = 0
    any_closed = False
    for number, raw, _ in read_lines(text):
        line = raw.strip("\ufeff").rstrip("\r\n")
        opens = bool(borders.starts.match(line))
        if opens and len(lines) == 1 and not borders.starts.match(lines[0]):
            opens = False  # a field stands before the opening line, as `PMC` before `PMID`
        closes = borders.ends is not None and borders.ends.match(line)
        blank = not line.strip()
        # A record that lacks its opening line can only end there, where nothing closes it.
        ends_here = blank and (
            borders.blank_ends or (borders.ends is None and lines and not borders.starts.match(lines[0]))
        )
        if lines and (opens or closes or ends_here):
            if closes:
                lines.append(line)
                any_closed = True
            yield _record(first, lines, size)
            lines, size = [], 0
            if not opens:
                continue
        if opens or (not lines and not closes and borders.tagged.match(line)):
            if remarks:
                yield from _outside(remarks_from, remarks)
                remarks = []
            first, lines, size = number, [line], len(line)
        elif lines:
            size += len(line)
            if size <= MAX_RECORD:
                lines.append(line)
        elif not blank and not closes:
            remarks_from = remarks_from if remarks else number
            remarks.append(line[:200] if len(remarks) <= _MOST_REMARKS else "")
    if remarks:
        yield from _outside(remarks_from, remarks)
    if lines:
        cut_off = any_closed and borders.ends is not None
        fault = f"{ENDS_EARLY} in the middle of this record" if cut_off else ""
        yield Stretch(first, lines, fault) if fault else _record(first, lines, size)


def _record(first: int, lines: list[str], size: int) -> Stretch:
    fault = f"{size:,} characters: no record" if size > MAX_RECORD else ""
    return Stretch(first, lines[:1] if fault else lines, fault)


def _outside(first: int, lines: list[str]) -> Iterator[Stretch]:
    damaged = any(_DAMAGE.search(line) for line in lines)
    words = sum(len(line.split()) for line in lines)
    if damaged or len(lines) > _MOST_REMARKS or words > _MOST_WORDS:
        found = " ".join(lines[0].split())[:60]
        what = "damaged text" if damaged else f"{len(lines)} lines"
        yield Stretch(first, lines[:1], f"{what} outside of any record: {found}")
