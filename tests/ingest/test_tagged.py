"""Tagged text of Web of Science, Inspec, PubMed, EndNote and Ovid: each dialect's fields come out alike."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import FORMATS, find_format
from ingest.sources.tagged import is_refer

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"

WEB_OF_SCIENCE = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Lund, A
   van der Meer, P
AF Lund, Asa
   van der Meer, Piet
TI Graphs of
   Deep Water
SO JOURNAL OF MADE-UP RESULTS
LA English
DT Article; Retracted Publication
DE graphs; deep
   water
ID DEPTH
AB We measure it.
   We report it.
CR DOE J, 1999, J OTHER, V1
PD MAY 4
PY 2021
DI 10.5555/ABC
PM 12345678
UT WOS:000000000000001
ER

EF
"""
MEDLINE = """PMID- 12345678
OWN - NLM
DP  - 2021 May 4
TI  - Graphs of
      Deep Water.
LID - S0000(21)1-2 [pii]
LID - 10.5555/abc [doi]
AB  - We measure it.
      We report it.
FAU - Lund, Asa
AU  - Lund A
FAU - van der Meer, Piet
AU  - van der Meer P
LA  - eng
PT  - Journal Article
PT  - Retracted Publication
RIN - J Made Up. 2022;1:2. PMID: 23456789
UOF - bioRxiv. 2020 Jan 1:2020.01.01.000001. doi: 10.1101/2020.01.01.000001. PMID: 1
JT  - Journal of made-up results
MH  - *Graphs/methods
OT  - deep water
SO  - J Made Up. 2021;1(1):1. doi: 10.5555/abc.
"""
REFER = """%0 Journal Article
%T Graphs of
Deep Water
%A Lund, Asa
%A van der Meer, Piet
%J Journal of Made-Up Results
%D 2021
%8 May 4, 2021
%R 10.5555/abc
%U https://example.org/a
%G English
%K graphs
deep water
%X We measure it.

We report it.
%~ PubMed
%M 12345678
"""
OVID = """<1>
Accession Number
  00000000-202105000-00001.
Author
  Lund, Asa 1;  van der Meer, Piet 1,2
Title
  Graphs of Deep Water.[Article]
Source
  Journal of Made-Up Results.   8(6):1048-1064, May 2021.
Abstract
  We measure it.

  We report it.
Author Keywords
  graphs;  deep water.
References
  Doe J. 1999. Another. Journal 1: 2.

Language
  English.
DOI Number
  10.5555/abc
"""
GOOD = {"Web of Science": WEB_OF_SCIENCE, "PubMed (NBIB)": MEDLINE, "EndNote (refer)": REFER, "Ovid": OVID}


def read(text: str, name: str) -> tuple[list[Record], list[tuple[str, str]]]:
    (known,) = (known for known in FORMATS if known.name == name)
    records, rejected = [], []
    for item in known.read(io.StringIO(text, newline=""), "t.txt"):
        if isinstance(item, Record):
            records.append(item)
        else:
            rejected.append((item.where, item.reason))
    return records, rejected


def paper(text: str, name: str) -> Paper:
    (record,), rejected = read(text, name)
    made = to_paper(record)
    assert rejected == [] and isinstance(made, Paper)
    return made


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_dialect_tells_the_same_paper(name: str, ending: str) -> None:
    text = "\ufeff" + GOOD[name].replace("\n", ending)
    assert find_format(text).name == name
    found = paper(text, name)
    assert found.title.rstrip(".") == "Graphs of Deep Water"
    assert found.abstract == "We measure it. We report it."
    assert found.authors == ("Asa Lund", "Piet van der Meer")
    assert (found.year, found.date[:7], found.doi) == (2021, "2021-05", "10.5555/abc")
    assert found.venue.casefold() == "journal of made-up results"
    assert found.language == "en"
    assert any("graphs" in tag.casefold() for tag in found.tags) and "deep water" in found.tags
    assert found.pmid == ("" if name == "Ovid" else "12345678")


def test_pubmed_tells_retraction_and_preprint() -> None:
    found = paper(MEDLINE, "PubMed (NBIB)")
    assert (found.retracted, found.retraction_note) == (True, "J Made Up. 2022;1:2. PMID: 23456789")
    assert found.related == ("doi:10.1101/2020.01.01.000001",)
    assert found.tags == ("deep water", "Graphs/methods")


def test_web_of_science_tells_retraction_and_keeps_no_reference() -> None:
    found = paper(WEB_OF_SCIENCE, "Web of Science")
    assert found.retracted
    assert found.tags == ("graphs", "deep water", "DEPTH")
    assert "DOE" not in found.abstract


def test_inspec_writes_subscripts_and_ids_its_own_way() -> None:
    text = (
        "FN ISI Export Format\nVR 1.0\nPT J\nTI Waves in Xy/sub 2\n   /Z/sub 3/ at 10/sup 5/ Hz\n"
        "DE Experimental/ waves; solid\n   waves/ free waves// A1234 Code/ 5 Hz/ Xy/ss\n"
        "ID 0000-0000/06/$1.00],[0000(2006)1:2L.3:X;1-1],[10.5555/z.1]\nUT INSPEC:1\nER\n"
    )
    found = paper(text, "Web of Science")
    assert (found.title, found.doi) == ("Waves in Xy2Z3 at 10^5 Hz", "10.5555/z.1")
    assert found.tags == ("waves", "solid waves", "free waves")


def test_records_follow_each_other_with_and_without_ends() -> None:
    records, rejected = read(
        "PT J\nTI One\n\nPT J\nTI Two\nER\nPT J\nAU Doe, J\nER\nPT J\nTI Cut", "Web of Science"
    )
    assert [record.title for record in records] == ["One", "Two"]
    assert rejected == [
        ("line 7", "no title in this Web of Science record (found: AU)"),
        ("line 10", "the file ends in the middle of this record"),
    ]
    records, rejected = read(
        "PMC - PMC1\nPMID- 1\nTI  - One\n\n\nPMID- 2\nTI  - Two\nPMID- 3\nDP  - 2000\n", "PubMed (NBIB)"
    )
    assert [(record.title, record.where) for record in records] == [("One", "line 1"), ("Two", "line 6")]
    assert rejected == [("line 8", "no title in this MEDLINE record (found: PMID, DP)")]
    records, rejected = read(
        "%0 Book\n%T One\n%A Doe, J.\n\n%0 Book\n%T Two\n%0 Book\n%A Doe, J.\n", "EndNote (refer)"
    )
    assert [record.title for record in records] == ["One", "Two"]
    assert [where for where, _ in rejected] == ["line 7"]
    records, rejected = read(
        "<1>\nTitle\n  One\n<2>\nTitle\n  Two.[Review]\n<3>\nAuthor\n  Doe, J.\n", "Ovid"
    )
    assert [record.title for record in records] == ["One", "Two."]
    assert [where for where, _ in rejected] == ["line 7"]


def test_old_refer_parts_its_records_by_blank_lines() -> None:
    text = "%A Jane Doe\n%T One\n%D 1980\n\n%A John Smith\n%T Two\n%D 1981\n"
    assert find_format(text).name == "EndNote (refer)"
    records, rejected = read(text, "EndNote (refer)")
    assert [(record.title, record.year) for record in records] == [("One", 1980), ("Two", 1981)]
    assert rejected == []


def test_latex_comments_are_no_refer() -> None:
    assert not is_refer("% Encoding: UTF-8\n%A comment\n")


@pytest.mark.parametrize(("page", "count"), [("bibtex", 1), ("ris", 1), ("tagged", 4)])
def test_the_examples_in_the_docs_are_read(page: str, count: int) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "sources" / f"{page}.md").read_text(
        encoding="utf-8"
    )
    examples = [block.partition("\n")[2] for block in text.split("```")[1::2] if not block.startswith("sh\n")]
    assert len(examples) == count
    for example in examples:
        items = list(find_format(example).read(io.StringIO(example, newline=""), page))
        assert [type(item) for item in items] == [Record]


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"real exports aren't beside the checkout: {SHARED}")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("pubmed/pubmed_result1.nbib", None),
        ("pubmed/pubmed_result2.nbib", None),
        ("pubmed/pubmed_result3.nbib", None),
        ("jabref_importer/NbibImporterTest.nbib", None),
        ("jabref_importer/IsiImporterTestWOS.isi", 2),  # those that the manifest doesn't count
        ("jabref_importer/IsiImporterTestInspec.isi", 2),
        ("jabref_importer/OvidImporterTest4.txt", 1),
    ],
)
def test_real_exports_give_their_counts(name: str, count: int | None) -> None:
    (told,) = (entry for entry in json.loads((SHARED / "manifest.json").read_text()) if entry["file"] == name)
    text = (SHARED / name).read_bytes().decode("utf-8")
    items = list(find_format(text[:65_536]).read(io.StringIO(text, newline=""), name))
    records = [item for item in items if isinstance(item, Record)]
    assert len(records) == len(items) == (told.get("records") or count)
    assert sum(bool(record.abstract) for record in records) == (told.get("with_abstract") or count)
    assert all(record.authors and record.year and record.venue for record in records)


LINES = [line for text in GOOD.values() for line in text.splitlines()]


@settings(deadline=None)
@given(
    st.sampled_from(list(GOOD)),
    st.lists(st.sampled_from(LINES) | st.text(max_size=10), max_size=30).map("\n".join),
)
def test_shuffled_and_damaged_lines_give_records_and_rejections(name: str, text: str) -> None:
    (known,) = (known for known in FORMATS if known.name == name)
    for item in known.read(io.StringIO(text, newline=""), "t.txt"):
        assert isinstance(item, Record | Rejected)
        if isinstance(item, Record):
            to_paper(item)


@settings(deadline=None)
@given(st.sampled_from(list(GOOD)), st.data())
def test_a_file_cut_anywhere_keeps_the_record_before_the_cut(name: str, data: st.DataObject) -> None:
    one = GOOD[name].removesuffix("EF\n")
    second = one[one.index("PT J") :] if name == "Web of Science" else f"\n{one}"
    cut = data.draw(st.integers(0, len(second)))
    records, _ = read(one + second[:cut], name)
    assert records and records[0].title.startswith("Graphs")
