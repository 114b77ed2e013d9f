"""Papers that a question names: by the short name before a title's colon, or by a title's first words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.facts import joined
from assistant.text import STOPWORDS, words

LONGEST_NAME = 4
"""Words that the part of a title before its colon may have to be a name."""

FEWEST_WORDS = 3
"""Words from the start of a title, or of its part after the colon, that name it."""

MOST_NAMESAKES = 2
"""Papers that may share a name; what more share names none of them."""

_WORD = re.compile(r"[^\W_]+(?:[-+.'’][^\W_]+)*\+*")


class PaperNames:
    """The names of a collection's papers."""

    def __init__(self, titles: Iterable[tuple[str, str]]) -> None:
        """Read names off titles, given as (paper id, title)."""
        self._short: dict[str, list[tuple[str, str]]] = {}
        self._starts: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}
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
        tokens = [(match.group(), match.start()) for match in _WORD.finditer(question)]
        for size in range(LONGEST_NAME, 0, -1):
            for i in range(len(tokens) - size + 1):
                said = question[tokens[i][1] : tokens[i + size - 1][1] + len(tokens[i + size - 1][0])]
                papers = self._short.get(joined(said), [])
                if 0 < len(papers) <= MOST_NAMESAKES:
                    for paper_id, name in papers:
                        if size > 1 or said == name or _is_distinctive(name):
                            places.setdefault(paper_id, i)
        asked = words(question)
        for i in range(len(asked) - FEWEST_WORDS + 1):
            start = tuple(asked[i : i + FEWEST_WORDS])
            if len(set(start) - STOPWORDS) < 2 and not self._goes_on(asked[i:], start):
                continue
            begun = {paper_id: None for paper_id, _ in self._starts.get(start, [])}
            if len(begun) <= MOST_NAMESAKES:
                for paper_id in begun:
                    places.setdefault(paper_id, i)
        return sorted(places, key=lambda paper_id: places[paper_id])

    def _goes_on(self, said: list[str], start: tuple[str, ...]) -> bool:
        """Tell whether one word more than a start of common words agrees with a title: “doing more with less”."""
        longer = FEWEST_WORDS + 1
        return any(
            said[:longer] == title[:longer]
            for _, title in self._starts.get(start, [])
            if len(title) >= longer
        )


def _is_distinctive(name: str) -> bool:
    """Tell whether a one-word name can be no common word however it is written: it has a digit, a hyphen or
    capitals within small letters."""
    return bool(re.search(r"\d|-|[a-z][A-Z]|[A-Z]{2,}[a-z]", name))
