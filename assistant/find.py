"""The papers and sentences that may answer a question, searched for as its kind needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant import abstain
from assistant.evidence import select_evidence
from assistant.find_all import FoundAll, find_all
from assistant.lexical import lexical_text
from assistant.library import Vectors
from assistant.models import Evidence, Ranked
from assistant.parts import interleave
from assistant.plan import QuestionKind
from assistant.retrieve import HybridRetriever
from assistant.text import question_terms
from assistant.understand import Understanding


@dataclass(frozen=True)
class Found:
    """What was found for a question.

    Attributes:
        ranked: The papers, best first.
        evidence: The sentences that may answer, best first.
        signals: What speaks for and against an answer.
        sides: Ids of the papers that each side of the question is quoted from.
        everything: What a survey or a count found; None for other questions.
        kept: How many papers the filters leave.
        scope: How many papers were spoken of, where it asks of these; 0 where it asks of all.
        known: How many of those that the filters leave were spoken of, where it asks for others.
        named: Ids of the papers that the question names, of those that the filters leave.
        notes: What the answer must say of it.
    """

    ranked: list[Ranked]
    evidence: list[Evidence]
    signals: abstain.Signals = abstain.NO_SIGNALS
    sides: tuple[tuple[str, ...], ...] = ()
    everything: FoundAll | None = None
    kept: int = 0
    scope: int = 0
    known: int = 0
    named: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Finder:
    """Finds the papers and sentences of one store."""

    def __init__(self, retriever: HybridRetriever, *, evidence_tokens: int) -> None:
        """Take the retriever, and how many tokens of evidence a question gets at the most."""
        self._retriever, self._tokens = retriever, evidence_tokens
        self._store, self._library = retriever.store, retriever.store.library

    def find(self, asked: Understanding) -> Found:
        """Find papers and sentences for a question."""
        plan, among = asked.plan, self.among(asked)
        kept = self.kept(among)
        if plan.kind in (QuestionKind.SURVEY, QuestionKind.COUNT):
            every = find_all(asked, self._retriever, among)
            if every.ranked or not asked.standalone.only or not every.topic:
                alone = asked.standalone
                known = len(alone.without if among is None else among.intersection(alone.without))
                scope = len(alone.about) if alone.only else 0
                return Found(
                    every.ranked, every.evidence, everything=every, kept=kept, scope=scope, known=known
                )
            # “Which of them needs no labels?” may ask of what papers say rather than of their topic
        vector = self._retriever.embedder.query_vector(asked.topic)
        ranked, sides = self._search(asked, vector, among, self._retriever.k)
        lexical, terms = self._store.indexes().lexical, question_terms(asked.topic)
        evidence = select_evidence(
            terms,
            vector,
            ranked,
            self._library,
            lexical.idf,
            budget=self._tokens,
            sides=sides,
            question=asked.topic,
            near=self._retriever.near,
        )
        signals = abstain.read_signals(
            terms, ranked, evidence, self._text_of, lexical.idf, lambda term: not lexical.knows(term)
        )
        gone = [id_ for id_ in plan.named if among is not None and id_ not in among]
        named = tuple(id_ for id_ in plan.named if id_ not in gone)
        return Found(ranked, evidence, signals, sides, kept=kept, named=named, notes=self._left_out(gone))

    def ranked(self, asked: Understanding, k: int) -> list[Ranked]:
        """Return the best papers alone, as a search shows them; for a survey too."""
        vector = self._retriever.embedder.query_vector(asked.topic)
        return self._search(asked, vector, self.among(asked), k)[0]

    def among(self, asked: Understanding) -> frozenset[str] | None:
        """Return the ids of the papers that may answer; None where all may."""
        kept = [self._library.matching(each) for each in (asked.given, asked.read, *asked.also)]
        if asked.standalone.only:
            kept.append(frozenset(asked.standalone.about))
        restricting = [ids for ids in kept if ids is not None]
        among = frozenset.intersection(*restricting) if restricting else None
        left_out = frozenset().union(*(self._library.matching(each) or () for each in asked.excluded))
        if not left_out:
            return among
        return (frozenset(self._library.fingerprints()) if among is None else among) - left_out

    def kept(self, among: frozenset[str] | None) -> int:
        """Return how many papers may answer."""
        return self._store.indexes().papers if among is None else len(among)

    def _search(
        self, asked: Understanding, vector: Vectors, among: frozenset[str] | None, k: int
    ) -> tuple[list[Ranked], tuple[tuple[str, ...], ...]]:
        """Return the best papers, and for each side of the question the papers that speak for it."""
        plan, seen = asked.plan, frozenset(asked.standalone.without)
        names, rank = self._retriever.names(), self._retriever.rank
        whole = rank(asked.topic, k + len(seen), vector, among, named=plan.named)
        per_side = [
            [
                each.model_copy(update={"side": side})
                for each in rank(side, k, among=among, named=names.find(side))
            ]
            for side in plan.sides
        ]
        first = [id_ for id_ in (*asked.standalone.about, *plan.named) if among is None or id_ in among]
        lists = [*per_side, *([rank(asked.topic, k, vector, frozenset(first), plan.named)] if first else [])]
        ranked = interleave(lists, whole, k + len(seen), first) if lists else whole
        ranked = [each for each in ranked if each.paper_id not in seen][:k]
        return ranked, _sides(per_side, first)

    def _left_out(self, paper_ids: Sequence[str]) -> tuple[str, ...]:
        """Return the note that papers which the question names aren't among those that the filters leave."""
        names = [f"“{paper.title}”" for paper in self._library.papers(paper_ids)]
        if not names:
            return ()
        return (f"The filters leave out what the question names: {', '.join(names)}.",)

    def _text_of(self, paper_id: str) -> str:
        paper = self._library.paper(paper_id)
        return lexical_text(paper) if paper else ""


def _sides(per_side: Sequence[Sequence[Ranked]], first: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the paper that speaks for each side: its best that doesn't speak for another side already.

    Where there are no sides, each paper that is named or gone on about is one.
    """
    if not per_side:
        return tuple((id_,) for id_ in first)
    speaks: list[str] = []
    for side in per_side:
        own = next((each.paper_id for each in side if each.paper_id not in speaks), None)
        speaks += [own] if own else []
    return tuple((id_,) for id_ in speaks)
