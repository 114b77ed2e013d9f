"""Other versions of a paper in the same collection: its preprint, or its publication."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.library import Library
from assistant.models import Paper
from ingest.match import SAME_ABSTRACT, describe, hashed, overlap

_MOST_YEARS = 4
"""Years between a preprint and its publication."""


def related_key(identifier: str) -> str:
    """Return the key under which the papers are found that name an identifier as another version."""
    return f"related:{identifier}"


def versions_of(paper: Paper, library: Library) -> list[Paper]:
    """Return the stored papers that are other versions of the same work.

    They are those that one of the two names as such, and those of the same title, an author in
    common and the like abstract that have an identifier of their own and so were kept apart.

    Args:
        paper: A stored paper.
        library: The library that holds it.
    """
    found: dict[str, Paper] = {}
    for other in _candidates(paper, library):
        if other.id != paper.id:
            found.setdefault(other.id, other)
    return list(found.values())


def _candidates(paper: Paper, library: Library) -> Iterator[Paper]:
    own = _identifiers(paper)
    for name in paper.related:
        for other in _at(name, library):
            if name in _identifiers(other):
                yield other
    for name in own:
        for other in _at(related_key(name), library):
            if name in other.related:
                yield other
    for other in _at(f"title:{describe(paper, abstract=False).title}", library):
        if _is_version(paper, other):
            yield other


def _at(key: str, library: Library) -> Iterator[Paper]:
    yield from library.papers(library.tellings.find(hashed(key)))


def _identifiers(paper: Paper) -> list[str]:
    named = ((f"doi:{paper.doi}", paper.doi), (f"arxiv:{paper.arxiv_id}", paper.arxiv_id))
    return [name for name, value in named if value]


def _is_version(paper: Paper, other: Paper) -> bool:
    first, second = describe(paper), describe(other)
    if first.title != second.title or not set(first.surnames.split()) & set(second.surnames.split()):
        return False
    if first.year and second.year and abs(first.year - second.year) > _MOST_YEARS:
        return False
    return bool(first.sketch and second.sketch) and overlap(first.sketch, second.sketch) >= SAME_ABSTRACT
