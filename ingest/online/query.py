"""What a user types for an online source: `name:query`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal

from assistant.errors import UsageError

ServiceName = Literal["arxiv", "openalex", "s2"]
_NAMES: dict[str, ServiceName] = {
    "arxiv": "arxiv",
    "openalex": "openalex",
    "s2": "s2",
    "semanticscholar": "s2",
    "semantic-scholar": "s2",
}
_WRITTEN = re.compile(rf"\s*({'|'.join(_NAMES)})\s*:(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class OnlineQuery:
    """A query and the service that answers it."""

    service: ServiceName
    text: str

    @property
    def source(self) -> str:
        """The name of this source in reports and provenance, as it can be typed again."""
        return f"{self.service}:{self.text}"


def parse_query(text: str) -> OnlineQuery | None:
    """Return the online query that an argument is, or None where it is a path.

    A file or folder of that very name wins. No Windows drive is taken for a service: their names
    have two letters and more.

    Raises:
        UsageError: A service is named without a query, or the query is too long for an address.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or os.path.lexists(text):
        return None
    query = OnlineQuery(service=_NAMES[found[1].lower()], text=" ".join(found[2].split()))
    if not any(char.isalnum() for char in query.text):
        raise UsageError(
            f"{text}: no query after the colon", f'write what to look for: {found[1].lower()}:"reranking"'
        )
    if len(query.text) > _LONGEST:
        raise UsageError(f"{query.source[:60]}…: a query of more than {_LONGEST:,} characters", "shorten it")
    return query
