"""What a survey's question is after."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.survey_topic import read_topic, stripped, telling


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which papers are about coral reefs?", "coral reefs"),
        ("how many of these papers deal with tide tables", "tide tables"),
        ("anything on steel bridges?", "steel bridges"),
        ("Please list all studies that use the harmonic model.", "harmonic model"),
        ("HOW MANY PAPERS ARE ABOUT FERRIES?", "ferries"),
        ("papers about violins, no matter how old", "violins"),
        ("I write about harbours. Which papers deal with ferries?", "ferries"),
        ("Glass harps are hard to tune. Who reports that?", "Glass harps are hard to tune"),
    ],
)
def test_the_topic_is_what_is_left_without_the_words_of_asking(question: str, topic: str) -> None:
    assert read_topic(question).text == topic


@pytest.mark.parametrize(
    ("question", "alternatives"),
    [
        ("Which papers are on glaciers or violins?", ("glaciers", "violins")),
        ("papers on sea ice, river ice or glacier flow", ("sea ice", "river ice", "glacier flow")),
        (
            "Which papers are about music (violins, organs and harps)?",
            ("music", "violins", "organs", "harps"),
        ),
        ("who works on mending or tuning harps", ("mending harps", "tuning harps")),
        (
            "Which papers show that violins or harps can be tuned by machine?",
            ("violins or harps can be tuned by machine",),
        ),
        ("Which papers are about salt and pepper?", ("salt and pepper",)),
    ],
)
def test_any_of_the_alternatives_will_do(question: str, alternatives: tuple[str, ...]) -> None:
    assert read_topic(question).alternatives == alternatives


@pytest.mark.parametrize(
    ("question", "topic", "excluded"),
    [
        ("Which papers are about bees, but not mites?", "bees", "mites"),
        ("papers on boats other than ferries", "boats", "ferries"),
        ("everything about instruments except for violins", "instruments", "violins"),
        ("which papers are not about ferries", "ferries", ""),
    ],
)
def test_what_is_excluded_is_told_apart(question: str, topic: str, excluded: str) -> None:
    read = read_topic(question)

    assert (read.text, read.excluded) == (topic, excluded)


@pytest.mark.parametrize(
    ("question", "alternatives"),
    [
        ("Which papers are not about ferries?", ("ferries",)),
        ("Which papers aren't about ferries or violins?", ("ferries", "violins")),
        ("papers that are about neither ferries nor violins", ("ferries", "violins")),
        ("papers that are neither about ferries nor about violins", ("ferries", "violins")),
        ("How many papers don't deal with ferries?", ("ferries",)),
        ("Which papers do not mention ferries?", ("ferries",)),
        ("papers that have nothing to do with ferries", ("ferries",)),
        ("everything except ferries", ("ferries",)),
        ("all papers other than those on ferries", ("ferries",)),
        ("papers about anything but ferries", ("ferries",)),
        ("papers unrelated to ferries", ("ferries",)),
        ("WHICH PAPERS ARE NOT ABOUT FERRIES?", ("ferries",)),
    ],
)
def test_a_whole_topic_may_be_negated(question: str, alternatives: tuple[str, ...]) -> None:
    read = read_topic(question)

    assert (read.negated, read.alternatives, read.excluded) == (True, alternatives, "")


@pytest.mark.parametrize(
    ("question", "topic", "excluded"),
    [
        ("papers about non-English ferries", "non-English ferries", ""),
        ("papers not only about ferries", "ferries", ""),
        ("papers on no-regret tuning", "no-regret tuning", ""),
        ("papers on ferries not yet built", "ferries not yet built", ""),
        ("papers about tuning without labels", "tuning without labels", ""),
        ("papers on boats that are not ferries", "boats that are not ferries", ""),
        ("Which papers are about bees but not about mites?", "bees", "mites"),
        ("Which papers are about bees and not about mites?", "bees", "mites"),
        ("papers not about ferries but about harbours", "harbours", "ferries"),
    ],
)
def test_a_negation_within_a_topic_does_not_negate_it(question: str, topic: str, excluded: str) -> None:
    read = read_topic(question)

    assert (read.negated, read.text, read.excluded) == (False, topic, excluded)


def test_what_is_said_beside_the_topic_goes_into_the_vector_alone() -> None:
    read = read_topic("I look after old instruments. Which papers are on violins or harps?")

    assert read.context == "old instruments"
    assert read.vector_texts == ("old instruments violins or harps", "violins", "harps")


def test_words_of_asking_are_not_told_as_terms() -> None:
    assert telling("Which papers investigate ferries?") == telling("ferries")


def test_punctuation_and_asking_go_from_both_ends() -> None:
    assert stripped("Which papers, if any, look at “glass harps” here?") == "glass harps"


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_gives_a_topic(text: str) -> None:
    read = read_topic(text)

    assert bool(read.text) == bool(text)
    assert read.alternatives and read.vector_texts
    assert bool(all(read.alternatives)) == bool(text)


PIECES = [
    "which papers",
    "but not",
    "not about",
    "neither",
    "nor",
    "or",
    "and",
    ",",
    "(",
    ")",
    "(any",
    ".",
    "such as",
    "A",
    "i.e.",
    "GPT-4",
    "?",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map(" ".join))
def test_the_words_that_rules_look_for_in_any_order_give_a_topic(text: str) -> None:
    read = read_topic(text)

    assert read.text and all(read.alternatives)
