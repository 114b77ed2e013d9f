"""What a search is restricted to, years, authors, venues…, and what a collection must tell of them."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import Field

from assistant.papers import Frozen

FilterField = Literal["since", "until", "authors", "venues", "tags", "sources", "paper_ids"]

_LISTS: tuple[FilterField, ...] = ("authors", "venues", "tags", "sources", "paper_ids")


class Filters(Frozen):
    """A restriction; a paper must match every field that is set, and any one value of a field with several."""

    since: int | None = Field(None, ge=1000, le=2999)
    """First year of publication."""
    until: int | None = Field(None, ge=1000, le=2999)
    """Last year of publication."""
    authors: tuple[str, ...] = ()
    """Names as people write them: a surname, or a first name or initials and a surname."""
    venues: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Files or feeds, as `paperchat papers list` names them."""
    paper_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is restricted."""
        return self != Filters()

    def merged(self, other: Filters) -> Filters:
        """Return every single restriction of both, to be shown.

        It isn't what both keep: a paper must match each of the two, which one `Filters` can't say of two authors.
        """
        since = max(filter(None, (self.since, other.since)), default=None)
        until = min(filter(None, (self.until, other.until)), default=None)
        lists = {name: tuple(dict.fromkeys((*getattr(self, name), *getattr(other, name)))) for name in _LISTS}
        return Filters(since=since, until=until, **lists)

    def parts(self) -> list[tuple[FilterField, str]]:
        """Return each single restriction as (field, value), in a fixed order, to be shown and removed."""
        found: list[tuple[FilterField, str]] = []
        for name in ("since", "until"):
            if (year := getattr(self, name)) is not None:
                found.append((name, str(year)))
        for field in _LISTS:
            found += [(field, value) for value in getattr(self, field)]
        return found

    def without(self, field: FilterField, value: str) -> Filters:
        """Return these filters less one single restriction, as `parts` names it."""
        now = getattr(self, field)
        rest = tuple(each for each in now if each != value) if isinstance(now, tuple) else None
        return self.model_copy(update={field: rest})


NO_FILTERS = Filters()
"""Nothing restricted."""


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
