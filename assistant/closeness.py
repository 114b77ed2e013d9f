"""How close papers come to a question, read word by word and sentence by sentence.

Finding reads a paper as a vector and as a bag of words; the few that lead can be read again, word by word. A word of
the question counts as far as any word of the paper comes near it, by the vectors of single words, as in late
interaction (Khattab and Zaharia 2020, arXiv 2004.12832) but without context, so that nothing needs to be
stored for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.evidence_score import NEAR, Asked
from assistant.evidence_text import PaperText, read_texts
from assistant.library import Library
from assistant.text import STOPWORDS, terms, words


@dataclass(frozen=True)
class Closeness:
    """How close one paper comes.

    Attributes:
        covered: Share of the question's words, by weight, that the paper has or comes near, 0 to 1.
        sentence: Cosine of the question and the paper's nearest sentence.
    """

    covered: float
    sentence: float


def read_closely(asked: Asked, paper_ids: Sequence[str], library: Library) -> dict[str, Closeness]:
    """Return how close each paper comes; unknown papers are left out.

    Args:
        asked: The question.
        paper_ids: A few ids; reading costs a fraction of a millisecond each.
        library: Where the papers are.
    """
    papers = read_texts(library, paper_ids)
    known = {paper.paper_id for paper in papers}
    bare = {paper.id: paper.title for paper in library.papers([i for i in paper_ids if i not in known])}
    texts = {paper.paper_id: f"{paper.title}\n{paper.abstract}" for paper in papers} | bare
    covered = coverage(asked, list(texts.values()))
    nearest = {paper.paper_id: _nearest(asked, paper) for paper in papers}
    least = min(nearest.values(), default=0.0)  # a title without sentences gains nothing by having none
    return {
        id_: Closeness(share, nearest.get(id_, least))
        for id_, share in zip(texts, covered.tolist(), strict=True)
    }


def coverage(asked: Asked, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return which share of the question's words, by weight, each text has or comes near: 0 to 1."""
    total = float(asked.weights.sum())
    own = [list(dict.fromkeys(word for word in words(text) if word not in STOPWORDS)) for text in texts]
    if total <= 0 or not any(own):
        return np.zeros(len(texts))
    unique = {word: row for row, word in enumerate(dict.fromkeys(word for each in own for word in each))}
    alike = likeness(asked, unique)
    best = [
        alike[[unique[word] for word in each]].max(axis=0) if each else np.zeros(len(asked.words))
        for each in own
    ]
    return np.asarray(np.stack(best) @ asked.weights / total)


def likeness(asked: Asked, unique: Mapping[str, int]) -> NDArray[np.float32]:
    """Return how alike words are to those of the question, 0 to 1: the same stem counts whole.

    Args:
        asked: The question.
        unique: Words, each with its row: 0, 1, 2…

    Returns:
        Shape (words, the question's words).
    """
    if asked.near is None:
        alike = np.zeros((len(unique), len(asked.words)), dtype=np.float32)
    else:
        cosines = asked.near(list(unique)) @ asked.near(asked.words).T
        alike = np.clip((cosines - NEAR) / (1 - NEAR), 0, 1)
    wanted: dict[str, list[int]] = {}
    for column, word in enumerate(asked.words):
        for stem in _stems(word):
            wanted.setdefault(stem, []).append(column)
    for word, row in unique.items():
        for stem in _stems(word):
            for column in wanted.get(stem, ()):
                alike[row, column] = 1
    return alike


def _nearest(asked: Asked, paper: PaperText) -> float:
    return float((paper.vectors @ asked.vector).max())


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(terms(word))
