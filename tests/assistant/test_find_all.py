"""All papers that filters leave: the newest are listed, and all are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.find_all import MOST_LISTED, FoundAll, _all_of
from assistant.library import Library
from tests.assistant.filtered_papers import paper, put

YEARS = {f"p-{n:03}": 1900 + n % 120 for n in range(130)}
"""The newest have neither the first ids nor the last."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("years"), create=True)
    put(made, [paper(id_, year=year) for id_, year in YEARS.items()])
    put(made, [paper("undated-1"), paper("undated-2")])
    yield made
    made.close()


def ids(found: FoundAll) -> list[str]:
    return [each.paper_id for each in found.ranked]


def newest_first(among: frozenset[str]) -> list[str]:
    return sorted(among, key=lambda id_: (-YEARS.get(id_, 0), id_))


def test_of_more_papers_than_are_listed_the_newest_are(library: Library) -> None:
    found = _all_of(None, library)
    assert ids(found) == newest_first(frozenset(YEARS))[:MOST_LISTED]
    assert found.taken == len(YEARS) + 2


def test_of_the_papers_that_a_filter_leaves_the_newest_are_listed(library: Library) -> None:
    among = frozenset(YEARS) - frozenset(newest_first(frozenset(YEARS))[:20])
    found = _all_of(among, library)
    assert ids(found) == newest_first(among)[:MOST_LISTED]
    assert found.taken == len(among) == 110


def test_papers_without_a_year_come_last(library: Library) -> None:
    found = _all_of(frozenset({"undated-2", "p-000", "undated-1", "p-001"}), library)
    assert ids(found) == ["p-001", "p-000", "undated-1", "undated-2"]


@pytest.mark.parametrize("among", [None, frozenset(YEARS)])
def test_papers_to_leave_out_are_neither_listed_nor_counted(
    library: Library, among: frozenset[str] | None
) -> None:
    every = _all_of(among, library)
    found = _all_of(among, library, frozenset({*ids(every)[:3], "unknown"}))
    assert ids(found)[:97] == ids(every)[3:]
    assert found.taken == every.taken - 3


def test_where_nothing_is_left_nothing_is_found(library: Library) -> None:
    for found in (
        _all_of(frozenset(), library),
        _all_of(frozenset({"p-000"}), library, frozenset({"p-000"})),
    ):
        assert (found.ranked, found.evidence, found.taken) == ([], [], 0)


def test_an_empty_library_has_no_papers(tmp_path: Path) -> None:
    assert _all_of(None, Library(tmp_path, create=True)).taken == 0
