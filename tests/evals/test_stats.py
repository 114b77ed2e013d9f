"""Intervals and tests, on values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evals.stats import (
    Estimate,
    cohen_kappa,
    mcnemar,
    mean_interval,
    paired_difference,
    statistic_interval,
)


def test_a_mean_has_an_interval_around_it_that_is_the_same_every_time() -> None:
    values = [0.0, 1.0] * 50
    found = mean_interval(values)
    assert found == mean_interval(values)
    assert found is not None
    assert found.value == 0.5
    assert found.n == 100
    # the standard error is 0.5 / sqrt(100) = 0.05, so the interval is near 0.5 ± 0.098
    assert found.low == pytest.approx(0.402, abs=0.02)
    assert found.high == pytest.approx(0.598, abs=0.02)


def test_one_value_equal_values_and_none() -> None:
    assert mean_interval([0.25]) == Estimate(0.25, 0.25, 0.25, 1)
    assert mean_interval([1, 1, 1]) == Estimate(1.0, 1.0, 1.0, 3)
    assert mean_interval([]) is None


def test_differences_are_paired() -> None:
    found = paired_difference([0.1, 0.5, 0.9], [0.2, 0.6, 1.0])
    assert found is not None
    assert found.value == pytest.approx(0.1)
    assert found.low == pytest.approx(0.1)
    with pytest.raises(ValueError, match="paired"):
        paired_difference([1.0], [])


def test_a_statistic_that_is_undefined_has_no_estimate() -> None:
    def ratio(rows: np.ndarray) -> float:
        return float(rows[:, 0].sum() / rows[:, 1].sum()) if rows[:, 1].sum() else math.nan

    found = statistic_interval(np.array([[1.0, 2.0], [0.0, 1.0], [0.0, 0.0]]), ratio)
    assert found is not None
    assert found.value == pytest.approx(1 / 3)
    assert 0 <= found.low <= found.value <= found.high <= 0.5
    assert statistic_interval(np.array([[1.0, 0.0]]), ratio) is None
    assert statistic_interval(np.zeros((0, 2)), ratio) is None


def test_mcnemar_is_a_sign_test_of_the_flips() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(0, 5) == pytest.approx(2 / 32)
    assert mcnemar(1, 7) == pytest.approx(2 * (1 + 8) / 256)


def test_kappa_by_hand() -> None:
    # agreement 35 of 50; chance 0.5 × 0.6 + 0.5 × 0.4 = 0.5, so kappa = (0.7 − 0.5) / 0.5 = 0.4
    one = ["yes"] * 25 + ["no"] * 25
    other = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = cohen_kappa(one, other)
    assert found is not None
    assert found.value == pytest.approx(0.4)
    assert found.low < 0.4 < found.high
    assert cohen_kappa(["yes"] * 4, ["yes"] * 4) is None
    assert cohen_kappa([], []) is None
