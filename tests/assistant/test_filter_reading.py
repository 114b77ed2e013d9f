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
            paper("p-13", venue="bioCoral"),
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
        ("papers 2101.00001 on coral", Filters(paper_ids=("doi:10.5/ab",)), "papers on coral"),
        ("papers from 2020 on coral", Filters(since=2020, until=2020), "papers on coral"),
        ("papers published from 2020 on, about coral", Filters(since=2020), "papers, about coral"),
        ("papers on coral from 2020 on", Filters(since=2020), "papers on coral"),
        ("papers by Laan, Mei on coral", Filters(authors=("Laan, Mei",)), "papers on coral"),
        ("papers by Laan, M.", Filters(authors=("Laan, M.",)), "papers"),
        ("papers by Laan, Oduya and Hand", Filters(authors=("Laan", "Oduya", "Hand")), "papers"),
        ("What appeared at NeurIPS in 2019?", Filters(since=2019, until=2019, venues=("NeurIPS",)), "What?"),
        ("papers from bioCoral", Filters(venues=("bioCoral",)), "papers"),
        ("papers in the NeurIPS venue", Filters(venues=("NeurIPS",)), "papers"),
        ("papers in the journal Nature Communications", Filters(venues=("Nature Communications",)), "papers"),
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


YEAR_2020 = Filters(since=2020, until=2020)
ODUYA = Filters(authors=("Oduya",))
NEURIPS = Filters(venues=("NeurIPS",))


@pytest.mark.parametrize(
    ("question", "excluded", "topic"),
    [
        ("papers not by Oduya", (ODUYA,), "papers"),
        ("papers on coral not by Oduya or Hand", (Filters(authors=("Oduya", "Hand")),), "papers on coral"),
        ("Which papers aren't from NeurIPS?", (NEURIPS,), "Which papers?"),
        ("Which papers aren’t by Oduya?", (ODUYA,), "Which papers?"),
        ("coral papers not published in 2020", (YEAR_2020,), "coral papers"),
        ("coral papers that were not published in 2020", (YEAR_2020,), "coral papers"),
        ("papers about coral excluding those by Oduya", (ODUYA,), "papers about coral"),
        ("papers about coral, except for papers by Oduya", (ODUYA,), "papers about coral"),
        ("papers about coral except Oduya's papers", (Filters(authors=("Oduya",)),), "papers about coral"),
        ("papers about coral apart from the NeurIPS papers", (NEURIPS,), "papers about coral"),
        ("papers about coral without Oduya", (ODUYA,), "papers about coral"),
        ("papers on coral other than 2020", (YEAR_2020,), "papers on coral"),
        ("papers on coral by anyone but Oduya", (ODUYA,), "papers on coral"),
        ("papers from any venue except NeurIPS", (NEURIPS,), "papers"),
        ("papers from any year but 2020", (YEAR_2020,), "papers"),
        ("papers by neither Oduya nor Hand", (ODUYA, Filters(authors=("Hand",))), "papers"),
        ("Which papers did Oduya not write?", (ODUYA,), "Which papers?"),
        ("papers that Oduya didn't write", (ODUYA,), "papers"),
        ("papers that did not appear in NeurIPS", (NEURIPS,), "papers"),
        ("papers never published at NeurIPS", (NEURIPS,), "papers"),
        ("papers not since 2020", (Filters(since=2020),), "papers"),
        ("papers not from NeurIPS 2020", (Filters(since=2020, until=2020, venues=("NeurIPS",)),), "papers"),
        ("papers not from NeurIPS, SIGMUD or EMNLP",
         (NEURIPS, Filters(venues=("SIGMUD",)), Filters(venues=("EMNLP",))), "papers"),
        ("anyone but Oduya", (ODUYA,), "papers"),
        ("Which papers are on coral? anyone but Oduya", (ODUYA,), "Which papers are on coral?"),
        ("Besides Oduya, which papers study coral?", (ODUYA,), "which papers study coral?"),
        ("papers on coral (not by Oduya)", (ODUYA,), "papers on coral"),
        ("papers on coral without Oduya as an author", (ODUYA,), "papers on coral"),
        ("Don't show papers by Oduya", (ODUYA,), "papers"),
        ("papers on coral, but no papers by Oduya", (ODUYA,), "papers on coral"),
        ("all papers but those from NeurIPS", (NEURIPS,), "all papers"),
        ("papers published anywhere but bioCoral", (Filters(venues=("bioCoral",)),), "papers"),
        ("papers published anywhere but NeurIPS", (NEURIPS,), "papers"),
        ("How many papers are not from bioCoral?", (Filters(venues=("bioCoral",)),), "How many papers?"),
        ("papers not tagged cs.IR", (Filters(tags=("cs.IR",)),), "papers"),
        ("papers not from second.bib on coral", (Filters(sources=("second.bib",)),), "papers on coral"),
    ],
)  # fmt: skip
def test_a_negated_restriction_leaves_papers_out(
    question: str, excluded: tuple[Filters, ...], topic: str, library: Library
) -> None:
    found = read(question, library)
    assert (found.filters, found.excluded, found.topic) == (Filters(), excluded, topic)


@pytest.mark.parametrize(
    ("question", "filters", "excluded"),
    [
        ("papers by Oduya but not from 2020", ODUYA, (YEAR_2020,)),
        ("papers by Oduya, not Hand, on coral", ODUYA, (Filters(authors=("Hand",)),)),
        ("papers since 2020 that are not by Oduya", Filters(since=2020), (ODUYA,)),
        ("papers not by Oduya since 2020", Filters(since=2020), (ODUYA,)),
        ("papers not by Oduya and from 2020", YEAR_2020, (ODUYA,)),
        ("NeurIPS papers that were not written by Oduya", NEURIPS, (ODUYA,)),
        ("papers from NeurIPS rather than SIGMUD", NEURIPS, (Filters(venues=("SIGMUD",)),)),
        ("papers not older than 2020", Filters(since=2020), ()),
        ("papers not only by Oduya", ODUYA, ()),
        ("papers on coral, excluding those on reefs by Oduya", Filters(), ()),
        ("Are there no papers by Oduya?", ODUYA, ()),
    ],
)
def test_what_is_wanted_and_what_is_left_out_are_told_apart(
    question: str, filters: Filters, excluded: tuple[Filters, ...], library: Library
) -> None:
    found = read(question, library)
    assert (found.filters, found.excluded) == (filters, excluded)


@pytest.mark.parametrize(
    "question",
    [
        "papers on reefs not mapped by Hand",
        "papers about data not from 2020",
        "papers about coral without labels",
        "papers about corals other than stone corals",
        "Is the coral paper not by Oduya?",
        "Why do reefs not grow in 2020?",
        "papers not about coral",
        "papers not in English",
        "Which papers do not use HAND models?",
        "Which papers use models other than HAND?",
    ],
)
def test_a_negation_of_anything_else_is_left_alone(question: str, library: Library) -> None:
    assert read(question, library) == Reading(Filters(), question)


def test_what_is_left_out_is_told(library: Library, bare: Library) -> None:
    assert read("papers not by Kim Oduya", library).notes == ("Papers by Kim Oduya are left out.",)
    found = read("papers neither from NeurIPS nor SIGMUD 2010, excluding those since 2022", library)
    assert set(found.notes) == {
        "Papers from NeurIPS are left out.",
        "Papers from SIGMUD of 2010 are left out.",
        "Papers of 2022 or later are left out.",
    }
    found = read("papers not from 2020", bare)
    assert (found.excluded, found.topic) == ((), "papers")
    assert found.notes == ("No paper here tells its year of publication, so nothing was filtered by it.",)
    assert "Did you mean “Kim Oduya”" in read("papers not by Kim Odyua", library).notes[0]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("papers by both Kim Oduya and Laan on coral", "papers on coral"),
        ("papers on coral co-authored by Kim Oduya and Laan", "papers on coral"),
        ("papers on coral by Kim Oduya together with Laan", "papers on coral"),
    ],
)
def test_papers_by_both_of_two_authors_must_match_each(question: str, topic: str, library: Library) -> None:
    found = read(question, library)
    assert found.filters == Filters(authors=("Kim Oduya", "Laan"))
    assert found.also == (Filters(authors=("Kim Oduya",)), Filters(authors=("Laan",)))
    assert found.topic == topic


def test_papers_by_any_of_some_authors_need_match_but_one(library: Library) -> None:
    for question in ("papers by Oduya and Laan", "papers co-authored by Oduya or Laan"):
        assert read(question, library).also == ()


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which papers on coral, any year?", "Which papers on coral?"),
        ("papers on coral of any year", "papers on coral"),
        ("papers by anyone on coral", "papers on coral"),
        ("papers on coral from any venue", "papers on coral"),
        ("papers from any journal and any year on coral", "papers on coral"),
        ("papers on coral, whatever the year", "papers on coral"),
        ("papers on coral regardless of the year of publication", "papers on coral"),
    ],
)
def test_words_that_restrict_nothing_belong_to_the_asking(
    question: str, topic: str, library: Library
) -> None:
    found = read(question, library)
    assert (found.filters, found.excluded, found.topic) == (Filters(), (), topic)


@pytest.mark.parametrize(
    "question", ["How much rain falls in any year?", "papers that forecast any year of rain"]
)
def test_any_year_may_be_what_is_asked_about(question: str, library: Library) -> None:
    assert read(question, library).topic == question


@pytest.mark.parametrize(
    "question",
    [
        "what does arXiv:2101.00001v2 find?",
        "compare 2101.00001 and 10.5555/ab.1",
        "explain the paper 2101.00001",
        "What is 2101.00001?",
    ],
)
def test_an_identifier_names_a_paper_and_restricts_nothing(question: str, library: Library) -> None:
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
        "3 papers don't tell their year of publication and are left out.",
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
    which what , . ? ( ) ' 's did write tagged cs.IR last three years between works not n't but except any nor neither
    anyone van der Laan \ue000 arXiv:2101.00001
    10.5555/ab.1 studies Is 20 p- & - “ Young""".split()
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_can_be_read(question: str, library: Library) -> None:
    found = read(question, library)
    assert found.topic.strip() or not question.strip()
    assert found.filters or found.excluded or found.notes or found.topic == question
    years = (found.filters.since, found.filters.until)
    assert None in years or years[0] <= years[1]  # type: ignore[operator]
    assert "\ue000" not in found.topic or found.topic == question
