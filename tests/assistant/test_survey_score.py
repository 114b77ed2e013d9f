"""How likelihoods come out of signals, and where the list is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.survey_score import (
    MEMBER,
    MEMBER_WEIGHTS,
    PRESENCE,
    PRESENCE_WEIGHTS,
    cut,
    logistic,
    member_signals,
    outstanding,
    presence_signals,
)
from assistant.survey_words import Matched

ALL, NONE = Matched(1.0, 1.0, 1.0, 1.0), Matched(0.0, 0.0, 0.0, -1.0)


def test_a_paper_that_has_all_stands_above_one_that_has_none() -> None:
    cosines = np.array([0.6, 0.1, 0.1, 0.1])

    signals = member_signals(cosines, cosines, [ALL, NONE, NONE, NONE], np.arange(4), 4)
    likely = logistic(signals, MEMBER_WEIGHTS, 0.0)

    assert signals.shape == (4, len(MEMBER)) == (4, len(MEMBER_WEIGHTS))
    assert likely[0] > likely[1] == likely[3]


def test_what_hardly_differs_is_not_told_apart() -> None:
    values = np.array([0.3, 0.3001, 0.2999])

    assert np.abs(outstanding(values, values, 0.02, 100)).max() < 0.01


def test_the_same_lead_tells_less_among_more_papers() -> None:
    values = np.array([0.8, 0.1, 0.2, 0.15])

    few, many = (outstanding(values, values, 0.02, papers)[0] for papers in (100, 100_000))

    assert few > many > 0


def test_a_topic_has_the_best_that_any_paper_reaches() -> None:
    cosines = np.array([0.2, 0.7])

    signals = presence_signals(cosines, cosines, [NONE, ALL], 2, 0)

    assert len(signals) == len(PRESENCE) == len(PRESENCE_WEIGHTS)
    assert signals.tolist() == pytest.approx([0.7, 0, 1, 0.2, 0.2, 0, 0])


def test_one_paper_alone_has_signals() -> None:
    assert presence_signals(np.array([0.2]), np.array([0.3]), [NONE], 0, 0).tolist() == pytest.approx(
        [0.2, 1, 0, 0.2, 0.3, 0, 0]
    )


@pytest.mark.parametrize(
    ("likely", "taken"),
    [([], 0), ([0.9, 0.85, 0.05], 2), ([0.3, 0.02], 1), ([0.01], 1), ([0.9, 0.8, 0.7, 0.6, 0.04], 4)],
)
def test_the_list_is_cut_where_f1_is_to_be_best(likely: list[float], taken: int) -> None:
    assert cut(np.array(likely)) == taken


def test_many_small_chances_do_not_add_up() -> None:
    assert cut(np.array([0.9, 0.9, *[0.04] * 10_000])) == 2


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_the_cut_takes_one_at_least_and_no_more_than_there_are(likely: list[float]) -> None:
    assert 1 <= cut(np.array(sorted(likely, reverse=True))) <= len(likely)
