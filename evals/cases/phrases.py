"""What templates draft questions from: a paper's own statement of what it does, its figures, and terms."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.models import Paper, Span
from assistant.names import LONGEST_NAME
from assistant.text import STOPWORDS, sentences, terms, words
from evals.cases import SentenceRef
from evals.cases.check import positions
from evals.cases.papers import PaperIndex

_DOES = re.compile(
    r"(?:^|[,;:—]\s+|\bhere\s+)(?:we|this (?:paper|work|study|article))\s+"
    r"(?:(?:then|also|therefore|thus|first|here|hence|further)\s+)?"
    r"(propose|present|introduce|develop|design|describe|study|investigate|examine|estimate|test|combine)s?\s+"
    r"(?!that\b|how\b|whether\b)(.+)",
    re.IGNORECASE,
)
_APPOSITION = re.compile(r"^(?:[\w+-]+\s){0,2}[\w+-]+,\s+(?=an?\s|the\s)")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_PRAISE = re.compile(r"\b(an?|the|two|three)\s+(?:novel|new|simple|effective|efficient)\s+(?!and\b)(?=[a-z])")
_ENDS = re.compile(
    r";|:|\s[–—]\s|,\s+(?:which|where|while|and|to|by|in order|as|called|named|dubbed|with)\b|\.\s*$"
)
_FIGURE = re.compile(r"(?<![\w.,–-])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w–-])")
_VERSIONED = re.compile(r"(?<!^)\b[A-Z][\w-]*[A-Za-z]\s$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_WORDS, _FEWEST_WORDS = 24, 4
_PIECE = re.compile(r"[.,;:!?()\[\]“”\"/]+(?:\s|$)|\s[–—-]\s")
GENERIC = frozenset(
    """result results experiment experiments paper method methods approach approaches performance novel state
    art existing recent extensive large different various several significant significantly code available
    github new show shows first two three well high higher low better best task tasks problem problems propose
    proposed work works demonstrate based framework set sets use used using many compared previous prior
    via achieve achieves achieved require requires reach reaches remarkable substantial obtain obtaining obtains
    important key main small number can open real world wide range datasets benchmarks github.com https""".split()
)
"""Words that say nothing of a paper's topic; no term has one."""


@dataclass(frozen=True)
class Readable:
    """A paper with what a template needs: the name that cases give it, and what it says it does."""

    paper: Paper
    name: str
    short: str
    """The name before its title's colon; empty where it has none."""
    spans: tuple[Span, ...]
    does: tuple[int, str, str] | None
    """The number of the sentence, from 0, in which it says what it does; the verb; and the rest of that."""

    @property
    def called(self) -> str:
        """What a question calls it."""
        return self.short or f"the paper “{self.paper.title}”"

    def text(self, n: int) -> str:
        """Return its nth sentence, from 0."""
        return self.spans[n].of(self.paper.abstract)

    def ref(self, n: int) -> SentenceRef:
        """Return the position of its nth sentence, from 0."""
        return positions(self.paper, self.spans[n], self.name)[0]


def read_papers(papers: Iterable[Paper]) -> list[Readable]:
    """Return papers in an order that is the same whenever they were ingested, and unrelated to their topics."""
    found = sorted(papers, key=lambda paper: hashlib.sha256(paper.id.encode()).digest())
    index = PaperIndex((paper.id, paper.title) for paper in found)
    shorts = Counter(_short(paper.title) for paper in found)
    readable = []
    for paper in found:
        spans = tuple(sentences(paper.abstract))
        short = _short(paper.title)
        name = paper.title if len(index.find(paper.title)) == 1 else paper.id
        does = _does(paper, spans, short)
        readable.append(Readable(paper, name, short if shorts[short] == 1 else "", spans, does))
    return readable


def _short(title: str) -> str:
    head, colon, _ = title.partition(":")
    coined = bool(re.search(r"\d|\w[A-Z]", head)) or " " not in head
    return head.strip() if colon and coined and len(head.split()) <= LONGEST_NAME else ""


def _does(paper: Paper, spans: tuple[Span, ...], short: str) -> tuple[int, str, str] | None:
    for n, span in enumerate(spans):
        found = _DOES.search(span.of(paper.abstract))
        if not found:
            continue
        rest = _APPOSITION.sub("", _BRACKETS.sub("", found[2]))
        rest = _PRAISE.sub(r"\1 ", rest)
        if end := _ENDS.search(rest):
            rest = rest[: end.start()]
        rest = rest.strip(" ,")
        named = short and short.casefold() in rest.casefold()
        if (
            _FEWEST_WORDS <= len(rest.split()) <= _MOST_WORDS
            and not named
            and " we " not in f" {rest.casefold()} "
        ):
            return n, found[1].casefold(), re.sub(r"\bour\b", "their", rest)
    return None


def figures(sentence: str) -> list[str]:
    """Return the figures of a sentence as they stand there, without units; years and versions are none."""
    found: dict[str, None] = {}
    for match in _FIGURE.finditer(sentence):
        figure, after = match.group(), sentence[match.end() : match.end() + 2]
        versioned = _VERSIONED.search(sentence[: match.start()]) and "%" not in after
        if len(figure) > 1 and not versioned and not _YEAR.fullmatch(figure):
            found[figure] = None
    return list(found)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return (terms(word) or [word])[0]


def term_pairs(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each two words of a text that stand together and may be a term: their stems, and how they stand."""
    for piece in _PIECE.split(text):
        for pair in pairwise(words(piece)):
            if all(word not in STOPWORDS and word not in GENERIC and _is_wordy(word) for word in pair):
                yield (_stem(pair[0]), _stem(pair[1])), " ".join(pair)


def _is_wordy(word: str) -> bool:
    return len(word) > 2 and not word.endswith("ly") and not any(char.isdigit() for char in word)


class Terms:
    """Which papers of a collection have which two-word terms, whatever their endings."""

    def __init__(self, readable: Iterable[Readable]) -> None:
        self.papers: dict[tuple[str, str], dict[str, Readable]] = {}
        self._written: dict[tuple[str, str], Counter[str]] = {}
        self._in_titles: Counter[tuple[str, str]] = Counter()
        for each in readable:
            self._in_titles.update({stems for stems, _ in term_pairs(each.paper.title)})
            for stems, written in term_pairs(f"{each.paper.title}. {each.paper.abstract}"):
                self.papers.setdefault(stems, {})[each.paper.id] = each
                self._written.setdefault(stems, Counter())[written] += 1

    def written(self, stems: tuple[str, str]) -> str:
        """Return a term as it is written most."""
        return min(self._written[stems].items(), key=lambda item: (-item[1], item[0]))[0]

    def shared(self, fewest: int, most: int) -> list[tuple[str, str]]:
        """Return the terms that from `fewest` to `most` papers have and at least one has in its title.

        Those that stand in the most titles come first.
        """
        found = [stems for stems, papers in self.papers.items() if fewest <= len(papers) <= most]
        titled = [stems for stems in found if self._in_titles[stems]]
        return sorted(titled, key=lambda stems: (-self._in_titles[stems], -len(self.papers[stems]), stems))

    def of(self, text: str) -> list[str]:
        """Return the terms of a text as it writes them, those that the fewest other papers have first.

        A term that stands only once in the whole collection may be no term, and comes last.
        """
        found: dict[str, tuple[bool, int]] = {}
        for stems, written in term_pairs(text):
            uses = sum(self._written.get(stems, Counter()).values())
            found.setdefault(written, (uses < 2, len(self.papers.get(stems, ()))))
        return sorted(found, key=lambda written: found[written])
