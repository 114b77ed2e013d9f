"""Venues that somebody types against venues of records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.venue_names import asked_venue_keys, is_named, same_venue, venue_keys


@pytest.mark.parametrize(
    ("asked", "venue", "same"),
    [
        ("NeurIPS", "Advances in NeurIPS 2023", True),
        ("neurips", "Advances in Neural Information Processing Systems 35", True),
        ("Advances in Neural Information Processing Systems", "NeurIPS", True),
        ("ACL", "Annual Meeting of the Association for Computational Linguistics", True),
        ("ICML 2020", "International Conference on Machine Learning", True),
        ("Nature", "Nature Communications", True),
        ("nature communications", "Nature Communications", True),
        ("Nature Physics", "Nature Communications", False),
        ("NLP", "Conference on Empirical Methods in Natural Language Processing", False),
        ("ACL", "Annals of Clinical Laboratory Science", False),
        ("art", "Artists", False),
        ("?", "Nature", False),
    ],
)
def test_a_venue_is_meant_by_its_words_or_its_acronym(asked: str, venue: str, same: bool) -> None:
    assert same_venue(asked, venue) is same
    if same:
        assert any(keys <= venue_keys(venue) for keys in asked_venue_keys(asked))


def test_a_venue_is_called_so_only_where_nothing_else_is_in_its_name() -> None:
    assert is_named("ICML", "Proceedings of ICML 2020")
    assert is_named("Nature", "Nature")
    assert not is_named("Nature", "Nature Communications")


@given(st.text(max_size=15), st.text(max_size=15))
def test_venues_of_any_letters_can_be_compared(asked: str, venue: str) -> None:
    if same_venue(asked, venue):
        assert any(keys <= venue_keys(venue) for keys in asked_venue_keys(asked))
