"""Every paper that fits: what a survey or a count takes in, or all that filters leave, each with one sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assistant.by_year import ByYear
from assistant.evidence_text import PaperText, read_texts
from assistant.library import Library
from assistant.models import Evidence, Ranked, Span
from assistant.retrieve import HybridRetriever
from assistant.survey import survey
from assistant.survey_topic import read_topic, telling
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
        by_year: The order by year that was asked for.
        at_least: Whether others that weren't read must be expected to fit too.
    """

    ranked: list[Ranked]
    evidence: list[Evidence]
    topic: str
    taken: int
    maybe: int
    at_least: bool = False
    by_year: ByYear | None = None


def find_all(asked: Understanding, retriever: HybridRetriever, among: frozenset[str] | None) -> FoundAll:
    """Find every paper that a survey or a count asks for.

    Args:
        asked: The question.
        retriever: Where the papers are.
        among: Ids of the papers that may be in; all where None.
    """
    library, seen = retriever.store.library, frozenset(asked.standalone.without)
    by_year = asked.plan.by_year
    if not telling(asked.plan.topic):
        return _all_of(among, library, seen, by_year)
    result = survey(
        asked.plan.topic, library, retriever.store.indexes(), retriever.embedder.query_vector, among
    )
    if read_topic(asked.plan.topic).negated:
        about = {each.ranked.paper_id for each in (*result.papers, *result.maybe)}
        others = frozenset(library.fingerprints() if among is None else among) - about
        listed = _all_of(others, library, seen, by_year)
        return replace(listed, topic=f"anything but {result.topic}", maybe=len(result.maybe))
    found = {each.ranked.paper_id: each for each in result.papers if each.ranked.paper_id not in seen}
    ids, most = list(found), MOST_LISTED
    if by_year is not None:
        ids, _ = library.filtering.newest(frozenset(ids), seen, len(ids), oldest=not by_year.newest)
        most = 1 if by_year.single else most
    shown = {id_: found[id_].span for id_ in ids[:most]}
    ranked = [found[id_].ranked for id_ in shown]
    scores = {each.paper_id: each.score for each in ranked}
    evidence = [
        _evidence(paper.id, paper.title, paper.abstract, span, scores[paper.id])
        for paper in library.papers(list(shown))
        if (span := shown[paper.id]) is not None
    ]
    maybe = sum(each.ranked.paper_id not in seen for each in result.maybe)
    return FoundAll(ranked, evidence, result.topic, len(found), maybe, result.at_least, by_year)


def _all_of(
    among: frozenset[str] | None,
    library: Library,
    without: frozenset[str] = frozenset(),
    by_year: ByYear | None = None,
) -> FoundAll:
    most = 1 if by_year and by_year.single else MOST_LISTED
    oldest = bool(by_year and not by_year.newest)
    ids, count = library.filtering.newest(among, without, most, oldest=oldest)
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
    return FoundAll(ranked, evidence, "", count, 0, by_year=by_year)


def _most_typical(paper: PaperText) -> Span:
    """Return the sentence that is nearest to all of its abstract."""
    start, end = paper.spans[int(np.argmax(paper.vectors @ paper.vectors.sum(axis=0)))]
    return Span(start=start, end=end)


def _evidence(paper_id: str, title: str, abstract: str, span: Span, score: float) -> Evidence:
    return Evidence(
        paper_id=paper_id, title=title, quote=span.of(abstract), span=span, score=score, similarity=0.0
    )
