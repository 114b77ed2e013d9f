"""The made-up store can be searched like a real one, and the benchmark's comparisons are fair."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.store import Store
from evals.bench.search_speed import MODEL, Exact, Steps, measured, plain_chroma, recall
from evals.bench.synthetic_store import DIMENSION, Synthetic, build

PAPERS = 2300
ASKED = range(7, PAPERS, 150)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = build(tmp_path_factory.mktemp("made-up") / "store", PAPERS)
    yield made
    made.close()


def test_the_same_seed_draws_the_same_papers_however_many() -> None:
    few = [item for batch in Synthetic().papers(3) for item in batch]
    more = [item for batch in Synthetic().papers(1002) for item in batch]
    assert len(few) == 3 and len(more) == 1002
    assert [item.paper for item in few] == [item.paper for item in more[:3]]
    assert np.array_equal(few[2].passage_vectors, more[2].passage_vectors)
    other = next(Synthetic(seed=2).papers(1))[0]
    assert other.paper.title != few[0].paper.title


def test_vectors_lie_to_each_other_as_those_of_texts_do() -> None:
    made = Synthetic()
    vectors = np.concatenate([item.passage_vectors for batch in made.papers(PAPERS) for item in batch])
    assert vectors.shape == (PAPERS, DIMENSION)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors[:500] @ vectors[500:].T
    assert 0.05 < cosines.mean() < 0.15
    nearest = [float(np.partition(vectors @ made.query(n).vector, -10)[-10]) for n in ASKED]
    assert cosines.mean() + 0.15 < np.mean(nearest) < 0.7


def test_a_question_finds_the_paper_that_it_was_made_from(store: Store) -> None:
    steps, made = Steps(store, SentenceEmbeddings(MODEL)), Synthetic()
    queries = [made.query(n) for n in ASKED]
    times = measured(steps.ranking, queries, rounds=1)
    assert all(times.found[n][0] == f"made-{n}" for n in ASKED)
    evidence = measured(steps.whole, queries, rounds=1)
    assert sum(f"made-{n}" in evidence.found[n] for n in ASKED) > 0.8 * len(ASKED)


def test_each_search_is_held_to_the_exact_one(store: Store, tmp_path: Path) -> None:
    embedder = SentenceEmbeddings(MODEL)
    made, exact = Synthetic(), Exact(store.library)
    queries = [made.query(n) for n in ASKED]
    best = measured(exact.search, queries, rounds=2).found
    plain = measured(plain_chroma(tmp_path / "plain", exact, store.library, embedder), queries, rounds=1)
    ours = measured(Steps(store, embedder).dense, queries, rounds=1)
    for n in ASKED:
        assert best[n][0] == f"made-{n}#0" and len(best[n]) == 100
    assert np.mean([recall(ours.found[n], best[n], 100) for n in ASKED]) > 0.97
    assert np.mean([recall(plain.found[n], best[n], 10) for n in ASKED]) > 0.8
    assert "0.5" in ours.row("half", {n: [*best[n][:5], *"abcde"] for n in ASKED}).split()[4]


def test_recall_counts_only_the_first_k() -> None:
    assert recall(["a", "b", "c"], ["c", "a", "x", "b"], 2) == 0.5
    assert recall(["c", "a", "b"], ["c", "a", "x", "b"], 2) == 1.0
