"""Sentences keep their place in the text, and terms bring spellings of a name together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import fold, question_terms, sentences, terms, words


@given(st.text(max_size=400))
def test_sentences_cover_every_character_once_and_in_order(text: str) -> None:
    spans = sentences(text)
    outside = list(text)
    last = 0
    for span in spans:
        assert last <= span.start < span.end
        assert span.of(text).strip() == span.of(text) != ""
        last = span.end
        outside[span.start : span.end] = [""] * (span.end - span.start)
    assert "".join(outside).strip() == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use BERT, i.e. the model of Smith et al. (2020). It works.", 2),
        ("It gains 12.5% over e.g. GPT-4. See Fig. 3 for more.", 2),
        ("This works.However, glued sentences happen.", 2),
        ("Is it fast? Yes! We think so.", 3),
        ("We find: 1. Models plan; 2. Models act; 3. Models learn.", 4),
        ("The loss is 2. It was 3.", 2),
        ("", 0),
        ("no full stop at all", 1),
    ],
)
def test_sentences_of_abstracts(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


def test_spellings_of_a_name_share_a_term() -> None:
    assert "gpt4" in set(terms("GPT-4")) & set(terms("gpt4"))
    assert set(terms("one-shot pruning")) & set(terms("oneshot"))
    assert terms("Sparsifying sparsified sparsifies") == ["sparsifi"] * 3


def test_words_are_folded() -> None:
    assert words("Müller’s GPT-4 at 2.1%") == ["muller’s", "gpt-4", "at", "2.1"]
    assert fold("ﬁne Ångström") == "fine angstrom"


def test_a_question_keeps_its_topic() -> None:
    assert question_terms("What do these papers say about graph pruning?") == terms("graph pruning")
    assert question_terms("which papers?") == terms("which papers?") != []


def test_terms_are_safe_in_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: terms("running models quickly " * 50), range(200)))
    assert all(each == found[0] for each in found)
