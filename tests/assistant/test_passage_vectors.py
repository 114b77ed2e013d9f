"""Exact search among chosen papers, over vectors in a flat file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.chroma_collection import Row
from assistant.errors import StoreDamaged
from assistant.library import Vectors
from assistant.passage_vectors import PassageVectors


def written(folder: Path, ids: list[str]) -> tuple[PassageVectors, dict[str, Vectors]]:
    """Return a file with a drawn vector for each passage id."""
    drawn = np.random.default_rng(len(ids)).normal(size=(len(ids), 4)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    rows = [Row(id_, vector) for id_, vector in zip(ids, drawn, strict=True)]
    assert list(PassageVectors.kept(folder, rows)) == rows
    return PassageVectors(folder, len(ids)), {row.id: row.vector for row in rows}


_IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers=st.dictionaries(_IDS, st.integers(1, 3), min_size=1, max_size=12), data=st.data())
def test_any_papers_give_their_nearest_passages(
    tmp_path: Path, papers: dict[str, int], data: st.DataObject
) -> None:
    ids = [f"{paper}#{n}" for paper, count in papers.items() for n in range(count)]
    file, vectors = written(tmp_path, ids)
    among = data.draw(st.frozensets(st.sampled_from(sorted(papers)) | _IDS, max_size=8))
    n = data.draw(st.integers(1, 10))
    asked = vectors[ids[0]]
    cosines = {id_: float(vectors[id_] @ asked) for id_ in ids if id_.rpartition("#")[0] in among}
    found = file.query(asked, n, among)
    assert [cosine for _, cosine in found] == pytest.approx(
        sorted(cosines.values(), reverse=True)[:n], abs=1e-6
    )
    assert all(cosines[id_] == pytest.approx(cosine, abs=1e-6) for id_, cosine in found)
    assert len(dict(found)) == len(found)
    assert file.papers(4) == len(papers)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers=st.dictionaries(_IDS, st.integers(1, 3), min_size=1, max_size=12), data=st.data())
def test_every_paper_is_compared_by_the_passage_nearest_to_any_vector(
    tmp_path: Path, papers: dict[str, int], data: st.DataObject
) -> None:
    ids = [f"{paper}#{n}" for paper, count in papers.items() for n in range(count)]
    file, vectors = written(tmp_path, ids)
    among = data.draw(st.none() | st.frozensets(st.sampled_from(sorted(papers)) | _IDS, max_size=8))
    asked = np.stack([vectors[ids[0]], -vectors[ids[-1]]])
    kept = [paper for paper in papers if among is None or paper in among]
    cosines = {
        (paper, n): float((vectors[f"{paper}#{n}"] @ asked.T).max())
        for paper in kept
        for n in range(papers[paper])
    }
    found = file.compare(asked, among)

    assert [found.passage(place)[0] for place in range(len(found.cosines))] == kept
    for place, cosine in enumerate(found.cosines):
        paper, n = found.passage(place)
        assert cosine == pytest.approx(max(cosines[paper, m] for m in range(papers[paper])), abs=1e-6)
        assert cosine == pytest.approx(cosines[paper, n], abs=1e-6)
    some = data.draw(st.frozensets(st.sampled_from(sorted(papers)) | _IDS, max_size=8))
    assert found.places(some) == [place for place, paper in enumerate(kept) if paper in some]


@pytest.mark.parametrize("file", ["vectors.f32", "ids.txt", "ends.i64"])
@pytest.mark.parametrize("damage", ["cut short", "gone"])
def test_a_damaged_file_is_noticed_when_it_is_opened(tmp_path: Path, file: str, damage: str) -> None:
    written(tmp_path, [f"p-{n}#0" for n in range(9)])
    if damage == "gone":
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:-3])
    with pytest.raises(StoreDamaged, match=r"short|No such file"):
        PassageVectors(tmp_path, 9)


def test_a_file_of_no_passages(tmp_path: Path) -> None:
    file, _ = written(tmp_path, [])
    assert file.query(np.ones(4, dtype=np.float32), 5, {"p-1"}) == []
    assert file.papers(4) == 0
    assert len(file.compare(np.ones((1, 4), dtype=np.float32)).cosines) == 0
