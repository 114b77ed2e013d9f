"""Retrieval: whether the gold papers are found and where they rank, as the field defines it (ir-measures)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from evals.metrics.base import Metric, Sample

_MEASURES = {
    "ndcg@10": ("nDCG@10", "How high the gold papers rank among ten (Järvelin and Kekäläinen 2002)"),
    "recall@5": ("R@5", "Share of the gold papers among the first five"),
    "recall@10": ("R@10", "Share of the gold papers among the first ten"),
    "mrr@10": ("RR@10", "One over the rank of the first gold paper among ten, else 0"),
    "hit@1": ("Success@1", "Whether the first paper is a gold one"),
    "hit@5": ("Success@5", "Whether a gold paper is among the first five"),
    "precision@1": ("P@1", "Share of gold papers in the first place"),
    "precision@5": ("P@5", "Share of gold papers among the first five; 0.2 at the most where there is one"),
}
_OVER = "; cases with gold papers. Optional papers are left out of the ranking."


def retrieval_metrics() -> tuple[Metric, ...]:
    """Return nDCG, recall, MRR, hit and precision over what was retrieved, whatever was answered."""
    return tuple(
        Metric(name, "retrieval", about + _OVER, "higher", _value_of(measure))
        for name, (measure, about) in _MEASURES.items()
    )


def retrieval_value(measure: str, ranked: list[str], gold: set[str]) -> float:
    """Return a measure of one ranking.

    Args:
        measure: In the notation of ir-measures, such as `nDCG@10`.
        ranked: Ids of the papers found, best first.
        gold: Ids of the papers wanted, each as relevant as the other.

    Returns:
        The value in 0 to 1; 0 where nothing was found.
    """
    if not ranked:
        return 0.0
    parsed, calc = _parsed(measure)
    run = {"q": {id_: float(len(ranked) - place) for place, id_ in enumerate(ranked)}}
    return float(calc([parsed], {"q": dict.fromkeys(gold, 1)}, run)[parsed])


@cache
def _parsed(measure: str) -> tuple[Any, Any]:
    import ir_measures

    return ir_measures.parse_measure(measure), ir_measures.calc_aggregate


def _value_of(measure: str) -> Callable[[Sample], float | None]:
    def value(sample: Sample) -> float | None:
        gold = set(sample.case.gold)
        if not gold:
            return None
        ranked = [item.paper_id for item in sample.recorded.passages]
        return retrieval_value(measure, [id_ for id_ in ranked if id_ not in sample.case.optional], gold)

    return value
