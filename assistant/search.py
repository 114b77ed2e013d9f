"""What a search shows: how the query was understood, and the papers that were found, each with why it ranks."""

from __future__ import annotations

from assistant.filters import NO_FILTERS, Filters
from assistant.find import Finder
from assistant.models import Frozen, Ranked
from assistant.store import Store
from assistant.understand import Understanding


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


def shown(query: str, asked: Understanding, finder: Finder, store: Store, k: int) -> Search:
    """Search for what was understood of a query, and return all that there is to show.

    Args:
        query: The query as it was typed.
        asked: What was understood of it.
        finder: Finds the papers.
        store: Where they are.
        k: How many at the most.
    """
    plan = asked.plan
    return Search(
        question=query,
        standalone_question=asked.standalone.question,
        why=asked.standalone.why,
        searched=asked.topic,
        question_kind=plan.kind,
        named=tuple(paper.title for paper in store.library.papers(plan.named)),
        sides=plan.sides,
        filters=plan.filters,
        notes=asked.notes,
        kept=finder.kept(finder.among(asked)),
        papers=store.indexes().papers,
        ranked=tuple(finder.ranked(asked, k)),
    )
