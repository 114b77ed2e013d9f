"""Vectors of single words: near for words of like meaning, and the same however often they are forgotten."""

from __future__ import annotations

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.quick_bert import QuickBert
from assistant.word_vectors import WordVectors


@pytest.fixture(scope="module")
def encoder() -> QuickBert:
    quick = SentenceEmbeddings("all-MiniLM-L6-v2").warm()
    assert quick is not None
    return quick


@pytest.fixture(scope="module")
def near(encoder: QuickBert) -> WordVectors:
    return WordVectors.of(encoder)


def test_words_of_like_meaning_are_nearer_than_others(near: WordVectors) -> None:
    stock, share, reef = near(["stocks", "shares", "reef"])

    assert float(stock @ share) > 0.3 > float(stock @ reef) + 0.1
    assert near([]).shape == (0, len(stock))


def test_words_keep_their_vectors_when_memory_starts_anew(
    near: WordVectors, encoder: QuickBert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.word_vectors._MOST", 3)
    forgetful = WordVectors.of(encoder)

    for words in (
        ["coral", "reef"],
        ["reef", "sea", "warm"],
        ["coral", "coral", "sea", "reef", "deep"],
        [" "],
    ):
        assert forgetful(words) == pytest.approx(near(words), abs=1e-6)
