"""A table, CSV or TSV: a header that names a title column, and a paper a row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from assistant.models import Rejected
from ingest.fields import field_of, fold_key
from ingest.records import Record, record_from
from ingest.sources.files import MAX_LINE, read_lines

_DELIMITERS = (",", "\t", ";", "|")
_MOST_LINES = 2_000
"""Lines that a quoted cell may span; beyond, its quote is taken for one that was never closed."""
_LONGEST_NAME = 60


def is_table(sample: str) -> bool:
    """Tell whether the first line is a header.

    It is if one of its cells names a title column, or several name other fields of a paper. A header
    of unknown names counts where the next lines have as many cells, so that the reader can say
    which column is missing.
    """
    lines = [line for line in sample.lstrip("\ufeff").splitlines() if line.strip()][:4]
    if len(lines) < 2:
        return False
    delimiter = _find_delimiter(lines[0])
    header = _cells(lines[0], delimiter)
    if any(len(cell) > _LONGEST_NAME or cell.rstrip().endswith((".", "?", "!")) for cell in header):
        return False
    fields = {field_of(cell) for cell in header} - {None}
    if len(header) == 1:
        return fold_key(header[0]) == "title" and sample.lstrip("\ufeff\r\n").splitlines()[1].strip() != ""
    if "title" in fields or len(fields) > 1:
        return any(delimiter in line or '"' in line for line in lines[1:])
    same_width = {len(_cells(line, delimiter)) for line in lines[:3]} == {len(header)}
    return len(header) > 2 and len(lines) > 2 and same_width


def read_table(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read a table.

    Args:
        text: The open file, line ends as they are: a quoted cell may hold some.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each row below the header.
    """
    lines = read_lines(text)
    number, head = next(
        ((n, line.strip("\ufeff\r\n")) for n, line, _ in lines if line.strip("\ufeff\r\n ")), (1, "")
    )
    delimiter = _find_delimiter(head)
    header = [cell.strip() for cell in _cells(head, delimiter)]
    if "title" not in {field_of(cell) for cell in header}:
        reason = f"no column is named title; there are: {', '.join(header[:12])}"
        yield Rejected(file=source, where=f"line {number}", reason=reason)
        return
    for number, row, whole in _rows(lines, delimiter):
        if not row.strip():
            continue
        cells = _cells(row.rstrip("\r\n"), delimiter) if whole else []
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        reason = _fault(cells, header, delimiter, whole, ended=not row.endswith(("\n", "\r")))
        if reason:
            yield Rejected(file=source, where=f"line {number}", reason=reason)
            continue
        values = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell.strip()}
        yield record_from(values, source, f"line {number}")


def _fault(cells: list[str], header: list[str], delimiter: str, whole: bool, *, ended: bool) -> str:
    """Return why a row can't be trusted; empty where it can. Missing cells at its end are empty ones."""
    if not whole:
        return "a quote is opened in this row and never closed"
    if len(cells) > len(header):
        return (
            f"{len(cells)} cells where the header has {len(header)}: is a {delimiter!r} in a cell not quoted?"
        )
    if len(cells) < len(header) and ended:
        return f"the file ends in the middle of this row: {len(cells)} cells of {len(header)}"
    return ""


def _rows(lines: Iterator[tuple[int, str, bool]], delimiter: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the rows with the number of their first line; a row may span lines inside quotes.

    A quote that is never closed would swallow all that follows. So its line is given up, marked as
    not whole, and reading goes on with the line below it.
    """
    waiting: deque[tuple[int, str, bool]] = deque()
    while True:
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        number, row, whole = first
        taken: list[tuple[int, str, bool]] = []
        is_open = whole and _is_open(row, delimiter)
        while is_open:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is not None:
                taken.append(more)
            if more is None or len(taken) > _MOST_LINES or len(row) + len(more[1]) > MAX_LINE:
                waiting.extendleft(reversed(taken))
                row, whole = first[1], False
                break
            row += more[1]
            is_open = '"' not in more[1] or _is_open(row, delimiter)
        yield number, row, whole


def _is_open(row: str, delimiter: str) -> bool:
    """Tell whether the row ends inside a quoted cell, which then goes on in the next line."""
    if '"' not in row:
        return False
    try:
        next(csv.reader([row], delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _find_delimiter(line: str) -> str:
    """Return the delimiter that parts a line into most cells, known column names counting most."""

    def worth(delimiter: str) -> tuple[int, int]:
        cells = _cells(line, delimiter)
        return len({field_of(cell) for cell in cells} - {None}), len(cells)

    return max(_DELIMITERS, key=worth)


def _cells(row: str, delimiter: str) -> list[str]:
    if csv.field_size_limit() < MAX_LINE:
        csv.field_size_limit(MAX_LINE)
    return next(csv.reader([row], delimiter=delimiter), [])
