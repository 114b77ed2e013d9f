"""Years that a question restricts papers to: “since 2023”, “from 2019 to 2021”, “in the last three years”; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from assistant.filter_context import MARK, Place

_YEAR = r"(?:1[6-9]|20)\d\d(?![\w%]|[.,:]\d|[-–]\d)"
_FIRST, _LAST = rf"(?P<first>{_YEAR})", rf"(?P<last>{_YEAR})"
_START = r"(?P<first>(?:1[6-9]|20)\d\d)"
_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_COUNT = rf"(?P<n>\d{{1,2}}|{'|'.join(_NUMBERS)}|couple\s+of)"
_IN = r"(?:in|from|of|during|for|dated|dating\s+from)"
_RECENT = r"(?:in|from|of|over|during|within)\s+(?:the\s+)?(?:last|past|previous)"
_ENDS = rf"\s*(?:$|[?.!,;:){MARK}])"

Bounds = tuple[int | None, int | None]


class Needs(IntEnum):
    """How clearly the place of such words must tell that they restrict papers."""

    BESIDE = 0
    """They must follow papers at once, or what was understood before."""
    TOPIC = 1
    """They may also end a question of the shape “papers on a topic”."""
    OUTSIDE = 2
    """They may stand anywhere outside what the question is about."""
    NOTHING = 3
    """They hold the word “papers” themselves."""


@dataclass(frozen=True)
class YearPhrase:
    """Words that restrict to years, the first and the last included."""

    place: Place
    text: str
    since: int | None
    until: int | None
    beside: bool
    """Whether they certainly restrict papers; otherwise that depends on the years that the papers have."""


def _number(text: str) -> int:
    word = text.lower()
    return int(word) if word.isdigit() else _NUMBERS.get(word, 2)


def _range(match: re.Match[str], today: date) -> Bounds:
    first, text = int(match["first"]), match["last"]
    last = int(text) if len(text) == 4 else first // 100 * 100 + int(text)
    return (first, last) if first <= last else (last, first)


def _since(match: re.Match[str], today: date) -> Bounds:
    return int(match["first"]), None


def _after(match: re.Match[str], today: date) -> Bounds:
    return int(match["first"]) + 1, None


def _until(match: re.Match[str], today: date) -> Bounds:
    return None, int(match["first"])


def _before(match: re.Match[str], today: date) -> Bounds:
    return None, int(match["first"]) - 1


def _only(match: re.Match[str], today: date) -> Bounds:
    return int(match["first"]), int(match["first"])


def _years_ago(match: re.Match[str], today: date) -> Bounds:
    return today.year - _number(match["n"]), None


def _months_ago(match: re.Match[str], today: date) -> Bounds:
    return (today.year * 12 + today.month - 1 - _number(match["n"])) // 12, None


def _decades_ago(match: re.Match[str], today: date) -> Bounds:
    return today.year - 10 * (_number(match["n"]) if match["n"] else 1), None


def _last_year(match: re.Match[str], today: date) -> Bounds:
    return today.year - 1, today.year - 1


def _past_year(match: re.Match[str], today: date) -> Bounds:
    return today.year - 1, None


def _this_year(match: re.Match[str], today: date) -> Bounds:
    return today.year, today.year


def _decade(match: re.Match[str], today: date) -> Bounds:
    digits = match["first"]
    start = int(digits) if len(digits) == 4 else (1900 if int(digits) >= 30 else 2000) + int(digits)
    return start, start + 9


_PATTERNS: tuple[tuple[re.Pattern[str], Needs, Callable[[re.Match[str], date], Bounds]], ...] = tuple(
    (re.compile(rf"(?<![\w-]){pattern}(?!\w)", re.IGNORECASE), needs, read)
    for pattern, needs, read in (
        (rf"between\s+(?:the\s+years\s+)?{_START}\s+and\s+{_LAST}", Needs.OUTSIDE, _range),
        (rf"from\s+{_START}\s*(?:to|until|till|through|up\s+to|[-–—])\s*{_LAST}", Needs.OUTSIDE, _range),
        (rf"(?:(?:in|during|of)\s+)?{_START}\s*[-–—]\s*(?P<last>{_YEAR}|\d\d(?!\d))", Needs.TOPIC, _range),
        (rf"(?:in|from|during)\s+{_START}\s+(?:and|or)\s+(?P<last>{_YEAR})", Needs.TOPIC, _range),
        (rf"(?:(?:from|in|of)\s+)?{_FIRST}\s*(?:,\s*)?(?:on(?={_ENDS})|onwards?|(?:and|or)\s+(?:later|after|newer|beyond))",
         Needs.OUTSIDE, _since),
        (rf"(?:(?:from|in|of)\s+)?{_FIRST}\s+(?:and|or)\s+(?:earlier|before|older)", Needs.OUTSIDE, _until),
        (rf"(?:since|starting\s+(?:in|from)|as\s+of|no\s+(?:earlier|older)\s+than|not\s+(?:before|older\s+than))\s+"
         rf"(?:the\s+(?:start\s+of\s+|year\s+)?)?{_FIRST}", Needs.OUTSIDE, _since),
        (rf"(?:after|(?:later|newer|younger|more\s+recent)\s+than)\s+{_FIRST}", Needs.OUTSIDE, _after),
        (rf"(?:until|till|up\s+to|(?:no|not)\s+(?:later|newer)\s+than)\s+{_FIRST}", Needs.OUTSIDE, _until),
        (rf"(?:from\s+)?(?:before|prior\s+to|(?:older|earlier)\s+than)\s+{_FIRST}", Needs.OUTSIDE, _before),
        (rf"{_RECENT}\s+{_COUNT}\s+years?", Needs.OUTSIDE, _years_ago),
        (rf"{_RECENT}\s+{_COUNT}\s+months?", Needs.OUTSIDE, _months_ago),
        (rf"{_RECENT}\s+(?:{_COUNT}\s+)?decades?", Needs.OUTSIDE, _decades_ago),
        (r"(?:in|over|during|within)\s+the\s+(?:last|past)\s+year", Needs.OUTSIDE, _past_year),
        (r"(?:(?:in|from|of|during)\s+)?(?:last|the\s+previous)\s+year", Needs.OUTSIDE, _last_year),
        (r"(?:(?:in|from|of|during)\s+)?(?:this|the\s+current)\s+year", Needs.OUTSIDE, _this_year),
        (r"(?:in|from|of|during)\s+the\s+(?:early\s+|late\s+)?['’]?(?P<first>(?:1[6-9]|20)\d0|\d0)['’]?s",
         Needs.TOPIC, _decade),
        (rf"{_IN}\s+(?:the\s+year\s+)?{_FIRST}", Needs.TOPIC, _only),
        (rf"(?<={MARK})[\s,(]*{_FIRST}\)?", Needs.BESIDE, _only),
        (rf"{_FIRST}(?=\s+(?:papers?|articles?|publications?|preprints?)\b)", Needs.NOTHING, _only),
    )
)  # fmt: skip


def year_phrases(text: str, today: date) -> Iterator[YearPhrase]:
    """Yield the words of a question that restrict papers to years, the clearest first.

    Args:
        text: The question, with marks for what was understood.
        today: What “the last three years” are counted from.
    """
    for pattern, needs, read in _PATTERNS:
        for match in pattern.finditer(text):
            place = Place.of(match)
            beside = needs is Needs.NOTHING or place.beside or place.published
            if place.definite and match[0][:3].lower() == "in ":
                beside = False  # who wrote the paper in 2014
            outside = (needs is Needs.OUTSIDE and place.outside) or (
                needs is Needs.TOPIC and place.after_topic
            )
            since, until = read(match, today)
            if (beside or outside) and all(
                bound is None or 1000 <= bound <= 2999 for bound in (since, until)
            ):
                yield YearPhrase(place, match[0].strip(" ,()"), since, until, beside)
