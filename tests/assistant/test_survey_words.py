"""How much of a topic's words a paper has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.survey_words import Matched, is_name, matched, names_of, read_words, wanted


def match(topic: str, title: str, *sentences: str) -> Matched:
    return matched([wanted(topic, lambda term: 1.0)], read_words(title, sentences))[0]


def test_words_count_in_another_form() -> None:
    assert match("pruning hedges", "Hedges", "Each hedge is pruned twice.").paper == 1


def test_words_that_a_paper_lacks_lower_its_share() -> None:
    found = match("glass harps", "Harps", "They are made of wood.")

    assert found.paper == 0.5
    assert found.phrase == 0


def test_neighbours_count_only_as_neighbours() -> None:
    assert match("glass harp", "Tuning", "A glass harp rings.").phrase == 1
    assert match("glass harp", "Tuning", "A harp stands behind glass.").phrase == 0


def test_an_acronym_stands_for_the_words_that_spell_it() -> None:
    found = match("slow river flow", "SRF in Spring", "It peaks in May.")

    assert (found.paper, found.phrase) == (1, 1)


def test_small_letters_spell_no_acronym() -> None:
    assert match("slow river flow", "A srf in spring", "It peaks in May.").paper == 0


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("BRIM", "BRIM fills cups.", 1),
        ("BRIM", "To the brim.", -1),
        ("HarpNet-2", "We train harpnet 2.", -1),
        ("HarpNet-2", "We train HarpNet2.", 1),
        ("HarpNet", "We train Harpnet.", 1),
        ("harps", "We tune harps.", 0),
    ],
)
def test_a_name_has_to_stand_as_it_is_written(name: str, text: str, named: float) -> None:
    assert match(name, "Cups", text).named == named


def test_the_best_alternative_counts_and_each_sentence_by_itself() -> None:
    topic = [wanted(text, lambda term: 1.0) for text in ("violins", "glass harps")]

    best, sentences = matched(
        topic, read_words("Music", ("Glass is brittle.", "We hear harps of glass.", "So be it."))
    )

    assert best.paper == 1
    assert sentences == (0.5, 1.0, 0.0)


@pytest.mark.parametrize("word", ["PaLM", "GSM8K", "BM25", "BLEU", "GPT-4"])
def test_capitals_and_digits_make_a_name(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize("word", ["Harps", "harps", "RL", "2019", "...", ""])
def test_other_words_make_none(word: str) -> None:
    assert not is_name(word)


@given(st.text(max_size=80), st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_shares_stay_between_nothing_and_all(topic: str, title: str, sentences: list[str]) -> None:
    found = match(topic, title, *sentences)

    assert all(0 <= share <= 1 + 1e-9 for share in (found.paper, found.sentence, found.phrase))
    assert found.named in ((-1, 1) if names_of(topic) else (0,))
