"""Questions for the newest or the oldest papers: “the latest paper on ropes?”, “which of them is the oldest?”."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEW = r"newest|latest|(?:most|more)\s+recent"
_OLD = r"oldest|earliest"
_PAPER = r"papers?|articles?|publications?|preprints?|stud(?:y|ies)|works?|ones?|of\s+(?:them|these|those)"
_BEFORE = re.compile(
    rf"\b(?P<which>{_NEW}|{_OLD})\s+(?:(?!(?:on|in|of|for|about|from|by|and)\b)[\w-]+\s+){{0,2}}?(?P<noun>{_PAPER})\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\b(?P<noun>{_PAPER})\b(?:\s+[\w“”’,-]+){{0,12}}?\s+(?:is|are|was|were)\s+(?:the\s+)?(?P<which>{_NEW}|{_OLD})\W*$"
    rf"|^\W*(?:and\s+)?(?:which|what)\s+(?:one\s+)?(?:is|was)\s+(?:the\s+)?(?P<alone>{_NEW}|{_OLD})\W*$",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"paper|article|publication|preprint|study|work|one", re.IGNORECASE)
_ONE_IS = re.compile(r"\b(?:is|was)\s+(?:the\s+)?\S+(?:\s+\S+)?\W*$", re.IGNORECASE)

_ALONE = re.compile(
    rf"^\W*(?:(?:and|but|so|ok|now|what\s+about|how\s+about)\b\W*)*(?:the\s+)?(?P<which>{_NEW}|{_OLD})"
    r"(?:\s+(?P<noun>ones?|first|papers?))?\W*$",
    re.IGNORECASE,
)
_ANY_PAPERS = re.compile(r"\bpapers?\b", re.IGNORECASE)


@dataclass(frozen=True)
class ByYear:
    """An order by year that a question asks for.

    Attributes:
        newest: Whether the newest come first, else the oldest.
        single: Whether one paper is asked for.
    """

    newest: bool
    single: bool


def read_by_year(question: str) -> tuple[ByYear | None, str]:
    """Return the order by year that a question asks for, if any, and the question without the words that do."""
    if match := _BEFORE.search(question):
        said, single = match["which"], bool(_SINGLE.fullmatch(match["noun"]))
        rest = question[: match.start("which")] + question[match.end("which") :]
    elif match := _BEHIND.search(question):
        said = match["which"] or match["alone"]
        single = bool(_ONE_IS.search(question))
        start = match.start("which") if match["which"] else match.start("alone")
        rest = question[:start]
    else:
        return None, question
    return ByYear(bool(re.fullmatch(_NEW, said, re.IGNORECASE)), single), " ".join(rest.split())


def in_order(question: str, fragment: str) -> str:
    """Return a question about papers, asked in the order that a fragment wants; empty where it wants none.

    Args:
        question: The last question: “Which papers are about ropes?”.
        fragment: What was said then: “newest first”, “and the oldest?”.
    """
    wants = _ALONE.match(fragment)
    if wants is None:
        return ""
    _, plain = read_by_year(question)
    many = (wants["noun"] or "").casefold() in ("ones", "first", "papers")
    ordered, found = _ANY_PAPERS.subn(f"{wants['which']} paper{'s' if many else ''}", plain, count=1)
    return ordered if found else ""
