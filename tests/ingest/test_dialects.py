"""Objects of well-known catalogues: every field from where the catalogue puts it, and no other paper."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.dialects import DIALECTS, find_dialect, read_item

OPENALEX: dict[str, Any] = {
    "id": "https://openalex.org/W101",
    "doi": "https://doi.org/10.1234/Kites.7",
    "display_name": "Kites in steady wind",
    "title": "Kites in steady wind",
    "publication_year": 2021,
    "publication_date": "2021-05-04",
    "language": "en",
    "type": "article",
    "ids": {
        "openalex": "https://openalex.org/W101",
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/31000001",
    },
    "primary_location": {
        "landing_page_url": "https://doi.org/10.1234/kites.7",
        "source": {"id": "https://openalex.org/S9", "display_name": "Journal of Kites"},
    },
    "locations": [
        {"landing_page_url": "https://kites.example/7", "source": {"display_name": "Elsewhere"}},
        {"landing_page_url": "http://arxiv.org/abs/2101.00001v2", "source": {"display_name": "arXiv"}},
    ],
    "authorships": [
        {"author": {"display_name": "Ada Wind"}, "raw_author_name": "A. Wind"},
        {"author": {"display_name": None}, "raw_author_name": "Bo Line"},
    ],
    "keywords": [{"display_name": "Kite", "score": 0.5}, {"keyword": "wind", "score": 0.4}],
    "topics": [{"display_name": "Aerodynamics"}],
    "concepts": [{"display_name": "kite", "score": 0.6}, {"display_name": "Physics", "score": 0}],
    "is_retracted": True,
    "referenced_works": ["https://openalex.org/W1"],
    "related_works": [{"id": "https://openalex.org/W2", "title": "A paper that is only related"}],
    "abstract_inverted_index": {"Kites": [0], "fly": [1, 4], "and": [2], "they": [3], "well.": [5]},
}
SEMANTIC_SCHOLAR: dict[str, Any] = {
    "paperId": "0123456789abcdef0123456789abcdef01234567",
    "corpusId": 77,
    "externalIds": {"DOI": "10.1234/s2.1", "ArXiv": "2101.00002", "PubMed": "31000002", "CorpusId": 77},
    "url": "https://www.semanticscholar.org/paper/0123456789abcdef0123456789abcdef01234567",
    "title": "Ropes that remember",
    "abstract": "We tie ropes.",
    "venue": "",
    "publicationVenue": {"name": "Ropes and Knots", "type": "journal"},
    "journal": {"name": "R&K"},
    "year": 2020,
    "publicationDate": "2020-02-29",
    "fieldsOfStudy": ["Engineering"],
    "s2FieldsOfStudy": [{"category": "Engineering"}, {"category": "Art"}],
    "tldr": {"model": "m", "text": "Ropes are tied."},
    "authors": [{"authorId": "1", "name": "Cy Rope"}],
    "citations": [{"paperId": "1123456789abcdef0123456789abcdef01234567", "title": "One that cites it"}],
    "references": [{"paperId": "2123456789abcdef0123456789abcdef01234567", "title": "One that it cites"}],
}
CROSSREF: dict[str, Any] = {
    "indexed": {"date-parts": [[2022, 1, 1]]},
    "reference-count": 1,
    "DOI": "10.1234/CR.5",
    "type": "journal-article",
    "title": ["Bridges of paper"],
    "subtitle": ["a survey"],
    "container-title": ["Paper Engineering"],
    "author": [{"given": "Dee", "family": "Span"}, {"name": "The Paper Group"}],
    "issued": {"date-parts": [[2019, 3]]},
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Paper <jats:italic>bends</jats:italic>.</jats:p>",
    "URL": "https://doi.org/10.1234/cr.5",
    "language": "en",
    "subject": ["Civil Engineering"],
    "relation": {
        "has-preprint": [{"id-type": "arxiv", "id": "arXiv:1901.00003"}],
        "is-preprint-of": [{"id-type": "doi", "id": "10.1234/later.6"}],
        "is-supplemented-by": [{"id-type": "doi", "id": "10.1234/data"}],
    },
    "updated-by": [
        {"DOI": "10.1234/notice.1", "type": "retraction", "updated": {"date-parts": [[2020, 1, 2]]}}
    ],
    "reference": [{"key": "r1", "article-title": "A paper that is cited", "DOI": "10.1/x"}],
}
SNAPSHOT: dict[str, Any] = {
    "id": "0704.9001",
    "submitter": "Em Paper",
    "authors": "Em Paper, Fo Leaf Jr",
    "title": "Leaves on\n  water",
    "comments": "9 pages",
    "journal-ref": "J. Leaves 3 (2008) 1-9",
    "doi": "10.1234/leaf.1 10.1234/leaf.2",
    "categories": "physics.flu-dyn cs.CV",
    "abstract": "  Leaves float.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Paper", "Em", ""], ["Leaf", "Fo", "Jr", "Pond University"]],
}
CSL: dict[str, Any] = {
    "id": "stone2018",
    "type": "article-journal",
    "title": "Stones that skip",
    "container-title": "Lakes",
    "author": [{"family": "Stone", "given": "Gil"}, {"family": "Berg", "non-dropping-particle": "van den"}],
    "issued": {"date-parts": [["2018", 7, "9"]]},
    "abstract": "They skip.",
    "DOI": "10.1234/stone",
    "URL": "https://lakes.example/stone",
    "language": "en-GB",
    "keyword": "stones, lakes",
    "note": "arXiv: 1801.00004 [physics]\nPMID: 31000004",
}
ZOTERO: dict[str, Any] = {
    "key": "ABCD2345",
    "version": 3,
    "library": {"type": "user", "id": 1, "name": "mine"},
    "data": {
        "key": "ABCD2345",
        "itemType": "journalArticle",
        "title": "Sand and time",
        "creators": [
            {"creatorType": "editor", "firstName": "Ed", "lastName": "Itor"},
            {"creatorType": "author", "firstName": "Hy", "lastName": "Sand"},
            {"creatorType": "author", "name": "Dune Group"},
        ],
        "abstractNote": "Sand runs.",
        "publicationTitle": "Deserts",
        "date": "2017-06-05",
        "DOI": "10.1234/sand",
        "url": "https://deserts.example/sand",
        "language": "en",
        "extra": "PMID: 31000005\nCitation Key: sand2017",
        "tags": [{"tag": "sand"}, {"tag": "time", "type": 1}],
    },
}
ALL = {
    "OpenAlex": OPENALEX,
    "Semantic Scholar": SEMANTIC_SCHOLAR,
    "Crossref": CROSSREF,
    "arXiv metadata snapshot": SNAPSHOT,
    "CSL JSON": CSL,
    "Zotero": ZOTERO,
}
GENERIC = {"title": "Just a title", "abstract": "Just a text."}


def items_of(value: Any, indent: int | None = None) -> list[Record | Rejected]:
    text = json.dumps(value, indent=indent)
    return list(find_format(text[:65_536]).read(io.StringIO(text, newline=""), "f"))


def record_of(value: Any) -> Record:
    (item,) = items_of(value)
    assert isinstance(item, Record), item
    return item


def paper_of(value: Any) -> Paper:
    paper = to_paper(record_of(value))
    assert isinstance(paper, Paper), paper
    return paper


def test_each_dialect_has_a_sample_and_is_recognised_by_it_alone() -> None:
    assert set(ALL) == {dialect.name for dialect in DIALECTS}
    for name, sample in ALL.items():
        found = find_dialect(sample)
        assert found is not None
        assert found.name == name
    assert find_dialect(GENERIC) is None


def test_an_openalex_work() -> None:
    paper = paper_of(OPENALEX)
    assert paper.title == "Kites in steady wind"
    assert paper.abstract == "Kites fly and they fly well."
    assert paper.authors == ("Ada Wind", "Bo Line")
    assert (paper.year, paper.date, paper.language) == (2021, "2021-05-04", "en")
    assert paper.venue == "Journal of Kites"
    assert (paper.doi, paper.pmid) == ("10.1234/kites.7", "31000001")
    assert (paper.arxiv_id, paper.arxiv_version) == ("2101.00001", 2)
    assert paper.url == "https://doi.org/10.1234/kites.7"
    assert paper.tags == ("Kite", "wind", "Aerodynamics")
    assert paper.retracted
    assert paper.retraction_note == "retracted, according to OpenAlex"


def test_an_openalex_work_without_a_title_is_refused_and_its_related_works_are_not_read() -> None:
    (item,) = items_of(OPENALEX | {"title": None, "display_name": None})
    assert isinstance(item, Rejected)
    assert item.reason.startswith("no title (found: id, doi, ")


def test_a_semantic_scholar_paper() -> None:
    paper = paper_of(SEMANTIC_SCHOLAR)
    assert paper.abstract == "We tie ropes."
    assert paper.abstract_by == ""
    assert paper.authors == ("Cy Rope",)
    assert (paper.year, paper.date, paper.venue) == (2020, "2020-02-29", "Ropes and Knots")
    assert (paper.doi, paper.arxiv_id, paper.pmid) == ("10.1234/s2.1", "2101.00002", "31000002")
    assert paper.tags == ("Engineering", "Art")


def test_a_tldr_stands_in_for_a_missing_abstract_and_says_so() -> None:
    paper = paper_of(SEMANTIC_SCHOLAR | {"abstract": None})
    assert paper.abstract == "Ropes are tied."
    assert "TLDR" in paper.abstract_by
    bare = paper_of(SEMANTIC_SCHOLAR | {"abstract": None, "tldr": None})
    assert (bare.abstract, bare.abstract_by) == ("", "")


def test_the_lower_case_keys_of_semantic_scholars_data_sets() -> None:
    row = {"corpusid": 5, "externalids": {"ArXiv": "2101.00002", "DOI": None}, "title": "Ropes that hold"}
    row |= {"authors": [{"authorId": "1", "name": "Cy Rope"}], "publicationdate": "2020-02-29", "year": 2020}
    row |= {"s2fieldsofstudy": [{"category": "Art", "source": "external"}], "venue": "Knots"}
    paper = paper_of(row)
    assert (paper.arxiv_id, paper.date, paper.tags, paper.venue) == (
        "2101.00002", "2020-02-29", ("Art",), "Knots"
    )  # fmt: skip


def test_a_list_of_citations_from_semantic_scholars_api_is_a_list_of_papers() -> None:
    edges = {"offset": 0, "data": [{"contexts": ["x"], "citingPaper": SEMANTIC_SCHOLAR}]}
    assert record_of(edges).title == "Ropes that remember"


def test_a_crossref_work() -> None:
    paper = paper_of({"status": "ok", "message": {"total-results": 1, "items": [CROSSREF]}})
    assert paper.title == "Bridges of paper: a survey"
    assert paper.abstract == "Paper bends."
    assert paper.authors == ("Dee Span", "The Paper Group")
    assert (paper.year, paper.date, paper.venue) == (2019, "2019-03", "Paper Engineering")
    assert (paper.doi, paper.language, paper.tags) == ("10.1234/cr.5", "en", ("Civil Engineering",))
    assert paper.related == ("doi:10.1234/later.6", "arxiv:1901.00003")
    assert paper.retracted
    assert paper.retraction_note == "retraction, notice doi:10.1234/notice.1, 2020-01-02"


def test_one_crossref_work_in_its_envelope() -> None:
    assert record_of({"status": "ok", "message-type": "work", "message": CROSSREF}).doi == "10.1234/CR.5"


def test_the_notice_of_a_retraction_is_not_itself_retracted() -> None:
    notice = {key: text for key, text in CROSSREF.items() if key != "updated-by"}
    notice |= {"DOI": "10.1234/notice.1", "title": ["Retraction: Bridges of paper"], "subtitle": []}
    notice["update-to"] = [{"DOI": "10.1234/cr.5", "type": "retraction", "label": "Retraction"}]
    assert not record_of(notice).retracted
    own = notice | {"update-to": [{"DOI": "10.1234/NOTICE.1", "type": "withdrawal", "label": "Withdrawal"}]}
    assert record_of(own).retraction_note == "Withdrawal"


def test_a_line_of_the_arxiv_snapshot() -> None:
    paper = paper_of(SNAPSHOT)
    assert (paper.title, paper.abstract) == ("Leaves on water", "Leaves float.")
    assert paper.authors == ("Em Paper", "Fo Leaf Jr")
    assert (paper.arxiv_id, paper.arxiv_version) == ("0704.9001", 2)
    assert (paper.year, paper.date) == (2007, "2007-04-02")
    assert (paper.venue, paper.doi) == ("J. Leaves 3 (2008) 1-9", "10.1234/leaf.1")
    assert paper.related == ("doi:10.1234/leaf.2",)
    assert paper.tags == ("physics.flu-dyn", "cs.CV")
    assert paper.url == "https://arxiv.org/abs/0704.9001"
    assert not paper.retracted


@pytest.mark.parametrize(
    ("comments", "withdrawn"),
    [
        ("This paper has been withdrawn by the authors due to an error", True),
        ("Withdrawn.", True),
        ("10 pages. Withdrawn because of a gap in the proof", True),
        ("Paper withdrawn", True),
        ("The manuscript is temporarily withdrawn", True),
        ("replaces the withdrawn paper math/0101001", False),
        ("The withdrawn version had 10 pages", False),
        ("Withdrawn version of an older note", False),
        ("9 pages, on how electrons are withdrawn from a field", False),
    ],
)
def test_comments_tell_a_withdrawal(comments: str, withdrawn: bool) -> None:
    record = record_of(SNAPSHOT | {"comments": comments})
    assert record.retracted is withdrawn
    assert record.retraction_note == (comments if withdrawn else "")


def test_a_csl_item() -> None:
    paper = paper_of(CSL)
    assert paper.authors == ("Gil Stone", "van den Berg")
    assert (paper.year, paper.date, paper.venue) == (2018, "2018-07-09", "Lakes")
    assert (paper.doi, paper.arxiv_id, paper.pmid) == ("10.1234/stone", "1801.00004", "31000004")
    assert (paper.tags, paper.language) == (("stones", "lakes"), "en")


def test_references_alone_are_the_collection_as_pandoc_keeps_it() -> None:
    assert [item.where for item in items_of({"references": [CSL, CSL]}, indent=1)] == ["record 1", "record 2"]


def test_a_zotero_item() -> None:
    paper = paper_of(ZOTERO)
    assert (paper.title, paper.abstract) == ("Sand and time", "Sand runs.")
    assert paper.authors == ("Hy Sand", "Dune Group")
    assert (paper.year, paper.date, paper.venue) == (2017, "2017-06-05", "Deserts")
    assert (paper.doi, paper.pmid, paper.language) == ("10.1234/sand", "31000005", "en")
    assert paper.tags == ("sand", "time")


def test_attachments_and_notes_in_zotero_are_refused_by_name() -> None:
    attachment = {
        "key": "A",
        "data": {"itemType": "attachment", "title": "Full Text", "parentItem": "ABCD2345"},
    }
    note = {"key": "N", "data": {"itemType": "note", "note": "<p>read this</p>"}}
    items = items_of([ZOTERO, attachment, note], indent=1)
    assert isinstance(items[0], Record)
    assert [item.reason for item in items[1:] if isinstance(item, Rejected)] == [
        "a Zotero attachment of ABCD2345, no paper of its own",
        "a Zotero note, no paper of its own",
    ]


def test_the_items_of_better_bibtex_with_their_attachments() -> None:
    item = ZOTERO["data"] | {"attachments": [{"itemType": "attachment", "title": "sand.pdf"}], "notes": []}
    library = {"config": {"label": "BetterBibTeX JSON"}, "collections": {}, "items": [item, item]}
    assert [type(item) for item in items_of(library, indent=1)] == [Record, Record]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("indent", [None, 1])
def test_the_order_of_keys_changes_nothing(name: str, seed: int, indent: int | None) -> None:
    keys = list(ALL[name].items())
    random.Random(seed).shuffle(keys)
    (item,) = items_of(dict(keys), indent)
    expected = record_of(ALL[name])
    assert isinstance(item, Record)
    told = (item.title, item.abstract, item.authors, item.doi, item.date, item.tags, item.related)
    assert told == (
        expected.title, expected.abstract, expected.authors, expected.doi, expected.date, expected.tags,
        expected.related,
    )  # fmt: skip


@pytest.mark.parametrize("indent", [None, 1])
def test_all_dialects_in_one_list_with_what_is_no_object(indent: int | None) -> None:
    items = items_of({"results": [*ALL.values(), None, GENERIC]}, indent)
    assert [type(item) for item in items] == [Record] * 6 + [Rejected, Record]


def test_a_paper_without_title_beside_its_references_is_refused_and_they_are_not_read() -> None:
    about = {"abstract": "No title here.", "references": [{"title": "A cited paper"}]}
    for indent in (None, 1):
        (item,) = items_of(about, indent)
        assert isinstance(item, Rejected), indent


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(ALL)), st.data())
def test_no_value_in_any_field_is_an_exception(name: str, data: st.DataObject) -> None:
    sample = ALL[name].get("data", ALL[name])
    keys = data.draw(st.lists(st.sampled_from(sorted(sample)), min_size=1, max_size=6, unique=True))
    value = sample | {key: data.draw(JSON, label=key) for key in keys}
    item = read_item(value, "f", "record 1")
    if isinstance(item, Record):
        assert isinstance(to_paper(item), Paper | Rejected)
    else:
        assert item.reason


@settings(max_examples=200)
@given(st.lists(st.sampled_from(sorted(ALL)), min_size=1, max_size=4), st.data())
def test_a_file_cut_off_anywhere_is_no_exception(names: list[str], data: st.DataObject) -> None:
    text = json.dumps([ALL[name] for name in names], indent=1)
    cut = text[: data.draw(st.integers(2, len(text)))]
    items = list(find_format(cut).read(io.StringIO(cut), "f"))
    assert items
    assert all(isinstance(item, Record | Rejected) for item in items)


def test_a_value_nested_too_deeply_is_refused() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert isinstance(read_item({"title": deep}, "f", "record 1"), Rejected)


SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real files aren't beside the checkout: {SHARED}")
@pytest.mark.parametrize("folder", ["openalex", "semantic_scholar", "arxiv_kaggle_json"])
def test_the_real_files_give_their_manifests_counts(folder: str) -> None:
    entries = [
        entry
        for entry in json.loads((SHARED / "manifest.json").read_text(encoding="utf-8"))
        if entry["file"].startswith(f"{folder}/") and "records" in entry
    ]
    assert entries
    for entry in entries:
        text = (SHARED / entry["file"]).read_text(encoding="utf-8")
        items = list(find_format(text[:65_536]).read(io.StringIO(text, newline=""), "f"))
        records = [item for item in items if isinstance(item, Record)]
        assert (len(items), len(records)) == (entry["records"], entry["records"]), entry["file"]
        assert sum(bool(record.abstract) for record in records) == entry["with_abstract"], entry["file"]
