"""From ranked papers to the sentences that may answer, within a budget of tokens.

A sentence's vector was made at ingest, pooled out of its passage's tokens, with the passage's share taken
down and its paper's title added (docs/decisions/0013), so choosing takes milliseconds. With the coverage
of the question's terms beside it, it puts a gold sentence among a SciFact paper's first three for 88% of
claims, and at first place for 59%.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.library import Library, Vectors
from assistant.models import Evidence, Paper, Ranked, Span
from assistant.text import terms

COVERAGE_WEIGHT = 0.4
PAPER_WEIGHT = 0.4
NEIGHBOUR_WEIGHT = 0.15
CONTRIBUTION_BONUS = 0.07
"""Weights of what stands beside the cosine: the question's terms, the paper's rank, the better neighbour
(answers stand beside the sentence that names their topic), and wording that announces a contribution.
Measured on the cases of evals/cases; broad optimum, see docs/decisions/0004. The neighbour counts half of what
it did there: a vector pooled out of its passage knows what stands around it (docs/decisions/0013)."""

STEM_PREFIX = 5
"""Letters from which two stems count as one word: sparsifier and sparsification."""

CUTOFF = 0.75
FEWEST = 4
"""Beyond the first few, a sentence must have this share of the best one's score: on the 90 cases the answer is
among the evidence as often as without a cut (.82 of them), in 30% fewer words for a model to get lost in."""

SHARE = 2
"""Sentences that each of several named papers gets before the rest."""

DUPLICATE = 0.97
"""Cosine from which two sentences say the same."""

_CONTRIBUTION = re.compile(
    r"\b(?:we|this (?:paper|work|article|study))\b[^.]{0,60}\b(?:propose|introduce|present|develop|design|release|"
    r"show|find|demonstrate|achiev)|\bour (?:method|model|approach|framework|results|experiments)\b",
    re.IGNORECASE,
)

CHARACTERS_PER_TOKEN = 4.2
"""Of English abstracts under common language models' tokenizers; budgets need no better."""


@dataclass(frozen=True)
class _Candidate:
    paper: Paper
    span: Span
    vector: Vectors
    similarity: float
    score: float


def select_evidence(
    question_terms: Sequence[str],
    vector: Vectors,
    ranked: Sequence[Ranked],
    library: Library,
    idf: Callable[[str], float],
    *,
    budget: int,
    named: Sequence[str] = (),
    per_paper: int = 5,
) -> list[Evidence]:
    """Choose the sentences that answer best.

    Args:
        question_terms: The question's terms.
        vector: The question's unit vector, shape (dimension,).
        ranked: The retrieved papers.
        library: Where their sentences are.
        idf: How telling a term is.
        budget: Most tokens of all sentences together.
        named: Papers that the question names; where it names several, each gets its share first.
        per_paper: Most sentences of one paper.

    Returns:
        Evidence, best first; of sentences that say the same only the best.
    """
    weights = {term: idf(term) for term in question_terms}
    candidates: list[_Candidate] = []
    prior = {item.paper_id: item.score for item in ranked}
    for paper in library.papers(list(prior)):
        candidates.extend(_candidates(paper, prior[paper.id], vector, weights, library))
    candidates.sort(key=lambda item: -item.score)
    if len(named) > 1:
        candidates = _with_shares(candidates, named)
    best = max((item.score for item in candidates), default=0.0)
    chosen: list[_Candidate] = []
    taken: dict[str, int] = {}
    left = float(budget)
    for item in candidates:
        cost = (item.span.end - item.span.start) / CHARACTERS_PER_TOKEN
        if taken.get(item.paper.id, 0) >= per_paper or (cost > left and chosen):
            continue
        if item.score < CUTOFF * best and len(chosen) >= FEWEST:
            continue
        if any(float(item.vector @ other.vector) > DUPLICATE for other in chosen):
            continue
        chosen.append(item)
        taken[item.paper.id] = taken.get(item.paper.id, 0) + 1
        left -= cost
        if left <= 0:
            break
    return [
        Evidence(
            paper_id=item.paper.id,
            title=item.paper.title,
            quote=item.span.of(item.paper.abstract),
            span=item.span,
            score=round(item.score, 6),
            similarity=round(item.similarity, 6),
        )
        for item in sorted(chosen, key=lambda item: -item.score)
    ]


def _with_shares(candidates: list[_Candidate], named: Sequence[str]) -> list[_Candidate]:
    """Put the best two sentences of each named paper before all others, so that no side crowds out another."""
    first = [item for id_ in named for item in [c for c in candidates if c.paper.id == id_][:SHARE]]
    return first + [item for item in candidates if item not in first]


def coverage(weights: dict[str, float], text: str) -> float:
    """Return which part of a question's terms, weighted by how telling they are, a text has: 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    present = {_prefix(term) for term in terms(text)}
    return sum(weight for term, weight in weights.items() if _prefix(term) in present) / total


def _prefix(term: str) -> str:
    return term if term[0].isdigit() else term[:STEM_PREFIX]


def _candidates(
    paper: Paper, prior: float, vector: Vectors, weights: dict[str, float], library: Library
) -> list[_Candidate]:
    stored = library.sentences(paper.id)
    if not stored.spans:
        return []
    cosines = np.asarray(stored.vectors @ vector)
    own = []
    for span, cosine in zip(stored.spans, cosines, strict=True):
        words = span.of(paper.abstract)
        bonus = CONTRIBUTION_BONUS if _CONTRIBUTION.search(words) else 0.0
        own.append(float(cosine) + COVERAGE_WEIGHT * coverage(weights, words) + PAPER_WEIGHT * prior + bonus)
    scores = [
        score + NEIGHBOUR_WEIGHT * max(own[max(0, i - 1) : i] + own[i + 1 : i + 2], default=0.0)
        for i, score in enumerate(own)
    ]
    return [
        _Candidate(paper, span, sentence, float(cosine), score)
        for span, sentence, cosine, score in zip(stored.spans, stored.vectors, cosines, scores, strict=True)
    ]
