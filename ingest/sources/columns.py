"""How the columns of a table are understood: guessed from its header, told to the user, overridden by him."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.fields import ALIASES, field_of, fold_key

_WEAK = {"source": "venue"}
"""Names that stand for a field only where no other column does: Scopus fills `Source` with its own name."""
_TAGGED = {"af": "authors", "so": "venue", "di": "doi", "pm": "pmid", "de": "tags", "ut": ""}
"""Names that mean something only in a header of two-letter tags, as Web of Science writes it."""
_EMPTY = frozenset({"[no abstract available]", "[no author name available]", "[no author id available]"})
_NUMBER_OF_AUTHOR = re.compile(r"\s*\(\d{5,}\)")
_MOST_NAMED = 30


def _ignore(_: str) -> None:
    """Hear a note and do nothing."""


@dataclass
class Asked:
    """What a user asked about tables, and what came of it.

    Attributes:
        columns: Field → the name of the column that holds it.
        note: Hears once a table how its columns were understood.
        met: Whether a table had all the columns asked for.
        refusal: What the first table lacked that hadn't.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    note: Callable[[str], None] = _ignore
    met: bool = False
    refusal: str = ""

    def refuse(self, source: str, reason: str) -> None:
        """Keep the first reason why a table doesn't have the columns asked for."""
        self.refusal = self.refusal or f"{source}: {reason}"


class ColumnMap:
    """Which columns hold which fields of a paper."""

    def __init__(self, header: Sequence[str], asked: Mapping[str, str] | None = None) -> None:
        """Understand a header.

        Args:
            header: The columns' names.
            asked: Field → column, which go before what the names say.
        """
        self.header = [" ".join(name.split()) for name in header]
        self._asked = dict(asked or {})
        self.missing = [name for name in self._asked.values() if self._find(name) is None]
        self.columns: dict[str, list[int]] = {}
        """Field → the positions of its columns, the best first."""
        for name, aliases in ALIASES.items():
            wanted = self._find(self._asked[name]) if name in self._asked else None
            found = [wanted] if wanted is not None else self._named(aliases)
            if found:
                self.columns[name] = found
        self.is_tagged = {"TI", "PT"} <= set(self.header)
        """Whether its names are Web of Science's tags."""
        if self.is_tagged and "date" not in self._asked:
            self.columns.pop("date", None)  # `DA` is there the day of the export
        self._add_weak(_TAGGED if self.is_tagged else _WEAK)

    def _add_weak(self, names: Mapping[str, str]) -> None:
        taken = {position for found in self.columns.values() for position in found}
        for position, column in enumerate(self.header):
            field_ = names.get(fold_key(column))
            if (
                field_
                and position not in taken
                and field_ not in self._asked
                and (field_ not in self.columns or names is _TAGGED)
            ):
                self.columns[field_] = [position, *self.columns.get(field_, [])]

    def _find(self, name: str) -> int | None:
        """Return the position of a column by its name, or by its name in other letters."""
        wanted = " ".join(name.split())
        if wanted in self.header:
            return self.header.index(wanted)
        folded = [fold_key(column) for column in self.header]
        return folded.index(fold_key(name)) if fold_key(name) in folded else None

    def _named(self, aliases: Sequence[str]) -> list[int]:
        folded = [fold_key(column) for column in self.header]
        elsewhere = {self._find(column) for column in self._asked.values()}
        return [
            position
            for alias in aliases
            for position, column in enumerate(folded)
            if column == alias and position not in elsewhere
        ]

    @property
    def fault(self) -> str:
        """Why no paper can be read with these columns; empty where they can."""
        there = ", ".join(filter(None, self.header[:_MOST_NAMED])) or "none"
        if self.missing:
            return f"no column is named {' or '.join(map(repr, self.missing))}; there are: {there}"
        return "" if "title" in self.columns else f"no column is named title; there are: {there}"

    def describe(self) -> str:
        """Return how the columns are understood, as in `title ← "Paper name"; not used: "Rank"`."""
        used = {position for found in self.columns.values() for position in found}
        told = [
            f"{name} ← {' or '.join(self._quoted(position) for position in found)}"
            for name, found in self.columns.items()
        ]
        rest = [
            self._quoted(position)
            for position, column in enumerate(self.header)
            if column and position not in used
        ]
        more = f" and {len(rest) - _MOST_NAMED} more" if len(rest) > _MOST_NAMED else ""
        unused = f"; not used: {', '.join(rest[:_MOST_NAMED])}{more}" if rest else ""
        return ", ".join(told) + unused

    def _quoted(self, position: int) -> str:
        return f'"{self.header[position]}"'

    def values(self, cells: Sequence[Any]) -> dict[str, Any]:
        """Return a row's values by field; those of columns that aren't understood by the column's name."""
        used = {position for found in self.columns.values() for position in found}
        values: dict[str, Any] = {}
        for position, cell in enumerate(cells[: len(self.header)]):
            column = self.header[position]
            if column and position not in used and field_of(column) is None and not is_empty(cell):
                values.setdefault(column, as_told(cell))
        for name, found in self.columns.items():
            told = [cells[at] for at in found if at < len(cells) and not is_empty(cells[at])]
            if told:
                value = as_told(told[0])
                values[name] = _NUMBER_OF_AUTHOR.sub("", value) if name == "authors" else value
        return values


def is_empty(cell: Any) -> bool:
    """Tell whether a cell holds nothing, or words that say so."""
    return cell is None or not str(cell).strip() or str(cell).strip().casefold() in _EMPTY


def as_told(cell: Any) -> str:
    """Return a cell's value as it would be typed: dates in ISO's writing, whole numbers without a point."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def looks_like_header(cells: Sequence[str], asked: Mapping[str, str] | None = None) -> bool:
    """Tell whether a row names the columns of a table of papers: a title, and another field or two columns."""
    names = [cell for cell in cells if cell.strip()]
    known = ColumnMap(names, asked)
    if asked and not known.missing:
        return "title" in known.columns
    return "title" in known.columns and len(names) > 1 and all(len(name) <= 60 for name in names)
