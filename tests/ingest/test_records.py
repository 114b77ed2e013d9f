"""Fields under any usual name and in any usual shape become one record, and a clean paper."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.models import Paper, Provenance, Rejected
from ingest.fields import as_names, as_tags, as_text, as_year
from ingest.records import Record, record_from, to_paper


def record(**values: Any) -> Record:
    found = record_from(values, "papers.jsonl", "line 3")
    assert isinstance(found, Record)
    return found


def paper(**values: Any) -> Paper:
    found = to_paper(record(**values))
    assert isinstance(found, Paper)
    return found


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["Jane Doe", "John Smith"], ("Jane Doe", "John Smith")),
        ([{"name": "Jane Doe"}, {"display_name": "J. Smith"}], ("Jane Doe", "J. Smith")),
        ([{"given": "Jane", "family": "Doe"}], ("Jane Doe",)),
        ([{"author": {"display_name": "Jane Doe"}}], ("Jane Doe",)),
        ("Jane Doe and John Smith", ("Jane Doe", "John Smith")),
        ("Doe, Jane and Smith, John", ("Jane Doe", "John Smith")),
        ("Doe, Jane; Smith, John", ("Jane Doe", "John Smith")),
        ("A. Doe, B. Smith, and C. Roe", ("A. Doe", "B. Smith", "C. Roe")),
        ("Plato", ("Plato",)),
        ("", ()),
        (None, ()),
    ],
)
def test_authors(value: Any, names: tuple[str, ...]) -> None:
    assert as_names(value) == names


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (2020, 2020), ("2020", 2020), (2020.0, 2020), ("2020-05-01", 2020), ("Mon, 2 Apr 2007 19:18:42 GMT", 2007),
        ({"date-parts": [[2019, 5]]}, 2019), (float("nan"), None), ("soon", None), (True, None), (1_600_000_000, None),
    ],
)  # fmt: skip
def test_years(value: Any, year: int | None) -> None:
    assert as_year(value) == year


def test_tags() -> None:
    assert as_tags("math.CO cs.CG") == ("math.CO", "cs.CG")
    assert as_tags("deep learning; retrieval") == ("deep learning", "retrieval")
    assert as_tags(["a", "b", "a"]) == ("a", "b")


def test_an_inverted_index_is_put_in_order() -> None:
    assert as_text({"world": [1], "Hello": [0], "again": [2, 3]}) == "Hello world again again"


def test_keys_are_found_whatever_their_case_and_name() -> None:
    found = record(
        **{
            "Paper Title": "T one",
            "SUMMARY": "S.",
            "Publication_Year": "2021",
            "Journal": {"name": "J"},
            "externalIds": {"DOI": "10.1000/x", "ArXiv": "2004.04906"},
            "Keywords": "a, b",
            "summary_by": "the editors",
        }
    )
    assert (found.title, found.abstract, found.year, found.venue) == ("T one", "S.", 2021, "J")
    assert (found.doi, found.arxiv_id) == ("10.1000/x", "2004.04906")
    assert (found.tags, found.abstract_by) == (("a", "b"), "the editors")


def test_the_best_of_several_names_wins_and_empty_ones_are_passed_over() -> None:
    assert record(title="T", text="long text", abstract="the abstract").abstract == "the abstract"
    assert record(title="T", text="long text", abstract=" ").abstract == "long text"
    assert record(title="T", abstract="nan", text=None).abstract == ""


@pytest.mark.parametrize("title", ["", "  ", None, "nan", "???", 3.5, ["", None]])
def test_without_a_title_there_is_no_record(title: Any) -> None:
    found = record_from({"title": title, "abstract": "x"}, "f", "line 1")
    if title == 3.5:
        assert isinstance(found, Record)  # a number may be a title
    else:
        assert isinstance(found, Rejected)
        assert "no title" in found.reason


def test_a_text_of_a_million_characters_is_no_abstract() -> None:
    found = record_from({"title": "T", "abstract": "x" * 1_000_001}, "f", "line 1")
    assert isinstance(found, Rejected)


def test_paper_is_cleaned_identified_and_knows_where_it_was_read() -> None:
    found = paper(
        title="The\n  {BERT} Model",
        abstract="Abstract: We gain 5\\%.It works.",
        authors=["Bal\\'azs, Cs."],
        url="https://arxiv.org/abs/1810.04805v2",
    )
    assert found.title == "The BERT Model"
    assert found.abstract == "We gain 5%. It works."
    assert found.authors == ("Cs. Balázs",)
    assert found.id == "arxiv:1810.04805"
    assert found.provenance == (Provenance(source="papers.jsonl", where="line 3"),)


def test_arxivs_subjects_and_authors_come_out_whole() -> None:
    found = paper(title="T", tags="stat.ML cs.LG astro-ph.GA", authors="van der Berg, Jan and Smith, J.P.")
    assert found.tags == ("stat.ML", "cs.LG", "astro-ph.GA")
    assert found.authors == ("Jan van der Berg", "J.P. Smith")


def test_a_label_goes_but_a_word_stays() -> None:
    assert paper(title="T", abstract="ABSTRACT\nWe study.").abstract == "We study."
    assert paper(title="T", abstract="Abstract reasoning is hard.").abstract == "Abstract reasoning is hard."


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "not a url"]
)
def test_only_web_addresses_are_kept(url: str) -> None:
    assert paper(title="T", url=url).url == ""


def test_doi_is_read_out_of_its_address() -> None:
    assert paper(title="T", url="https://doi.org/10.1000/XYZ").id == "doi:10.1000/xyz"


def test_arxivs_dump_names_the_arxiv_id_only_id() -> None:
    assert paper(title="T", id="0704.0001").id == "arxiv:0704.0001"
    assert paper(title="T", id="4983").id.startswith("p-")


def test_a_title_of_markup_only_is_refused() -> None:
    found = to_paper(record(title="<b></b>"))
    assert isinstance(found, Rejected)
    assert (found.file, found.where) == ("papers.jsonl", "line 3")


def test_a_lone_surrogate_can_be_stored() -> None:
    found = paper(title="T \ud800", abstract="x \ud800", authors=["A \udfff"], url="https://a.b/\ud800")
    found.model_dump_json().encode("utf-8")


def test_a_title_that_tells_of_a_retraction_marks_the_paper() -> None:
    paper = to_paper(Record("RETRACTED ARTICLE: A study of tides", "f", "line 1"))
    assert isinstance(paper, Paper)
    assert (paper.retracted, paper.retraction_note) == (True, "RETRACTED ARTICLE")
    other = to_paper(Record("Retracted papers and who cites them", "f", "line 2"))
    assert isinstance(other, Paper)
    assert not other.retracted


def test_names_and_tags_are_not_parted_at_their_dots() -> None:
    paper = to_paper(Record("T", "f", "line 1", authors=("Anna.Maria Li",), tags=("stat.ML", "Node.JS")))
    assert isinstance(paper, Paper)
    assert (paper.authors, paper.tags) == (("Anna.Maria Li",), ("stat.ML", "Node.JS"))
