"""What reading filters from a question needs to know of a collection, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assistant.filter_context import Place
from assistant.filters import FilterField


class Known(Protocol):
    """What a collection can be filtered by; `Library.filtering` is one."""

    def has(self, field: FilterField, value: str) -> bool:
        """Tell whether any paper matches one single restriction."""

    def values(self, field: FilterField, value: str) -> list[str]:
        """Return the authors, venues or tags, as records write them, that a restriction stands for."""

    def identified(self, text: str) -> list[str]:
        """Return the ids of the papers that an identifier names."""

    def fields(self) -> set[str]:
        """Return the names of the optional fields that at least one paper has."""

    def lacking(self, field: str) -> int:
        """Return how many papers have no `year`, `authors`, `venue` or `tags`."""

    def years(self) -> tuple[int, int] | None:
        """Return the first and the last year of publication, None where no paper has one."""

    def nearest(self, field: FilterField, value: str, n: int = 3) -> list[str]:
        """Return values of papers that look like one that no paper has."""


@dataclass(frozen=True)
class NamePhrase:
    """Words of a question that restrict papers to names.

    Attributes:
        place: Where they stand.
        field: What is restricted.
        values: The names; any of them will do.
        known: Whether the collection has them.
        instead: What takes the words' place in the question.
    """

    place: Place
    field: FilterField
    values: tuple[str, ...]
    known: bool = True
    instead: str = ""
