"""From what was found to an answer's claims: records read, papers listed, a model's draft checked, or quotes."""

from __future__ import annotations

from collections.abc import Iterator

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from assistant import compose
from assistant.draft_check import DraftChecker
from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelError, StoreMissing
from assistant.events import ClaimReady, DraftDelta, Event
from assistant.generate import Sentence, best_quotes, in_reading_order, write
from assistant.library import Library
from assistant.llm import ChosenModel
from assistant.located import holds, located
from assistant.models import Paper, Verdict
from assistant.orders import gives_orders
from assistant.plan import Plan
from assistant.work import Work


class Answering:
    """Puts claims into the work on an answer, each yielded as it is ready."""

    def __init__(
        self, library: Library, embedder: SentenceEmbeddings, chosen: ChosenModel, *, answer_quotes: int
    ) -> None:
        """Take the papers, the embedder for checks, the language model, and how many quotes answer without one."""
        self._library, self._embedder, self._chosen = library, embedder, chosen
        self._answer_quotes = answer_quotes

    def read_records(self, plan: Plan, work: Work, *, answerable: bool) -> Iterator[Event]:
        """Answer what the question asks of papers' records, such as who wrote them."""
        if not plan.asked:
            return
        ids = (work.named or [ranked.paper_id for ranked in work.ranked[:1]]) if answerable else []
        papers: list[Paper | None] = [*self._library.papers(ids)]
        for paper in papers or [None]:
            claims, notes = compose.answer_from_records(
                plan.asked, paper, self._library.fields(), work.numbers
            )
            work.claims.extend(claims)
            work.notes.extend(note for note in notes if note not in work.notes)
            work.missing |= bool(notes)
            for claim in claims:
                yield ClaimReady(claim=claim, sources=work.numbers.sources)

    def list(self, work: Work) -> Iterator[Event]:
        """List the papers of a survey, each with the sentence that shows best why it is in, or with its title."""
        shown = {item.paper_id: item for item in reversed(work.evidence)}
        for paper in self._library.papers([ranked.paper_id for ranked in work.ranked]):
            item = shown.get(paper.id)
            claim = (
                compose.quote_claim(item, paper, work.numbers)
                if item and not gives_orders(item.quote)
                else compose.title_claim(paper, work.numbers)
            )
            work.claims.append(claim)
            yield ClaimReady(claim=claim, sources=work.numbers.sources)

    def look_up(self, work: Work) -> None:
        """Look every citation up once more; a claim whose words aren't in the store (any more) isn't shown."""
        cited = dict.fromkeys(each.paper_id for claim in work.claims for each in claim.citations)
        claims = located(work.claims, self._library.papers([*cited]))
        work.claims = [claim for claim in claims if holds(claim)]
        if lost := len(claims) - len(work.claims):
            work.notes.append(compose.not_there(lost))

    def write(self, question: str, work: Work, config: RunnableConfig | None) -> Iterator[Event]:
        """Let the model write, or quote; a model that fails gives way to quotes, and the answer says so."""
        before, numbers = len(work.claims), work.numbers.copy()
        if self._chosen.load is not None:
            try:
                yield from self._write_with(self._chosen.load(), question, work, config)
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
            for item in best_quotes(work.evidence, self._answer_quotes, work.sides):
                claim = compose.quote_claim(item, self._paper(item.paper_id), work.numbers)
                work.claims.append(claim)
                yield ClaimReady(claim=claim, sources=work.numbers.sources)

    def _write_with(
        self, model: BaseChatModel, question: str, work: Work, config: RunnableConfig | None
    ) -> Iterator[Event]:
        evidence = in_reading_order(work.evidence)
        checker = DraftChecker(
            self._embedder, evidence, lambda item: self._paper(item.paper_id), work.numbers
        )
        draft = write(model, question, evidence, self._chosen.explain, config)
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
                        work.model = self._chosen.name
                    yield ClaimReady(claim=claim, sources=work.numbers.sources)
        finally:
            work.usage = draft.usage[-1] if draft.usage else None
            if draft.first_words:
                work.timings["first_words"] = draft.first_words[0]

    def _paper(self, paper_id: str) -> Paper:
        paper = self._library.paper(paper_id)
        if paper is None:
            raise StoreMissing(f"{paper_id}: was removed while being quoted", "ask again")
        return paper
