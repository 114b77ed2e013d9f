"""The papers that a library keeps for filters, and what it tells of its fields and names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.author_names import same_author
from assistant.errors import StoreDamaged
from assistant.filters import Filters
from assistant.library import Library, Telling
from assistant.library_facets import tag_keys
from assistant.models import Paper
from assistant.text import fold
from assistant.venue_names import same_venue
from tests.assistant.filtered_papers import ANNA, PAPERS, embedded, paper, put


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path, create=True)
    put(made, PAPERS)
    yield made
    made.close()


def kept(library: Library, filters: Filters) -> set[str] | None:
    """Return the ids of the papers that filters keep; None where nothing is restricted."""
    found = library.matching(filters)
    return None if found is None else set(found)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(since=2021), {"p-2", "p-3"}),
        (Filters(until=2021), {"p-1", "p-2"}),
        (Filters(since=2020, until=2022), {"p-2"}),
        (Filters(authors=("Oduya",)), {"p-1", "p-2"}),
        (Filters(authors=("Kim Oduya", "van der Laan")), {"p-1", "p-2", "p-3"}),
        (Filters(authors=("Oduya",), since=2020), {"p-2"}),
        (Filters(venues=("NeurIPS",)), {"p-1", "p-2"}),
        (Filters(tags=("cs",)), {"p-1"}),
        (Filters(tags=("CS.ir",)), {"p-1"}),
        (Filters(tags=("ranking",)), {"p-1"}),
        (Filters(tags=("rank",)), set()),
        (Filters(sources=("first.jsonl",)), {"p-1", "p-2", "doi:10.5/ab"}),
        (Filters(sources=("in/first.jsonl",)), {"p-1", "p-2"}),
        (Filters(sources=("irst.jsonl",)), set()),
        (Filters(paper_ids=("p-1", "10.5555/AB.1")), {"p-1", "doi:10.5/ab"}),
        (Filters(paper_ids=("arXiv:2101.00001v3",)), {"doi:10.5/ab"}),
        (Filters(paper_ids=("https://doi.org/10.48550/arXiv.2101.00001",)), {"doi:10.5/ab"}),
        (Filters(paper_ids=("PMID: 123456",)), {"doi:10.5/ab"}),
        (Filters(authors=("Nobody",)), set()),
        (Filters(authors=("",), venues=("!",)), set()),
    ],
)
def test_a_library_keeps_the_papers_that_match(library: Library, filters: Filters, wanted: set[str]) -> None:
    assert kept(library, filters) == wanted


def test_nothing_restricted_is_told_from_nothing_found(library: Library) -> None:
    assert kept(library, Filters()) is None
    assert kept(library, Filters(since=2999)) == set()


def test_filters_follow_papers_that_change_leave_and_come_back(library: Library) -> None:
    put(library, [paper("p-1", year=2024, authors=("Ida Roth",))])
    assert kept(library, Filters(authors=("Oduya",))) == {"p-2"}
    assert kept(library, Filters(since=2024, authors=("Roth",))) == {"p-1"}
    library.replace([[embedded(paper("p-1", authors=("Kim Oduya",)))]], {})
    assert kept(library, Filters(authors=("Oduya",))) == {"p-1", "p-2"}
    assert kept(library, Filters(since=2024)) == set()
    library.remove(["p-1", "p-2"])
    assert kept(library, Filters(authors=("Oduya",))) == set()
    library.tellings.put_records([embedded(paper("p-9", authors=("Kim Oduya",)))])
    assert kept(library, Filters(authors=("Oduya",))) == {"p-9"}


def test_a_source_that_is_told_of_or_forgotten_counts_at_once(library: Library) -> None:
    filters = Filters(sources=("second.bib",))
    assert kept(library, filters) == {"p-3"}
    library.tellings.remember([("p-1", Telling("in/second.bib", "line 9"))])
    assert kept(library, filters) == {"p-1", "p-3"}
    library.tellings.forget("p-3", [("in/second.bib", "p-3")])
    assert kept(library, filters) == {"p-1"}


def test_a_rehearsal_leaves_no_trace_in_what_filters_find(library: Library) -> None:
    filters = Filters(since=2023)
    with library.rehearsal():
        put(library, [paper("p-4", year=2025)])
        assert kept(library, filters) == {"p-3", "p-4"}
    put(library, [paper("p-5", year=2026)])  # the same revision as in the rehearsal
    assert kept(library, filters) == {"p-3", "p-5"}


def test_a_library_of_the_second_layout_gets_all_that_papers_are_filtered_by(
    library: Library, tmp_path: Path
) -> None:
    library.close()
    new = ("facets", "facet_values", "facet_keys")
    with sqlite3.connect(tmp_path / "library.sqlite3") as db:
        for index in ("year", "known", "doi", "arxiv_id", "pmid"):
            db.execute(f"DROP INDEX papers_by_{index}")
        for column in ("year", "known", "doi", "arxiv_id", "pmid"):
            db.execute(f"ALTER TABLE papers DROP COLUMN {column}")
        for table in new:
            db.execute(f"DROP TABLE {table}")
        db.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    db.close()
    opened = Library(tmp_path)
    assert kept(opened, Filters(authors=("Oduya",), since=2020)) == {"p-2"}
    assert kept(opened, Filters(tags=("cs",), venues=("NeurIPS",))) == {"p-1"}
    assert opened.filtering.lacking("authors") == 1
    assert opened.fields() == {"year", "authors", "venue", "tags", "doi", "arxiv_id"}
    opened.close()


def test_a_migration_that_fails_half_way_changes_nothing(library: Library, tmp_path: Path) -> None:
    library.close()
    path = tmp_path / "library.sqlite3"
    with sqlite3.connect(path) as db:
        for column in ("year", "known", "doi", "arxiv_id", "pmid"):
            db.execute(f"DROP INDEX papers_by_{column}")
            db.execute(f"ALTER TABLE papers DROP COLUMN {column}")
        db.execute("DELETE FROM facet_values")
        db.execute("UPDATE papers SET record = 'torn' WHERE id = 'p-3'")
        db.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    db.close()
    with pytest.raises(StoreDamaged, match="JSON"):
        Library(tmp_path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("2",)
        assert "year" not in [row[1] for row in db.execute("PRAGMA table_xinfo(papers)")]
    db.close()


def test_a_library_tells_the_fields_that_it_has_and_how_many_papers_lack_them(library: Library) -> None:
    assert library.fields() == {"year", "authors", "venue", "tags", "doi", "arxiv_id"}
    lacking = {name: library.filtering.lacking(name) for name in ("year", "authors", "venue", "tags")}
    assert lacking == {"year": 1, "authors": 1, "venue": 1, "tags": 3}
    library.remove(["p-1"])
    assert library.fields() == {"year", "authors", "venue", "doi", "arxiv_id"}
    assert library.filtering.years() == (2021, 2023)


def test_near_names_are_suggested_where_nobody_is_called_so(library: Library) -> None:
    assert library.filtering.nearest("authors", "Kim Odyua")[0] == "Kim Oduya"
    assert library.filtering.nearest("venues", "Natur Communications") == ["Nature Communications"]
    assert library.filtering.nearest("tags", "rankin") == ["Ranking"]
    assert library.filtering.nearest("sources", "second.bibb") == ["in/second.bib"]
    assert library.filtering.nearest("authors", "Qwxyz") == []


NAMES = st.sampled_from(
    ["Kim Oduya", "K. Oduya", "Ida Roth", "Ida Le Roth", ANNA, "Bo Li-Roth", "Li Bo", "Oduya"]
)
VENUES = st.sampled_from(["", "NeurIPS", "Nature", "Nature Physics", "Journal of Odd Results", "JOR 3"])
TAGS = st.sampled_from(["cs", "cs.IR", "cs.LG", "Odd things", "odd"])
SOURCES = st.sampled_from(["a/x.bib", "b/x.bib", "y.csv"])
RECORDS = st.builds(
    lambda year, authors, venue, tags, source: {
        "year": year, "authors": tuple(authors), "venue": venue, "tags": tuple(tags), "source": source,
    },
    st.none() | st.integers(2000, 2006), st.lists(NAMES, max_size=3), VENUES, st.lists(TAGS, max_size=2), SOURCES,
)  # fmt: skip
FILTERS = st.builds(
    Filters,
    since=st.none() | st.integers(1999, 2007),
    until=st.none() | st.integers(1999, 2007),
    authors=st.lists(NAMES | st.text(max_size=6), max_size=2).map(tuple),
    venues=st.lists(VENUES, max_size=2).map(tuple),
    tags=st.lists(TAGS | st.text(max_size=4), max_size=2).map(tuple),
    sources=st.lists(SOURCES | st.just("x.bib"), max_size=2).map(tuple),
    paper_ids=st.lists(st.sampled_from(["p-0", "p-1", "p-2"]), max_size=2).map(tuple),
)


def keeps(filters: Filters, paper: Paper) -> bool:
    """What filters mean, said once more without an index."""
    if (filters.since or filters.until) and paper.year is None:
        return False
    tests = [
        filters.since is None or (paper.year or 0) >= filters.since,
        filters.until is None or (paper.year or 0) <= filters.until,
        not filters.authors or any(same_author(a, b) for a in filters.authors for b in paper.authors),
        not filters.venues or any(same_venue(a, paper.venue) for a in filters.venues),
        not filters.tags
        or any(" ".join(fold(a).split()) in tag_keys(b) for a in filters.tags for b in paper.tags),
        not filters.sources
        or any(f"/{place.source}".endswith(f"/{a}") for a in filters.sources for place in paper.provenance),
        not filters.paper_ids or paper.id in filters.paper_ids,
    ]
    return all(tests)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(RECORDS, min_size=1, max_size=8), filters=st.lists(FILTERS, min_size=1, max_size=6))
def test_the_indexes_keep_what_reading_every_paper_keeps(
    records: list[dict[str, object]], filters: list[Filters], tmp_path_factory: pytest.TempPathFactory
) -> None:
    library = Library(tmp_path_factory.mktemp("papers"), create=True)
    papers = [paper(f"p-{n}", **record) for n, record in enumerate(records)]  # type: ignore[arg-type]
    put(library, papers)
    for each in filters:
        wanted = {one.id for one in papers if keeps(each, one)} if each else None
        assert kept(library, each) == wanted
    library.close()
