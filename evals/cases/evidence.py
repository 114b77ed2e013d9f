"""Where a case's evidence stands: sentences named by position or in their own words, as spans of abstracts."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.models import Paper, Span
from assistant.text import sentences
from evals.cases import Case
from evals.cases.check import locate


def evidence_spans(case: Case, papers: Mapping[str, Paper]) -> list[tuple[str, Span]]:
    """Return the paper and the span of each piece of a case's evidence that can be located.

    Args:
        case: A case whose papers are ids.
        papers: Papers by id; words are looked for in those that the case names.
    """
    found: list[tuple[str, Span]] = []
    for item in case.evidence:
        if isinstance(item, str):
            for id_ in (*case.gold, *case.optional):
                paper = papers.get(id_)
                if paper and (span := locate(item, paper.abstract)):
                    found.append((id_, span))
                    break
        elif (paper := papers.get(item.paper)) is not None:
            spans = sentences(paper.abstract)
            if item.sentence <= len(spans):
                found.append((paper.id, spans[item.sentence - 1]))
    return found
