"""From ranked papers to the sentences that may answer, within a budget of tokens.

A sentence's vector was made at ingest, pooled out of its passage's tokens, with the passage's share taken
down and its paper's title added (docs/decisions/0013), so choosing takes milliseconds. Sentences are scored by
assistant/evidence_score.py; here those are chosen that fit the budget, none twice, and each side of a comparison
with its share (docs/decisions/0018).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from assistant.evidence_score import WordLookup, read_asked, score, stem_prefix
from assistant.evidence_text import PaperText, read_texts
from assistant.library import Library, Vectors
from assistant.models import Evidence, Ranked, Span
from assistant.orders import gives_orders
from assistant.text import STOPWORDS, terms, words

CUTOFF = 0.7
FEWEST = 4
"""Beyond the first few, a sentence must have this share of the best one's score: the answer is among the evidence
almost as often as without a cut, in a seventh fewer words for a model to get lost in (docs/decisions/0018)."""

PER_PAPER = 8
"""Sentences of one paper at the most. Where one paper answers, most of its abstract is worth reading: fewer cost
more gold sentences than the other papers bring."""

SHARE = 2
"""Sentences that each side of a comparison gets before the rest."""

SAME_MEANING, SAME_WORDS = 0.97, 0.75
"""Cosine, or share of all their words in both, from which two sentences with the same numbers say the same. The
words count too, for a vector knows its paper's title, which a preprint and its publication may not share."""

RELATED = 0.5
"""Cosine below which two sentences needn't be compared word by word."""

CHARACTERS_PER_TOKEN = 4.2
"""Of English abstracts under common language models' tokenizers; budgets need no better."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, eq=False)
class _Candidate:
    paper: PaperText
    n: int
    similarity: float
    score: float

    @property
    def text(self) -> str:
        start, end = self.paper.spans[self.n]
        return self.paper.abstract[start:end]

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for word in words(self.text) if word not in STOPWORDS)

    @property
    def cost(self) -> float:
        start, end = self.paper.spans[self.n]
        return (end - start) / CHARACTERS_PER_TOKEN


def select_evidence(
    question_terms: Sequence[str],
    vector: Vectors,
    ranked: Sequence[Ranked],
    library: Library,
    idf: Callable[[str], float],
    *,
    budget: int,
    sides: Sequence[Sequence[str]] = (),
    question: str = "",
    near: WordLookup | None = None,
) -> list[Evidence]:
    """Choose the sentences that answer best.

    Args:
        question_terms: The question's terms.
        vector: The question's unit vector, shape (dimension,).
        ranked: The retrieved papers, best first; such without an abstract have nothing to choose from.
        library: Where their sentences are.
        idf: How telling a term is.
        budget: Most tokens of all sentences together; the best sentence comes whatever it takes.
        sides: The papers of each side of a comparison.
        question: The question's text; without it words match by their stems, and it isn't known if a number is wanted.
        near: Vectors of words (`word_vectors.WordVectors`), so that shares match stocks.

    Returns:
        Evidence, best first; of sentences that say the same only the best, and none that gives orders.
    """
    by_id = {item.paper_id: item for item in ranked}
    papers = read_texts(library, list(by_id))
    asked = read_asked(question, question_terms, vector, idf, near)
    candidates = [
        _Candidate(paper, n, float(similarity), float(value))
        for paper, scores in zip(papers, score(asked, papers, by_id), strict=True)
        for n, (similarity, value) in enumerate(zip(paper.vectors @ vector, scores, strict=True))
        if not gives_orders(paper.sentences[n])
    ]
    candidates.sort(key=lambda item: -item.score)
    chosen = _choose(_with_shares(candidates, sides), budget)
    return [_evidence(item) for item in sorted(chosen, key=lambda item: -item.score)]


def coverage(weights: dict[str, float], text: str) -> float:
    """Return which part of a question's terms, weighted by how telling they are, a text has: 0 to 1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    present = {stem_prefix(term) for term in terms(text)}
    return sum(weight for term, weight in weights.items() if stem_prefix(term) in present) / total


def _choose(candidates: Sequence[_Candidate], budget: float) -> list[_Candidate]:
    """Take candidates in their order while the budget lasts."""
    best = max((item.score for item in candidates), default=0.0)
    least = CUTOFF * best
    chosen: list[_Candidate] = []
    taken: Counter[str] = Counter()
    for item in candidates:
        if taken[item.paper.paper_id] >= PER_PAPER or (chosen and item.cost > budget):
            continue
        if (item.score < least and len(chosen) >= FEWEST) or any(_same(item, other) for other in chosen):
            continue
        chosen.append(item)
        taken[item.paper.paper_id] += 1
        budget -= item.cost
        if budget <= 0:
            break
    return chosen


def _with_shares(candidates: list[_Candidate], sides: Sequence[Sequence[str]]) -> list[_Candidate]:
    """Put the best sentences of each side, by turns, before all others, so that no side crowds out another."""
    shares = [[item for item in candidates if item.paper.paper_id in set(side)][:SHARE] for side in sides]
    return list(dict.fromkeys([*_by_turns(shares), *candidates]))


def _by_turns(shares: Iterable[Sequence[_Candidate]]) -> list[_Candidate]:
    return [item for turn in zip_longest(*shares) for item in turn if item is not None]


def _same(first: _Candidate, second: _Candidate) -> bool:
    """Tell whether two sentences say the same; the figures must be the same in any case."""
    cosine = float(first.paper.vectors[first.n] @ second.paper.vectors[second.n])
    if cosine < RELATED:
        return False
    shared, either = first.words & second.words, first.words | second.words
    if cosine <= SAME_MEANING and len(shared) < SAME_WORDS * max(1, len(either)):
        return False
    return sorted(_DIGITS.findall(first.text)) == sorted(_DIGITS.findall(second.text))


def _evidence(item: _Candidate) -> Evidence:
    start, end = item.paper.spans[item.n]
    return Evidence(
        paper_id=item.paper.paper_id,
        title=item.paper.title,
        quote=item.text,
        span=Span(start=start, end=end),
        score=round(item.score, 6),
        similarity=round(item.similarity, 6),
    )
