"""The sides of a comparison are found, however it is worded, and what compares nothing has none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.sides import MOST_SIDES, Side, compared


def named(question: str, *names: str) -> list[Side]:
    return [Side(question.index(name), question.index(name) + len(name)) for name in names]


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "How does KelpNet differ from WaveFit in memory?",
            ("How does KelpNet differ in memory?", "How does differ from WaveFit in memory?"),
        ),
        ("KelpNet vs WaveFit", ("KelpNet", "WaveFit")),
        (
            "compare KelpNet, WaveFit and TideGAN on cost",
            ("compare KelpNet on cost", "compare WaveFit on cost", "compare TideGAN on cost"),
        ),
        (
            "What do KelpNet and WaveFit have in common?",
            ("What do KelpNet have in common?", "What do WaveFit have in common?"),
        ),
        (
            "KelpNet and WaveFit both save fuel. Which one is cheaper?",
            (
                "KelpNet both save fuel. Which one is cheaper?",
                "WaveFit both save fuel. Which one is cheaper?",
            ),
        ),
        (
            "What is the difference between wooden hulls and steel hulls?",
            ("What is the difference between wooden hulls?", "What is the difference between steel hulls?"),
        ),
        (
            "the sonar study versus the radar one: which ships?",
            ("the sonar study: which ships?", "the radar one: which ships?"),
        ),
        (
            "Two papers clean hulls. One does it with brushes, the other with sound. Contrast them.",
            ("Two papers clean hulls. does it with brushes", "Two papers clean hulls. with sound"),
        ),
    ],
)
def test_sides_by_the_wording(question: str, sides: tuple[str, ...]) -> None:
    assert compared(question) == sides


@pytest.mark.parametrize(
    "question",
    [
        "What does KelpNet cost?",
        "Which ships use sonar and radar?",
        "Why do ships of KelpNet rust more than others?",
        "Physical activity explains the difference in oxygen uptake between young and old divers on all of the boats.",
        "We compare wooden hulls to steel hulls and find, over ten years of tests, that wood lasts.",
        "",
        "vs",
        "compare",
    ],
)
def test_what_compares_nothing_has_no_sides(question: str) -> None:
    assert compared(question) == ()


def test_named_papers_are_sides() -> None:
    question = "Where do kelpnet and Slow Is Smooth send their robots?"
    assert compared(question, named(question, "kelpnet", "Slow Is Smooth")) == (
        "Where do kelpnet send their robots?",
        "Where do Slow Is Smooth send their robots?",
    )


def test_a_named_paper_and_what_it_is_held_against_are_sides() -> None:
    question = "How does KelpNet compare with plain nets on cost?"
    assert len(compared(question, named(question, "KelpNet"))) == 2


def test_a_comparison_within_one_named_paper_has_no_sides() -> None:
    question = "KelpNet: what is the difference between its short and long ropes?"
    assert compared(question, named(question, "KelpNet")) == ()


def test_a_quotation_is_one_side() -> None:
    question = "KelpNet versus the 'why and when is it slow' paper: what does each blame?"
    assert compared(question) == (
        "KelpNet: what does each blame?",
        "the 'why and when is it slow' paper: what does each blame?",
    )


@given(
    st.lists(
        st.sampled_from(
            [
                "KelpNet",
                "and",
                "or",
                "vs",
                "both",
                "compare",
                ",",
                "one",
                "the other",
                "than",
                "?",
                "'a b'",
                "is",
            ]
        ),
        max_size=30,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_text_has_no_side_or_several(words: list[str]) -> None:
    sides = compared(" ".join(words))
    assert len(sides) != 1
    assert len(sides) <= MOST_SIDES
