"""The sides of a comparison, as what each is searched for by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.own_names import WORD, is_coined
from assistant.parts import states
from assistant.phrases import QUOTED, pieces

LONGEST_SIDE = 9
"""Words that a side has at the most."""

MOST_SIDES = 6
"""Sides that are searched for at the most."""

_TOKEN = re.compile(r"\S+")
_VERSUS = re.compile(r"\s(?:vs\.?|versus)\s", re.IGNORECASE)
_AGAINST = re.compile(
    r"\s(?:differs?|differ|different|differently|compared?|compares)\s+(?:\w+\s+)?(?:from|to|with|against)\s",
    re.IGNORECASE,
)
_OPENERS = (
    (
        re.compile(r"\b(?:compar(?:e|es|ing)|contrast(?:ing)?|distinguish(?:es)?)\s", re.I),
        re.compile(r"\s(?:and|&|with|to|against|from)\s", re.I),
    ),
    (
        re.compile(
            r"\b(?:comparison\s+(?:of|between)|between|similarit(?:y|ies)\s+of|(?<!\w\s)both|(?:do|does|did|are|is|were|was|have|of|in|on|for)\s+both"
            r"|(?:do|does|did|are|is|were|was|have)(?=\s\S+\s(?:and|or)\s))\s",
            re.I,
        ),
        re.compile(r"\s(?:and|&|or)\s", re.I),
    ),
)
"""What opens a comparison, and what may stand between its sides."""

_NAME = r"(?:(?=[^\s,;:?!]*[A-Z\d])[^\s,;:?!.]+(?:\.\d+)?)"
_AND = re.compile(r"(?:,\s*|\s)(?:and|or|&)\s", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|in\s+common|similarit\w+|alike|versus|vs|respectively|side\s+by\s+side|at\s+odds"
    r"|each\s+other|distinguish\w*|set\b.*\bagainst)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:both|each(?!\s+(?:of\s+)?the\s+(?!two|three))|either|neither|which\s+(?:one|of\s+(?:them|the\s+two|these|those)|is|are|has|does)"
    r"|the\s+two)\b",
    re.IGNORECASE,
)
_HOW = re.compile(r"^\s*(?:and\s+)?(?:how|in\s+what\s+way|what)\b", re.IGNORECASE)
_ONE_OTHER = re.compile(
    r"\b[Oo]ne\b(?P<a>[^.?!;]*?)(?:[,;]\s*(?:and\s+|while\s+|whereas\s+)?|\s+and\s+)(?:the\s+other|another)\b(?P<b>[^.?!;]*)"
)
_CLAUSE = (
    "how what which who why when where do does did is are was were has have had can could will would should both either"
    " if please say and or vs vs. versus with in on for"
)
_ENDS_LEFT = frozenset(
    f"{_CLAUSE} compare contrast between whether than that to against difference differences about get each"
    " me but".split()
)
"""Words that a noun phrase can't hold before its end; `_ENDS_RIGHT` those that it can't hold behind its beginning."""
_ENDS_RIGHT = frozenset(
    f"{_CLAUSE} differ differs each neither compare compares says make makes use uses report reports work works perform"
    " performs get gets want wants need needs respectively together regarding concerning at as by while side better"
    " equally".split()
)
_JOINED_BEFORE = re.compile(
    r"(?:(?:\s*,)?(?:^|\s+)(?:and|or|vs\.?|versus|&|with|to|against|from|than)(?:\s+(?:on|in|with|for))?|,)$",
    re.I,
)
_JOINED_AFTER = re.compile(r"^(?:,\s*)?(?:and|or|vs\.?|versus|&)\s+(?:(?:on|in|with|for)\s+)?|^,\s*", re.I)
_PUNCTUATION = re.compile(r"[,;:?!.]$|^[-–—]+>?$")
_NAME_AHEAD = re.compile(
    rf"(?:the\s+)?(?P<name>{_NAME}(?:\s+(?:(?:of|for|the|in)\s+)?(?=[A-Z\d]){_NAME})*)(?:\s+(?:paper|study|article|survey|one)\b)?"
)
_SEVERAL = re.compile(r"\b(?:papers|studies|articles|ones|works)$|^(?:two|three|several)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """A side of a comparison: where it stands in the question."""

    start: int
    end: int


def compared(question: str, named: Sequence[Side] = ()) -> tuple[str, ...]:
    """Return what each side of a comparison is searched for by: the question without the other sides.

    Args:
        question: The question.
        named: Where it names papers for sure, one place a paper.

    Returns:
        Two to `MOST_SIDES` texts in the question's order; none where it compares nothing.
    """
    named = sorted(named, key=lambda side: side.start)
    if len(named) < 2 and states(question):
        return ()
    if len(named) < 2 and (match := _ONE_OTHER.search(question)):
        return _one_and_other(question, match)
    wordy = list(_compared_by_words(_masked(question, named), question))
    if len(named) == 1 and not any(_overlap(side, named[0]) for side in wordy):
        return ()  # one paper compares two things of its own
    cued = bool(_COMPARES.search(question) or _EACH.search(question))
    sides = _merged([*wordy, *named] if wordy or cued or len(named) > 1 else [])
    if len(sides) < 2:
        return ()
    return tuple(
        _without(question, [other for other in sides if other != side]) for side in sides[:MOST_SIDES]
    )


def _masked(question: str, named: Sequence[Side]) -> str:
    """Return a question in which each quotation and each named paper is one word, letter for letter."""
    spans = [match.span() for match in QUOTED.finditer(question)] + [(side.start, side.end) for side in named]
    for start, end in spans:
        inside = re.sub(r"[\s,;:?!.]", "_", question[start:end])
        question = question[:start] + re.sub(r"(?<=\w)\w", "x", inside) + question[end:]
    return question


def _compared_by_words(question: str, unmasked: str) -> Iterable[Side]:
    """Yield the sides that the wording of a comparison tells."""
    for pivot in _VERSUS.finditer(question):
        yield from _around(question, pivot.start(), pivot.end())
    for pivot in _AGAINST.finditer(question):
        around = _around(question, pivot.start(), pivot.end())
        if _HOW.search(question) or any(_is_named(unmasked[side.start : side.end]) for side in around):
            yield from around
    if not _COMPARES.search(question) and not _EACH.search(question):
        return
    for opener, joins in _OPENERS:
        for opening in opener.finditer(question):
            join = joins.search(question, opening.end())
            if join and not re.search(r"[?.!;:]", question[opening.end() : join.start()]):
                yield from _around(question, join.start(), join.end())
    for join in _AND.finditer(question):
        left, right = _left(question, join.start()), _right(question, join.end())
        if left and right and all(_is_named(unmasked[side.start : side.end]) for side in (left, right)):
            yield from _around(question, join.start(), join.end())


def _around(question: str, start: int, end: int) -> list[Side]:
    """Return the sides around a joining word: one behind it, one before it, and those of a list before that."""
    right = _right(question, end)
    sides = [right] if right else []
    at = start
    for _ in range(MOST_SIDES):
        left = _left(question, at)
        if left is None or _SEVERAL.search(question[left.start : left.end]):
            break
        sides.insert(0, left)
        before = question[: left.start].rstrip()
        if not before.endswith(",") or len(question[left.start : left.end].split()) > 4:
            break
        at = len(before) - 1
    return sides if len(sides) > 1 else []


def _left(question: str, end: int) -> Side | None:
    """Return the noun phrase that ends at a place."""
    tokens = list(_TOKEN.finditer(question[:end]))
    start = None
    for token in reversed(tokens[-LONGEST_SIDE:]):
        if _PUNCTUATION.search(token[0]) or token[0].lower() in _ENDS_LEFT:
            break
        start = token.start()
    return (
        Side(start, len(question[:end].rstrip()))
        if start is not None and pieces(question[start:end])
        else None
    )


def _right(question: str, start: int) -> Side | None:
    """Return the noun phrase that begins at a place; of one that begins with a name, the name."""
    ahead = _NAME_AHEAD.match(question, start)
    if ahead and any(is_coined(word) or word[0].isupper() for word in WORD.findall(ahead["name"])):
        return Side(start, ahead.end())
    end = None
    for token in list(_TOKEN.finditer(question, start))[:LONGEST_SIDE]:
        if token[0].rstrip(",;:?!.").lower() in _ENDS_RIGHT:
            break
        end = token.end()
        if re.search(r"[,;:?!]$|\.$", token[0]):
            end -= 1
            break
        if _PUNCTUATION.search(token[0]):
            end = token.start() or None
            break
    return Side(start, end) if end is not None and pieces(question[start:end]) else None


def _is_named(text: str) -> bool:
    """Tell whether a noun phrase names one thing: it has a coined word or a capital, or is “the … paper”."""
    words = text.split()
    return any(is_coined(word) or word[:1].isupper() for word in words) or words[-1].lower() in {
        "paper",
        "study",
        "one",
    }


def _merged(found: Iterable[Side]) -> list[Side]:
    """Return sides in their order, each once; where some overlap the first that was found stays."""
    kept: list[Side] = []
    for side in found:
        if not any(_overlap(side, other) for other in kept):
            kept.append(side)
    return sorted(kept, key=lambda side: side.start)


def _overlap(side: Side, other: Side) -> bool:
    return side.start < other.end and other.start < side.end


def _without(question: str, others: Sequence[Side]) -> str:
    """Return a question without some of its sides and the words that join them."""
    text = question
    for side in sorted(others, key=lambda each: -each.start):
        before, after = text[: side.start].rstrip(), text[side.end :].lstrip()
        joined = _JOINED_BEFORE.search(before)
        if joined:
            before = before[: joined.start()]
        else:
            after = _JOINED_AFTER.sub("", after)
        text = f"{before} {after}"
    return " ".join(re.sub(r"\s+([,;:?])", r"\1", text).split()).strip(" ,")


def _one_and_other(question: str, match: re.Match[str]) -> tuple[str, ...]:
    """Return the sides of “two papers on X; one does A, the other B”: each with what is said before."""
    before = question[: match.start()].strip()
    first, second = match["a"].strip(" ,"), match["b"].strip(" ,")
    noun = re.match(
        r"(?P<noun>(?:[\w-]+\s+){0,6}?(?:paper|study|article|one|work|method|model))(?![\w-])", first
    )
    shared = before or (noun["noun"] if noun else "")
    return tuple(f"{shared} {side}".strip() for side in (first, second)) if first and second else ()
