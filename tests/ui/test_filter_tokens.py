"""Filters as short texts: each is read back as what it was, and odd texts are refused in words."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
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
    assume(since is None or until is None or since <= until)
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


@given(st.integers(1, 1800), st.sampled_from(["venues", "sources", "tags", "authors", "paper_ids"]))
def test_what_the_page_offers_is_read_back_however_long_it_is(words: int, field: str) -> None:
    value = ("x " * words).strip()
    filters = Filters.model_validate({field: (value,)})
    assert read_tokens(tokens(filters)) == filters


def test_a_pasted_text_is_no_filter() -> None:
    with pytest.raises(UsageError, match="isn't a filter"):
        read_tokens(["author: " + "x" * 20_000])


@pytest.mark.parametrize(
    "texts", [("since 2022", "until 2020"), ("until 2020", "from: 2022"), ("after 2021", "before 2021")]
)
def test_years_the_wrong_way_round_are_refused(texts: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="since 2022 is after until 2020") as caught:
        read_tokens(texts)
    assert "since 2020" in caught.value.hint
    assert "until 2022" in caught.value.hint
