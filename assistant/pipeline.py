"""The whole way from a question to a checked answer: `Assistant.ask`, `.events`, and as a LangChain Runnable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant import abstain, compose
from assistant.answering import Answering
from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMissing, UsageError
from assistant.events import Event, EvidenceFound, Finished, Understood
from assistant.filters import NO_FILTERS, Filters
from assistant.find import Finder
from assistant.foreign import Multilingual
from assistant.llm import ChosenModel
from assistant.models import Answer, Turn
from assistant.rerank import Reranker
from assistant.retrieve import HybridRetriever
from assistant.rewrite import asking
from assistant.search import Search, shown
from assistant.store import Store
from assistant.survey_topic import telling
from assistant.understand import QuestionReader, Understanding
from assistant.work import Work

log = logging.getLogger(__name__)

LONGEST_QUESTION = 4000


class Assistant(Runnable[Any, Answer]):
    """Answers questions about the papers of one store. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        embedder: SentenceEmbeddings,
        chosen: ChosenModel,
        *,
        retriever: HybridRetriever | None = None,
        reranker: Reranker | None = None,
        multilingual: Multilingual = "auto",
        today: Callable[[], date] = date.today,
        retrieve_papers: int = 10,
        evidence_tokens: int = 420,
        answer_quotes: int = 4,
    ) -> None:
        """Put the parts together; `wiring.build_assistant` does it from settings.

        A `retriever` of one's own is over the same store and embedder, and knows itself how many papers it finds and
        whether it reranks them.
        """
        self.store = store
        self.embedder = embedder
        self.chosen = chosen
        self._retriever = retriever or HybridRetriever(
            store=store, embedder=embedder, k=retrieve_papers, reranker=reranker
        )
        self._reader = QuestionReader(
            self.retriever,
            ask=self._put_to_model if chosen.load else None,
            ask_to_rewrite=asking(chosen.load) if chosen.load else None,
            multilingual=multilingual,
            today=today,
        )
        self._finder = Finder(self.retriever, evidence_tokens=evidence_tokens)
        self._answering = Answering(store.library, embedder, chosen, answer_quotes=answer_quotes)

    @property
    def retriever(self) -> HybridRetriever:
        """What finds the papers; chosen when the assistant is made, as its other parts are built on it."""
        return self._retriever

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        config: RunnableConfig | None = None,
        *,
        filters: Filters = NO_FILTERS,
        read_filters: bool = True,
    ) -> Answer:
        """Answer a question.

        Args:
            question: The question, as asked.
            history: What was said before, oldest first.
            config: LangChain's configuration, passed to the language model.
            filters: What the search is restricted to in any case.
            read_filters: Whether filters may be read off the question too.

        Raises:
            UsageError: The question is empty or far too long.
            StoreError: The store can't be read.
            ModelUnavailable: The embedding model can't be loaded.
        """
        for event in self.events(question, history, config, filters=filters, read_filters=read_filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("events always end with Finished")

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Answer as a Runnable: the input is a question, or a mapping with `question`, `history` and `filters`."""
        if isinstance(input, str):
            return self.ask(input, config=config)
        turns = [Turn.model_validate(turn) for turn in input.get("history", ())]
        filters = Filters.model_validate(input.get("filters", {}))
        return self.ask(input["question"], turns, config, filters=filters)

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        config: RunnableConfig | None = None,
        *,
        filters: Filters = NO_FILTERS,
        read_filters: bool = True,
    ) -> Iterator[Event]:
        """Answer a question step by step; closing the iterator stops the language model.

        Args and errors are those of `ask`.
        """
        question = _checked(question)
        started = time.perf_counter()
        work = Work(question)
        with work.timed("understand"):
            asked = self._understand(question, history, filters, read_filters)
            work.standalone, work.notes = asked.standalone.question, [*asked.notes]
            work.filters = asked.plan.filters
        yield Understood(
            standalone_question=work.standalone,
            question_kind=asked.plan.kind,
            filters=asked.plan.filters,
            read_filters=asked.read,
        )
        with work.timed("retrieve"):
            answerable = self._find(asked, work)
        yield EvidenceFound(retrieved=tuple(work.ranked), evidence=tuple(work.evidence), summary=work.summary)
        with work.timed("answer"):
            yield from self._answering.read_records(asked.plan, work, answerable=answerable)
            if answerable and work.summary:
                yield from self._answering.list(work)
            elif answerable and not asked.plan.only_records:
                text = asked.plan.topic if asked.plan.asked else work.standalone
                yield from self._answering.write(text, work, config)
            self._answering.look_up(work)
        if not work.claims and asked.hint:
            work.notes.append(asked.hint)
        work.timings["total"] = time.perf_counter() - started
        yield Finished(answer=work.finish())

    def search(
        self,
        query: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = NO_FILTERS,
        read_filters: bool = True,
        k: int | None = None,
    ) -> Search:
        """Return the papers that are found for a query, and why, without an answer.

        Args:
            query: A topic or a question.
            history: What was said before, oldest first.
            filters: What the search is restricted to in any case.
            read_filters: Whether filters may be read off the query too.
            k: How many papers at the most; as for an answer where None.
        """
        asked = self._understand(_checked(query), history, filters, read_filters)
        return shown(query, asked, self._finder, self.store, k or self.retriever.k)

    def signals(self, question: str, history: Sequence[Turn] = ()) -> abstain.Signals | None:
        """Return what speaks for and against an answer to a question, for fitting; None for a survey or a count."""
        work = Work(_checked(question))
        self._find(self._understand(work.question, history), work)
        return work.signals

    def _understand(
        self,
        question: str,
        history: Sequence[Turn],
        filters: Filters = NO_FILTERS,
        read_filters: bool = True,
    ) -> Understanding:
        if not self.store.indexes().generation.passages:
            raise StoreMissing(
                f"{self.store.folder}: there are no papers here yet", "add some: `paperchat ingest FILE`"
            )
        if filters.since and filters.until and filters.since > filters.until:
            raise UsageError(
                f"the filters ask for papers since {filters.since} and until {filters.until}: there can be none",
                "let `since` be the earlier year",
            )
        said = [turn.model_copy(update={"content": _readable(turn.content)}) for turn in history]
        return self._reader.read(question, said, filters, read_filters)

    def _put_to_model(self, messages: list[tuple[str, str]]) -> str | None:
        """Return what the language model says; None where there is none, or it fails."""
        if self.chosen.load is None:
            return None
        try:
            return str(self.chosen.load().invoke(messages).text)
        except Exception as error:
            log.warning(
                "the model can't translate a question, its names are searched for: %s", error, exc_info=True
            )
            return None

    def _find(self, asked: Understanding, work: Work) -> bool:
        """Retrieve papers and evidence; tell whether they answer the question."""
        found = self._finder.find(asked)
        work.ranked, work.evidence, work.sides = found.ranked, found.evidence, found.sides
        work.named = [*asked.standalone.about, *found.named]
        work.notes += found.notes
        if (every := found.everything) is not None:
            if asked.may_answer:  # else that nothing was found tells nothing
                total = self.store.indexes().papers
                work.summary = compose.survey_summary(
                    every.topic, every.taken, every.maybe, found.kept, total, len(every.ranked),
                    at_least=every.at_least, by_year=every.by_year, scope=found.scope, known=found.known,
                )  # fmt: skip
            return asked.may_answer and bool(found.ranked)
        work.signals = found.signals
        # That the paper gone on about is known doesn't tell that it says what is asked.
        likely = bool(found.named) or (
            asked.may_answer
            and bool(telling(asked.topic))  # signs and words of asking alone ask nothing
            and abstain.answerability(work.signals) >= abstain.THRESHOLD
        )
        return likely and bool(work.evidence or asked.plan.only_records)


def _readable(text: str) -> str:
    """Return a text without halves of characters, which can't be searched for."""
    return text.encode("utf-8", "replace").decode()


def _checked(question: str) -> str:
    text = " ".join(_readable(question).split())
    if not text:
        raise UsageError("the question is empty", "ask something about the papers")
    if len(text) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters; {LONGEST_QUESTION:,} at the most",
            "ask something shorter",
        )
    return text
