"""What the services have in common: a request for a page, and a page with what comes after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.models import Rejected
from ingest.records import Record


@dataclass(frozen=True, slots=True)
class Request:
    """One request: where, with what, and with which headers; keys are kept apart from what is cached."""

    address: str
    params: dict[str, str]
    headers: dict[str, str]
    secret: dict[str, str]
    """Parameters that hold a key: sent, and never written down."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results, the place of the next one (None after the last), and how many there are in all."""

    items: list[Record | Rejected]
    following: str | None
    total: int | None


class PageDamaged(Exception):
    """An answer isn't the page it should be; asked again, the service may give it."""


class QueryRefused(Exception):
    """The service says that the query is wrong."""


class Service(Protocol):
    """A catalogue that answers queries in pages."""

    title: str
    pause: float
    """Seconds between two requests."""
    page_size: int
    start: str
    """The place of the first page."""
    doubtful_when_empty: bool
    """Whether it is known to answer now and then with nothing where there is something."""

    def request(self, text: str, place: str, size: int) -> Request:
        """Return the request for the page at a place."""

    def read(self, body: bytes, place: str, size: int, source: str) -> Page:
        """Read a page.

        Raises:
            PageDamaged: It isn't one.
            QueryRefused: It says that the query is wrong.
        """

    def complaint(self, body: bytes) -> str:
        """Return what an answer to a refused request says, empty if nothing can be made of it."""


def decode_object(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object that an answer is.

    Raises:
        PageDamaged: It is none.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        start = " ".join(body[:60].decode("utf-8", "replace").split())
        raise PageDamaged(f"its answer is no JSON: {start or 'nothing at all'}") from error
    if not isinstance(value, dict):
        raise PageDamaged(f"its answer is no JSON object but a {type(value).__name__}")
    return value


def complaint_in_json(body: bytes) -> str:
    """Return the words of an error in JSON, under whichever of the usual keys they stand."""
    try:
        value = decode_object(body)
    except PageDamaged:
        return ""
    words = [value[key] for key in ("message", "error", "detail") if isinstance(value.get(key), str)]
    return " ".join(max(words, key=len).split())[:300] if words else ""
