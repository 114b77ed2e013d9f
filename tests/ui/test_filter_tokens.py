"""Filters as short texts: each is read back as what it was, and odd texts are refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.filters import Filters
from ui.filter_tokens import read_tokens, tokens

words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20).map(str.strip)
values = st.lists(words.filter(bool), max_size=3, unique=True).map(tuple)
years = st.none() | st.integers(1000, 2999)


@given(years, years, values, values, values)
def test_what_is_shown_is_read_back(
    since: int | None,
    until: int | None,
    authors: tuple[str, ...],
    venues: tuple[str, ...],
    tags: tuple[str, ...],
) -> None:
    filters = Filters(since=since, until=until, authors=authors, venues=venues, tags=tags)
    assert read_tokens(tokens(filters)) == filters


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_is_refused(text: str) -> None:
    try:
        filters = read_tokens([text])
    except UsageError:
        return
    assert len(filters.parts()) in (1, 2)
    assert read_tokens(tokens(filters)) == filters


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2020", Filters(since=2020, until=2020)),
        ("Since: 2020", Filters(since=2020)),
        ("in 2020", Filters(since=2020, until=2020)),
        ("after 2020", Filters(since=2021)),
        ("before 2020", Filters(until=2019)),
        ("by: Hinton", Filters(authors=("Hinton",))),
        ("paper: arxiv:2401.00001", Filters(paper_ids=("arxiv:2401.00001",))),
    ],
)
def test_ways_of_writing_a_filter(text: str, meant: Filters) -> None:
    assert read_tokens([text]) == meant


@pytest.mark.parametrize("text", ["", "Hinton", "since: long ago", "0000", "author:", "colour: red"])
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"filter|year"):
        read_tokens([text])
