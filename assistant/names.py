"""Papers that a question names: by the short name before a title's colon, or by a title's first words.

Naming outweighs what a paper is about, so it must be sure: a long question that happens to contain the
first words of some title, or a common word that is also a system's name, names nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from assistant.facts import joined
from assistant.text import QUESTION_WORDS, STOPWORDS, words

LONGEST_NAME = 4
"""Words that the part of a title before its colon may have to be a name."""

FEWEST_WORDS = 3
"""Words from the start of a title, or of its part after the colon, that can name it."""

LEAST_SHARE = 0.5
"""Share of a question's own words that a name of several plain words must make up, unless it is in quotes."""

MOST_PAPERS = 3
"""A plain word that more papers have is no name."""

_WORD = re.compile(r"[^\W_]+(?:[-+.'’][^\W_]+)*\+*")
_QUOTED = re.compile(r"[\"“„«‘']([^\"“”„«»‘’']{4,})[\"”“»’']")


class PaperNames:
    """The names of a collection's papers."""

    def __init__(self, titles: Iterable[tuple[str, str]], papers_with: Callable[[str], int]) -> None:
        """Read names off titles.

        Args:
            titles: Paper ids and titles.
            papers_with: How many papers have a word.
        """
        self._short: dict[str, list[tuple[str, str]]] = {}
        self._starts: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}
        self._papers_with = papers_with
        for paper_id, title in titles:
            head, colon, rest = title.partition(":")
            if colon and len(head.split()) <= LONGEST_NAME and joined(head):
                self._short.setdefault(joined(head), []).append((paper_id, head.strip()))
            for part in (title, rest):
                found = words(part)
                if len(found) >= FEWEST_WORDS:
                    self._starts.setdefault(tuple(found[:FEWEST_WORDS]), []).append((paper_id, found))

    def find(self, question: str) -> list[str]:
        """Return the ids of the papers that a question names, in the order in which it names them."""
        places: dict[str, int] = {}
        for place, paper_id in (*self._by_short_name(question), *self._by_first_words(question)):
            places[paper_id] = min(place, places.get(paper_id, place))
        return sorted(places, key=lambda paper_id: places[paper_id])

    def _by_short_name(self, question: str) -> Iterable[tuple[int, str]]:
        tokens = [(match.start(), match.end()) for match in _WORD.finditer(question)]
        own = _own_words(question)
        for i in range(len(tokens)):
            for last in range(i, min(i + LONGEST_NAME, len(tokens))):
                said = question[tokens[i][0] : tokens[last][1]]
                papers = self._short.get(joined(said), [])
                if len(papers) == 1 and self._is_meant(said, papers[0][1], own):
                    yield tokens[i][0], papers[0][0]

    def _is_meant(self, said: str, name: str, own: int) -> bool:
        """Tell whether words that spell a paper's short name are meant as that."""
        if _is_coined(name):
            return said == name or _is_unlike_a_word(name)
        if " " in name:
            return _is_most_of(said, own)
        return said == name and self._papers_with(name) <= MOST_PAPERS

    def _by_first_words(self, question: str) -> Iterable[tuple[int, str]]:
        asked, own = words(question), _own_words(question)
        quoted = [words(match.group(1)) for match in _QUOTED.finditer(question)]
        for i in range(len(asked) - FEWEST_WORDS + 1):
            papers = self._starts.get(tuple(asked[i : i + FEWEST_WORDS]), [])
            if len({paper_id for paper_id, _ in papers}) != 1:
                continue
            paper_id, title = max(papers, key=lambda item: _shared(asked[i:], item[1]))
            said = asked[i : i + _shared(asked[i:], title)]
            if said in quoted or _is_most_of(" ".join(said), own):
                yield question.casefold().find(said[0]), paper_id


def _shared(said: list[str], title: list[str]) -> int:
    """Return how many words two lists share from their start."""
    return next(
        (i for i, (a, b) in enumerate(zip(said, title, strict=False)) if a != b), min(len(said), len(title))
    )


def _own_words(text: str) -> int:
    """Return how many words of a text carry a topic."""
    return sum(word not in STOPWORDS and word not in QUESTION_WORDS for word in words(text))


def _is_most_of(said: str, own: int) -> bool:
    """Tell whether words make up enough of the `own` words of a question."""
    return _own_words(said) >= max(2, LEAST_SHARE * own)


def _is_coined(name: str) -> bool:
    """Tell whether a name is spelled as only names are: with a digit, or capitals beyond the first letter."""
    return " " not in name and bool(re.search(r"\d|\w[A-Z]", name))


def _is_unlike_a_word(name: str) -> bool:
    """Tell whether a coined name is no common word in small letters either: GPT-4, ColBERT, MT-Ladder, not RELIEF."""
    return bool(re.search(r"\d|[a-z][A-Z]|[A-Z]{2,}[-\w]*[a-z]", name))
