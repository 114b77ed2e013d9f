"""The whole way from a question to a checked answer: `Assistant.ask`, `.events`, and as a LangChain Runnable."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableConfig

from assistant import abstain, compose
from assistant.draft_check import DraftChecker
from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelError, StoreMissing, UsageError
from assistant.events import ClaimReady, DraftDelta, Event, EvidenceFound, Finished, Understood
from assistant.evidence import select_evidence
from assistant.generate import Sentence, best_quotes, in_reading_order, write
from assistant.lexical import lexical_text
from assistant.llm import ChosenModel
from assistant.models import Answer, Evidence, Paper, Turn, Verdict
from assistant.prompts import rewrite_prompt
from assistant.question import Question, read_question
from assistant.retrieve import HybridRetriever
from assistant.rewrite import stand_alone
from assistant.store import Store
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
        retrieve_papers: int = 10,
        evidence_tokens: int = 420,
        answer_quotes: int = 4,
    ) -> None:
        """Put the parts together; `wiring.build_assistant` does it from settings."""
        self.store = store
        self.embedder = embedder
        self.chosen = chosen
        self.retriever = HybridRetriever(store=store, embedder=embedder, k=retrieve_papers)
        self._evidence_tokens = evidence_tokens
        self._answer_quotes = answer_quotes

    def ask(
        self, question: str, history: Sequence[Turn] = (), config: RunnableConfig | None = None
    ) -> Answer:
        """Answer a question.

        Args:
            question: The question, as asked.
            history: What was said before, oldest first.
            config: LangChain's configuration, passed to the language model.

        Raises:
            UsageError: The question is empty or far too long.
            StoreError: The store can't be read.
            ModelUnavailable: The embedding model can't be loaded.
        """
        for event in self.events(question, history, config):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("events always end with Finished")

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Answer as a Runnable: the input is a question, or a mapping with `question` and `history`."""
        if isinstance(input, str):
            return self.ask(input, config=config)
        return self.ask(
            input["question"], [Turn.model_validate(turn) for turn in input.get("history", ())], config
        )

    def events(
        self, question: str, history: Sequence[Turn] = (), config: RunnableConfig | None = None
    ) -> Iterator[Event]:
        """Answer a question step by step; closing the iterator stops the language model."""
        question = _checked(question)
        started = time.perf_counter()
        work = Work(question)
        with work.timed("understand"):
            work.standalone = self._stand_alone(question, history)
            asked = read_question(work.standalone)
        yield Understood(standalone_question=work.standalone)
        with work.timed("retrieve"):
            answerable = self._find(asked, work)
        yield EvidenceFound(retrieved=tuple(work.ranked), evidence=tuple(work.evidence))
        with work.timed("answer"):
            self._read_records(asked, work, answerable)
            for claim in work.claims:
                yield ClaimReady(claim=claim, sources=work.numbers.sources)
            if answerable and not asked.only_records:
                yield from self._write(asked.topic if asked.asked else work.standalone, work, config)
        work.timings["total"] = time.perf_counter() - started
        yield Finished(answer=work.finish())

    def signals(self, question: str, history: Sequence[Turn] = ()) -> abstain.Signals:
        """Return what speaks for and against an answer to a question; for fitting and explaining."""
        work = Work(_checked(question))
        self._find(read_question(self._stand_alone(work.question, history)), work)
        return work.signals or abstain.NO_SIGNALS

    def _stand_alone(self, question: str, history: Sequence[Turn]) -> str:
        def title_of(paper_id: str) -> str | None:
            paper = self.store.library.paper(paper_id)
            return paper.title if paper else None

        def find(text: str) -> list[str]:
            return [ranked.paper_id for ranked in self.retriever.rank(text, k=3)]

        return stand_alone(
            question, history, title_of, find, self._ask_to_rewrite if self.chosen.load else None
        )

    def _ask_to_rewrite(self, question: str, history: Sequence[Turn]) -> str | None:
        """Let the model make a question stand alone; None where it fails or rambles."""
        try:
            reply = self.chosen.load().invoke(rewrite_prompt(question, history)) if self.chosen.load else None
        except Exception as error:
            log.warning("the model can't rewrite a follow-up, a rule does: %s", error, exc_info=True)
            return None
        text = " ".join(str(reply.text).split()) if reply else ""
        return text if 0 < len(text) <= 2 * len(question) + 300 else None

    def _find(self, asked: Question, work: Work) -> bool:
        """Retrieve papers and evidence; tell whether they answer the question."""
        if not self.store.library.count()[0]:
            raise StoreMissing(
                f"{self.store.folder}: there are no papers here yet", "add some: `paperchat ingest FILE`"
            )
        vector = self.embedder.query_vector(asked.topic)
        lexical = self.store.indexes().lexical
        work.named = self.retriever.named(asked.topic)
        work.ranked = self.retriever.rank(asked.topic, vector=vector)
        library, budget = self.store.library, self._evidence_tokens
        work.evidence = select_evidence(
            asked.terms,
            vector,
            work.ranked,
            library,
            lexical.idf,
            budget=budget,
            named=work.named,
            question=asked.topic,
            near=self.retriever.near,
        )
        work.signals = abstain.read_signals(
            asked.terms,
            work.ranked,
            work.evidence,
            self._text_of,
            lexical.idf,
            lambda term: not lexical.knows(term),
        )
        likely = bool(work.named) or abstain.answerability(work.signals) >= abstain.THRESHOLD
        return likely and bool(work.evidence or asked.only_records)

    def _text_of(self, paper_id: str) -> str:
        paper = self.store.library.paper(paper_id)
        return lexical_text(paper) if paper else ""

    def _read_records(self, asked: Question, work: Work, answerable: bool) -> None:
        if not asked.asked:
            return
        ids = (work.named or [ranked.paper_id for ranked in work.ranked[:1]]) if answerable else []
        papers: list[Paper | None] = [*self.store.library.papers(ids)]
        for paper in papers or [None]:
            claims, notes = compose.answer_from_records(
                asked.asked, paper, self.store.library.fields(), work.numbers
            )
            work.claims.extend(claims)
            work.notes.extend(note for note in notes if note not in work.notes)
        work.missing = bool(work.notes)

    def _write(self, question: str, work: Work, config: RunnableConfig | None) -> Iterator[Event]:
        """Let the model write, or quote; a model that fails gives way to quotes, and the answer says so."""
        before, numbers = len(work.claims), work.numbers.copy()
        if self.chosen.load is not None:
            try:
                yield from self._write_with(self.chosen.load(), question, work, config)
            except ModelError as error:
                work.notes.append(f"{error.message.rstrip('.')}; {compose.STOOD_IN}.")
                del work.claims[before:]
                work.numbers = numbers
            else:
                if len(work.claims) == before:
                    work.notes.append(compose.NOTHING_PASSED)
                elif work.dropped:
                    work.notes.append(compose.left_out(work.dropped))
        if len(work.claims) == before:
            work.model = None
            for item in best_quotes(work.evidence, self._answer_quotes, work.named):
                work.claims.append(compose.quote_claim(item, self._paper(item), work.numbers))
                yield ClaimReady(claim=work.claims[-1], sources=work.numbers.sources)

    def _write_with(
        self, model: BaseChatModel, question: str, work: Work, config: RunnableConfig | None
    ) -> Iterator[Event]:
        evidence = in_reading_order(work.evidence)
        checker = DraftChecker(self.embedder, evidence, self._paper, work.numbers)
        draft = write(model, question, evidence, self.chosen.explain, config)
        try:
            for part in draft.parts:
                if not isinstance(part, Sentence):
                    yield DraftDelta(text=part)
                    continue
                work.unknown.extend(part.unknown)
                for claim in checker.check(part):
                    if claim.verdict is Verdict.DROPPED:
                        work.dropped += 1
                    else:
                        work.claims.append(claim)
                    if claim.verdict is Verdict.SUPPORTED:
                        work.model = self.chosen.name
                    yield ClaimReady(claim=claim, sources=work.numbers.sources)
        finally:
            work.usage = draft.usage[-1] if draft.usage else None
            if draft.first_words:
                work.timings["first_words"] = draft.first_words[0]

    def _paper(self, item: Evidence) -> Paper:
        paper = self.store.library.paper(item.paper_id)
        if paper is None:
            raise StoreMissing(f"{item.paper_id}: was removed while being quoted", "ask again")
        return paper


def _checked(question: str) -> str:
    text = " ".join(
        question.encode("utf-8", "replace").decode().split()
    )  # half a character can't be searched for
    if not text:
        raise UsageError("the question is empty", "ask something about the papers")
    if len(text) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters; {LONGEST_QUESTION:,} at the most",
            "ask something shorter",
        )
    return text
