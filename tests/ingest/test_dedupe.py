"""The same paper told twice is one paper; two papers of one name stay two."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Paper, Provenance
from ingest.combine import combine
from ingest.dedupe import Matcher, merge
from ingest.identify import paper_id

ABSTRACT = (
    "We study dense retrieval of passages for open-domain question answering with dual encoders trained on "
    "pairs of questions and passages, and find large gains over sparse term matching on several benchmarks."
)
OTHER = (
    "Sparse rewards make exploration difficult for robots; this work learns behaviour spaces on the fly and "
    "separates the search for novelty from the exploitation of every reward discovered meanwhile."
)


def paper(title: str = "Dense Retrieval for Questions", where: str = "line 1", **fields: Any) -> Paper:
    new_id = paper_id(title, fields.get("year"), fields.get("doi", ""), fields.get("arxiv_id", ""))
    return Paper(id=new_id, title=title, provenance=(Provenance(source="f", where=where),), **fields)


def test_same_id_is_merged_with_the_richest_fields_and_every_provenance() -> None:
    first = paper(abstract="Short.", doi="10.1000/x", tags=("a",), where="line 1")
    second = paper(
        abstract=ABSTRACT, doi="10.1000/x", authors=("Jane Doe",), venue="V", tags=("b",), where="line 9"
    )
    merged = merge([first, second])
    assert merged.merged == 1
    (one,) = merged.papers
    assert (one.abstract, one.authors, one.venue, one.tags) == (ABSTRACT, ("Jane Doe",), "V", ("a", "b"))
    assert [place.where for place in one.provenance] == ["line 1", "line 9"]


def test_the_authors_abstract_goes_before_a_longer_summary() -> None:
    summary = paper(abstract=ABSTRACT + " And more.", abstract_by="the editors")
    for both in ((summary, paper(abstract=ABSTRACT)), (paper(abstract=ABSTRACT), summary)):
        assert combine(*both).abstract == ABSTRACT
        assert combine(*both).abstract_by == ""


def test_equal_titles_are_one_paper_where_one_has_no_identifier() -> None:
    with_doi = paper("Dense Retrieval for Questions", abstract=ABSTRACT, doi="10.1000/x", year=2020)
    without = paper("Dense retrieval for questions.", abstract=ABSTRACT, year=2020, where="line 2")
    for order in ([with_doi, without], [without, with_doi]):
        merged = merge(order)
        assert [one.id for one in merged.papers] == ["doi:10.1000/x"]


def test_preprint_and_publication_are_one_paper() -> None:
    preprint = paper(abstract=ABSTRACT, arxiv_id="2004.04906", doi="10.48550/arxiv.2004.04906", year=2019)
    published = paper(abstract=ABSTRACT, doi="10.1000/x", year=2020, where="line 2")
    (one,) = merge([preprint, published]).papers
    assert (one.id, one.doi, one.arxiv_id) == ("doi:10.1000/x", "10.1000/x", "2004.04906")


def test_papers_that_differ_in_doi_year_or_authors_stay_apart() -> None:
    base = paper(abstract=ABSTRACT, doi="10.1000/x", year=2020, authors=("Jane Doe",))
    for other in (
        paper(abstract=ABSTRACT, doi="10.1000/y", year=2020, authors=("Jane Doe",)),
        paper(abstract=ABSTRACT, year=2010, authors=("Jane Doe",)),
        paper(abstract=ABSTRACT, year=2020, authors=("Wei Li",)),
    ):
        assert len(merge([base, other]).papers) == 2


def test_namesakes_with_other_abstracts_stay_apart_with_stable_ids() -> None:
    first, second = paper("Editorial", abstract=ABSTRACT), paper("Editorial", abstract=OTHER)
    assert first.id == second.id
    once, again = merge([first, second]), merge([first, second, second])
    assert once.merged == 0
    assert again.merged == 1
    ids = [one.id for one in once.papers]
    assert len(set(ids)) == 2
    assert ids[0] == first.id
    assert ids[1].startswith(first.id + "-")
    assert [one.id for one in again.papers] == ids


def test_one_doi_for_a_whole_book_doesnt_make_its_papers_one() -> None:
    chapters = [
        paper("Dense retrieval for questions", abstract=ABSTRACT, doi="10.1000/book"),
        paper("Exploring sparse rewards", abstract=OTHER, doi="10.1000/book"),
    ]
    merged = merge(chapters)
    assert len(merged.papers) == 2
    assert len({one.id for one in merged.papers}) == 2


def test_a_title_only_paper_joins_the_one_with_an_abstract() -> None:
    (one,) = merge([paper(), paper(abstract=ABSTRACT, where="line 2")]).papers
    assert one.abstract == ABSTRACT


def test_matcher_gives_later_tellings_the_first_id() -> None:
    matcher = Matcher()
    first = matcher.place(paper(abstract=ABSTRACT, year=2020))
    with_doi = matcher.place(paper(abstract=ABSTRACT, year=2020, doi="10.1000/x"))
    by_doi = matcher.place(
        paper("Dense Retrieval for Questions, Extended", abstract=ABSTRACT, doi="10.1000/x")
    )
    assert first.id == with_doi.id == by_doi.id
    assert matcher.place(paper("Something else", abstract=OTHER)).id != first.id


@given(
    st.lists(
        st.builds(
            paper,
            title=st.sampled_from(
                ["A title of words", "A Title of Words!", "Editorial", "Quite another one"]
            ),
            abstract=st.sampled_from(["", ABSTRACT, OTHER, ABSTRACT[:90]]),
            year=st.sampled_from([None, 2019, 2020, 2015]),
            doi=st.sampled_from(["", "10.1000/x", "10.1000/y"]),
            where=st.integers(1, 10**6).map("line {}".format),
        ),
        max_size=12,
    )
)
def test_merging_loses_no_provenance_and_makes_no_id_twice(papers: list[Paper]) -> None:
    merged = merge(papers)
    ids = [one.id for one in merged.papers]
    assert len(ids) == len(set(ids)) == len(papers) - merged.merged
    assert {place for one in merged.papers for place in one.provenance} == {
        place for one in papers for place in one.provenance
    }
    again = merge(papers)
    assert again == merged
