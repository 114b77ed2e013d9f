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
DAILY_PAPER: dict[str, Any] = {
    "paper": {
        "id": "2401.00001",
        "authors": [{"_id": "1", "name": "Ida Cloud", "hidden": False}, {"_id": "2", "name": "Jo Rain"}],
        "publishedAt": "2024-01-02T18:59:59.000Z",
        "submittedOnDailyAt": "2024-01-05T01:00:00.000Z",
        "title": "Clouds that count",
        "summary": "We count clouds.",
        "upvotes": 12,
        "ai_keywords": ["cloud counting", "rain"],
    },
    "publishedAt": "2024-01-05T00:00:00.000Z",
    "title": "Clouds that count",
    "summary": "We count clouds.",
    "thumbnail": "https://clouds.example/a.png",
    "numComments": 2,
}
OPENREVIEW: dict[str, Any] = {
    "id": "aBcD12",
    "forum": "aBcD12",
    "replyto": None,
    "invitations": ["Pond.cc/2024/Conference/-/Submission"],
    "signatures": ["Pond.cc/2024/Conference/Submission3/Authors"],
    "cdate": 1695427200000,
    "pdate": 1705363200000,
    "content": {
        "title": {"value": "Frogs in a loop"},
        "abstract": {"value": "Frogs go round."},
        "authors": {"value": ["Ko Frog", "La Pond"]},
        "authorids": {"value": ["~Ko_Frog1", "~La_Pond1"]},
        "keywords": {"value": ["frogs", "loops"]},
        "venue": {"value": "Pond 2024 poster"},
        "venueid": {"value": "Pond.cc/2024/Conference"},
        "pdf": {"value": "/pdf/0123.pdf"},
    },
}
DATACITE: dict[str, Any] = {
    "id": "10.5555/dc.v2",
    "type": "dois",
    "attributes": {
        "doi": "10.5555/DC.v2",
        "titles": [{"title": "Maps of moss"}, {"title": "in four colours", "titleType": "Subtitle"}],
        "creators": [
            {"name": "Moss, Mia", "givenName": "Mia", "familyName": "Moss", "nameType": "Personal"},
            {"name": "Fern, Ned"},
            {"name": "Moss, Fern and Friends", "nameType": "Organizational"},
        ],
        "descriptions": [
            {"description": "Drawn by hand.", "descriptionType": "Methods"},
            {"description": "<p>Moss grows.</p>", "descriptionType": "Abstract"},
        ],
        "publicationYear": 2023,
        "publisher": {"name": "Moss Archive"},
        "dates": [
            {"date": "2022-12-30", "dateType": "Submitted"},
            {"date": "2023", "dateType": "Issued"},
            {"date": "2023-02-03T04:05:06Z", "dateType": "Available"},
            {"date": "2023-09-09", "dateType": "Updated"},
        ],
        "subjects": [{"subject": "Bryology"}, {"subject": "maps", "subjectScheme": "own"}],
        "language": "en",
        "url": "https://moss.example/v2",
        "relatedIdentifiers": [
            {
                "relationType": "IsVersionOf",
                "relatedIdentifier": "10.5555/dc",
                "relatedIdentifierType": "DOI",
            },
            {"relationType": "IsPreprintOf", "relatedIdentifier": "https://doi.org/10.5555/later"},
            {"relationType": "Cites", "relatedIdentifier": "10.5555/cited", "relatedIdentifierType": "DOI"},
        ],
    },
    "relationships": {"client": {"data": {"id": "moss.archive", "type": "clients"}}},
}
INSPIRE: dict[str, Any] = {
    "id": "17",
    "created": "2020-01-01T00:00:00+00:00",
    "links": {"json": "https://inspire.example/api/literature/17"},
    "metadata": {
        "control_number": 17,
        "titles": [{"title": "Quarks at tea", "source": "arXiv"}, {"title": "Quarks at Tea"}],
        "abstracts": [{"value": "They meet at four.", "source": "arXiv"}],
        "authors": [{"full_name": "Quark, Una"}, {"full_name": "Tea, Vic"}],
        "dois": [{"value": "10.5555/quark", "source": "x"}],
        "arxiv_eprints": [{"value": "1912.00009", "categories": ["hep-ph", "hep-th"]}],
        "publication_info": [{"journal_title": "Tea Phys.", "year": 2020, "journal_volume": "7"}],
        "keywords": [{"value": "quark: tea", "schema": "INSPIRE"}],
        "earliest_date": "2019-12-05",
        "references": [{"reference": {"title": {"title": "A cited paper"}}}],
    },
}
ZENODO: dict[str, Any] = {
    "id": 99,
    "conceptdoi": "10.5555/zenodo.98",
    "doi": "10.5555/zenodo.99",
    "title": "Tides in a cup",
    "links": {
        "self": "https://zenodo.example/api/records/99",
        "self_html": "https://zenodo.example/records/99",
    },
    "metadata": {
        "title": "Tides in a cup",
        "doi": "10.5555/zenodo.99",
        "publication_date": "2022-08-09",
        "description": "<p>Cups have tides.</p>\n<p>Small ones.</p>",
        "creators": [{"name": "Cup, Wes", "affiliation": "Tea House"}, {"name": "Saucer, Xia"}],
        "keywords": ["tides", "cups"],
        "journal": {"title": "Cups Today"},
        "language": "eng",
        "resource_type": {"type": "publication", "subtype": "preprint"},
        "related_identifiers": [
            {"identifier": "arXiv:2208.00004", "relation": "isIdenticalTo", "scheme": "arxiv"},
            {"identifier": "10.5555/code", "relation": "isSupplementedBy", "scheme": "doi"},
        ],
    },
}
DBLP: dict[str, Any] = {
    "@score": "3",
    "@id": "12",
    "info": {
        "authors": {
            "author": [{"@pid": "1/1", "text": "Yul Path 0001"}, {"@pid": "2/2", "text": "Zoe Graph"}]
        },
        "title": "Walks &amp; Ways.",
        "venue": "CoRR",
        "volume": "abs/2105.00005",
        "year": "2021",
        "type": "Informal and Other Publications",
        "key": "journals/corr/abs-2105-00005",
        "doi": "10.5555/WALKS",
        "ee": ["https://arxiv.org/abs/2105.00005", "https://doi.org/10.5555/walks"],
        "url": "https://dblp.org/rec/journals/corr/abs-2105-00005",
    },
    "url": "URL#12",
}
EUROPE_PMC: dict[str, Any] = {
    "id": "33000001",
    "source": "MED",
    "pmid": "33000001",
    "doi": "10.5555/epmc",
    "title": "Bees at night.",
    "authorString": "Bee A, Night B.",
    "authorList": {
        "author": [
            {"fullName": "Bee A", "firstName": "Ann", "lastName": "Bee", "initials": "A"},
            {"collectiveName": "The Night Group"},
        ]
    },
    "journalInfo": {"yearOfPublication": 2021, "journal": {"title": "Journal of Bees", "issn": "0000-0000"}},
    "pubYear": "2021",
    "abstractText": "<h4>Background</h4>Bees rest.",
    "firstPublicationDate": "2021-03-04",
    "language": "eng",
    "keywordList": {"keyword": ["bees", "night"]},
    "meshHeadingList": {"meshHeading": [{"descriptorName": "Animals", "majorTopic_YN": "N"}]},
    "pubTypeList": {"pubType": ["Journal Article", "Retracted Publication"]},
    "commentCorrectionList": {
        "commentCorrection": [{"type": "Retraction in", "reference": "J Bees. 2022;1:2", "id": "34000001"}]
    },
}
LENS: dict[str, Any] = {
    "lens_id": "000-111-222-333-444",
    "title": "Lenses of ice",
    "abstract": "Ice bends light.",
    "publication_type": "journal article",
    "year_published": 2018,
    "date_published": "2018-06-07T00:00:00+00:00",
    "source": {"title": "Ice Letters", "publisher": "Cold Press", "issn": []},
    "external_ids": [
        {"type": "magid", "value": "5"},
        {"type": "doi", "value": "10.5555/ICE"},
        {"type": "pmid", "value": "30000007"},
    ],
    "authors": [{"first_name": "Al", "last_name": "Ice", "initials": "A"}, {"collective_name": "Cold Team"}],
    "keywords": ["ice"],
    "fields_of_study": ["Optics"],
    "languages": ["en"],
    "references": [{"lens_id": "000-111-222-333-555"}],
    "source_urls": [{"type": "html", "url": "https://ice.example/1"}],
}  # fmt: skip
BIORXIV: dict[str, Any] = {
    "doi": "10.1101/2020.01.02.000003",
    "title": "Cells that nap",
    "authors": "van der Doe, J.; Roe, R.",
    "author_corresponding": "Jan van der Doe",
    "date": "2020-01-04",
    "version": "2",
    "type": "new results",
    "category": "cell biology",
    "jatsxml": "https://www.biorxiv.org/content/x.xml",
    "abstract": "Cells nap.",
    "published": "10.5555/nap",
    "server": "bioRxiv",
}
IEEE: dict[str, Any] = {
    "article_number": "77",
    "title": "Wires in a knot",
    "abstract": "We tie wires.",
    "authors": {"authors": [{"full_name": "Bea Wire", "author_order": 1}, {"full_name": "Cal Knot"}]},
    "doi": "10.5555/WIRE",
    "publication_year": 2019,
    "publication_date": "June 2019",
    "publication_title": "Conference on Knots",
    "content_type": "Conferences",
    "html_url": "https://ieee.example/document/77/",
    "index_terms": {"ieee_terms": {"terms": ["Wires"]}, "author_terms": {"terms": ["knot", "wires"]}},
}
CORE: dict[str, Any] = {
    "id": 4242,
    "title": "Open gates",
    "abstract": "Gates open.",
    "authors": [{"name": "Gate, Dot"}],
    "yearPublished": 2016,
    "publishedDate": "2016-04-05T00:00:00",
    "doi": "10.5555/gate",
    "arxivId": "1604.00006",
    "pubmedId": "29000001",
    "journals": [{"title": "Gates", "identifiers": ["0000-0001"]}],
    "publisher": "Gate Press",
    "language": {"code": "en", "name": "English"},
    "fieldOfStudy": "engineering",
    "downloadUrl": "https://core.example/download/4242.pdf",
    "links": [{"type": "display", "url": "https://core.example/works/4242"}],
    "fullText": "Gates open. Then they close. " * 9,
}
CODE: dict[str, Any] = {
    "paper_url": "https://paperswithcode.com/paper/locks",
    "arxiv_id": "1703.00007",
    "title": "Locks that learn",
    "abstract": "Locks learn.",
    "url_abs": "http://arxiv.org/abs/1703.00007v3",
    "url_pdf": "http://arxiv.org/pdf/1703.00007v3.pdf",
    "proceeding": "KEYS 2017 1",
    "authors": ["Eve Lock", "Flo Key"],
    "tasks": ["Lock Learning"],
    "date": "2017-03-04",
    "methods": [{"name": "Turning", "full_name": "Key Turning", "description": "It turns."}],
}
ALL = {
    "OpenAlex": OPENALEX,
    "Semantic Scholar": SEMANTIC_SCHOLAR,
    "Crossref": CROSSREF,
    "arXiv metadata snapshot": SNAPSHOT,
    "CSL JSON": CSL,
    "Zotero": ZOTERO,
    "Hugging Face papers": DAILY_PAPER,
    "OpenReview": OPENREVIEW,
    "DataCite": DATACITE,
    "INSPIRE": INSPIRE,
    "Zenodo and InvenioRDM": ZENODO,
    "DBLP": DBLP,
    "Europe PMC": EUROPE_PMC,
    "Lens.org": LENS,
    "bioRxiv and medRxiv": BIORXIV,
    "IEEE Xplore": IEEE,
    "CORE": CORE,
    "Papers with Code": CODE,
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


def envelope(name: str) -> Any:
    """The sample in the envelope in which its catalogue sends it."""
    one = ALL[name]
    return {
        "Hugging Face papers": [one],
        "OpenReview": {"notes": [one], "count": 1},
        "DataCite": {"data": [one], "meta": {"total": 1}},
        "INSPIRE": {"hits": {"hits": [one], "total": 1}, "links": {}},
        "Zenodo and InvenioRDM": {"hits": {"hits": [one], "total": 1}, "aggregations": {}},
        "DBLP": {"result": {"query": "q", "hits": {"@total": "1", "hit": [one]}}},
        "Europe PMC": {"hitCount": 1, "request": {"queryString": "q"}, "resultList": {"result": [one]}},
        "Lens.org": {"total": 1, "data": [one]},
        "bioRxiv and medRxiv": {"messages": [{"status": "ok"}], "collection": [one]},
        "IEEE Xplore": {"total_records": 1, "articles": [one]},
        "CORE": {"totalHits": 1, "results": [one]},
        "Papers with Code": [one],
    }[name]


CATALOGUES = [
    "Hugging Face papers", "OpenReview", "DataCite", "INSPIRE", "Zenodo and InvenioRDM", "DBLP", "Europe PMC",
    "Lens.org", "bioRxiv and medRxiv", "IEEE Xplore", "CORE", "Papers with Code",
]  # fmt: skip


@pytest.mark.parametrize("name", CATALOGUES)
@pytest.mark.parametrize("indent", [None, 1])
def test_a_catalogues_envelope_and_one_record_alone_read_the_same(name: str, indent: int | None) -> None:
    (alone,) = items_of(ALL[name], indent)
    (sent,) = items_of(envelope(name), indent)
    assert isinstance(alone, Record), alone
    assert isinstance(sent, Record), sent
    assert to_paper(alone).model_dump(exclude={"provenance"}) == to_paper(sent).model_dump(
        exclude={"provenance"}
    )


def test_a_daily_paper_of_hugging_face_is_read_from_the_paper_inside() -> None:
    paper = paper_of([DAILY_PAPER])
    assert (paper.title, paper.abstract) == ("Clouds that count", "We count clouds.")
    assert paper.authors == ("Ida Cloud", "Jo Rain")
    assert (paper.arxiv_id, paper.date, paper.year) == ("2401.00001", "2024-01-02", 2024)
    assert paper.tags == ("cloud counting", "rain")
    assert paper.url == "https://huggingface.co/papers/2401.00001"
    assert paper_of(DAILY_PAPER["paper"]).authors == paper.authors


def test_a_note_of_openreview() -> None:
    paper = paper_of({"notes": [OPENREVIEW]})
    assert (paper.title, paper.abstract) == ("Frogs in a loop", "Frogs go round.")
    assert (paper.authors, paper.tags) == (("Ko Frog", "La Pond"), ("frogs", "loops"))
    assert (paper.date, paper.venue) == ("2024-01-16", "Pond 2024 poster")
    assert paper.url == "https://openreview.net/forum?id=aBcD12"


def test_a_note_of_openreviews_first_version_says_the_same() -> None:
    old = OPENREVIEW | {"content": {key: one["value"] for key, one in OPENREVIEW["content"].items()}}
    old = {key: value for key, value in old.items() if key != "invitations"}
    old |= {"invitation": "Pond.cc/2024/Conference/-/Blind_Submission", "original": None}
    assert paper_of({"notes": [old]}) == paper_of({"notes": [OPENREVIEW]})


@pytest.mark.parametrize("number", [10**15, 10**40, -1, True, 1.5])
def test_a_number_that_is_no_time_is_no_date(number: float) -> None:
    record = record_of({"notes": [OPENREVIEW | {"pdate": number, "cdate": None}]})
    assert (record.date, record.year) == ("", None)


def test_a_review_on_openreview_is_no_paper() -> None:
    review = {
        "id": "rev1",
        "forum": "aBcD12",
        "replyto": "aBcD12",
        "invitations": [
            "Pond.cc/2024/Conference/Submission3/-/Official_Review",
            "Pond.cc/2024/Conference/-/Edit",
        ],
        "content": {"title": {"value": "Review of Frogs"}, "summary": {"value": "It is about frogs."}},
    }
    comment = review | {"content": {"comment": {"value": "Thanks!"}}, "invitations": []}
    for indent in (None, 1):
        first, *rest = items_of({"notes": [OPENREVIEW, review, comment]}, indent)
        assert isinstance(first, Record)
        assert [item.reason for item in rest if isinstance(item, Rejected)] == [
            "an OpenReview note (Official Review) in reply to aBcD12, no paper of its own",
            "an OpenReview note in reply to aBcD12, no paper of its own",
        ]


def test_a_doi_of_datacite() -> None:
    paper = paper_of({"data": [DATACITE]})
    assert (paper.title, paper.abstract) == ("Maps of moss: in four colours", "Moss grows.")
    assert paper.authors == ("Mia Moss", "Ned Fern", "Moss, Fern and Friends")
    assert (paper.doi, paper.date, paper.venue) == ("10.5555/dc.v2", "2023-02-03", "Moss Archive")
    assert (paper.tags, paper.language) == (("Bryology", "maps"), "en")
    assert paper.related == ("doi:10.5555/dc", "doi:10.5555/later")
    assert paper.url == "https://moss.example/v2"
    bare = paper_of(DATACITE["attributes"])  # as its data file has them
    assert (bare.title, bare.authors, bare.related) == (paper.title, paper.authors, paper.related)


def test_a_description_of_datacite_that_is_no_abstract_is_none() -> None:
    methods = DATACITE["attributes"] | {"descriptions": DATACITE["attributes"]["descriptions"][:1]}
    assert paper_of({"data": [DATACITE | {"attributes": methods}]}).abstract == ""


def test_a_record_of_inspire() -> None:
    paper = paper_of({"hits": {"hits": [INSPIRE]}})
    assert (paper.title, paper.abstract) == ("Quarks at tea", "They meet at four.")
    assert paper.authors == ("Una Quark", "Vic Tea")
    assert (paper.doi, paper.arxiv_id, paper.date) == ("10.5555/quark", "1912.00009", "2019-12-05")
    assert (paper.venue, paper.tags) == ("Tea Phys.", ("hep-ph", "hep-th", "quark: tea"))


def test_a_record_of_zenodo() -> None:
    paper = paper_of({"hits": {"hits": [ZENODO]}})
    assert paper.title == "Tides in a cup"
    assert paper.abstract.split() == "Cups have tides. Small ones.".split()
    assert paper.authors == ("Wes Cup", "Xia Saucer")
    assert (paper.doi, paper.date, paper.venue) == ("10.5555/zenodo.99", "2022-08-09", "Cups Today")
    assert (paper.tags, paper.language) == (("tides", "cups"), "en")
    assert paper.related == ("arxiv:2208.00004", "doi:10.5555/zenodo.98")
    assert paper.url == "https://zenodo.example/records/99"


def test_a_record_of_inveniordm() -> None:
    person = {"type": "personal", "given_name": "Wes", "family_name": "Cup", "name": "Cup, Wes"}
    group = {"type": "organizational", "name": "Cups, Inc."}
    record = {
        "id": "ab1",
        "pids": {"doi": {"identifier": "10.5555/ab1", "provider": "datacite"}},
        "parent": {"pids": {"doi": {"identifier": "10.5555/ab0"}}},
        "links": {"self_html": "https://repository.example/records/ab1"},
        "metadata": {
            "title": "Tides in two cups",
            "creators": [{"person_or_org": person}, {"person_or_org": group}],
            "publication_date": "2023-01-02",
            "publisher": "Repository",
            "languages": [{"id": "eng"}],
            "subjects": [{"subject": "tides"}],
            "related_identifiers": [{"identifier": "10.5555/old", "relation_type": {"id": "isnewversionof"}}],
        },
    }
    paper = paper_of({"hits": {"hits": [record]}})
    assert paper.authors == ("Wes Cup", "Cups, Inc.")
    assert (paper.doi, paper.date, paper.venue, paper.language) == (
        "10.5555/ab1",
        "2023-01-02",
        "Repository",
        "en",
    )
    assert (paper.tags, paper.related) == (("tides",), ("doi:10.5555/old", "doi:10.5555/ab0"))


def test_a_hit_of_dblp() -> None:
    paper = paper_of({"result": {"hits": {"hit": [DBLP]}}})
    assert paper.title == "Walks & Ways"
    assert paper.authors == ("Yul Path", "Zoe Graph")
    assert (paper.doi, paper.arxiv_id, paper.year) == ("10.5555/walks", "2105.00005", 2021)
    assert (paper.venue, paper.url) == ("CoRR", "https://arxiv.org/abs/2105.00005")
    alone = DBLP["info"] | {"authors": {"author": {"@pid": "2/2", "text": "Zoe Graph"}}}
    assert paper_of({"result": {"hits": {"hit": {"info": alone}}}}).authors == ("Zoe Graph",)


def test_a_result_of_europe_pmc() -> None:
    paper = paper_of({"resultList": {"result": [EUROPE_PMC]}})
    assert paper.authors == ("Ann Bee", "The Night Group")
    assert paper.abstract.split() == "Background Bees rest.".split()
    assert (paper.doi, paper.pmid, paper.date) == ("10.5555/epmc", "33000001", "2021-03-04")
    assert (paper.venue, paper.language) == ("Journal of Bees", "en")
    assert paper.tags == ("bees", "night", "Animals")
    assert (paper.retracted, paper.retraction_note) == (True, "Retraction in J Bees. 2022;1:2")


def test_a_short_result_of_europe_pmc_has_its_authors_in_one_string() -> None:
    short = {key: EUROPE_PMC[key] for key in ("id", "source", "title", "authorString", "pubYear")}
    paper = paper_of({"resultList": {"result": [short | {"journalTitle": "J Bees"}]}})
    assert paper.authors == ("A Bee", "B Night")
    assert (paper.year, paper.venue, paper.pmid, paper.retracted) == (2021, "J Bees", "33000001", False)
    preprint = short | {"source": "PPR", "id": "PPR33"}
    assert paper_of({"resultList": {"result": [preprint]}}).pmid == ""


def test_initials_stand_in_for_first_names_in_europe_pmc() -> None:
    people = [{"fullName": "Bee A", "lastName": "Bee", "initials": "A"}]
    assert paper_of([EUROPE_PMC | {"authorList": {"author": people}}]).authors == ("A Bee",)


def test_a_work_of_lens() -> None:
    paper = paper_of({"data": [LENS]})
    assert paper.authors == ("Al Ice", "Cold Team")
    assert (paper.doi, paper.pmid, paper.date) == ("10.5555/ice", "30000007", "2018-06-07")
    assert (paper.venue, paper.tags, paper.language) == ("Ice Letters", ("ice", "Optics"), "en")
    assert paper.url == "https://ice.example/1"


def test_a_preprint_of_biorxiv_names_what_it_became() -> None:
    paper = paper_of({"collection": [BIORXIV]})
    assert paper.authors == ("J. van der Doe", "R. Roe")
    assert (paper.doi, paper.date, paper.year) == ("10.1101/2020.01.02.000003", "2020-01-04", 2020)
    assert (paper.related, paper.tags, paper.venue) == (("doi:10.5555/nap",), ("cell biology",), "bioRxiv")
    bare = {key: BIORXIV[key] for key in ("doi", "title", "authors", "date", "version", "category")}
    paper = paper_of({"collection": [bare | {"published": "NA"}]})
    assert (paper.date, paper.related) == ("2020-01-04", ())


def test_an_article_of_ieee_xplore() -> None:
    paper = paper_of({"articles": [IEEE]})
    assert paper.authors == ("Bea Wire", "Cal Knot")
    assert (paper.doi, paper.date, paper.venue) == ("10.5555/wire", "2019-06", "Conference on Knots")
    assert paper.tags == ("Wires", "knot")
    assert paper.url == "https://ieee.example/document/77/"


def test_a_work_of_core() -> None:
    paper = paper_of({"results": [CORE]})
    assert (paper.authors, paper.abstract) == (("Dot Gate",), "Gates open.")
    assert (paper.doi, paper.arxiv_id, paper.pmid) == ("10.5555/gate", "1604.00006", "29000001")
    assert (paper.date, paper.venue, paper.language) == ("2016-04-05", "Gates", "en")
    assert (paper.tags, paper.url) == (("engineering",), "https://core.example/works/4242")


def test_a_paper_of_papers_with_code() -> None:
    paper = paper_of([CODE])
    assert paper.authors == ("Eve Lock", "Flo Key")
    assert (paper.arxiv_id, paper.arxiv_version, paper.date) == ("1703.00007", 3, "2017-03-04")
    assert (paper.venue, paper.tags) == ("KEYS 2017 1", ("Lock Learning", "Turning"))
    assert paper.url == "http://arxiv.org/abs/1703.00007v3"


@pytest.mark.parametrize("key", ["metadata", "content", "data", "paper", "info", "journals"])
def test_papers_listed_under_a_key_that_catalogues_use_are_read(key: str) -> None:
    papers = [GENERIC, GENERIC | {"title": "Another title"}]
    for value in ({key: papers}, {key: {"papers": papers}}, {key: {"count": 2}, "papers": papers}):
        for indent in (None, 1):
            assert [type(item) for item in items_of(value, indent)] == [Record, Record], (value, indent)


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
    assert [type(item) for item in items] == [Record] * len(ALL) + [Rejected, Record]


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


def places_in(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path of keys and positions into a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, inner in pairs for place in places_in(inner, (*at, key)))]


@settings(max_examples=600)
@given(st.sampled_from(sorted(ALL)), st.data())
def test_no_value_deep_inside_is_an_exception(name: str, data: st.DataObject) -> None:
    value = json.loads(json.dumps(ALL[name]))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(places_in(value)[1:]))
        inner = value
        for key in way:
            inner = inner[key]
        inner[last] = data.draw(JSON)
    item = read_item(value, "f", "record 1")
    assert isinstance(to_paper(item) if isinstance(item, Record) else item, Paper | Rejected)
    assert all(isinstance(one, Record | Rejected) for one in items_of({"papers": [value]}, 1))


@pytest.mark.parametrize("name", CATALOGUES)
def test_fields_that_somebody_added_to_a_catalogues_record_are_read(name: str) -> None:
    untold = {"language": "fr", "pmid": "12345678", "url": "https://added.example/"}
    before, after = paper_of(ALL[name]), paper_of({"title": "A title to go by"} | untold | ALL[name])
    assert after.language == (before.language or "fr")
    assert after.pmid == (before.pmid or "12345678")
    assert after.url == (before.url or "https://added.example/")
    assert after.title == before.title


def test_own_records_with_some_of_a_catalogues_keys_lose_nothing() -> None:
    own = {
        "title": "My own bees",
        "abstractText": "They hum.",
        "pmid": 33000009,
        "authors": "Bee, Ann; Hum, Bo",
    }
    own |= {"journal": "Own Journal", "keywords": ["hum"], "date": "2020-05-06", "doi": "10.5555/own"}
    paper = paper_of([own])
    assert (paper.abstract, paper.authors, paper.pmid) == ("They hum.", ("Ann Bee", "Bo Hum"), "33000009")
    assert (paper.venue, paper.tags, paper.date) == ("Own Journal", ("hum",), "2020-05-06")


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
