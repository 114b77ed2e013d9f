"""A table, CSV or TSV: a header that names a title column, and a paper a row."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TextIO

from assistant.models import Rejected
from ingest.fields import field_of, fold_key
from ingest.records import Record, record_from
from ingest.sources.arguments import UNREAD
from ingest.sources.columns import Asked, ColumnMap, looks_like_header
from ingest.sources.files import MAX_LINE, read_lines

_DELIMITERS = (",", "\t", ";", "|")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_MOST_LINES = 2_000
"""Lines that a quoted cell may span; beyond, its quote is taken for one that was never closed."""
_LONGEST_NAME = 60
_MOST_ABOVE = 3
"""Lines above the header that tell about the table, as Dimensions writes one."""
_SURELY_FIELDS = 4
"""Fields of a paper that only a header names: a sentence with commas may name two."""


def is_table(sample: str, asked: Mapping[str, str] | None = None) -> bool:
    """Tell whether one of the first lines is a header.

    It is if one of its cells names a title column, or several name other fields of a paper. A header
    of unknown names counts where it has the columns asked for, or where the next lines have as many
    cells, so that the reader can say which column is missing: two where columns were asked for, else three.

    Args:
        sample: The text's beginning.
        asked: Field → column, as the user gave them.
    """
    lines = [line for line in sample.lstrip("\ufeff").splitlines() if line.strip()][: _MOST_ABOVE + 4]
    if len(lines) < 2:
        return False
    delimiter = _find_delimiter(lines[0], asked)
    header = _cells(lines[0], delimiter)
    if asked and not ColumnMap(header, asked).missing:
        return True
    fields = {field_of(cell) for cell in header} - {None}
    like_prose = any(len(cell) > _LONGEST_NAME or cell.rstrip().endswith((".", "?", "!")) for cell in header)
    # Scopus has a column `Art. No.`; no sentence names a title and three fields more.
    if like_prose and not ("title" in fields and len(fields) >= _SURELY_FIELDS):
        return _header_below(lines, asked) > 0
    if len(header) == 1:
        alone = fold_key(header[0]) == "title" and sample.lstrip("\ufeff\r\n").splitlines()[1].strip() != ""
        return alone or _header_below(lines, asked) > 0
    if "title" in fields or len(fields) > 1:
        return any(delimiter in line or '"' in line for line in lines[1:4])
    if _header_below(lines, asked):
        return True
    same_width = {len(_cells(line, delimiter)) for line in lines[:3]} == {len(header)}
    return same_width and (bool(asked) or (len(header) > 2 and len(lines) > 2))


def _header_below(lines: list[str], asked: Mapping[str, str] | None) -> int:
    """Return how many lines stand above a header that isn't the first line; 0 where there is none.

    Such a header must name `_SURELY_FIELDS`.
    """
    for above, line in enumerate(lines[1 : _MOST_ABOVE + 1], 1):
        delimiter = _find_delimiter(line, asked)
        cells = _cells(line, delimiter)
        known = {field_of(cell) for cell in cells} - {None}
        if (
            len(known) >= _SURELY_FIELDS
            and looks_like_header(cells)
            and delimiter in "".join(lines[above + 1 :])
        ):
            return above
    return 0


def read_table(text: TextIO, source: str, asked: Asked | None = None) -> Iterator[Record | Rejected]:
    """Read a table.

    Args:
        text: The open file, line ends as they are: a quoted cell may hold some.
        source: The file's path as given.
        asked: Which columns the user named, and who hears how the others are understood.

    Yields:
        A record, or a rejection, for each row below the header.
    """
    asked = asked or Asked()
    lines = read_lines(text)
    first: list[tuple[int, str, bool]] = []
    for line in lines:
        if line[1].strip("\ufeff\r\n "):
            first.append(line)
        if len(first) > _MOST_ABOVE + 1:
            break
    heads = [line.strip("\ufeff\r\n") for _, line, _ in first]
    delimiter = _find_delimiter(heads[0] if heads else "", asked.columns)
    columns = ColumnMap(_cells(heads[0], delimiter) if heads else [], asked.columns)
    above = _header_below(heads, asked.columns) if columns.fault else 0
    if above:
        delimiter = _find_delimiter(heads[above], asked.columns)
        columns = ColumnMap(_cells(heads[above], delimiter), asked.columns)
        for number, told, _ in first[:above]:
            reason = f"above the header: {told.strip()[:80]}"
            yield Rejected(file=source, where=f"line {number}", reason=reason)
    if columns.fault:
        if columns.missing:
            asked.refuse(source, columns.fault)
        yield Rejected(file=source, where=UNREAD, reason=columns.fault)
        return
    asked.met = True
    asked.note(f"{source}: {columns.describe()}")
    header, last = columns.header, "the header"
    # Web of Science parts cells by tabs alone and means every quote as it stands.
    plain = delimiter == "\t" and columns.is_tagged
    for number, row, whole, cut in _rows(chain(first[above + 1 :], lines), delimiter, len(header), plain):
        if not row.strip():
            continue
        cells = _row_cells(row, delimiter, plain) if whole else []
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        cut = cut or (whole and len(cells) < len(header) and not row.endswith(("\n", "\r")))
        reason = _fault(cells, header, delimiter, whole)
        if cut:
            found = f"{len(cells)} cells of {len(header)}" if whole else "inside a quoted cell"
            reason = f"the file ends in the middle of the row in line {number}: {found}"
        elif cells == columns.header:
            reason = "the header again"  # several exports, joined to one file
        if reason:
            where = f"after {last}" if cut else f"line {number}"
            yield Rejected(file=source, where=where, reason=reason)
            continue
        last = f"line {number}"
        yield record_from(columns.values(cells), source, last)


def _fault(cells: list[str], header: list[str], delimiter: str, whole: bool) -> str:
    """Return why a row can't be trusted; empty where it can. Missing cells at its end are empty ones."""
    if not whole:
        return "a quote is opened in this row and never closed"
    if len(cells) > len(header):
        return (
            f"{len(cells)} cells where the header has {len(header)}: is a {delimiter!r} in a cell not quoted?"
        )
    return ""


def _rows(
    lines: Iterator[tuple[int, str, bool]], delimiter: str, width: int, plain: bool
) -> Iterator[tuple[int, str, bool, bool]]:
    """Yield the rows with the number of their first line; a row may span lines inside quotes.

    A quote that is never closed would swallow all that follows. So its line is given up, marked as
    not whole, and reading goes on with the line below it. But where the file ends inside the quotes,
    without a line end and without another row of the header's width, it was cut off there.

    Yields:
        The number, the row, whether it is whole, and whether the file is cut off inside it.
    """
    waiting: deque[tuple[int, str, bool]] = deque()
    while True:
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        number, row, whole = first
        taken: list[tuple[int, str, bool]] = []
        is_open = whole and not plain and _is_open(row, delimiter)
        cut = False
        while is_open:
            more = waiting.popleft() if waiting else next(lines, None)
            if more is not None:
                taken.append(more)
            if more is None or len(taken) > _MOST_LINES or len(row) + len(more[1]) > MAX_LINE:
                rows_follow = any(len(_cells(line, delimiter)) == width for _, line, _ in taken)
                cut = more is None and not row.endswith(("\n", "\r")) and not rows_follow
                waiting.extendleft([] if cut else reversed(taken))
                row, whole = first[1], False
                break
            row += more[1]
            is_open = '"' not in more[1] or _is_open(row, delimiter)
        yield number, row, whole, cut


def _is_open(row: str, delimiter: str) -> bool:
    """Tell whether the row ends inside a quoted cell, which then goes on in the next line."""
    if '"' not in row:
        return False
    try:
        next(csv.reader([row], delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _find_delimiter(line: str, asked: Mapping[str, str] | None = None) -> str:
    """Return the delimiter that parts a line into most cells, known column names counting most."""
    wanted = {fold_key(column) for column in (asked or {}).values()}

    def worth(delimiter: str) -> tuple[int, int]:
        cells = _cells(line, delimiter)
        known = {field_of(cell) for cell in cells} - {None}
        return len(known) + len(wanted & {fold_key(cell) for cell in cells}), len(cells)

    return max(_DELIMITERS, key=worth)


def _row_cells(row: str, delimiter: str, plain: bool) -> list[str]:
    """Return a row's cells. Where quotes are plain, a cell that is quoted as a whole loses them all the same."""
    row = row.rstrip("\r\n")
    if not plain:
        return _cells(row, delimiter)
    cells = row.split(delimiter)
    return [cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell for cell in cells]


def _cells(row: str, delimiter: str) -> list[str]:
    if csv.field_size_limit() < MAX_LINE:
        csv.field_size_limit(MAX_LINE)
    return next(csv.reader([row], delimiter=delimiter), [])
