"""How much of a topic's words a paper has: terms and neighbouring terms, acronyms that they spell, and names.

A word may stand in another form (pruned, pruning), several words as their acronym (MCTS). A name (PaLM, GSM8K) has
to stand as it is written, for in small letters it may mean something else.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.survey_topic import telling
from assistant.text import STOPWORDS, fold, terms

STEM_PREFIX = 6
"""Letters from which two stems count as one word. With five, blockchain is met by any block; with seven, sparsity
isn't met by sparsification."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PARTS = re.compile(r"[-_./'’]+")
_SPACED = re.compile(r"[^\s,;:()\"“”?!]+")
_COMPOUND = re.compile(r"\w[\w./-]*\w")
_LEAST_INITIALS, _MOST_INITIALS = 3, 6
_SHORT = 2
"""Letters of which an acronym may mean anything: RL, MS."""


@dataclass(frozen=True)
class Wanted:
    """One alternative of a topic, as papers are searched for it.

    Attributes:
        weights: How telling each of its terms is.
        pairs: Its neighbouring terms.
        initials: Acronyms that its words spell, in capitals.
        names: Its words that are names, by how they are written.
    """

    weights: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    initials: dict[str, tuple[str, ...]]
    names: frozenset[str]


def wanted(text: str, idf: Callable[[str], float]) -> Wanted:
    """Make an alternative ready for search."""
    own = [_key(term) for term in telling(text)]
    weights = {_key(term): idf(term) for term in telling(text)}
    return Wanted(weights, frozenset(itertools.pairwise(own)), _initials(text), names_of(text))


def names_of(text: str) -> frozenset[str]:
    """Return the words of a text that are written as names."""
    return frozenset(word for word in _SPACED.findall(text) if is_name(word))


def is_name(word: str) -> bool:
    """Tell whether a word is written as a name: with a digit, or with capitals after the first letter (PaLM)."""
    word = word.strip(".'’-")
    if not any(char.isalpha() for char in word):
        return False
    capitals = any(char.isupper() for char in word[1:])
    return any(char.isdigit() for char in word) or (capitals and len(word) > _SHORT)


def _key(term: str) -> str:
    return term if term[0].isdigit() else term[:STEM_PREFIX]


def _initials(text: str) -> dict[str, tuple[str, ...]]:
    """Return acronyms of runs of the text's words, each with the keys of the words behind it."""
    own = [word for word in _WORD.findall(text) if fold(word) not in STOPWORDS]
    found = {}
    for size in range(_LEAST_INITIALS, min(_MOST_INITIALS, len(own)) + 1):
        for start in range(len(own) - size + 1):
            run = own[start : start + size]
            keys = tuple(_key(term) for word in run for term in terms(word))
            found["".join(word[0] for word in run).upper()] = keys
    return found


@dataclass(frozen=True)
class Words:
    """A paper's words: keys of its title, of each sentence, and how those are written that may be names."""

    title: tuple[str, ...]
    sentences: tuple[tuple[str, ...], ...]
    written: frozenset[str]


@lru_cache(maxsize=1024)  # some 20 MB; the next survey of a small collection reads nothing anew
def read_words(title: str, sentences: tuple[str, ...]) -> Words:
    """Read a paper's texts."""
    keys = [tuple(_key(term) for term in terms(text)) for text in (title, *sentences)]
    text = "\n".join((title, *sentences))
    written: set[str] = set()
    for word in {word for word in _COMPOUND.findall(text) if not word.islower()}:
        parts = _PARTS.split(word)
        runs = {"".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
        written.update(form for run in runs for form in _forms(run))
    return Words(keys[0], tuple(keys[1:]), frozenset(written))


@dataclass(frozen=True)
class Matched:
    """How much of a topic a paper's words have; each in 0 to 1.

    Attributes:
        paper: Share of the terms, by weight, that the whole paper has.
        sentence: The same of the best sentence, or the title.
        phrase: Share of neighbouring terms that are neighbours in the paper too.
        named: 1 where the paper has all names of the topic, −1 where it lacks one, 0 where there are none.
    """

    paper: float
    sentence: float
    phrase: float
    named: float


_NOTHING = Matched(0.0, 0.0, 0.0, 0.0)


def matched(topic: Sequence[Wanted], paper: Words) -> tuple[Matched, tuple[float, ...]]:
    """Return how well a paper's words match the best alternative, and how well each sentence does."""
    best = _NOTHING
    sentences = np.zeros(len(paper.sentences) + 1)
    for each in topic:
        short = [keys for letters, keys in each.initials.items() if {letters, f"{letters}s"} & paper.written]
        extra = {key for keys in short for key in keys}
        total = sum(each.weights.values()) or 1.0
        shares = np.array([_share(each, {*keys}) / total for keys in (paper.title, *paper.sentences)])
        everything = {*paper.title, *(key for keys in paper.sentences for key in keys), *extra}
        pairs = {pair for keys in (paper.title, *paper.sentences) for pair in itertools.pairwise(keys)}
        pairs |= {pair for keys in short for pair in itertools.pairwise(keys)}
        whole = _share(each, everything) / total
        phrase = len(each.pairs & pairs) / len(each.pairs) if each.pairs else whole
        named = 0.0
        if each.names:
            have = sum(_has_name(name, paper.written) for name in each.names) / len(each.names)
            named = 1.0 if have == 1 else -1.0
        peak = max(float(shares.max()), _share(each, extra) / total)
        if best is _NOTHING or whole + peak + phrase + named > sum(
            (best.paper, best.sentence, best.phrase, best.named)
        ):
            best = Matched(whole, peak, phrase, named)
        sentences = np.maximum(sentences, shares)
    return best, tuple(float(share) for share in sentences[1:])


def _share(each: Wanted, keys: set[str]) -> float:
    return sum(weight for key, weight in each.weights.items() if key in keys)


def _has_name(name: str, written: frozenset[str]) -> bool:
    own = _forms("".join(_PARTS.split(name)))[-1]
    return bool({own, f"{own}s", own.rstrip("s")} & written)


def _forms(word: str) -> tuple[str, ...]:
    """Return a written form as names are compared by it, the one that tells most last.

    Capitals alone tell MATH from math; in a mixed form they vary (LLaMA, Llama), with digits as well (GPT-4, gpt4).
    """
    if any(map(str.isdigit, word)):
        return (word.lower(),)
    return (word,) if word.isupper() else (word, f"~{word.lower()}")
