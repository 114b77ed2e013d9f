"""Excel and OpenDocument tables: each sheet with a header is a table, and a paper a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from assistant.models import Rejected
from ingest.records import Record, record_from
from ingest.sources.columns import Asked, ColumnMap, as_told, is_empty, looks_like_header
from ingest.sources.encodings import NotText

_MOST_ABOVE = 20
"""Rows above the header, as for a table's own title."""


def read_spreadsheet(file: BinaryIO, source: str, asked: Asked | None = None) -> Iterator[Record | Rejected]:
    """Read the papers of a workbook.

    Args:
        file: An xlsx, xlsb, xls or ods file.
        source: The file's path as given.
        asked: Which columns the user named, and who hears how the others are understood.

    Yields:
        A record or a rejection for each row of a sheet with a header, and one rejection for each
        other sheet that isn't empty.

    Raises:
        NotText: It is no workbook, or a damaged or encrypted one.
    """
    asked = asked or Asked()
    book = _opened(file)
    read = 0
    for name in _tried(lambda: list(book.sheet_names)):
        try:
            rows = _tried(lambda name=name: book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        except NotText as error:
            yield Rejected(file=source, where=f"after sheet {name}", reason=str(error))
            continue
        if any(not is_empty(cell) for row in rows for cell in row):
            read += 1
            yield from _read_sheet(name, rows, source, asked)
    if not read:
        raise NotText("a workbook without any filled cell")


def _read_sheet(name: str, rows: list[list[Any]], source: str, asked: Asked) -> Iterator[Record | Rejected]:
    head, columns = _find_header(rows, asked)
    if columns.fault:
        if columns.missing:
            asked.refuse(f"{source}, sheet {name}", columns.fault)
        filled = sum(any(not is_empty(cell) for cell in row) for row in rows)
        reason = f"{columns.fault}; {filled} rows aren't read"
        # A sheet of notes is no loss; one without the columns asked for may have been read before.
        where = f"after the header of sheet {name}" if columns.missing else f"sheet {name}"
        yield Rejected(file=source, where=where, reason=reason)
        return
    asked.met = True
    asked.note(f"{source}, sheet {name}: {columns.describe()}")
    for number, row in enumerate(rows, 1):
        where = f"sheet {name}, row {number}"
        if number - 1 == head or all(map(is_empty, row)):
            continue
        if number - 1 < head:
            words = " ".join(as_told(cell) for cell in row if not is_empty(cell))
            yield Rejected(file=source, where=where, reason=f"above the header: {words[:80]}")
            continue
        yield record_from(columns.values(row), source, where)


def _find_header(rows: list[list[Any]], asked: Asked) -> tuple[int, ColumnMap]:
    """Return the position of the header and how its columns are understood; the first filled row by default."""
    first: tuple[int, ColumnMap] | None = None
    for position, row in enumerate(rows[: _MOST_ABOVE + 1]):
        names = ["" if is_empty(cell) else as_told(cell) for cell in row]
        if not any(names):
            continue
        columns = ColumnMap(names, asked.columns)
        first = first or (position, columns)
        alone = sum(map(bool, names)) == 1 and not columns.fault  # a sheet of titles
        if not columns.fault and (alone or looks_like_header(names, asked.columns)):
            return position, columns
    return first or (0, ColumnMap([], asked.columns))


def _opened(file: BinaryIO) -> Any:
    from python_calamine import CalamineWorkbook

    file.seek(0)
    return _tried(lambda: CalamineWorkbook.from_filelike(file))


def _tried(action: Any) -> Any:
    """Return what an action of the library gives; whatever it raises means that the file can't be read."""
    try:
        return action()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the library's is no Exception
        said = " ".join(str(error).split())[:200] or type(error).__name__
        if "password" in said.lower() or "encrypt" in said.lower():
            said = "encrypted: save it without a password"
        raise NotText(f"not a workbook that can be read: {said}") from error
