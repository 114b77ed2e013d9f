"""Ids are the same for the same paper, differ for others, and are safe in a shell and a URL."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identify import normalise_arxiv_id, normalise_doi, paper_id, title_key


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1000/ABC.1", "10.1000/abc.1"),
        ("https://doi.org/10.1000/abc.1.", "10.1000/abc.1"),
        ("http://dx.doi.org/10.1000/abc", "10.1000/abc"),
        ("doi: 10.1000/a(b)c", "10.1000/a(b)c"),
        ("(10.1000/abc)", "10.1000/abc"),
        ("10.1/x", "10.1/x"),
        ("none", ""),
        ("110.1000/abc", ""),
    ],
)
def test_doi_is_found_and_normalised(text: str, doi: str) -> None:
    assert normalise_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("2004.04906", "2004.04906"),
        ("arXiv:2004.04906v2 [cs.CL]", "2004.04906"),
        ("https://arxiv.org/pdf/2004.04906v3.pdf", "2004.04906"),
        ("http://arxiv.org/abs/hep-ph/9901001v1", "hep-ph/9901001"),
        ("math.GT/0309136", "math.gt/0309136"),
        ("4983", ""),
        ("12345.12345", ""),
    ],
)
def test_arxiv_id_is_found_without_version(text: str, arxiv_id: str) -> None:
    assert normalise_arxiv_id(text) == arxiv_id


def test_doi_goes_before_arxiv_id_before_title() -> None:
    assert paper_id("T", 2020, "10.1000/x", "2004.04906") == "doi:10.1000/x"
    assert paper_id("T", 2020, "", "2004.04906") == "arxiv:2004.04906"
    assert re.fullmatch(r"p-[0-9a-f]{12}", paper_id("T", 2020))


def test_arxivs_own_doi_is_the_arxiv_id() -> None:
    assert paper_id("T", None, "10.48550/arxiv.2004.04906") == "arxiv:2004.04906"


def test_title_hash_ignores_case_accents_and_punctuation_but_not_the_year() -> None:
    assert paper_id("Où est  l'IA?", 2020) == paper_id("ou est l ia", 2020)
    assert paper_id("A title", 2020) != paper_id("A title", 2021)
    assert paper_id("C++ in practice", None) != paper_id("C in practice", None)


def test_id_of_a_known_title_never_changes() -> None:
    # Stores hold these ids: a change of the rule would make every stored paper a new one.
    assert paper_id("Attention Is All You Need", 2017) == "p-6823a8e24e53"


def test_a_doi_of_any_characters_gives_a_safe_and_distinct_id() -> None:
    first = paper_id("T", None, normalise_doi("10.1002/(SICI)1097#<1::AID>3.0.CO;2-2"))
    second = paper_id("T", None, normalise_doi("10.1002/[SICI]1097#<1::AID>3.0.CO;2-2"))
    assert first != second
    assert re.fullmatch(r"doi:[a-z0-9./:_~-]+", first)


@given(st.text(min_size=1), st.none() | st.integers(1500, 2100), st.text())
def test_every_id_is_safe(title: str, year: int | None, doi: str) -> None:
    assert re.fullmatch(r"[a-z0-9./:_~-]+", paper_id(title, year, normalise_doi("10.1000/" + doi)))


def test_title_key_of_signs_only_is_the_title() -> None:
    assert title_key("???") == "???"
