"""The retrieval benchmark: figures of cases by hand, the seam that asks, and ways of ranking over a real store."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.models import Turn
from assistant.retrieve import HybridRetriever
from assistant.store import Store
from evals.bench.case_retrieval import CaseFigures, case_figures, measure_cases
from evals.bench.retrieval import interval, measured, reciprocal, ways
from evals.cases import Case


def test_figures_of_a_case() -> None:
    found = ["x", "a", "b", "o"]
    assert case_figures(["a", "b"], ["o"], found) == CaseFigures(0.0, 1.0, 1.0, 2 * 2 / (2 + 3))
    assert case_figures(["a"], ["o"], ["o", "a"]) == CaseFigures(1.0, 1.0, 1.0, 1.0)
    assert case_figures(["a"], [], []) == CaseFigures(0.0, 0.0, 0.0, 0.0)


def test_recall_at_5_can_be_full_where_there_are_more_gold_papers() -> None:
    gold = [str(n) for n in range(9)]
    figures = case_figures(gold, [], gold)
    assert figures == CaseFigures(1.0, 1.0, 0.0, 1.0)


def test_every_case_is_asked_with_its_conversation_and_counted_by_kind() -> None:
    heard: list[tuple[str, int]] = []

    def ask(question: str, history: Sequence[Turn]) -> list[str]:
        heard.append((question, len(history)))
        return ["a"]

    cases = [
        Case(id="1", type="lookup", question="What?", gold=("a",)),
        Case(
            id="2",
            type="follow_up",
            question="And it?",
            gold=("b",),
            history=(Turn(role="user", content="x"),),
        ),
        Case(id="3", type="near_miss", question="Who?", answerable=False),
    ]
    figures = measure_cases(cases, ask)
    assert heard == [("What?", 0), ("And it?", 1)]
    assert {kind: [each.hit_at_1 for each in rows] for kind, rows in figures.items()} == {
        "lookup": [1.0],
        "follow_up": [0.0],
    }


def test_fusion_by_reciprocal_rank() -> None:
    scores = reciprocal([["x", "y"], ["y", "z"]], k=20)
    assert scores == {
        "x": pytest.approx(1 / 21),
        "y": pytest.approx(1 / 22 + 1 / 21),
        "z": pytest.approx(1 / 22),
    }


def test_a_query_that_found_nothing_counts_as_0() -> None:
    ndcg, recall, mrr = measured({"1": {"a": 0.9, "b": 0.5}}, {"1": {"b"}, "2": {"a"}})
    assert (recall, mrr) == ({"1": 1.0, "2": 0.0}, {"1": 0.5, "2": 0.0})
    assert 0 < ndcg["1"] < 1 and ndcg["2"] == 0


def test_an_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    low, high = interval([0.0, 1.0] * 10)
    narrow = interval([0.0, 1.0] * 1000)
    assert low < 0.5 < high
    assert low < narrow[0] < 0.5 < narrow[1] < high


def test_every_way_of_ranking_finds_a_plain_match(store: Store, embedder: SentenceEmbeddings) -> None:
    retriever = HybridRetriever(store=store, embedder=embedder)
    coral = next(id_ for id_, title in store.library.titles() if title.startswith("Measuring Coral"))
    found = ways(retriever, "coral reefs seen from satellites")
    assert list(found) == ["dense", "BM25", "reciprocal", "sum", "read closely"]
    for scores, seconds in found.values():
        assert max(scores, key=lambda id_: scores[id_]) == coral
        assert seconds >= 0
