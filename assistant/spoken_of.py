"""The papers that an earlier answer speaks of, in its order: those that its text names, else the one it describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from assistant.filter_reading import Reading
from assistant.filters import NO_FILTERS
from assistant.text import STOPWORDS, fold, words

if TYPE_CHECKING:
    from assistant.retrieve import HybridRetriever

Restricts = Callable[[str], Reading]
"""Reads what a question restricts."""


def _restricts_nothing(question: str) -> Reading:
    return Reading(NO_FILTERS, question)


@dataclass(frozen=True)
class PaperLookup:
    """What can be asked about the papers of a collection.

    Attributes:
        title_of: A paper's title by its id; None where there is no such paper.
        text_of: A paper's title and abstract by its id; empty where there is no such paper.
        find: Ids of the papers nearest to a text, or to the end of a very long one, best first, ten or so; among the
            given ids where there are any.
        mentioned: Ids of the papers that a text, or the beginning of a very long one, names by title or short name, in
            its order.
        restricts: What a question restricts.
    """

    title_of: Callable[[str], str | None]
    text_of: Callable[[str], str]
    find: Callable[[str, Sequence[str]], Sequence[str]]
    mentioned: Callable[[str], Sequence[str]]
    restricts: Restricts = _restricts_nothing

    @classmethod
    def of(cls, retriever: HybridRetriever, restricts: Restricts = _restricts_nothing) -> PaperLookup:
        """Return what can be asked about a retriever's papers; answers are kept, so make one for each question."""
        library = retriever.store.library

        @cache
        def paper(paper_id: str) -> tuple[str, str] | None:
            found = library.paper(paper_id)
            return (found.title, found.abstract) if found else None

        # Every earlier turn is searched for, and a list's every item: a cross-encoder would take seconds for each.
        plain = retriever.model_copy(update={"reranker": None})

        @cache
        def search(text: str, among: frozenset[str] | None) -> tuple[str, ...]:
            return tuple(each.paper_id for each in plain.rank(text, among=among))

        mentioned = cache(retriever.named)
        return cls(
            title_of=lambda paper_id: found[0] if (found := paper(paper_id)) else None,
            text_of=lambda paper_id: "\n".join(paper(paper_id) or ()),
            find=lambda text, among: search(text[-_READ:], frozenset(among) or None),
            mentioned=lambda text: mentioned(text[:_READ]),
            restricts=cache(restricts),
        )


_ITEM = re.compile(r"(?:^|(?<=[\s;:,]))(?:\(?\d{1,2}[.)]|[-*•](?=\s))\s+(?=\S)", re.MULTILINE)
_TOKEN = re.compile(r"[^\W_]+(?:[-.+][^\W_]+)*")
_LEADS = re.compile(
    r"(?:^|[.;:,!?(\[\])\n–—*-]\s*|\d[.)]?\s+|\b(?:and|or|while|whereas|but|then|is|are|was|were|by|called|with|see|paper|study)\s+)"
    r"(?:the\s+|a\s+|an\s+)?[\"“‘'(]?\s*$",
    re.IGNORECASE,
)
"""What stands before a name that a sentence is about, not one that it compares with or builds on."""

_READ = 4000
"""Characters of a turn that are read. What a text is about it tells at its beginning, and the places of a list are
counted from there; from the end as well, “the tenth” of a list would be another paper."""

_ITEMS = 30
"""Items of a list that are read, each by a search."""

_CANDIDATES = 8
_LEAST_OWN = 2
_BEGINNING = 350
"""Letters from the start of a title and abstract in which most papers tell the name of what they present."""


def spoken_of(asked: str, answer: str, known: PaperLookup, about: Sequence[str] = ()) -> list[str]:
    """Return the ids of the papers that an answer speaks of, in the order in which it does.

    Args:
        asked: The question that it answers, made to stand alone; of a long one the beginning is read.
        answer: Its text, likewise.
        known: The collection.
        about: Papers that the question is about: what is meant unless the answer tells of others.

    Returns:
        One at least, where the collection has anything that is near.
    """
    asked, answer = asked[:_READ], answer[:_READ]
    nearest = list(known.find(f"{asked} {answer}"[:1500], ()))
    items = _items(answer)
    if len(items) > 1:
        found = [
            next(iter(_named(item, nearest, known)), None) or next(iter(known.find(item[:500], ())), None)
            for item in items
        ]
        return list(dict.fromkeys(id_ for id_ in found if id_))
    named = _named(answer, nearest, known, in_passing=not about)
    return named or list(about) or _named(asked, nearest, known)[:1] or nearest[:1]


def _items(answer: str) -> list[str]:
    """Return the items of a numbered or bulleted list; none where an answer is no list."""
    marks = list(islice(_ITEM.finditer(answer), _ITEMS + 1))
    ends = [*(match.start() for match in marks[1:]), len(answer)] if marks else []
    return [answer[match.end() : end].strip(" ;,.") for match, end in zip(marks, ends, strict=True)][:_ITEMS]


def _named(text: str, nearest: Sequence[str], known: PaperLookup, *, in_passing: bool = True) -> list[str]:
    """Return the papers that a text names, in its order; those named in passing at the most where no other is."""
    places = _places(text, nearest, known)
    subjects = [id_ for id_ in places if _LEADS.search(text[max(0, places[id_] - 60) : places[id_]])]
    return sorted(subjects or (places if in_passing else ()), key=lambda id_: places[id_])


def _places(text: str, nearest: Sequence[str], known: PaperLookup) -> dict[str, int]:
    """Return where a text first names each paper.

    Beside titles and their short names, a name is a word that one of the nearest papers uses again and again
    and the others seldom: the name of what it presents.
    """
    named = list(known.mentioned(text))[:_CANDIDATES]
    candidates = list(dict.fromkeys([*named, *nearest[:_CANDIDATES]]))
    texts = {id_: known.text_of(id_) for id_ in candidates}
    titles = {id_: known.title_of(id_) or "" for id_ in candidates}
    places: dict[str, int] = {}
    folded = fold(text)
    for id_ in named:
        head = fold(titles[id_].partition(":")[0].strip())
        at = min(
            (place for name in (fold(titles[id_]), head) if (place := folded.find(name)) >= 0), default=0
        )
        places[id_] = at
    spans = [
        (at, at + len(titles[id_])) for id_, at in places.items() if folded.startswith(fold(titles[id_]), at)
    ]
    for match in _TOKEN.finditer(text):
        name = match.group()
        if not _may_be_a_name(name) or any(start <= match.start() < end for start, end in spans):
            continue
        counts = sorted(((_uses(name, texts[id_]), id_) for id_ in candidates), reverse=True)
        if not counts or not counts[0][0]:
            continue
        most, owner = counts[0]
        second = counts[1][0] if len(counts) > 1 else 0
        told_first = second == 0 and _is_coined(name) and name in texts[owner][:_BEGINNING]
        if told_first or (most >= _LEAST_OWN and second * 2 <= most):
            places[owner] = min(match.start(), places.get(owner, match.start()))
    return places


def _may_be_a_name(token: str) -> bool:
    """Tell whether a word is written as names are: a capital or a digit among letters."""
    return (
        len(token) > 1
        and any(char.isalpha() for char in token)
        and any(char.isupper() or char.isdigit() for char in token)
        and not set(words(token)) <= STOPWORDS
    )


def _is_coined(token: str) -> bool:
    """Tell whether a word is written as only names are: two capitals, or letters and digits."""
    return sum(char.isupper() for char in token) > 1 or bool(re.search(r"[A-Za-z]-?\d|\d[A-Za-z]", token))


def _uses(name: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))
