"""What a question asks, step by step: made to stand alone, in the papers' language, its filters read, planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.by_year import read_by_year
from assistant.filter_notes import NO_YEARS, checked, impossible
from assistant.filter_reading import Reading, read_filters
from assistant.filters import NO_FILTERS, Filters
from assistant.foreign import Multilingual, understand_language
from assistant.kind import read_kind
from assistant.list_talk import replaced
from assistant.models import Turn
from assistant.plan import Plan, QuestionKind
from assistant.planner import make_plan
from assistant.retrieve import HybridRetriever
from assistant.rewrite import AskModel, StandAlone, make_stand_alone
from assistant.spoken_of import PaperLookup, Restricts
from assistant.translate import Ask


@dataclass(frozen=True)
class Understanding:
    """A question as it was understood.

    Attributes:
        standalone: The question made to stand alone, and what that says of papers spoken of before.
        plan: How it is to be answered: its kind, the papers it names, its sides, its filters.
        given: The filters that were given and can be applied; a paper must match them, whatever the question says.
        read: The filters that were read off it; a paper must match these too.
        also: More that were read off it, each to be matched: “by both A and B”.
        excluded: What was read off it that no paper may match: “not by A”.
        notes: What every answer to it must say.
        hint: What to say only where nothing is found.
        may_answer: Whether what is found may answer if no paper is named: not where a question in another language
            had to be searched for by its own words.
    """

    standalone: StandAlone
    plan: Plan
    given: Filters = NO_FILTERS
    read: Filters = NO_FILTERS
    also: tuple[Filters, ...] = ()
    excluded: tuple[Filters, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    may_answer: bool = True
    topic: str = ""
    """What to search for."""


class QuestionReader:
    """Reads questions about the papers of one store."""

    def __init__(
        self,
        retriever: HybridRetriever,
        *,
        ask: Ask | None = None,
        ask_to_rewrite: AskModel | None = None,
        multilingual: Multilingual = "auto",
        today: Callable[[], date] = date.today,
    ) -> None:
        """Take what it needs.

        Args:
            retriever: Finds papers, for what earlier turns spoke of.
            ask: Puts messages to a language model, to translate; None without one.
            ask_to_rewrite: Asks it to make a follow-up stand alone; None without one.
            multilingual: Whether the embedder reads many languages.
            today: What “the last three years” are counted from.
        """
        self._retriever = retriever
        self._library = retriever.store.library
        self._ask, self._ask_to_rewrite = ask, ask_to_rewrite
        self._multilingual = multilingual
        self._today = today

    def read(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        reads_filters: bool = True,
    ) -> Understanding:
        """Read a question.

        Args:
            question: The question as asked.
            history: What was said before, oldest first.
            filters: What the search is restricted to in any case.
            reads_filters: Whether filters may be read off the question too.
        """
        known = self._library.filtering

        def restricts(text: str) -> Reading:
            return read_filters(text, known, self._today()) if reads_filters else Reading(NO_FILTERS, text)

        lookup = PaperLookup.of(self._retriever, restricts)
        alone = make_stand_alone(question, history, lookup, self._ask_to_rewrite)
        indexes = self._retriever.store.indexes()
        language = understand_language(
            alone.question,
            self._library,
            self._retriever.embedder.name,
            self._ask,
            papers_with=indexes.lexical.papers_with,
            multilingual=self._multilingual,
        )
        given, notes = checked(filters, known)
        text, read = _read_filters(alone, language.text_to_search, restricts)
        both = given.merged(read.filters)
        plan = make_plan(text, self._retriever.names(), both, read.topic)
        undated = plan.by_year is not None and "year" not in known.fields()
        told = (NO_YEARS if undated else "", language.note, *notes, *read.notes, *impossible(both))
        return Understanding(
            standalone=alone,
            plan=plan,
            given=given,
            read=read.filters,
            also=read.also,
            excluded=read.excluded,
            notes=tuple(dict.fromkeys(note for note in told if note)),
            hint=language.hint,
            may_answer=language.may_answer and not undated,
            topic=plan.topic
            if language.translated or text == alone.of_papers
            else alone.search or plan.topic,
        )


def _read_filters(alone: StandAlone, text: str, restricts: Restricts) -> tuple[str, Reading]:
    """Return the text to plan by, and what it restricts.

    Titles can hold years and names: what restricts “some of them” is read off the question as it was asked. Such a
    question is planned without titles too where it restricts, lists or counts: then it asks for papers, of these.
    """
    if alone.of_papers:
        read = restricts(alone.of_papers)
        kind = read_kind(alone.of_papers)
        lists = kind is not QuestionKind.LOOKUP or read_by_year(alone.of_papers)[0] is not None
        if lists or read.filters or read.excluded or alone.filters:
            text = alone.of_papers
        else:
            read = Reading(NO_FILTERS, text, read.notes)
    else:
        read = restricts(text)
    return text, replace(read, filters=replaced(alone.filters, read.filters))
