"""The stretches of a question that may name a paper: in quotes, before “paper”, behind “the survey on”, as a label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from assistant.text import QUESTION_WORDS, STOPWORDS, fold, terms

MOST_PHRASES = 12
"""Stretches that are looked at; a question with more is a pasted text."""

LABEL_WORDS = 8
"""Telling words that a label at a question's start has at the most (“update equivalence framework: how …”)."""

_PIECE = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_JOINERS = {"vs", "versus"}
QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{4,})[\"“”»]|(?<!\w)['‘]([^'’‘]{4,}(?:['’]\w[^'’‘]*)*)['’](?!\w)")
_CUE = re.compile(r"\b(?:paper|study|article|survey|preprint|one)\b", re.IGNORECASE)
_STARTS = re.compile(
    r"[,;:?!()]|(?<!\w)[-–—]+(?!\w)|[\"“”«»]|(?:^|(?<=\s))['‘’]|\b(?:the|an?|one|another|some|any|each|every|no|this|that|your"
    r"|their|which|what|does|do|did|is|are|was|were|than)\b"
    r"|(?<=\s)(?:vs\.?|versus)(?=\s)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:paper|study|article|survey|preprint)\s+(?:on|about|of|called|named|titled|entitled|with\s+the\s+title)\s+",
    re.IGNORECASE,
)
_STOPS = re.compile(
    r"[,;:?!()]|(?<!\w)[-–—]+(?!\w)|\.(?:\s|$)|\b(?:is|are|was|were|does|do|did|has|have|what|which|who|how|when|say\w*|and\s+(?:the|what))\b",
    re.IGNORECASE,
)
_LABEL_END = re.compile(r"\s*(?:[:,]|\s[-–—]+>?)\s")
_NO_LABEL = re.compile(
    r"\W*(?:what|which|who|whose|how|when|why|where|is|are|was|were|does|do|did|has|have|can|could|for|in|on|with|among|if|given|during"
    r"|at|by|of|from|to|as|besides|between|under|after|before|unlike|compared)\b",
    re.IGNORECASE,
)
"""“What is said of …, …”, “For long inputs, …”: that tells the topic, unless it is written as a title."""

_DEFINITE = re.compile(r"\b(?:the|this|that)(?:\s+(?:\w+\s+)?)?$", re.IGNORECASE)
_INDEFINITE = re.compile(r"\b(?:an?|one|another|some|any|each|every|no|which|what)\s*$", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|no|than|except|besides|other\s+than|unlike|excluding)\s+(?:in\s+|from\s+|for\s+)?(?:the\s*)?$",
    re.IGNORECASE,
)


class Cue(IntEnum):
    """What makes a stretch of a question stand for a paper, the surest first."""

    QUOTED = 0
    CALLED = 1
    """It stands before or behind “paper”, “study” and the like."""
    LABEL = 2
    """It stands at the start, before a colon, a comma or a dash."""


@dataclass(frozen=True)
class Piece:
    """A telling word: its stem, and where it stands."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Phrase:
    """A stretch of a question that may name a paper."""

    cue: Cue
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> int:
        """Where it begins in the question."""
        return self.pieces[0].start


def pieces(text: str) -> list[Piece]:
    """Return the words of a text that say something, hyphenated ones apart, in order."""
    return [
        Piece(stem, *match.span()) for match in _PIECE.finditer(text) if (stem := _telling_stem(match[0]))
    ]


@lru_cache(maxsize=50_000)  # a title's words come back in others
def _telling_stem(word: str) -> str:
    """Return the stem of a word that says something; empty for one that doesn't."""
    word = fold(word).replace("’", "'").removesuffix("'s").replace("'", "")
    if word in STOPWORDS or word in _JOINERS:
        return ""
    return next(iter(terms(word)), "")


def phrases(question: str) -> list[Phrase]:
    """Return the stretches of a question that may name a paper; none that it says it doesn't mean."""
    every = pieces(question)
    found: list[Phrase] = []
    for cue, start, end in (*_quoted(question), *_called(question), *_label(question)):
        inside = tuple(
            piece
            for piece in every
            if start <= piece.start
            and piece.end <= end
            and fold(question[piece.start : piece.end]) not in QUESTION_WORDS
        )
        if len(found) == MOST_PHRASES:
            break
        if inside and not _DENIED.search(question[:start]):
            found.append(Phrase(cue, inside))
    return found


def _quoted(question: str) -> Iterator[tuple[Cue, int, int]]:
    for match in QUOTED.finditer(question):
        group = 1 if match[1] else 2
        called = re.match(
            r"\s*(?:paper|study|article|survey|one)\b(?!s)", question[match.end() :], re.IGNORECASE
        )
        yield Cue.CALLED if called else Cue.QUOTED, match.start(group), match.end(group)


def _called(question: str) -> Iterator[tuple[Cue, int, int]]:
    for cue in _CUE.finditer(question):
        before = question[: cue.start()]
        bounds = [match.end() for match in _STARTS.finditer(before)]
        start = bounds[-1] if bounds else 0
        if _INDEFINITE.search(before[:start]) or (
            cue[0].casefold() == "one" and not _DEFINITE.search(before[:start])
        ):
            continue
        yield Cue.CALLED, start, cue.start()
    for cue in _BEHIND.finditer(question):
        if not _DEFINITE.search(question[: cue.start()]):
            continue
        stop = _STOPS.search(question, cue.end())
        yield Cue.CALLED, cue.end(), stop.start() if stop else len(question)


def _label(question: str) -> Iterator[tuple[Cue, int, int]]:
    end = _LABEL_END.search(question)
    said = pieces(question[: end.start()]) if end else []
    titled = all(question[piece.start].isupper() for piece in said)
    if end and len(said) <= LABEL_WORDS and (titled or not _NO_LABEL.match(question)):
        yield Cue.LABEL, 0, end.start()
