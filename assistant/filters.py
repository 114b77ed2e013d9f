"""What a search is restricted to: years, authors, venues, tags, sources, papers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.papers import Frozen

FilterField = Literal["since", "until", "authors", "venues", "tags", "sources", "paper_ids"]


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
        """Return both together; where both set a field, `other` has the say."""
        given = {name: value for name in type(self).model_fields if (value := getattr(other, name))}
        return self.model_copy(update=given)

    def parts(self) -> list[tuple[FilterField, str]]:
        """Return each single restriction as (field, value), in a fixed order, to be shown and removed."""
        found: list[tuple[FilterField, str]] = []
        for name in ("since", "until"):
            if (year := getattr(self, name)) is not None:
                found.append((name, str(year)))
        for name in ("authors", "venues", "tags", "sources", "paper_ids"):
            found += [(name, value) for value in getattr(self, name)]  # type: ignore[misc]
        return found

    def without(self, field: FilterField, value: str) -> Filters:
        """Return these filters less one single restriction, as `parts` names it."""
        now = getattr(self, field)
        rest = tuple(each for each in now if each != value) if isinstance(now, tuple) else None
        return self.model_copy(update={field: rest})


NO_FILTERS = Filters()
"""Nothing restricted."""
