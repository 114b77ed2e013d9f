"""The candidates of a search: a filter comes before the ranking, and finds what an exact search would."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from assistant.candidates import Candidates, find_candidates
from assistant.library import Embedded, Vectors
from assistant.models import Paper, Passage, Span
from assistant.store import Store
from assistant.text import terms

PAPERS, DIMENSION = 400, 16
WORDS = ("coral", "reef", "poker", "graph", "pruning", "forecast", "token")
QUERY = terms("coral reef poker")


def made_up(n: int) -> Embedded:
    """Return a paper of random words; every twentieth has many passages, all near the question."""
    chance = np.random.default_rng(n)
    text = " ".join(chance.choice(WORDS, 12))
    paper = Paper(id=f"p-{n:03}", title=f"Paper {n}", abstract=text)
    count = 8 if n % 20 == 0 else 1
    vectors = chance.standard_normal((count, DIMENSION)) + (3.0 if count > 1 else 0.0)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    span = Span(start=0, end=len(text))
    passages = tuple(
        Passage(id=f"{paper.id}#{i}", paper_id=paper.id, n=i, span=span, sentences=()) for i in range(count)
    )
    return Embedded(paper, "f", passages, vectors, vectors[:0])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("store"), create=True)
    store.library.put([made_up(n) for n in range(PAPERS)])
    store.rebuild()
    yield store
    store.close()


def question() -> Vectors:
    vector = np.ones(DIMENSION, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def searched(store: Store, among: frozenset[str] | None, depth: int) -> Candidates:
    return find_candidates(store.indexes(), store.library, question(), QUERY, among, depth)


def exact(store: Store, among: frozenset[str] | None, depth: int) -> dict[str, tuple[int, float]]:
    """Return the nearest papers by comparing every passage."""
    best: dict[str, tuple[int, float]] = {}
    for paper_id, n, _, _, vector in store.library.passages():
        cosine = float(vector @ question())
        if (among is None or paper_id in among) and cosine > best.get(paper_id, (0, -2.0))[1]:
            best[paper_id] = (n, cosine)
    return dict(sorted(best.items(), key=lambda item: -item[1][1])[:depth])


def some(step: int, start: int = 0) -> frozenset[str]:
    return frozenset(f"p-{n:03}" for n in range(start, PAPERS, step))


FAR = some(1) - some(20)
"""All papers but those that have the nearest passages."""


@pytest.mark.parametrize(
    "among", [None, some(1), some(2), some(100, 3), FAR, frozenset({"p-007", "p-unknown"})]
)
@pytest.mark.parametrize("depth", [5, 50])
def test_the_nearest_papers_within_a_filter_are_found(
    filled: Store, among: frozenset[str] | None, depth: int
) -> None:
    found, wanted = searched(filled, among, depth).dense, exact(filled, among, depth)
    assert list(found) == list(wanted)
    for paper_id, (n, cosine) in found.items():
        assert n == wanted[paper_id][0]
        assert cosine == pytest.approx(wanted[paper_id][1], abs=1e-5)


@pytest.mark.parametrize("among", [some(1), some(2), some(100, 3), FAR, frozenset({"p-007", "p-unknown"})])
@pytest.mark.parametrize("depth", [5, 50])
def test_the_best_papers_by_words_within_a_filter_are_found(
    filled: Store, among: frozenset[str], depth: int
) -> None:
    every = searched(filled, None, PAPERS).lexical
    wanted = [score for paper_id, score in every.items() if paper_id in among][:depth]
    found = searched(filled, among, depth).lexical
    assert list(found.values()) == pytest.approx(wanted)
    assert set(found) <= among
    assert all(score == pytest.approx(every[paper_id]) for paper_id, score in found.items())


def test_a_filter_that_keeps_nothing_finds_nothing(filled: Store) -> None:
    assert searched(filled, frozenset(), 10) == Candidates({}, {})
    assert searched(filled, frozenset({"p-unknown"}), 10) == Candidates({}, {})
