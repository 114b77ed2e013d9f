"""Ranking: sums worked out by hand, what missing in a list means, names, and close reading of the leading papers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.candidates import DEPTH, Candidates
from assistant.closeness import Closeness, coverage, read_closely
from assistant.embedding import SentenceEmbeddings
from assistant.evidence_score import Asked, read_asked
from assistant.evidence_text import read_texts
from assistant.lexical import LexicalIndex
from assistant.rank import CLOSE, COVERED, LEXICAL, SENTENCE, rank
from assistant.store import Store
from assistant.word_vectors import WordVectors

BOTH = 1 + LEXICAL
ALL = 1 + LEXICAL + COVERED + SENTENCE


def found(dense: dict[str, float], lexical: dict[str, float] | None = None) -> Candidates:
    return Candidates({id_: (0, cosine) for id_, cosine in dense.items()}, lexical or {})


def test_a_score_is_the_weighted_mean_of_cosine_and_share_of_bm25() -> None:
    scores = rank(found({"a": 0.8, "b": 0.4}, {"b": 6.0, "a": 3.0}), attainable=12.0)
    assert scores == {
        "a": pytest.approx((0.8 + LEXICAL * 0.25) / BOTH),
        "b": pytest.approx((0.4 + LEXICAL * 0.5) / BOTH),
    }


def test_a_paper_that_only_words_found_is_as_far_as_the_farthest_by_vector() -> None:
    scores = rank(found({"a": 0.8, "b": 0.4}, {"c": 6.0}), attainable=12.0)
    assert scores["c"] == pytest.approx((0.4 + LEXICAL * 0.5) / BOTH)


def test_a_paper_outside_of_a_list_of_words_that_isn_t_full_has_none_of_them() -> None:
    assert rank(found({"a": 0.8}, {"c": 6.0}), attainable=12.0)["a"] == pytest.approx(0.8 / BOTH)


def test_a_paper_outside_of_a_full_list_of_words_counts_as_its_last() -> None:
    full = {f"p{i}": 9.0 - i / DEPTH for i in range(DEPTH)}
    scores = rank(found({"a": 0.8, "p0": 0.1}, full), attainable=12.0)
    assert scores["a"] == pytest.approx((0.8 + LEXICAL * min(full.values()) / 12) / BOTH)


def test_how_far_a_paper_is_ahead_counts() -> None:
    """By places alone both would stand the same: each is first in one list and second in the other."""
    scores = rank(found({"a": 0.8, "b": 0.75}, {"b": 9.0, "a": 2.0}), attainable=12.0)
    assert scores["b"] > scores["a"]


def test_the_leading_papers_are_read_closely_and_no_others() -> None:
    asked_for: list[str] = []

    def read(ids: Sequence[str]) -> dict[str, Closeness]:
        asked_for.extend(ids)
        return {id_: Closeness(1.0 if id_ == "p3" else 0.5, 0.5) for id_ in ids}

    scores = rank(found({f"p{i}": 0.9 - i / 100 for i in range(CLOSE + 10)}), 1.0, read=read)
    assert asked_for == [f"p{i}" for i in range(CLOSE)]
    assert max(scores, key=lambda id_: scores[id_]) == "p3"
    assert scores["p3"] == pytest.approx((0.87 + COVERED + SENTENCE * 0.5) / ALL)
    assert min(scores[f"p{i}"] for i in range(CLOSE)) > max(scores[f"p{i}"] for i in range(CLOSE, CLOSE + 10))


def test_a_leading_paper_that_can_t_be_read_gains_nothing_by_it() -> None:
    scores = rank(
        found({"a": 0.5, "gone": 0.5, "b": 0.5}),
        1.0,
        read=lambda _: {"a": Closeness(0.9, 0.9), "b": Closeness(0.2, 0.1)},
    )
    assert scores["gone"] == scores["b"] < scores["a"]


def test_named_papers_come_first_in_their_own_order_even_where_no_list_has_them() -> None:
    scores = rank(found({"a": 0.6, "b": 0.3, "c": 0.2}, {"a": 5.0, "b": 1.0}), 12.0, named=["x", "b"])
    best, own = (0.6 + LEXICAL * 5 / 12) / BOTH, (0.3 + LEXICAL * 1 / 12) / BOTH
    assert scores["a"] == pytest.approx(best)
    assert scores["b"] == pytest.approx(best + (1 - best) * own)
    assert sorted(scores, key=lambda id_: -scores[id_]) == ["b", "x", "a", "c"]


def test_nothing_found_is_no_score() -> None:
    assert rank(found({}), 0.0) == {}
    assert rank(found({}), 0.0, read=lambda _: {}) == {}


cosines = st.floats(-1, 1)


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), cosines),
    st.dictionaries(st.sampled_from("abcdefghij"), st.floats(0, 50)),
    st.lists(st.sampled_from("abcxy"), unique=True),
    st.floats(0, 1),
    cosines,
)
def test_scores_lie_between_0_and_1(
    dense: dict[str, float], lexical: dict[str, float], named: list[str], share: float, cosine: float
) -> None:
    def read(ids: Sequence[str]) -> dict[str, Closeness]:
        return {id_: Closeness(share, cosine) for id_ in ids}

    scores = rank(found(dense, lexical), max(lexical.values(), default=0.0), named, read)
    assert set(scores) == {*dense, *lexical, *named}
    assert all(0 < score <= 1 for score in scores.values())


def test_no_paper_exceeds_what_bm25_can_give(tmp_path: Path) -> None:
    texts = {"a": "graph " * 500, "b": "prune", "c": "graph prune graph prune", "d": "poker"}
    index = LexicalIndex.build(tmp_path, texts.items())
    for query in (["graph"], ["graph", "prune"], ["graph", "graph", "unknown"]):
        assert 0 < index.query(query, 1)[0][1] < index.attainable(query)
    assert index.attainable(["graph", "unknown"]) > index.attainable(["graph"]) + index.attainable(["graph"])
    assert index.attainable([]) == 0


def asked(question: str, near: WordVectors | None = None) -> Asked:
    weight = {"rare": 3.0}
    return read_asked(
        question, [], np.array([1.0, 0.0], dtype=np.float32), lambda term: weight.get(term, 1.0), near
    )


def test_coverage_is_the_weighted_share_of_the_words() -> None:
    texts = ["a rare find", "graphs and more graphs", "rare graphs", "poker", ""]
    assert coverage(asked("rare graph"), texts).tolist() == pytest.approx([0.75, 0.25, 1.0, 0.0, 0.0])
    assert coverage(asked("rare graph"), []).tolist() == []
    assert coverage(asked(""), ["graph"]).tolist() == [0.0]


def test_a_word_that_comes_near_counts_in_part() -> None:
    quick = SentenceEmbeddings("all-MiniLM-L6-v2").warm()
    assert quick is not None
    question = asked("quicker stocks", WordVectors.of(quick))
    near, far, same = coverage(question, ["faster shares", "coral reefs", "quicker stocks"])
    assert 0 <= far < near < same == pytest.approx(1.0)


def test_papers_are_read_with_their_sentences(store: Store, embedder: SentenceEmbeddings) -> None:
    vector = embedder.query_vector("coral reefs seen from satellites")
    question = read_asked("coral reefs seen from satellites", [], vector, lambda _: 1.0)
    ids = {title.split()[1]: id_ for id_, title in store.library.titles()}
    close = read_closely(question, [*ids.values(), "unknown"], store.library)
    assert set(close) == set(ids.values())
    best = max(close, key=lambda id_: close[id_].covered)
    assert best == max(close, key=lambda id_: close[id_].sentence) == ids["Coral"]
    nearest = float((read_texts(store.library, [best])[0].vectors @ vector).max())
    assert close[best].sentence == pytest.approx(nearest)


def test_a_title_without_an_abstract_is_read_too(store: Store, embedder: SentenceEmbeddings) -> None:
    from assistant.models import Paper
    from ingest.embed import embed

    store.library.put(embed([(Paper(id="bare", title="Coral Reefs", abstract=""), "x")], embedder))
    question = read_asked("coral reefs", [], embedder.query_vector("coral reefs"), lambda _: 1.0)
    others = [id_ for id_, _ in store.library.titles() if id_ != "bare"]
    close = read_closely(question, ["bare", *others], store.library)
    assert close["bare"].covered == pytest.approx(1.0)
    assert close["bare"].sentence == min(close[id_].sentence for id_ in others)
