"""Every paper that fits: what a survey or a count takes in, or all that filters leave, each with one sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.evidence_text import PaperText, read_texts
from assistant.library import Library
from assistant.models import Evidence, Ranked, Span
from assistant.retrieve import HybridRetriever
from assistant.survey import survey
from assistant.survey_topic import telling
from assistant.understand import Understanding

MOST_LISTED = 100
"""Papers that are listed at the most."""


@dataclass(frozen=True)
class FoundAll:
    """What was found.

    Attributes:
        ranked: The papers, best first; where nothing but filters is asked for, the newest first.
        evidence: For each, the sentence that shows best why it is in, where it has an abstract.
        topic: What was surveyed; empty where no topic is asked for: then it is all papers that the filters leave.
        taken: How many papers fit.
        maybe: How many more may fit.
        at_least: Whether others that weren't read must be expected to fit too.
    """

    ranked: list[Ranked]
    evidence: list[Evidence]
    topic: str
    taken: int
    maybe: int
    at_least: bool = False


def find_all(asked: Understanding, retriever: HybridRetriever, among: frozenset[str] | None) -> FoundAll:
    """Find every paper that a survey or a count asks for.

    Args:
        asked: The question.
        retriever: Where the papers are.
        among: Ids of the papers that may be in; all where None.
    """
    library, seen = retriever.store.library, frozenset(asked.standalone.without)
    if not telling(asked.plan.topic):
        return _all_of(among, library, seen)
    result = survey(
        asked.plan.topic, library, retriever.store.indexes(), retriever.embedder.query_vector, among
    )
    papers = [each for each in result.papers if each.ranked.paper_id not in seen]
    shown = {each.ranked.paper_id: each.span for each in papers[:MOST_LISTED]}
    ranked = [each.ranked for each in papers[:MOST_LISTED]]
    scores = {each.paper_id: each.score for each in ranked}
    evidence = [
        _evidence(paper.id, paper.title, paper.abstract, span, scores[paper.id])
        for paper in library.papers(list(shown))
        if (span := shown[paper.id]) is not None
    ]
    maybe = sum(each.ranked.paper_id not in seen for each in result.maybe)
    return FoundAll(ranked, evidence, result.topic, len(papers), maybe, result.at_least)


def _all_of(
    among: frozenset[str] | None, library: Library, without: frozenset[str] = frozenset()
) -> FoundAll:
    ids, count = library.filtering.newest(among, without, MOST_LISTED)
    ranked = [
        Ranked(
            paper_id=paper.id, title=paper.title, score=1.0, passage=paper.abstract, passage_id=f"{paper.id}#0"
        )
        for paper in library.papers(ids)
    ]  # fmt: skip
    evidence = [
        _evidence(text.paper_id, text.title, text.abstract, _most_typical(text), 1.0)
        for text in read_texts(library, ids)
    ]
    return FoundAll(ranked, evidence, "", count, 0)


def _most_typical(paper: PaperText) -> Span:
    """Return the sentence that is nearest to all of its abstract."""
    start, end = paper.spans[int(np.argmax(paper.vectors @ paper.vectors.sum(axis=0)))]
    return Span(start=start, end=end)


def _evidence(paper_id: str, title: str, abstract: str, span: Span, score: float) -> Evidence:
    return Evidence(
        paper_id=paper_id, title=title, quote=span.of(abstract), span=span, score=score, similarity=0.0
    )
