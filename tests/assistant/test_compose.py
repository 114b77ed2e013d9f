"""The sentence that tells what a survey came to."""

from __future__ import annotations

import pytest

from assistant.by_year import ByYear
from assistant.compose import survey_summary


def test_a_survey_that_read_to_the_end_of_its_topic_tells_the_count() -> None:
    told = survey_summary("tides", 12, 3, 5000, 5000, 12)
    assert told == "12 of the 5,000 papers here are about “tides”; 3 more may be."


def test_a_survey_that_had_to_stop_says_at_least() -> None:
    told = survey_summary("tides", 1234, 0, 50_000, 60_000, 100, at_least=True)
    assert told == (
        "At least 1,234 of the 50,000 papers that the filters leave are about “tides”. 100 of them are listed here."
    )


@pytest.mark.parametrize("at_least", [True, False])
def test_none_is_never_at_least(at_least: bool) -> None:
    told = survey_summary("tides", 0, 2, 900, 900, 0, at_least=at_least)
    assert told == "None of the 900 papers here is about “tides”; 2 may be."


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("", 40, 0, 40, 40, 40), "The collection has 40 papers."),
        (("", 3, 0, 3, 40, 3), "3 of the 40 papers here fit the filters."),
        (("", 0, 0, 0, 40, 0), "None of the 40 papers here fits the filters."),
        (("tides", 0, 0, 0, 40, 0), "None of the 40 papers here fits the filters."),
        (("tides", 1, 0, 1, 40, 1), "1 of the 1 paper that the filters leave is about “tides”."),
    ],
)
def test_what_filters_leave_is_told(given: tuple[str, int, int, int, int, int], told: str) -> None:
    assert survey_summary(*given) == told


def test_some_of_the_papers_spoken_of_are_told_of_these() -> None:
    assert survey_summary("", 3, 0, 3, 40, 3, scope=10) == "3 of these 10 papers fit the filters."
    assert survey_summary("tides", 3, 0, 10, 40, 3, scope=10) == "3 of these 10 papers are about “tides”."
    told = survey_summary("tides", 1, 0, 4, 40, 1, scope=10)
    assert told == "1 of the 4 papers that the filters leave is about “tides”."


def test_others_are_told_of_the_others() -> None:
    assert (
        survey_summary("tides", 0, 1, 40, 40, 0, known=3)
        == "None of the 37 other papers here is about “tides”; 1 may be."
    )
    told = survey_summary("tides", 2, 0, 12, 40, 2, known=3)
    assert told == "2 of the 9 other papers that the filters leave are about “tides”."


@pytest.mark.parametrize(
    ("by_year", "told"),
    [
        (ByYear(True, True), "10 of the 40 papers here are about “tides”. The newest is listed here."),
        (ByYear(False, False), "10 of the 40 papers here are about “tides”. The oldest come first."),
    ],
)
def test_an_order_by_year_is_told(by_year: ByYear, told: str) -> None:
    assert survey_summary("tides", 10, 0, 40, 40, 1 if by_year.single else 10, by_year=by_year) == told


def test_the_newest_of_all_is_told_without_a_topic() -> None:
    newest = ByYear(True, True)
    assert (
        survey_summary("", 40, 0, 40, 40, 1, by_year=newest)
        == "Of the 40 papers here the newest is listed here."
    )
    told = survey_summary("", 10, 0, 10, 40, 1, scope=10, by_year=newest)
    assert told == "Of these 10 papers the newest is listed here."
