"""The adapter to Chroma: what it writes is on disk when it is done, and many collections search as one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from assistant import chroma_collection, vector_index
from assistant.library import Vectors
from assistant.vector_index import Row, VectorIndex

DIMENSION = 16


def vectors(count: int, seed: int = 5) -> Vectors:
    """Return unit vectors."""
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def build(folder: Path, drawn: Vectors, expected: int | None = None) -> VectorIndex:
    """Return an index of passages that are named by their number."""
    rows = (Row(f"p-{n}#0", v) for n, v in enumerate(drawn))
    return VectorIndex.build(
        folder, "made-up", rows, len(drawn) if expected is None else expected, folder / "flat"
    )


def left_in_the_log(folder: Path) -> int:
    """Return how many passages Chroma would add to its graphs anew at each opening."""
    left = 0
    for file in folder.glob("*/chroma.sqlite3"):
        database = sqlite3.connect(file)
        written = database.execute("SELECT coalesce(max(seq_id), 0) FROM max_seq_id").fetchone()[0]
        (waiting,) = database.execute(
            "SELECT count(*) FROM embeddings_queue WHERE seq_id > ?", (int(written),)
        ).fetchone()
        left += waiting
        database.close()
    return left


@pytest.mark.parametrize("count", [1, 2, 45, 105, 2345])
def test_nearly_nothing_is_left_to_be_added_when_an_index_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(chroma_collection, "_WRITTEN", 40)
    monkeypatch.setattr(chroma_collection, "_BATCH", 30)
    index = build(tmp_path, vectors(count))
    index.close()
    assert left_in_the_log(tmp_path) <= round(count / 40)


@pytest.mark.parametrize("expected", [0, 10, 1000])
def test_a_wrong_expectation_costs_no_passage(tmp_path: Path, expected: int) -> None:
    drawn = vectors(60)
    build(tmp_path, drawn, expected).close()
    again = VectorIndex(tmp_path, "made-up", 60, tmp_path / "flat")
    again.check()
    assert {again.query(vector, 1)[0][0] for vector in drawn} == {f"p-{n}#0" for n in range(60)}
    again.close()


@pytest.mark.parametrize(("largest", "n"), [(10, 25), (17, 4), (60, 60), (1000, 7)])
def test_collections_give_together_what_one_would_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int, n: int
) -> None:
    monkeypatch.setattr(vector_index, "LARGEST", largest)
    drawn = vectors(60)
    index = build(tmp_path, drawn)
    assert len(list(tmp_path.glob("*/chroma.sqlite3"))) == -(-60 // largest)
    for asked in vectors(5, seed=6):
        cosines = drawn @ asked
        exact = np.argsort(-cosines)[:n]
        found = index.query(asked, n)
        assert [id_ for id_, _ in found] == [f"p-{i}#0" for i in exact]
        assert np.allclose([cosine for _, cosine in found], cosines[exact], atol=1e-5)
    index.close()


def test_opening_to_serve_opens_each_collection_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "LARGEST", 20)
    build(tmp_path, vectors(60)).close()
    opened: list[Path | str] = []
    connect = chroma_collection.connect

    def counted(place: Path | str) -> object:
        opened.append(place)
        return connect(place)

    monkeypatch.setattr(chroma_collection, "connect", counted)
    index = VectorIndex(tmp_path, "made-up", 60, tmp_path / "flat")
    index.check(keep=True)
    index.query(vectors(1)[0], 5)
    assert len(opened) == 3
    index.close()


@pytest.mark.parametrize("kept", [1, 3, 20, 300, 599, 600])
@pytest.mark.parametrize("compared", [0.001, 3, 1000])
def test_a_filter_keeps_exactly_the_nearest_of_its_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int, compared: float
) -> None:
    """Whichever way is taken: one by one, or out of the graph's nearest."""
    monkeypatch.setattr(vector_index, "_COMPARED", compared)
    drawn = vectors(600)
    index = build(tmp_path, drawn)
    among = frozenset(f"p-{n}" for n in np.random.default_rng(kept).permutation(600)[:kept]) | {"p-unknown"}
    for asked in vectors(3, seed=9):
        cosines = drawn @ asked
        exact = [f"p-{i}#0" for i in np.argsort(-cosines) if f"p-{i}" in among][:15]
        found = index.query(asked, 15, among)
        assert [id_ for id_, _ in found] == exact
        assert np.allclose(
            [cosine for _, cosine in found], sorted(cosines[[int(i[2:-2]) for i in exact]])[::-1]
        )
    assert index.query(vectors(1)[0], 5, frozenset()) == []
    index.close()


def test_a_filter_that_lies_far_from_the_question_still_gets_its_papers(tmp_path: Path) -> None:
    drawn = vectors(400)
    order = np.argsort(-(drawn @ drawn[0]))
    far = frozenset(f"p-{n}" for n in order[200:])
    index = build(tmp_path, drawn)
    assert [id_ for id_, _ in index.query(drawn[0], 10, far)] == [f"p-{n}#0" for n in order[200:210]]
    index.close()
