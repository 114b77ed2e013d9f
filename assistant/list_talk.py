"""Follow-ups of a question about all papers: its topic, its filters, its papers, each kept or replaced.

“Which papers are about retrieval?” “And since 2022?” “By Lin?” “No, I meant question answering.” Each asks for a list
again. What isn't said stays: a year takes the place of a year, an author of an author, a topic of a topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.by_year import read_by_year
from assistant.filters import NO_FILTERS, FilterField, Filters
from assistant.follow_up import PAPERS
from assistant.kind import read_kind
from assistant.plan import QuestionKind
from assistant.spoken_of import Restricts
from assistant.survey_topic import telling

_LISTS: tuple[FilterField, ...] = ("authors", "venues", "tags", "sources", "paper_ids")
_OPENING = re.compile(
    r"^\W*(?:(?:and|but|or|also|so|ok|okay|now|no|just|only|maybe|(?:what|how)\s+about)\b\W*"
    r"|(?:any|some|all|those|these|them|the\s+ones?|ones?|which|that|how\s+many)\b\W*"
    r"|(?:is|are|was|were|there|of|i|meant?|rather|instead)\b\W*)+",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W*(?:(?:only|instead|please|pls|then|in\s+total|too|as\s+well)\b\W*)*[?.!\s]*$", re.IGNORECASE
)
_FEW = 6
"""Words of a follow-up that only restricts, at the most."""


@dataclass(frozen=True)
class Listing:
    """A question about all papers, taken apart.

    Attributes:
        question: The question without the words that restrict it: “Which papers are about retrieval?”.
        filters: What it restricts.
        scope: Ids of the papers that it asks of, where those are some that were listed before.
    """

    question: str
    filters: Filters = NO_FILTERS
    scope: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it asks how many."""
        return read_kind(self.question) is QuestionKind.COUNT

    def of(self, topic: str) -> str:
        """Return the question, asked of another topic."""
        return f"{'How many' if self.counts else 'Which'} papers are about {topic}?"


def read_listing(
    question: str, restricts: Restricts, filters: Filters = NO_FILTERS, scope: tuple[str, ...] = ()
) -> Listing | None:
    """Return a question as one about all papers; None where it is none.

    Args:
        question: The question, made to stand alone.
        restricts: Reads what a question restricts.
        filters: What the conversation restricts already.
        scope: The papers that it asks of; all where empty.
    """
    read = restricts(question)
    both = replaced(filters, read.filters)
    whole = read_kind(question) is not QuestionKind.LOOKUP or read_by_year(question)[0] is not None
    if not whole and not (both and not telling(read.topic)):
        return None
    taken_apart = not read.excluded and not read.also  # those are read off its words again
    return Listing(read.topic if taken_apart else question, both, scope)


def may_restrict(question: str) -> bool:
    """Tell whether a question is short enough to say nothing but what restricts the last one."""
    return len(_OPENING.sub("", question.strip()).split()) <= _FEW and not PAPERS.search(question)


def read_restriction(fragment: str, last: Listing, restricts: Restricts) -> Filters:
    """Return what a follow-up restricts, if it does nothing else: “and since 2020?”, “by Lin?”, “NeurIPS?”.

    A bare name is tried as an author where it has two words, or the last question restricts to one; as a venue where
    it is written as acronyms are, or the last question restricts to one.
    """
    said = _CLOSING.sub("", _OPENING.sub("", fragment.strip()))
    if not said or len(said.split()) > _FEW:
        return NO_FILTERS
    ways = [f"papers {said}"]
    if re.fullmatch(r"\d{4}", said):
        ways.append(f"papers from {said}")
    if last.filters.authors or " " in said:
        ways.append(f"papers by {said}")
    if last.filters.venues or (said.isupper() and len(said) > 2) or re.search(r"[a-z][A-Z]", said):
        ways.append(f"papers at {said}")
    for way in ways:
        read = restricts(way)
        if read.filters and not telling(read.topic):
            return read.filters
    return NO_FILTERS


def replaced(before: Filters, said: Filters) -> Filters:
    """Return filters with each kind that was said anew in the place of what it was; years are one kind.

    “Since 2020” and then “until 2022” bound both ends; “from 2019” and then “from 2020” doesn't.
    """
    since, until = before.since, before.until
    if said.since is not None or said.until is not None:
        adds = (since is None or said.since is None) and (until is None or said.until is None)
        kept = (since or 0) <= (said.until or 9999) and (said.since or 0) <= (until or 9999)
        since, until = (
            (said.since or since, said.until or until) if adds and kept else (said.since, said.until)
        )
    lists = {name: getattr(said, name) or getattr(before, name) for name in _LISTS}
    return Filters(since=since, until=until, **lists)
