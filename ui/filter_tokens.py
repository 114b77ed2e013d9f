"""Filters as the short texts that a reader sees, types and removes: `since 2023`, `author: Hinton`; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import ValidationError

from assistant.errors import UsageError
from assistant.filters import FilterField, Filters

_NAMES: dict[FilterField, str] = {
    "since": "since", "until": "until", "authors": "author", "venues": "venue",
    "tags": "tag", "sources": "source", "paper_ids": "paper",
}  # fmt: skip
_FIELDS: dict[str, FilterField] = {
    **{name: field for field, name in _NAMES.items()},
    "from": "since", "after": "since", "before": "until", "to": "until", "by": "authors", "at": "venues",
    "in": "venues", "journal": "venues", "conference": "venues", "topic": "tags", "file": "sources",
}  # fmt: skip
_YEAR = re.compile(
    r"(?:(?P<word>in|since|from|after|until|to|before)\s*:?\s*)?(?P<year>\d{4})", re.IGNORECASE
)
_NAMED = re.compile(r"(?P<name>[A-Za-z]+)\s*:\s*(?P<value>\S.*)", re.DOTALL)
_LONGEST = 4_096
"""Characters of a value: as many as a source's path may have. More is a pasted text."""


def tokens(filters: Filters) -> list[str]:
    """Return each single restriction as a reader sees it."""
    return [_token(field, value) for field, value in filters.parts()]


def _token(field: FilterField, value: str) -> str:
    return f"{_NAMES[field]} {value}" if field in ("since", "until") else f"{_NAMES[field]}: {value}"


def read_tokens(texts: Iterable[str]) -> Filters:
    """Return the filters that such texts stand for; a year alone is that year, `before 2020` is until 2019.

    Raises:
        UsageError: A text can't be read as one, or the years are the wrong way round.
    """
    years: dict[str, int] = {}
    lists: dict[FilterField, list[str]] = {}
    for text in texts:
        text = " ".join(text.split())
        if year := _YEAR.fullmatch(text):
            years.update(_years((year["word"] or "").lower(), int(year["year"])))
        elif (
            (named := _NAMED.fullmatch(text))
            and (field := _FIELDS.get(named["name"].lower())) not in (None, "since", "until")
            and len(named["value"]) <= _LONGEST
        ):
            assert field is not None
            lists.setdefault(field, []).append(named["value"].strip())
        else:
            raise UsageError(
                f"“{text[:60]}” isn't a filter",
                "write since 2023, until 2020, author: NAME, venue: NAME, tag: NAME, source: FILE or paper: ID",
            )
    since, until = years.get("since"), years.get("until")
    if since is not None and until is not None and since > until:
        raise UsageError(
            f"since {since} is after until {until}: there can be no papers",
            f"write since {until} and until {since}, or take one of the two away",
        )
    try:
        return Filters(**years, **{field: tuple(dict.fromkeys(values)) for field, values in lists.items()})
    except ValidationError as error:
        raise UsageError(f"a year must lie between 1000 and 2999: {years}", "write since 2023") from error


def _years(word: str, year: int) -> dict[str, int]:
    if word in ("since", "from"):
        return {"since": year}
    if word in ("until", "to"):
        return {"until": year}
    if word == "after":
        return {"since": year + 1}
    return {"until": year - 1} if word == "before" else {"since": year, "until": year}
