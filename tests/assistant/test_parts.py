"""Double questions come apart where both parts can be searched for, and rankings merge so that each has its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Ranked
from assistant.parts import interleave, parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Two quick ones: how many ropes does KelpNet need, and what does TIDE stand for?",
            ("how many ropes does KelpNet need", "what does TIDE stand for"),
        ),
        (
            "how fast are wooden ferries at night and which harbour cranes lift the most steel",
            ("how fast are wooden ferries at night", "which harbour cranes lift the most steel"),
        ),
        (
            "Does salt damage steel harbour cranes? Is rain worse for wooden ferry decks?",
            ("Does salt damage steel harbour cranes", "Is rain worse for wooden ferry decks"),
        ),
    ],
)
def test_parts_are_searched_for_by_themselves(question: str, expected: tuple[str, ...]) -> None:
    assert parts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How many ropes does KelpNet need, and who wrote it?",
        "Which harbour cranes lift steel and how fast are they?",
        "KelpNet: price? weight?",
        "When I paint the hulls of wooden ferries, does salt still damage the steel keel?",
        "Harbour cranes lift steel, which is heavy.",
        "What does KelpNet cost?",
        "",
    ],
)
def test_parts_that_lean_on_each_other_stay_together(question: str) -> None:
    assert parts(question) == ()


def ranking(*ids: str, best: float = 0.9) -> list[Ranked]:
    return [
        Ranked(paper_id=id_, title=id_, score=round(best - 0.1 * place, 6), passage="", passage_id=f"{id_}#0")
        for place, id_ in enumerate(ids)
    ]


def test_each_ranking_has_its_place() -> None:
    merged = interleave([ranking("a", "x"), ranking("b", "a")], ranking("w", "a", "v"), 5)
    assert [item.paper_id for item in merged] == ["w", "a", "b", "x", "v"]


def test_scores_fall_in_the_merged_ranking() -> None:
    merged = interleave([ranking("a", best=0.5), ranking("b", best=1.0)], ranking("w", best=0.3), 5)
    assert [item.score for item in merged] == [1.0, 0.5, 0.3]


def test_named_papers_come_first_if_any_ranking_has_them() -> None:
    merged = interleave([ranking("a"), ranking("b", "n")], ranking("w"), 3, first=("n", "unknown", "a"))
    assert [item.paper_id for item in merged] == ["n", "a", "w"]


def test_without_sides_the_whole_ranking_stays() -> None:
    whole = ranking("w", "a", "v")
    assert interleave([], whole, 2) == whole[:2]
    assert interleave([], [], 3) == []


ids = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@given(st.lists(ids, max_size=4), ids, st.integers(1, 8))
def test_no_paper_is_lost_or_doubled(sides: list[list[str]], whole: list[str], k: int) -> None:
    merged = interleave([ranking(*side) for side in sides], ranking(*whole), k)
    found = [item.paper_id for item in merged]
    everything = {id_ for each in (whole, *sides) for id_ in each}
    assert len(found) == len(set(found)) == min(k, len(everything))
    assert [item.score for item in merged] == sorted((item.score for item in merged), reverse=True)
    tops = {each[0] for each in (whole, *sides) if each}
    assert k < len(tops) or tops <= set(found)
