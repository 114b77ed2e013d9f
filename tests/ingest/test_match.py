"""Recognising one paper in two records: by identifiers, by title, and by nearly the same title."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.models import Paper
from ingest.combine import combine
from ingest.dedupe import merge
from ingest.duplicates import near_duplicates
from ingest.identify import arxiv_version, identifier, normalise_pmid, paper_id
from ingest.match import describe, nearly_same, title_likeness, word_pairs

TEXT = (
    "We survey how language models rerank passages, and compare prompts, losses and costs of the methods "
    "on eleven public collections of questions."
)
OTHER = "Corals bleach when oceans warm; drones count the bleached colonies of forty reefs over two summers."


def paper(title: str = "A survey of reranking with language models", **fields: Any) -> Paper:
    fields = {"authors": ("Jane Doe", "Richard Roe"), "year": 2022, "abstract": TEXT} | fields
    made_of = (title, fields["year"], fields.get("doi", ""), fields.get("arxiv_id", ""))
    return Paper(id=paper_id(*made_of), title=title, **fields)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"title": "A survey of re-ranking with Language Models."}, True),
        ({"title": "A survey of rerankng with language models"}, True),
        ({"title": "A survey of reranking with language models", "year": 2023}, True),
        ({"title": "A survey of reranking with language models", "year": 2025}, False),
        ({"title": "A survey of rerankng with language models", "authors": ("Wei Li", "Jane Doe")}, False),
        ({"title": "A survey of rerankng with language models", "authors": ()}, False),
        ({"title": "A survey of reranking with language models 2"}, False),
        ({"title": "A survey of reranking with language models II"}, False),
        ({"title": "A survey of rerankng with language models", "abstract": OTHER}, False),
        ({"title": "A survey of rerankng with language models", "abstract": ""}, True),
        ({"title": "A survey of rerankng with language models", "abstract": "", "year": 2021}, False),
        ({"title": "A survey of rerankng with language models", "abstract": "", "year": None}, False),
        ({"title": "A survey of retrieval with language models"}, False),
        ({"title": "A survey of rerankng with language models", "doi": "10.1000/other"}, False),
    ],
)
def test_nearly_the_same_title(changes: dict[str, Any], same: bool) -> None:
    first, second = paper(doi="10.1000/s"), paper(**changes)
    assert (len(merge([first, second]).papers) == 1) is same
    assert (len(merge([second, first]).papers) == 1) is same


def test_a_shared_pmid_makes_one_paper() -> None:
    first, second = paper(pmid="123", year=2020), paper("A survey of reranking", pmid="123", year=2022)
    assert len(merge([first, second]).papers) == 1
    assert len(merge([first, paper("Corals from above", pmid="123", abstract=OTHER)]).papers) == 2
    assert len(merge([paper(pmid="123"), paper(pmid="124")]).papers) == 2


def test_the_likeness_of_titles_is_worked_out_by_hand() -> None:
    assert title_likeness("re ranking", "reranking") == 100.0  # blanks don't count
    assert title_likeness("abcdefghij", "abcdefghix") == pytest.approx(90.0)  # one letter of ten
    pairs = word_pairs("a survey of reranking with language")
    assert pairs == ["language reranking", "language survey", "reranking survey"]
    assert word_pairs("bert") == []


def test_titles_that_are_nearly_the_same_need_the_first_author() -> None:
    first, second = describe(paper()), describe(paper("A survey of reranking with language model"))
    assert nearly_same(first, second)
    second.first_author = ""
    assert not nearly_same(first, second)


def test_combining_takes_the_publications_year_and_the_fullest_date() -> None:
    preprint = paper(arxiv_id="2101.00001", year=2021, date="2021-03-04", retraction_note="")
    published = paper(
        doi="10.1000/s", year=2022, venue="J", pmid="7", language="en", retracted=True, retraction_note="Why."
    )
    for both in ((preprint, published), (published, preprint)):
        one = combine(*both)
        assert (one.year, one.date, one.venue, one.doi, one.arxiv_id) == (
            2022,
            "",
            "J",
            "10.1000/s",
            "2101.00001",
        )
        assert (one.pmid, one.language, one.retracted, one.retraction_note) == ("7", "en", True, "Why.")
    dated = combine(published, paper(year=2022, date="2022-05"))
    assert dated.date == "2022-05"


def test_what_a_pdf_seemed_to_say_gives_way_to_an_export() -> None:
    guessed = paper(
        "A survey of reranking with language models Jane Doe",
        extracted=True,
        abstract=TEXT + " 1 Introduction",
    )
    for both in ((guessed, paper()), (paper(), guessed)):
        one = combine(*both)
        assert (one.title, one.abstract, one.extracted) == (paper().title, TEXT, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://doi.org/10.48550/arXiv.2004.04906", "arxiv:2004.04906"),
        ("arXiv:2004.04906v2", "arxiv:2004.04906"),
        ("10.1000/ABC", "doi:10.1000/abc"),
        ("no identifier", ""),
    ],
)
def test_identifiers_of_other_versions(text: str, told: str) -> None:
    assert identifier(text) == told


def test_versions_and_pubmed_ids() -> None:
    assert arxiv_version("2004.04906") is None
    assert arxiv_version("http://arxiv.org/abs/hep-th/9901001v12") == 12
    assert normalise_pmid("PMID: 00123") == "123"
    assert normalise_pmid("none") == ""


def test_near_duplicates_are_shown_with_what_kept_them_apart() -> None:
    kept = [
        paper(doi="10.1000/a"),
        paper("Corals from above", abstract=OTHER),
        paper("A survey of reranking with language models", doi="10.1000/b", year=2025),
        paper("Counting corals by drone", abstract=OTHER + " It is cheap.", authors=()),
        paper("Editorial", abstract="About pruning.", doi="10.1000/e1"),
        paper("Editorial", abstract="On the many uses of poker in the classroom.", doi="10.1000/e2"),
    ]
    found = list(near_duplicates(kept))
    assert [(pair.first, pair.second) for pair in found] == [
        (kept[0].id, kept[2].id),
        (kept[1].id, kept[3].id),
    ]
    assert found[0].titles == 100.0
    assert "DOIs 10.1000/a and 10.1000/b" in found[0].apart
    assert "years 2022 and 2025" in found[0].apart
    assert found[1].abstracts is not None
    assert found[1].abstracts > 0.8
    assert "an author is not known" in found[1].apart


def test_chapters_of_one_doi_stay_apart_though_their_titles_are_alike() -> None:
    first = paper("Graphs: a primer", doi="10.1000/book", abstract=TEXT)
    assert len(merge([first, paper("Maps: a primer", doi="10.1000/book", abstract=OTHER)]).papers) == 2
    one, two = (paper(f"Chapter {n}", doi="10.1000/book", abstract="") for n in (1, 2))
    assert len(merge([one, two]).papers) == 2
    assert len(merge([one, paper("Chapter 1", doi="10.1000/book", abstract=TEXT)]).papers) == 1
