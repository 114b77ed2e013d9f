"""Abstention, time and money, on figures worked out by hand."""

from __future__ import annotations

import math

import pytest
from samples import LUMEN, case, pooled, quote, sample, value

from assistant.models import Usage
from evals.metrics.abstention import abstention_metrics
from evals.metrics.base import Sample
from evals.metrics.speed import speed_metrics

ABSTENTION = abstention_metrics()
FASTER = quote(LUMEN, "It is 3.2 times faster.")


def asked(answerable: bool, answered: bool, answerability: float | None = None) -> Sample:
    claims = (FASTER,) if answered else ()
    return sample(case(answerable=answerable), *claims, answerability=answerability)


MIXED = (
    asked(True, True, 0.9),
    asked(True, True, 0.8),
    asked(True, False, 0.4),
    asked(False, False, 0.3),
    asked(False, True, 0.8),
)


def test_precision_recall_and_f1_of_not_answering() -> None:
    # not answered: two, of which one rightly; unanswerable: two, of which one not answered
    assert pooled(ABSTENTION, "abstention_precision", *MIXED) == 1 / 2
    assert pooled(ABSTENTION, "abstention_recall", *MIXED) == 1 / 2
    assert pooled(ABSTENTION, "abstention_f1", *MIXED) == 1 / 2
    assert [value(ABSTENTION, "abstention_right", each) for each in MIXED] == [1, 1, 0, 1, 0]


def test_auroc_counts_pairs_and_halves_ties() -> None:
    # unanswerable .3 and .8 against answerable .9 .8 .4: lower is right: 3 pairs, then 1 + half of 1 + 0
    assert pooled(ABSTENTION, "abstention_auroc", *MIXED) == pytest.approx((3 + 1.5) / 6)


def test_figures_without_both_kinds_are_undefined() -> None:
    assert math.isnan(pooled(ABSTENTION, "abstention_precision", asked(True, True)))
    assert math.isnan(pooled(ABSTENTION, "abstention_f1", asked(True, True), asked(True, False)))
    assert math.isnan(pooled(ABSTENTION, "abstention_auroc", asked(False, False, 0.1)))


def test_a_case_that_failed_counts_as_the_wrong_decision() -> None:
    failed = sample(case(answerable=False), error="the model died")
    assert value(ABSTENTION, "abstention_right", failed) == 0.0
    assert pooled(ABSTENTION, "abstention_recall", asked(False, False), failed) == 0.5
    lost = sample(case(answerable=True), error="the model died")
    assert value(ABSTENTION, "abstention_right", lost) == 0.0
    assert pooled(ABSTENTION, "abstention_precision", asked(False, False), lost) == 0.5


def test_percentiles_of_each_stage() -> None:
    timed = [
        sample(case(), FASTER, seconds=float(n), timings={"retrieve": n / 10, "total": n})
        for n in range(1, 6)
    ]
    metrics = speed_metrics()
    assert pooled(metrics, "seconds_p50", *timed) == 3.0
    assert pooled(metrics, "seconds_p95", *timed) == pytest.approx(4.8)
    assert pooled(metrics, "seconds_retrieve_p50", *timed) == pytest.approx(0.3)


def test_tokens_and_money() -> None:
    written = sample(case(), FASTER, usage=Usage(input_tokens=400_000, output_tokens=100_000))
    metrics = speed_metrics((0.5, 2.0))
    assert value(metrics, "tokens_read", written) == 400_000
    assert value(metrics, "tokens_written", written) == 100_000
    assert value(metrics, "dollars", written) == pytest.approx(0.2 + 0.2)
    assert value(metrics, "dollars", sample(case(), FASTER)) == 0.0
    assert value(metrics, "tokens_read", sample(case(), FASTER)) is None
    assert "dollars" not in {metric.name for metric in speed_metrics()}
