"""Values inside decoded JSON, taken only where they have the shape they should have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.fields import as_text


def text_at(value: Any, *keys: str) -> str:
    """Return the string (or number) at a path of keys, empty where the path ends early.

    Of a list of strings, as Crossref gives titles, it is the first that isn't empty.
    """
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str) and item.strip()), None)
    return as_text(value) if isinstance(value, str | int | float) else ""


def objects_at(value: Any, *keys: str) -> list[Mapping[str, Any]]:
    """Return the objects of the list at a path of keys; what else is in the list is left out."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def first_text(*texts: str) -> str:
    """Return the first text that isn't blank."""
    return next((text for text in texts if text.strip()), "")


def unique(texts: list[str]) -> tuple[str, ...]:
    """Return the texts that aren't blank, each once, in their order."""
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
