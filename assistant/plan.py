"""What kind of question it is and what to search for: the plan that retrieval and composition follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assistant.by_year import ByYear
from assistant.filters import Filters


class QuestionKind(StrEnum):
    """How a question is to be answered."""

    LOOKUP = "lookup"
    """By the few papers that come nearest."""
    NAMED = "named"
    """By the papers that it names."""
    COMPARE = "compare"
    """By two or more sides, each searched for by itself."""
    SURVEY = "survey"
    """By every paper of the collection that is about its topic."""
    COUNT = "count"
    """As a survey, with the number told first."""


@dataclass(frozen=True)
class Named:
    """A paper that a question names.

    Attributes:
        paper_id: The paper.
        place: Where in the question its name begins, in characters.
        end: Where it ends.
        sure: Whether no other paper can be meant, and no common word; what isn't sure may still help a ranking.
        said: How the question calls it.
    """

    paper_id: str
    place: int
    end: int
    sure: bool
    said: str


@dataclass(frozen=True)
class Plan:
    """A standalone question, read.

    Attributes:
        question: The standalone question.
        topic: What to search for: the question without the words that restrict it or ask for records.
        kind: How it is to be answered.
        named: Ids of the papers that it names for sure, in its order.
        sides: What each side of a comparison, or each part of a double question, is searched for by; otherwise empty.
        filters: What the search is restricted to, given or understood.
        asked: Fields of records that it wants, as `question.read_question` names them.
        only_records: Whether it wants nothing else.
        by_year: The order by year in which it wants papers; None where it wants none.
    """

    question: str
    topic: str
    kind: QuestionKind = QuestionKind.LOOKUP
    named: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    asked: tuple[str, ...] = ()
    only_records: bool = False
    by_year: ByYear | None = None
