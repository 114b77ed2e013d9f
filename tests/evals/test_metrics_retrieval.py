"""Retrieval metrics on rankings worked out by hand."""

from __future__ import annotations

import math

import pytest
from samples import case, sample, value

from evals.metrics.retrieval import retrieval_metrics, retrieval_value

METRICS = retrieval_metrics()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hit@1", 0.0),
        ("hit@5", 1.0),
        ("mrr@10", 1 / 2),
        ("precision@1", 0.0),
        ("precision@5", 2 / 5),
        ("recall@5", 1.0),
        ("recall@10", 1.0),
        # gains at ranks 2 and 4 over the ideal ranks 1 and 2
        ("ndcg@10", (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))),
    ],
)
def test_two_gold_papers_at_ranks_two_and_four(name: str, expected: float) -> None:
    asked = sample(case(gold=["lumen", "trim"]), found=("reef", "lumen", "x", "trim", "y"))
    assert value(METRICS, name, asked) == pytest.approx(expected)


def test_optional_papers_neither_help_nor_hurt() -> None:
    asked = sample(case(gold=["lumen"], optional=["reef"]), found=("reef", "lumen"))
    assert value(METRICS, "hit@1", asked) == 1.0
    assert value(METRICS, "mrr@10", asked) == 1.0


def test_nothing_found_is_zero_and_no_gold_is_no_value() -> None:
    assert value(METRICS, "ndcg@10", sample(case(gold=["lumen"]))) == 0.0
    assert value(METRICS, "ndcg@10", sample(case(answerable=False), found=("lumen",))) is None


def test_beyond_the_cut_off_nothing_counts() -> None:
    ranked = [f"p{n}" for n in range(10)] + ["lumen"]
    assert retrieval_value("R@10", ranked, {"lumen"}) == 0.0
    assert retrieval_value("RR@10", ranked[1:], {"lumen"}) == pytest.approx(0.1)


def test_every_metric_stays_in_its_range() -> None:
    asked = sample(case(gold=["lumen", "trim", "reef"]), found=("lumen", "trim", "reef"))
    for metric in METRICS:
        assert 0 <= (value(METRICS, metric.name, asked) or 0) <= 1
