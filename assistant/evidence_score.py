"""How likely each sentence of the retrieved papers is to answer: a linear score over ten features.

The weights are those of a conditional logit (which of all sentences at hand is a gold one?), fitted by
evals/bench/fit_evidence.py on public sets and on the cases; docs/decisions/0018 tells what they were tested on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.evidence_text import PaperText
from assistant.library import Vectors
from assistant.models import Ranked
from assistant.text import QUESTION_WORDS, STOPWORDS, terms, words

Values = NDArray[np.float64]
WordLookup = Callable[[Sequence[str]], Vectors]

FEATURES = (
    "passage",  # cosine of the question and the paper's nearest passage
    "lexical",  # the paper's BM25 score as a share of the best one's
    "place",  # how far up the paper is ranked, 1 for the first
    "apart",  # the sentence's cosine less the mean of its paper's: what sets it apart from its neighbours
    "before",  # cosine of the sentence before it: answers stand behind the sentence that names their topic
    "covered",  # share of the question's words, by weight, that the sentence has or comes near
    "beyond_title",  # the same of the words that the title doesn't have: they tell a paper's sentences apart
    "late",  # where it stands in its abstract, 0 to 1: results come last
    "contribution",  # whether it announces what the paper does or finds
    "number",  # whether it has a number, where the question wants one
)
WEIGHTS = np.array([0.74, 0.30, 0.41, 1.07, 0.29, 0.47, 0.32, 0.12, 0.07, 0.12])
"""Fitted weights over ten, so that scores are of the size of a cosine: a tenth is worth a factor of 2.7."""

NEAR = 0.15
"""Cosine of two words from which they count as related; it's worth nothing there, and all at 1."""

STEM_PREFIX = 5
"""Letters from which two stems count as one word: sparsifier and sparsification."""

_PLACE = 20

_CONTRIBUTION = re.compile(
    r"\b(?:we|this (?:paper|work|article|study))\b[^.]{0,60}\b(?:propose|introduce|present|develop|design|release|"
    r"show|find|demonstrate|achiev)|\bour (?:method|model|approach|framework|results|experiments)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter|dozens?|hundreds?|"
    r"thousands?|millions?|billions?|twice|double[sd]?|triple[sd]?)\b",
    re.IGNORECASE,
)
_WANTS_NUMBER = re.compile(
    r"\bhow\s+(?:many|much|large|big|small|long|short|often|far|fast|high|low|well|accurate(?:ly)?|\w+er)\b|\b(?:percent"
    r"(?:age)?|number|accuracy|scores?|rate|size|fraction|proportion|share|amount|ratio|factor|times)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A question, as sentences are held against it.

    Attributes:
        vector: Its unit vector, shape (dimension,).
        words: Its words that carry a topic.
        weights: How telling each of them is.
        near: Vectors of words; None where the embedder has none, and words match by their stems alone.
        wants_number: Whether a number would answer it.
    """

    vector: Vectors
    words: tuple[str, ...]
    weights: Values
    near: WordLookup | None = None
    wants_number: bool = False


def read_asked(
    question: str,
    question_terms: Sequence[str],
    vector: Vectors,
    idf: Callable[[str], float],
    near: WordLookup | None = None,
) -> Asked:
    """Read a question.

    Args:
        question: Its text; where it is empty its terms stand for its words, and match by stem alone.
        question_terms: Its terms.
        vector: Its unit vector.
        idf: How telling a term is.
        near: Vectors of words.
    """
    telling = [word for word in words(question) if word not in STOPWORDS]
    telling = [word for word in telling if word not in QUESTION_WORDS] or telling
    telling = list(dict.fromkeys(word for word in telling if _stems(word)))
    if not telling:
        telling, near = list(dict.fromkeys(question_terms)), None
    weights = np.array([max((idf(term) for term in terms(word)), default=0.0) for word in telling])
    return Asked(vector, tuple(telling), weights, near, bool(_WANTS_NUMBER.search(question)))


def score(asked: Asked, papers: Sequence[PaperText], ranked: Mapping[str, Ranked]) -> list[Values]:
    """Return the score of each sentence of each paper, above 0; higher is better."""
    return [np.maximum(rows @ WEIGHTS, 1e-3) for rows in features(asked, papers, ranked)]


def features(asked: Asked, papers: Sequence[PaperText], ranked: Mapping[str, Ranked]) -> list[Values]:
    """Return the features of each sentence of each paper.

    Args:
        asked: The question.
        papers: The papers' texts.
        ranked: What retrieval said of each paper, best first.

    Returns:
        For each paper an array of shape (sentences, FEATURES).
    """
    place = {id_: (_PLACE + 1) / (_PLACE + 1 + n) for n, id_ in enumerate(ranked)}
    least = min((item.dense for item in ranked.values() if item.dense is not None), default=None)
    most = max((item.lexical or 0.0 for item in ranked.values()), default=0.0)
    matched = _matches(asked, papers)
    found = []
    for paper, (title, sentences) in zip(papers, matched, strict=True):
        cosines = np.asarray(paper.vectors @ asked.vector, dtype=np.float64)
        item, n = ranked[paper.paper_id], len(cosines)
        dense = (
            item.dense if item.dense is not None else least
        )  # it came behind all that were found by vector
        texts = paper.sentences
        beyond = asked.weights * (1 - title)
        found.append(
            np.column_stack(
                [
                    np.full(n, float(cosines.max()) if dense is None else dense),
                    np.full(n, (item.lexical or 0.0) / most if most else 0.0),
                    np.full(n, place[paper.paper_id]),
                    cosines - cosines.mean(),
                    np.concatenate([[0.0], cosines[:-1]]),
                    _share(sentences, asked.weights),
                    _share(sentences, beyond),
                    np.arange(n) / max(1, n - 1),
                    [bool(_CONTRIBUTION.search(text)) for text in texts],
                    [asked.wants_number and bool(_NUMBER.search(text)) for text in texts],
                ]
            )
        )
    return found


def stem_prefix(term: str) -> str:
    """Return what two terms must share to count as one word; numbers count whole."""
    return term if term[0].isdigit() else term[:STEM_PREFIX]


def _share(matched: Values, weights: Values) -> Values:
    total = float(weights.sum())
    return np.asarray(matched @ weights / total if total > 0 else np.zeros(len(matched)))


def _matches(asked: Asked, papers: Sequence[PaperText]) -> list[tuple[Values, Values]]:
    """Return for each paper how well its title and each sentence match the question's words, 0 to 1.

    Shapes are (words,) and (sentences, words).
    """
    texts = [text for paper in papers for text in (paper.title, *paper.sentences)]
    split = [[word for word in words(text) if word not in STOPWORDS] or [""] for text in texts]
    unique = {word: n for n, word in enumerate(dict.fromkeys(word for each in split for word in each))}
    alike = np.zeros((len(unique), len(asked.words)))
    wanted: dict[str, list[int]] = {}
    for n, word in enumerate(asked.words):
        for stem in _stems(word):
            wanted.setdefault(stem, []).append(n)
    for word, row in unique.items():
        for stem in _stems(word):
            for column in wanted.get(stem, ()):
                alike[row, column] = 1
    if asked.near is not None and unique and asked.words:
        cosines = asked.near(list(unique)) @ asked.near(asked.words).T
        alike = np.maximum(alike, np.clip((cosines - NEAR) / (1 - NEAR), 0, 1))
    if not split:
        return []
    starts = np.cumsum([0, *(len(each) for each in split[:-1])])
    best = np.maximum.reduceat(alike[[unique[word] for each in split for word in each]], starts, axis=0)
    found, at = [], 0
    for paper in papers:
        end = at + 1 + len(paper.spans)
        found.append((best[at], best[at + 1 : end]))
        at = end
    return found


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(stem_prefix(term) for term in terms(word))
