"""The lexical index: its scores worked out by hand, its order, odd texts, and damage."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from assistant.errors import StoreDamaged
from assistant.lexical import LexicalIndex
from assistant.text import terms


def built(folder: Path, texts: dict[str, str]) -> LexicalIndex:
    return LexicalIndex.build(folder, texts.items())


def test_papers_without_terms_are_indexed_and_never_found(tmp_path: Path) -> None:
    index = built(tmp_path, {"a": "the of", "b": ""})
    assert index.query(["graph"], 5) == LexicalIndex.open(tmp_path).query(["graph"], 5) == []
    assert index.idf("graph") > 0
    assert len(index) == 2


def test_an_index_of_nothing_opens(tmp_path: Path) -> None:
    built(tmp_path, {})
    assert LexicalIndex.open(tmp_path).query(["graph"], 5) == []


def test_bm25_against_a_value_worked_out_by_hand(tmp_path: Path) -> None:
    """BM25 is idf · tf (k1 + 1) / (tf + k1 (1 - b + b · length / mean length)), with k1 1.2 and b .75."""
    index = built(tmp_path, {"a": "graph graph pruning", "b": "poker"})
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * 2.2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / 2))
    assert index.query(["graph"], 5) == [("a", pytest.approx(expected, rel=1e-5))]
    assert index.idf("graph") == pytest.approx(idf)


def test_a_term_asked_for_twice_counts_twice(tmp_path: Path) -> None:
    index = built(tmp_path, {"a": "graph pruning", "b": "poker"})
    ((_, once),) = index.query(["graph"], 5)
    assert index.query(["graph", "graph"], 5) == [("a", pytest.approx(2 * once))]


def test_equal_scores_stand_in_the_order_of_ids(tmp_path: Path) -> None:
    index = built(tmp_path, dict.fromkeys("dacb", "graph pruning"))
    assert [id_ for id_, _ in index.query(["graph"], 5)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("text", ["x" * 70_000, "naïve \x00 Größe ７B 图神经网络", "a\tb\nc\u2028d"])
def test_any_text_is_indexed_and_found_by_its_own_terms(tmp_path: Path, text: str) -> None:
    index = built(tmp_path, {"odd": text + " graph", "other": "poker"})
    assert index.query(["graph"], 5)[0][0] == "odd"
    for term in terms(text):
        assert len(term) > 60_000 or index.knows(term)


def test_a_folder_without_an_index_says_how_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged, match="index of texts") as caught:
        LexicalIndex.open(tmp_path)
    assert "--mend" in caught.value.hint
