"""Names that somebody types against authors of records."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.author_names import asked_author_keys, author_keys, same_author

ANNA = "Anna-Lena B. Vörös"


@pytest.mark.parametrize(
    ("asked", "name", "same"),
    [
        ("Vörös", ANNA, True),
        ("voros", ANNA, True),
        ("A. Vörös", ANNA, True),
        ("Vörös, Anna-Lena", ANNA, True),
        ("Anna Lena Voros", ANNA, True),
        ("A.-L. Vörös", ANNA, True),
        ("Vörös AL", ANNA, True),
        ("Anna C. Vörös", ANNA, False),
        ("Bela Vörös", ANNA, False),
        ("Anna", ANNA, False),
        ("van der Laan", "Mei van der Laan", True),
        ("Laan", "Mei van der Laan", True),
        ("M. van der Laan", "Mei van der Laan", True),
        ("Mei Laan", "Mei van der Laan", True),
        ("von Laan", "Mei van der Laan", False),
        ("Mei Le Roi", "Mei LeRoi", True),
        ("LeRoi", "Mei Le Roi", True),
        ("Ruiz Soto", "Eva Ruiz Soto", True),
        ("Ruiz-Soto", "Eva Ruiz Soto", True),
        ("Ruiz", "Eva Ruiz-Soto", True),
        ("Kim Oduya Jr.", "Kim Oduya", True),
        ("CORAL", "CORAL Collaboration", True),
        ("山本春子", "山本春子", True),
        ("", "Kim Oduya", False),
        ("--", "--", False),
    ],
)
def test_an_author_is_meant_where_the_family_name_and_what_is_told_of_the_given_agree(
    asked: str, name: str, same: bool
) -> None:
    assert same_author(asked, name) is same
    if same:
        assert asked_author_keys(asked) & author_keys(name), "what is the same is found by its keys"


@given(st.text(max_size=15), st.text(max_size=15))
def test_names_of_any_letters_can_be_compared(asked: str, name: str) -> None:
    if same_author(asked, name):
        assert asked_author_keys(asked) & author_keys(name)


@given(st.text(string.ascii_letters + " -.", min_size=1, max_size=30))
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert same_author(name, name) is any(char.isalpha() for char in name)
