"""Whether the collection answers a question at all: a small logistic model over what retrieval found.

Similarity alone doesn't tell: the best sentence for an unanswerable question is often nearer than that
for an answerable one. So it is joined with how many of the question's telling terms the best papers have,
and how many no paper has. Weights come from evals/bench/fit_abstain.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

from assistant.evidence import coverage
from assistant.models import Evidence, Ranked

TOP_PAPERS = 3


@dataclass(frozen=True)
class Signals:
    """What speaks for an answer; each in 0 to 1, but for cosines.

    Attributes:
        sentence: Cosine of the question and the nearest sentence.
        passage: Cosine of the question and the nearest passage.
        paper_coverage: Share of the question's terms, by weight, that the best of the top papers has.
        unknown: Share of the question's terms, by weight, that no paper of the collection has.
        agreement: Whether the dense and the lexical list put the same paper first.
    """

    sentence: float
    passage: float
    paper_coverage: float
    unknown: float
    agreement: float


NO_SIGNALS = Signals(0.0, 0.0, 0.0, 1.0, 0.0)
"""Of a question for which nothing was found."""

WEIGHTS = Signals(2.82, 3.06, 0.69, -0.77, 0.63)
BIAS = -2.43
THRESHOLD = 0.33
"""Keeps nine of ten answerable questions (docs/decisions/0009); a wrong “doesn't say” costs more than quotes
that only come near, for they are the authors' own words and can be read."""


def read_signals(
    question_terms: Sequence[str],
    ranked: Sequence[Ranked],
    evidence: Sequence[Evidence],
    text_of: Callable[[str], str],
    idf: Callable[[str], float],
    unknown: Callable[[str], bool],
) -> Signals:
    """Read the signals off what retrieval found.

    Args:
        question_terms: The question's terms.
        ranked: The retrieved papers, best first.
        evidence: The sentences chosen from them.
        text_of: All that is known of a paper as one text, by id.
        idf: How telling a term is.
        unknown: Whether no paper has a term.
    """
    weights = {term: idf(term) for term in question_terms}
    total = sum(weights.values()) or 1.0
    dense_first = max(ranked, key=lambda item: item.dense or -1.0, default=None)
    lexical_first = max(ranked, key=lambda item: item.lexical or -1.0, default=None)
    return Signals(
        sentence=max((item.similarity for item in evidence), default=0.0),
        passage=max((item.dense or 0.0 for item in ranked), default=0.0),
        paper_coverage=max(
            (coverage(weights, text_of(item.paper_id)) for item in ranked[:TOP_PAPERS]), default=0.0
        ),
        unknown=sum(weight for term, weight in weights.items() if unknown(term)) / total,
        agreement=float(dense_first is not None and dense_first is lexical_first),
    )


def answerability(signals: Signals) -> float:
    """Return the estimated probability that the collection answers, 0 to 1."""
    total = BIAS + sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(signals), strict=True))
    return 1 / (1 + math.exp(-total))
