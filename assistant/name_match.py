"""How a question says a name: where it may stand, what cues it, which slips are forgiven, which names go together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from assistant.facts import joined
from assistant.name_index import NamedPaper
from assistant.own_names import WORD, OwnName, Source, is_coined
from assistant.phrases import pieces
from assistant.plan import Named
from assistant.text import QUESTION_WORDS, STOPWORDS, words

MOST_WORDS = 6
"""Words that a name has at the most."""

SHORTEST, SHORTEST_FOR_ANY, SHORTEST_FOR_TWO = 5, 8, 10
"""Letters of a name from which it is recognised with two letters swapped, with any slip, and with two slips."""

LEAST_SHARE = 0.5
"""Share of a question's own words that a name of several plain words must make up, unless something cues it."""

_PAPER_BEHIND = re.compile(
    r"(?:['’]s)?\s*(?:\([^()]*\)\s*)?(?:original\s+)?(?:paper|study|article|preprint|survey|authors?|abstract)\b(?!s)",
    re.IGNORECASE,
)
_LABEL_BEHIND = re.compile(
    r"(?:\s+(?!(?:with|on|in|for|of|and|or|to|from|by|is|does|do)\b)[^\s:,?-]+){0,3}?\s*(?:\([^()]*\)\s*)?(?:[:,]\s|\s[-–—]+>?\s|\?|$)"
)
_CUE_BEFORE = re.compile(
    r"(?:paper\s+(?:called|named|titled|on)|authors?\s+of|[\"“‘'])\s*(?:the\s+)?$", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\s*(?:,|/|&|,?\s*\b(?:and|or|vs\.?|versus|than|with|from|against|both|to|nor)\b|\s)+\s*", re.IGNORECASE
)
_AGAINST = re.compile(r"\b(?:vs|versus)\b", re.IGNORECASE)
_USED = re.compile(
    r"\b(?:an?|plain|vanilla|standard|ordinary|large|small|on|over|with|using|than|beats?|like)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""What stands before a well-known name that a question mentions without asking about its paper."""
_MEASURE = re.compile(
    r"\s+(?:scores?|accuracy|numbers?|figures?|results?|performance|leaderboard|(?:data\s?|test\s)?sets?)\b",
    re.IGNORECASE,
)
"""What stands behind one."""

_DENIED = re.compile(
    r"\b(?:not|except|unlike|excluding|other\s+than)\s+(?:in\s+|from\s+)?(?:the\s+)?$", re.IGNORECASE
)


def stretches(question: str, most: int = MOST_WORDS) -> Iterator[tuple[int, int]]:
    """Yield where each run of up to `most` words begins and ends, a possessive's ending left out."""
    tokens = [
        (match.start() + part.start(), match.start() + part.end())
        for match in WORD.finditer(question)
        for part in re.finditer(r"[^/]+", re.sub(r"['’]s$", "", match[0]))
    ]
    for i, (start, _) in enumerate(tokens):
        for _, end in tokens[i : i + most]:
            said = question[start:end]
            if re.search(r"[?!;:()\"“”]|,\s|\.\s", said):
                break
            if len(said) > 1 and said.casefold() not in STOPWORDS:
                yield start, end


def owners_of(papers: list[NamedPaper], said: str) -> list[tuple[NamedPaper, OwnName]]:
    """Return the papers of which what is said is a name, and of those the ones whose surest name it is."""
    key = joined(said)
    found = [
        (paper, name)
        for paper in papers
        for name in paper.names
        if name.key == key and _is_parted_alike(said, name.spelled)
    ]
    found = [item for item in found if item[1].source < Source.INITIALS or said.isupper()]
    surest = min((name.source for _, name in found), default=Source.BOTH)
    rank = max(surest, Source.HEAD)  # two papers of a name are two, whether or not one's abstract has it too
    return [(paper, name) for paper, name in found if name.source <= rank]


def _is_parted_alike(said: str, name: str) -> bool:
    """Tell whether words joined may be a name: “Swarm Brain” is, “of a” isn't “OFA”."""
    return " " in name or not set(said.casefold().split()) & STOPWORDS or " " not in said


def is_near(said: str, name: OwnName, edits: int) -> bool:
    """Tell whether what is said is a name with a slip in it; in a short one no other letter is taken for a slip."""
    from rapidfuzz.distance import OSA

    key = joined(said)
    if name.source > Source.TOLD or len(name.key) < SHORTEST or OSA.distance(key, name.key) > edits:
        return False
    if re.findall(r"\d", key) != re.findall(r"\d", name.key) or (edits > 1 and key[0] != name.key[0]):
        return False
    swapped = sorted(key) == sorted(name.key)
    short = len(key) < SHORTEST_FOR_ANY
    return _is_parted_alike(said, name.spelled) and (
        swapped or not (short and (len(key) == len(name.key) or said.isupper()))
    )


def is_own_spelling(said: str, name: OwnName) -> bool:
    """Tell whether what is said is letter for letter the coined name of the paper that introduces it."""
    return name.source is Source.BOTH and said == name.spelled and is_coined(said)


def is_cued(question: str, start: int, end: int) -> bool:
    """Tell whether what stands around a name tells that a paper is meant."""
    first = not pieces(question[:start])
    return bool(_CUE_BEFORE.search(question[:start]) or _PAPER_BEHIND.match(question, end)) or (
        first and bool(_LABEL_BEHIND.match(question, end))
    )


def longest(names: list[Named]) -> list[Named]:
    """Leave out names within longer ones: who writes SQuAD 2.0 doesn't mean SQuAD."""
    return [
        name
        for name in names
        if not any(
            other.place <= name.place
            and name.end <= other.end
            and other.end - other.place > name.end - name.place
            for other in names
        )
    ]


def with_partners(names: list[Named], question: str) -> list[Named]:
    """Make names sure that stand beside sure ones, or against each other: “spp vs dylan”."""

    def beside(name: Named, other: Named) -> bool:
        first, second = sorted((name, other), key=lambda each: each.place)
        between = question[first.end : second.place]
        return bool(
            between.strip() and _BETWEEN.fullmatch(between) and (other.sure or _AGAINST.search(between))
        )

    places = Counter(name.place for name in names)
    return [
        replace(name, sure=True)
        if not name.sure
        and places[name.place] == 1
        and any(beside(name, other) for other in names if other is not name)
        else name
        for name in names
    ]


def is_titled(said: str) -> bool:
    """Tell whether every telling word is written with a capital."""
    return all(
        word[0].isupper() or not word[0].isalpha() or word.casefold() in STOPWORDS for word in said.split()
    )


def is_most_of(said: str, question: str) -> bool:
    """Tell whether words make up enough of the words of a question that carry a topic."""

    def own(text: str) -> int:
        return sum(word not in STOPWORDS and word not in QUESTION_WORDS for word in words(text))

    return own(said) >= max(2, LEAST_SHARE * own(question))


def is_denied(question: str, start: int) -> bool:
    """Tell whether a question says that it doesn't mean what stands at a place."""
    return bool(_DENIED.search(question[:start]))


def is_used(question: str, start: int, end: int) -> bool:
    """Tell whether a question speaks of something that is made or measured with what stands at a place."""
    return bool(_USED.search(question[:start]) or _MEASURE.match(question, end))


def is_called_paper(question: str, end: int) -> bool:
    """Tell whether “paper” or the like stands behind a name."""
    return bool(_PAPER_BEHIND.match(question, end))
