"""Paths into decoded JSON: `external_ids[type=doi].value` names every value that stands there.

Lists on the way are gone through, and an object that stands where a list could is a list of one, as
catalogues write it that make their JSON of XML. `key[inner=a|b]` keeps the objects whose `inner` is
`a` or `b`, whatever their case and with `_` for a blank; `key[inner=]` keeps those that have no `inner`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ingest.dates import as_date
from ingest.fields import as_names, as_text, fold_key
from ingest.sources.dialects.shapes import first_text, text_at

_STEP = re.compile(r"([^.\[\]]+)(?:\[([\w.]+)=([^\]]*)\])?(?:\.|$)")
_GIVEN = ("given", "givenname", "firstname", "first", "initials")
_FAMILY = ("family", "familyname", "lastname", "last")
_WHOLE = ("fullname", "name", "text", "collectivename", "value", "displayname")
_MILLISECONDS = 10**11  # a number beyond this is no year and no date in digits
_LATEST = 253_402_300_799_000


def _folded(text: str) -> str:
    return text.strip().casefold().replace(" ", "_")


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]:
    return tuple(
        (key, tuple(inner.split(".")) if inner else (), frozenset(map(_folded, wanted.split("|"))))
        for key, inner, wanted in _STEP.findall(path)
    )


def values_at(value: Any, path: str) -> list[Any]:
    """Return the values at a path, in their order and without nulls."""
    found = [value]
    for key, inner, wanted in _steps(path):
        reached = [one[key] for one in found if isinstance(one, Mapping) and key in one]
        found = [item for one in reached for item in (one if isinstance(one, list) else [one])]
        if inner:
            found = [one for one in found if _folded(text_at(one, *inner)) in wanted]
    return [one for one in found if one is not None]


def texts_at(value: Any, paths: str) -> list[str]:
    """Return the texts and numbers at all of some paths, parted by blanks."""
    found = [one for path in paths.split() for one in values_at(value, path)]
    return [text for one in found if isinstance(one, str | int | float) and (text := as_text(one).strip())]


def first_at(value: Any, paths: str) -> str:
    """Return the first text at the first of some paths that leads to one."""
    for path in paths.split():
        if found := texts_at(value, path):
            return found[0]
    return ""


def dates_at(value: Any, paths: str) -> list[str]:
    """Return the dates at all of some paths; a number may be milliseconds since 1970."""
    found = [_date(one) for path in paths.split() for one in values_at(value, path)]
    return [date for date in found if date]


def _date(value: Any) -> str:
    if isinstance(value, int) and _MILLISECONDS < value <= _LATEST:
        return datetime.fromtimestamp(value // 1000, UTC).date().isoformat()
    return as_date(value)


def people_at(value: Any, paths: str) -> tuple[str, ...]:
    """Return the people at the first of some paths that leads to any, as `First Last`.

    People are objects, names, or names in one string that are parted by `;`.
    """
    for path in paths.split():
        names = [name for one in values_at(value, path) for name in _names(one)]
        if names:
            return tuple(dict.fromkeys(names))
    return ()


def _names(one: Any) -> tuple[str, ...]:
    if isinstance(one, str):
        return as_names([part.strip() for part in one.split(";")])
    if not isinstance(one, Mapping):
        return ()
    folded = {fold_key(str(key)): inner for key, inner in one.items()}
    given, family, whole = (
        first_text(*(text_at(folded, key) for key in keys)).strip() for keys in (_GIVEN, _FAMILY, _WHOLE)
    )
    if any(text_at(folded, key).casefold() == "organizational" for key in ("nametype", "type")):
        return (whole,) if whole else ()
    return (f"{given} {family}".strip(),) if family else as_names([whole])
