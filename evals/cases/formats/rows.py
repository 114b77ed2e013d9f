"""Reading a test set's files row by row: a bad row is reported with its place and the rest goes on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import UsageError
from evals.cases import Case, explain
from evals.cases.formats import Imported

csv.field_size_limit(16_000_000)

Row = dict[str, Any]


def read_text(path: Path) -> str:
    """Return a file's text.

    Raises:
        UsageError: It can't be read, or isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read: {error}", "name the test set's file or folder") from error


def json_lines(path: Path, into: Imported) -> Iterator[tuple[str, Row]]:
    """Yield the objects of a JSON Lines file, each with its place; lines that are none are reported."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            into.skipped.append(f"{where}: not JSON: {error}")
            continue
        if isinstance(value, dict):
            yield where, value
        else:
            into.skipped.append(f"{where}: not a JSON object: {line.strip()[:60]}")


def json_document(path: Path) -> Any:
    """Return the value of a JSON file.

    Raises:
        UsageError: It can't be read or isn't JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON: {error}", "is it the test set's own file?") from error


def table(path: Path, into: Imported) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a CSV or TSV file with a header, each with its place.

    Rows with other cells than the header are reported.

    Raises:
        UsageError: The file can't be read, or has no header.
    """
    lines = read_text(path).splitlines(keepends=True)
    if not lines or not lines[0].strip():
        raise UsageError(f"{path}: has no header", "its first line must name the columns")
    delimiter = max("\t,;|", key=lines[0].count)
    reader = csv.reader(lines, delimiter=delimiter)
    header = [cell.strip() for cell in next(reader)]
    started = reader.line_num + 1
    for cells in reader:
        where, started = f"{path}, line {started}", reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            into.skipped.append(f"{where}: {len(cells)} cells where the header has {len(header)}")
            continue
        yield where, dict(zip(header, cells, strict=True))


def add_case(into: Imported, where: str, fields: Row) -> None:
    """Add a case, or report why these fields make none, or that their id came before."""
    try:
        case = Case.model_validate(fields)
    except ValidationError as error:
        into.skipped.append(f"{where}: {explain(error)}")
        return
    if first := into.places.get(case.id):
        into.skipped.append(f"{where}: its id {case.id!r} came before, at {first}")
        return
    into.places[case.id] = where
    into.cases.append(case)


def text_of(value: Any) -> str:
    """Return a text field's words: a string as it is, a list of sentences or paragraphs joined."""
    if isinstance(value, list):
        return " ".join(filter(None, map(text_of, value)))
    return "" if value is None or isinstance(value, dict | bool) else str(value).strip()


def find_file(path: Path, *patterns: str) -> list[Path]:
    """Return the file that a path is, or the files in the folder by the first pattern that any has."""
    if path.is_file():
        return [path]
    for pattern in patterns:
        if found := sorted(file for file in path.glob(pattern) if file.is_file()):
            return found
    return []
