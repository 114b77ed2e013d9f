"""What a search shows: how the query was understood, and the papers that were found, each with why it ranks."""

from __future__ import annotations

from assistant.filters import NO_FILTERS, Filters
from assistant.models import Frozen, Ranked


class Search(Frozen):
    """A search and what it found."""

    question: str
    standalone_question: str
    """The query made to stand alone by the conversation before it."""
    why: str = ""
    """How the conversation made it so; empty where it stood alone already."""
    searched: str
    """What was searched for: without the words that restrict it, in the papers' language."""
    question_kind: str
    """How it would be answered, as `plan.QuestionKind` names it."""
    named: tuple[str, ...] = ()
    """Titles of the papers that it names."""
    sides: tuple[str, ...] = ()
    """What was searched for beside the whole: each side of a comparison, each part of a double question."""
    filters: Filters = NO_FILTERS
    notes: tuple[str, ...] = ()
    kept: int = 0
    """How many papers the filters leave."""
    papers: int = 0
    """How many there are."""
    ranked: tuple[Ranked, ...] = ()
