"""Filters read off a question: what is understood, what is left alone, and what a reader is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.filter_reading import Reading, read_filters
from assistant.filters import Filters
from assistant.library import Library
from tests.assistant.filtered_papers import PAPERS, paper, put

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    made = Library(tmp_path_factory.mktemp("papers"), create=True)
    put(made, PAPERS)
    put(
        made,
        [
            paper("p-10", year=2010, authors=("Ann Hand", "A. Young"), venue="SIGMUD 2010"),
            paper("p-11", venue="Conference on Empirical Methods in Natural Language Processing"),
            paper("p-12", year=2025, venue="Machine Learning", tags=("graph learning",)),
        ],
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of papers that tell nothing but their title."""
    made = Library(tmp_path_factory.mktemp("bare"), create=True)
    put(made, [paper("p-1"), paper("p-2")])
    yield made
    made.close()


def read(question: str, library: Library) -> Reading:
    return read_filters(question, library.filtering, TODAY)


@pytest.mark.parametrize(
    ("question", "filters", "topic"),
    [
        ("papers since 2023 by Oduya on coral", Filters(since=2023, authors=("Oduya",)), "papers on coral"),
        ("Which papers on coral appeared before 2020?", Filters(until=2019), "Which papers on coral?"),
        ("papers on coral from 2019 to 2021", Filters(since=2019, until=2021), "papers on coral"),
        ("papers (2019-21) on coral", Filters(since=2019, until=2021), "papers on coral"),
        ("Which papers in 2021 deal with coral?", Filters(since=2021, until=2021), "Which papers deal with coral?"),
        ("papers of the last three years on coral", Filters(since=2023), "papers on coral"),
        ("anything from the past decade about coral?", Filters(since=2016), "anything about coral?"),
        ("Since 2020, which papers map reefs?", Filters(since=2020), "which papers map reefs?"),
        ("What's new in reef mapping since 2022?", Filters(since=2022), "What's new in reef mapping?"),
        ("Do papers published after 2019 map reefs?", Filters(since=2020), "Do papers map reefs?"),
        ("2019 papers on coral", Filters(since=2019, until=2019), "papers on coral"),
        ("papers on coral from the 2010s", Filters(since=2010, until=2019), "papers on coral"),
        ("papers no older than 2021 on coral", Filters(since=2021), "papers on coral"),
        ("papers from 2021 onwards on coral", Filters(since=2021), "papers on coral"),
        ("what is there by oduya and M. Laan?", Filters(authors=("oduya", "M. Laan")), "what is there?"),
        ("Vörös' papers on coral", Filters(authors=("Vörös",)), "papers on coral"),
        ("Which papers did Kim Oduya co-author?", Filters(authors=("Kim Oduya",)), "Which papers?"),
        ("papers that Kim Oduya wrote on coral", Filters(authors=("Kim Oduya",)), "papers on coral"),
        ("articles about coral by Oduya", Filters(authors=("Oduya",)), "articles about coral"),
        ("Which papers at NeurIPS study coral?", Filters(venues=("NeurIPS",)), "Which papers study coral?"),
        ("count the SIGMUD papers", Filters(venues=("SIGMUD",)), "count the papers"),
        ("SIGMUD 2010 papers on coral", Filters(since=2010, until=2010, venues=("SIGMUD",)), "papers on coral"),
        ("papers on coral presented at EMNLP", Filters(venues=("EMNLP",)), "papers on coral"),
        ("papers published in Machine Learning on coral", Filters(venues=("Machine Learning",)), "papers on coral"),
        ("papers tagged cs.IR", Filters(tags=("cs.IR",)), "papers"),
        ("papers on coral tagged graph learning", Filters(tags=("graph learning",)), "papers on coral"),
        ("which papers in second.bib are on coral?", Filters(sources=("second.bib",)), "which papers are on coral?"),
        ("what does arXiv:2101.00001v2 find?", Filters(paper_ids=("doi:10.5/ab",)), "what does the paper find?"),
        ("Summarise https://doi.org/10.5555/AB.1.", Filters(paper_ids=("doi:10.5/ab",)), "Summarise the paper."),
    ],
)  # fmt: skip
def test_words_that_restrict_papers_are_understood(
    question: str, filters: Filters, topic: str, library: Library
) -> None:
    found = read(question, library)
    assert (found.filters, found.topic) == (filters, topic)


@pytest.mark.parametrize(
    "question",
    [
        "How did the 2008 crisis change lending?",
        "papers about the 2020 US election",
        "How good is CIFAR-10 in 2015 images?",
        "how did GPT-3 in 2020 do?",
        "papers that use data from 2019 to 2021",
        "Which studies used posts collected after 2019?",
        "papers about the flood in 2021",
        "How have reefs changed since 2010?",
        "Which papers report on Europe before 1914?",
        "How many papers did the corpus hold in 2020?",
        "Compare papers before 2015 and after 2020 on coral",
        "In 2021, how many reefs died?",
        "accuracy on WMT 2014",
        "Was the coral paper published in 2021?",
        "Did Oduya write the coral paper?",
        "Is the coral paper by Kim Oduya?",
        "who wrote the coral paper in 2021?",
        "Hand et al. 2010",
        "by how much does it help?",
        "by using tokens, what do we gain?",
        "Which reefs were mapped by Hand?",
        "Which papers use the loss introduced by Oduya?",
        "What was found by Young divers?",
        "papers by young divers on coral",
        "papers by year",
        "papers on language in Machine Learning",
        "papers on planning in NLP",
        "What lives in nature?",
        "papers citing arXiv:2101.00001",
        "What do graph learning papers share?",
        "",
        "???",
    ],
)
def test_words_that_belong_to_the_topic_are_left_alone(question: str, library: Library) -> None:
    assert read(question, library) == Reading(Filters(), question)


def test_a_field_that_no_paper_has_is_told_and_not_filtered_by(bare: Library) -> None:
    found = read("papers on coral since 2023", bare)
    assert found.filters == Filters()
    assert found.topic == "papers on coral"
    assert found.notes == ("No paper here tells its year of publication, so nothing was filtered by it.",)
    found = read("papers by Kim Oduya", bare)
    assert found.filters == Filters()
    assert found.notes == ("No paper here tells its authors, so nothing was filtered by it.",)


def test_papers_without_a_year_are_counted_in_a_note(library: Library) -> None:
    assert read("papers since 2023", library).notes == (
        "2 papers don't tell their year of publication and are left out.",
    )


def test_a_name_that_nobody_has_is_told_with_names_that_are_near(library: Library) -> None:
    found = read("papers by Kim Odyua on coral", library)
    assert found.filters == Filters()
    assert found.topic == "papers by Kim Odyua on coral"
    assert "no author called “Kim Odyua”" in found.notes[0]
    assert "Kim Oduya" in found.notes[0]
    assert read("papers by Elsevier", library).notes == ()


def test_an_identifier_that_no_paper_has_is_told(library: Library) -> None:
    found = read("What does doi:10.9999/none say?", library)
    assert found == Reading(Filters(), "What does doi:10.9999/none say?", found.notes)
    assert "10.9999/none" in found.notes[0]


def test_a_text_that_was_pasted_restricts_nothing(library: Library) -> None:
    text = "papers since 2023 " + "on coral " * 200
    assert read(text, library) == Reading(Filters(), text)


PIECES = st.sampled_from(
    """papers by Oduya Hand and or in at since before 2020 2019 to from NeurIPS Nature on coral published the paper
    which what , . ? ( ) ' 's did write tagged cs.IR last three years between works van der Laan \ue000 arXiv:2101.00001
    10.5555/ab.1 studies Is 20 p- & - “ Young""".split()
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_can_be_read(question: str, library: Library) -> None:
    found = read(question, library)
    assert found.topic.strip() or not question.strip()
    assert found.filters or found.notes or found.topic == question
    years = (found.filters.since, found.filters.until)
    assert None in years or years[0] <= years[1]  # type: ignore[operator]
    assert "\ue000" not in found.topic or found.topic == question
