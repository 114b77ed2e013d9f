"""The newest and the oldest papers: told from what merely speaks of new things, listed by year, or not told at all."""

from __future__ import annotations

import pytest

from assistant.by_year import ByYear, read_by_year


@pytest.mark.parametrize(
    ("question", "order", "rest"),
    [
        ("What is the latest paper on ropes?", ByYear(True, True), "What is the paper on ropes?"),
        ("newest papers about knots", ByYear(True, False), "papers about knots"),
        ("the most recent rope paper", ByYear(True, True), "the rope paper"),
        ("oldest study of hemp?", ByYear(False, True), "study of hemp?"),
        ("Which of them is the earliest?", ByYear(False, True), "Which of them is the"),
        ("Which papers on ropes are the most recent?", ByYear(True, False), "Which papers on ropes are the"),
        ("which one is the newest?", ByYear(True, True), "which one is the"),
        ("the latest of these", ByYear(True, False), "the of these"),
    ],
)
def test_an_order_by_year_is_read(question: str, order: ByYear, rest: str) -> None:
    assert read_by_year(question) == (order, rest)


@pytest.mark.parametrize(
    "question",
    [
        "What are the latest results on ropes?",
        "Which papers report the most recent results?",
        "How do the oldest ropes break?",
        "Which papers use the newest fibres in ropes?",
        "What is the first paper on ropes about?",
        "Is the latest version faster?",
    ],
)
def test_new_things_are_no_order(question: str) -> None:
    assert read_by_year(question) == (None, question)
