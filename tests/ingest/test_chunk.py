"""Passages hold every sentence once, whole where it fits, and each fits the window with its title."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.models import Paper, Span
from assistant.text import sentences
from ingest.chunk import chunk, embedded_text, fit_title


def count_words(text: str) -> int:
    """Count words and two special tokens, as a tokeniser of whole words would."""
    return len(text.split()) + 2


def count_characters(text: str) -> int:
    return len(text) + 2


def count_oddly(text: str) -> int:
    """Count more for the whole than for its parts: no sum of sentence counts foretells it."""
    return len(text.split()) + len(text) // 40 + 2


COUNTERS = [count_words, count_characters, count_oddly]


def paper(abstract: str, title: str = "A short title") -> Paper:
    return Paper(id="p-1", title=title, abstract=abstract)


def sentence(n: int, words: int) -> str:
    return f"Sentence {n} has " + " ".join(f"word{i}" for i in range(words - 3)) + "."


WORDS = st.text("abcdefgXYZ0123é中", min_size=1, max_size=14)
TEXTS = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", " ", " ", ", ", ". ", "? ", "; ", " (", ") "])), min_size=1
).map(lambda parts: "".join(word + mark for word, mark in parts).strip())


@given(TEXTS, st.sampled_from(COUNTERS), st.integers(20, 60), TEXTS)
@settings(max_examples=200)
def test_every_character_is_in_one_sentence_and_every_passage_fits(
    abstract: str, count: Callable[[str], int], window: int, title: str
) -> None:
    whole = paper(abstract, title)
    passages = chunk(whole, count, window)
    covered = [0] * len(abstract)
    for n, passage in enumerate(passages):
        assert passage.id == f"{whole.id}#{n}"
        assert passage.n == n
        text = embedded_text(fit_title(title, count, window), passage.span.of(abstract))
        assert count(text) <= window
        assert (passage.span.start, passage.span.end) == (
            passage.sentences[0].start,
            passage.sentences[-1].end,
        )
        for span in passage.sentences:
            assert span.of(abstract) == span.of(abstract).strip() != ""
            for place in range(span.start, span.end):
                covered[place] += 1
    assert all(
        times == (not char.isspace()) or char.isspace() for times, char in zip(covered, abstract, strict=True)
    )
    assert chunk(whole, count, window) == passages


def test_whole_sentences_stay_whole() -> None:
    abstract = " ".join(sentence(n, 10) for n in range(9))
    found = set(sentences(abstract))
    passages = chunk(paper(abstract), count_words, 40)
    assert {span for passage in passages for span in passage.sentences} == found
    assert len(found) == 9


def test_passages_are_as_few_and_as_equal_as_can_be() -> None:
    abstract = " ".join(
        sentence(n, 10) for n in range(7)
    )  # 70 words; 35 fit, so greedy filling leaves 30, 30, 10
    passages = chunk(paper(abstract), count_words, 40)
    sizes = [len(passage.span.of(abstract).split()) for passage in passages]
    assert sorted(sizes) == [20, 20, 30]


def test_a_short_abstract_is_one_passage() -> None:
    passages = chunk(paper("One sentence. And another."), count_words, 256)
    assert [passage.span for passage in passages] == [Span(start=0, end=26)]
    assert len(passages[0].sentences) == 2


def test_a_title_only_paper_has_one_empty_passage() -> None:
    (passage,) = chunk(paper(""), count_words, 256)
    assert passage.span == Span(start=0, end=0)
    assert passage.sentences == ()


def test_a_sentence_too_long_is_split_at_clauses() -> None:
    clauses = ", ".join(" ".join(f"w{i}{j}" for j in range(8)) for i in range(6))
    passages = chunk(paper(f"First comes this. {clauses}."), count_words, 24)
    pieces = [span.of(f"First comes this. {clauses}.") for passage in passages for span in passage.sentences]
    assert len(pieces) > 2
    assert all(piece.endswith((",", ".")) for piece in pieces)


def test_a_word_too_long_is_split_between_characters() -> None:
    word = "x" * 500
    passages = chunk(paper(word), count_characters, 60)
    assert "".join(span.of(word) for passage in passages for span in passage.sentences) == word


def test_a_long_title_is_cut_for_embedding_only() -> None:
    title = " ".join(f"t{i}" for i in range(100))
    long = paper("A sentence here. Another there.", title)
    cut = fit_title(title, count_words, 20)
    assert title.startswith(cut + " ")
    assert count_words(cut) <= 10
    assert long.title == title
    assert len(chunk(long, count_words, 20)) >= 1


def test_a_title_without_blanks_is_cut_too() -> None:
    assert fit_title("中" * 300, count_characters, 100) == "中" * 48


def test_a_window_too_small_is_told() -> None:
    with pytest.raises(UsageError, match="window is too small"):
        chunk(paper("Some text."), count_characters, 3)


def test_a_very_long_abstract_is_cut_quickly() -> None:
    abstract = " ".join(sentence(n, 12) for n in range(3000))
    passages = chunk(paper(abstract), count_words, 256)
    assert sum(len(passage.sentences) for passage in passages) == 3000
    assert len(passages) < 170
