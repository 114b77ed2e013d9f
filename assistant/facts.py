"""The checkable parts of a sentence: numbers, names and strong words.

Each is normalised so that the same fact written two ways compares equal: 12.5\\% and 12.5 percent,
7B and 7 billion, three and 3, GPT-4 and GPT4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from assistant.text import fold, words

SPELLED = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split(),
        range(21),
        strict=True,
    )
)
_SPELLED_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_RATIOS = {"twice": "2x", "double": "2x", "doubles": "2x", "doubled": "2x", "half": "0.5x", "halves": "0.5x",
           "halved": "0.5x", "thrice": "3x", "triple": "3x", "triples": "3x", "quarter": "0.25x", "dozen": "12",
           "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "tenth": "10th"}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mn": 1e6, "b": 1e9, "billion": 1e9, "bn": 1e9,
           "t": 1e12, "trillion": 1e12}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w.])(?<![^\W\d_][-–])((?<!%)[+\-−–])?"
    r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+,\d{1,2}(?![\d,])|\d+(?:\.\d+)?|\.\d+)"
    r"\s?(\\?%|percent(?:age points?)?\b|(?:thousand|million|billion|trillion|bn|mn)\b|[kKMBT]\b)?(x\b|×|-fold\b)?"
    r"(?:[\s-]?(ns|µs|us|ms|s|sec(?:onds?)?|min(?:utes?)?|hours?|days?|weeks?|months?|years?|KB|MB|GB|TB)\b)?"
)
_UNITS = {"us": "µs", "sec": "s", "second": "s", "minute": "min"}
_TOKEN = re.compile(r"[^\W_]+(?:[-/.'’_+][^\W_]+)*\+*", re.UNICODE)
_STRONG = frozenset(
    "first only best all always every entirely completely largest smallest highest lowest most fastest unique "
    "guarantees guarantee proves prove perfect perfectly never state-of-the-art sota significantly".split()
)


@dataclass(frozen=True)
class Facts:
    """What a text asserts that can be compared exactly."""

    numbers: frozenset[str]
    names: frozenset[str]
    strong: frozenset[str]


def facts(text: str) -> Facts:
    """Read the checkable parts of a sentence or of several."""
    return Facts(
        numbers=frozenset(_numbers(text)),
        names=frozenset(_names(text)),
        strong=frozenset(word for word in words(text) if word in _STRONG),
    )


def joined(name: str) -> str:
    """Return a name in the form that spellings share: folded, letters and digits alone."""
    return re.sub(r"[\W_]+", "", fold(name))


def has_name(name: str, text: str) -> bool:
    """Tell whether a text has a name: spelled another way, in the plural, or as the words it abbreviates."""
    tokens = [joined(token) for token in _TOKEN.findall(text)]
    parts = {joined(part) for token in _TOKEN.findall(text) for part in re.split(r"[-/_]", token)}
    known = {*tokens, *parts, *(a + b for a, b in pairwise(tokens))}
    wanted = joined(name)
    if {wanted, wanted.removesuffix("s"), wanted + "s"} & known:
        return True
    pieces = [joined(piece) for piece in re.split(r"[-/_]", name)]
    if len(pieces) > 1 and all(piece in known or piece.removesuffix("s") in known for piece in pieces):
        return True
    return _abbreviates(name.removesuffix("s"), text)


def _abbreviates(name: str, text: str) -> bool:
    """Tell whether capitals are the first letters of words that follow each other in one sentence.

    Two letters abbreviate only capitalised words: any text has two small words with the right initials.
    """
    if not re.fullmatch(r"[A-Z]{2,}", name):
        return False
    for part in re.split(r"[.!?;:]", text):
        tokens = [piece for token in _TOKEN.findall(part) for piece in token.split("-") if piece]
        initials = "".join(token[0] for token in tokens)
        if (name in initials) if len(name) == 2 else (name.lower() in initials.lower()):
            return True
    return False


def _numbers(text: str) -> list[str]:
    """Return the amounts in a text, each with its sign, percent or ratio mark and unit of measure."""
    found = []
    for sign, digits, unit, times, measure in _NUMBER.findall(text.replace("\\%", "%")):
        decimal_comma = re.fullmatch(r"\d+,\d{1,2}", digits)
        value = float(digits.replace(",", "." if decimal_comma else "")) * _SCALES.get(unit.lower(), 1.0)
        kind = "%" if unit == "%" or unit.lower().startswith("percent") else "x" if times else ""
        if measure:
            plain = measure if len(measure) <= 2 else measure.lower().rstrip("s")
            kind += f" {_UNITS.get(plain, plain)}"
        minus = "-" if sign and sign in "-−" else ""
        found.append(f"{minus}{int(value) if value.is_integer() else round(value, 9)}{kind}")
    spelled = words(text.replace("-", " "))
    for word, after in zip_longest(spelled, spelled[1:], fillvalue=""):
        if word in SPELLED and word not in {"one", "zero"}:
            found.append(str(int(SPELLED[word] * _SPELLED_SCALES.get(after, 1))))
        elif word in _RATIOS:
            found.append(_RATIOS[word])
    return found


def _names(text: str) -> list[str]:
    """Return tokens that name something: capitals inside, letters with digits, or a capital mid-sentence."""
    found = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        inner_capital = any(char.isupper() for char in token[1:])
        mixed = any(char.isdigit() for char in token) and any(char.isalpha() for char in token)
        before = text[: match.start()].rstrip(" “\"'(")
        mid_sentence = bool(before) and before[-1] not in ".!?:;"
        if _NUMBER.fullmatch(token):
            continue  # 7B is an amount, compared as one
        if inner_capital or mixed or (token[0].isupper() and mid_sentence):
            found.append(token.strip("'’.").removesuffix("'s").removesuffix("’s"))
    return [name for name in found if name]
