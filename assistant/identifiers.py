"""Identifiers in a text: DOIs, arXiv and PubMed ids and ids of papers here, bare or as links; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IDENTIFIER = re.compile(
    r"(?<![\w./-])(?P<kind>https?://(?:www\.|dx\.)?(?:doi\.org|arxiv\.org/(?:abs|pdf))/|doi:\s*|arxiv[:\s]\s*|pmid[:\s]\s*)?"
    r"(?P<id>10\.\d{4,9}/[^\s?!,;\"”]+|\d{4}\.\d{4,5}(?:v\d+)?|[a-z]+(?:-[a-z]+)?/\d{7}(?:v\d+)?|\d{4,8}"
    r"|p-[0-9a-f]{12})(?:\.pdf)?(?![\w/]|\.\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Identifier:
    """An identifier in a text.

    Attributes:
        start: Where it begins, with what tells its kind: `arXiv:`, `https://doi.org/`.
        end: Where it ends.
        value: What papers are looked up by.
        cued: Whether it can be nothing else than an identifier.
    """

    start: int
    end: int
    value: str
    cued: bool


def identifiers(text: str) -> Iterator[Identifier]:
    """Yield the identifiers of a text; a bare number is none."""
    for match in _IDENTIFIER.finditer(text):
        kind, named = (match["kind"] or "").lower(), match["id"].rstrip(".")
        while named.endswith(")") and named.count(")") > named.count("("):
            named = named[:-1]
        if named.isdigit() and not kind.startswith("pmid"):
            continue
        end = match.start("id") + len(named)
        end += len(".pdf") if text[end : end + 4].lower() == ".pdf" else 0
        value = f"pmid:{named}" if named.isdigit() else named
        yield Identifier(match.start(), end, value, bool(kind) or named.startswith("10."))
