"""Filters: shown and removed one by one, put together, given as options, and checked against a collection."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.filter_notes import checked
from assistant.filters import Filters
from assistant.library import Library
from tests.assistant.filtered_papers import PAPERS, paper, put
from ui.commands.options import filters_of

ANY = st.text(max_size=12)


@given(
    st.builds(
        Filters,
        since=st.none() | st.integers(1000, 2999),
        authors=st.lists(ANY, max_size=3).map(tuple),
        tags=st.lists(ANY, max_size=3).map(tuple),
        paper_ids=st.lists(ANY, max_size=3).map(tuple),
    )
)
def test_filters_are_empty_once_every_part_is_removed(filters: Filters) -> None:
    for field, value in filters.parts():
        filters = filters.without(field, value)
    assert filters == Filters()
    assert not filters


def test_two_filters_are_shown_together_with_the_narrower_years() -> None:
    first = Filters(since=2010, until=2020, authors=("Roth",))
    assert first.merged(Filters(since=2005, until=2018, authors=("Oduya",), tags=("cs",))) == Filters(
        since=2010, until=2018, authors=("Roth", "Oduya"), tags=("cs",)
    )
    assert first.merged(Filters()) == Filters().merged(first) == first


def test_years_that_exclude_each_other_are_told(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    put(library, PAPERS)
    _, notes = checked(Filters(since=2022, until=2020), library.filtering)
    assert "No paper can be of 2022 or later and of 2020 or earlier as well." in notes
    assert not any("are from" in note for note in notes)
    library.close()


def test_options_become_filters() -> None:
    made = filters_of(since=2020, author=["Roth", "Roth", " Oduya "], source=["x.bib"], paper=["10.5/a"])
    assert made == Filters(since=2020, authors=("Roth", "Oduya"), sources=("x.bib",), paper_ids=("10.5/a",))
    assert not filters_of()


def test_options_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="--tag is empty"):
        filters_of(tag=["  "])
    with pytest.raises(UsageError, match="--since 2022 is after --until 2020"):
        filters_of(since=2022, until=2020)


def test_notes_tell_what_a_filter_cannot_do(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    put(library, PAPERS)
    asked = Filters(since=2020, authors=("Odyua",))
    filters, notes = checked(asked, library.filtering)
    assert filters == asked
    assert "1 paper doesn't tell its year of publication and is left out." in notes
    assert any("no author called “Odyua”" in note and "Oduya" in note for note in notes)
    library.close()


def test_a_filter_on_a_field_that_no_paper_has_is_left_out_and_told(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    put(library, [paper("p-1", authors=("Kim Oduya",))])
    filters, notes = checked(Filters(since=2020, until=2022, authors=("Oduya",)), library.filtering)
    assert filters == Filters(authors=("Oduya",))
    assert notes == ("No paper here tells its year of publication, so nothing was filtered by it.",)
    library.close()


def test_years_that_no_paper_is_of_are_told_with_those_that_they_are_of(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    put(library, PAPERS[:3])
    assert checked(Filters(since=2030), library.filtering)[1] == (
        "The papers here that tell their year are from 2019 to 2023.",
    )
    library.close()
