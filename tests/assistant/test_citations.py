"""Markers come out of a model's words whatever its habits, and never reach the reader unresolved."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import SentenceStream, read_markers, visible


@pytest.mark.parametrize(
    ("written", "text", "numbers", "unknown"),
    [
        ("It works [1].", "It works.", (1,), ()),
        ("It works. [2]", "It works.", (2,), ()),
        ("It works [1][3], mostly [1].", "It works, mostly.", (1, 3), ()),
        ("It works [1, 3].", "It works.", (1, 3), ()),
        ("It works [1-3].", "It works.", (1, 2, 3), ()),
        ("It works [^2].", "It works.", (2,), ()),
        ("It works 【2†source】.", "It works.", (2,), ()),
        ("It works [7].", "It works.", (), ("[7]",)),
        ("It works [0, 2].", "It works.", (2,), ("[0]",)),
        ("- It works [1].", "It works.", (1,), ()),
        ("2. It works [1].", "It works.", (1,), ()),
        ("3.2 times faster [1].", "3.2 times faster.", (1,), ()),
        ("Nothing cited.", "Nothing cited.", (), ()),
        ("A set [x] stays.", "A set [x] stays.", (), ()),
    ],
)
def test_read_markers(written: str, text: str, numbers: tuple[int, ...], unknown: tuple[str, ...]) -> None:
    found = read_markers(written, known=3)
    assert (found.text, found.numbers, found.unknown) == (text, numbers, unknown)


def stream(text: str, cuts: list[int]) -> list[str]:
    """Feed a text in pieces cut at the given places."""
    cutter = SentenceStream()
    found: list[str] = []
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    for start, end in pairwise(places):
        found.extend(cutter.feed(text[start:end]))
    found.extend(cutter.end())
    return found


DRAFT = (
    "TEDDY uses edge degree [1]. It beats iterative methods by 3.5% [2][3]. [4] Finally, e.g. GPT-4 wins. [1, 9]\n"
    "- Bullet one [2].\n1. Numbered item [3]."
)


@given(st.lists(st.integers(0, 500), max_size=12))
def test_the_pieces_a_stream_comes_in_make_no_difference(cuts: list[int]) -> None:
    assert stream(DRAFT, cuts) == [
        "TEDDY uses edge degree [1].",
        "It beats iterative methods by 3.5% [2][3]. [4]",
        "Finally, e.g. GPT-4 wins. [1, 9]",
        "- Bullet one [2].",
        "1. Numbered item [3].",
    ]


@given(st.text(alphabet="ab .[]0123,-\n【】^", max_size=120), st.lists(st.integers(0, 200), max_size=6))
def test_no_letter_is_lost_and_no_known_marker_is_shown(text: str, cuts: list[int]) -> None:
    found = stream(text, cuts)
    letters = re.sub(r"[^ab]", "", text)
    assert re.sub(r"[^ab]", "", "".join(found)) == letters
    for sentence in found:
        marked = read_markers(sentence, known=3)
        assert all(1 <= number <= 3 for number in marked.numbers)
        assert not re.search(r"\[\d{1,4}\]", marked.text)


@given(st.integers(0, len(DRAFT)))
def test_what_is_visible_of_a_draft_has_no_marker_whole_or_half(cut: int) -> None:
    shown = visible(DRAFT[:cut])
    assert not re.search(r"\[\d", shown)
