"""Retractions and withdrawals that a record tells in words: in its title, kinds, notes, or arXiv's comments."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TITLE = re.compile(
    r"\W*(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter|manuscript|publication))?\s*[:\]).\-–—]", re.I
)
_KIND = re.compile(r"retracted(?:\s+(?:article|paper|chapter|publication))?\W*", re.I)
_NOTE = re.compile(
    r"\W*(?:retracted\b|retraction in\b|this (?:article|paper|publication) (?:has been|was|is) retracted\b)",
    re.I,
)
_WORK = (
    r"(?:paper|article|manuscript|submission|work|preprint|letter|note|e-?print|draft|report|thesis|chapter)"
)
# "This paper has been withdrawn by the author", "Withdrawn due to an error", "Paper withdrawn"; but
# neither "replaces the withdrawn math/0101001" nor "the withdrawn version had ten pages".
_TOLD = re.compile(
    rf"(?:^\W*|[.;:!]\s+)(?:withdrawn|retracted)\b(?!\s+(?:version|paper|article|submission))"
    rf"|\b{_WORK}\s+(?:has|have|had|is|was|are|were|will|must|should)?\s*(?:now\s+|hereby\s+)?"
    rf"(?:been\s+|be\s+|being\s+)?(?:temporarily\s+)?(?:withdrawn|retracted)\b",
    re.I,
)
_LONGEST = 2000


def told_by_title(title: str) -> str:
    """Return the words at a title's beginning by which publishers mark a retraction, if it has them.

    >>> told_by_title("RETRACTED ARTICLE: A study of studies")
    'RETRACTED ARTICLE'
    """
    found = _TITLE.match(title[:80])
    return found.group().strip(" \t\n[]():-–—") if found else ""


def told_by_words(text: str) -> bool:
    """Tell whether a comment says that the paper it is about was withdrawn or retracted.

    >>> told_by_words("This paper has been withdrawn by the author due to an error in Lemma 2")
    True
    >>> told_by_words("12 pages; replaces the withdrawn math/0101001")
    False
    """
    return _TOLD.search(" ".join(text[:_LONGEST].split())) is not None


def retraction_of(title: str, kinds: Iterable[str], notes: Iterable[str]) -> tuple[bool, str]:
    """Tell whether a paper was retracted, and the note that says so.

    A retraction's own notice ("Retraction of: …") is no retracted paper.

    Args:
        title: The title; publishers put `RETRACTED:` before it.
        kinds: Publication types and keywords.
        notes: Notes in the order in which they stand.

    Returns:
        The flag, and the first note about it or the empty string.
    """
    note = next((" ".join(text.split()) for text in notes if _NOTE.match(text)), "")
    retracted = bool(note or told_by_title(title) or any(_KIND.fullmatch(kind.strip()) for kind in kinds))
    return retracted, note
