"""RIS: the tags of each tool are read; missing ends, wrapped lines and junk lose no record."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.ris import is_ris, read_ris

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"


def read(text: str) -> tuple[list[Record], list[tuple[str, str]]]:
    records, rejected = [], []
    for item in read_ris(io.StringIO(text, newline=""), "t.ris"):
        if isinstance(item, Record):
            records.append(item)
        else:
            rejected.append((item.where, item.reason))
    return records, rejected


def paper(text: str) -> Paper:
    (record,), rejected = read(text)
    made = to_paper(record)
    assert rejected == [] and isinstance(made, Paper)
    return made


def test_every_field_that_a_paper_has_is_read() -> None:
    found = paper(
        "TY  - JOUR\r\nTI  - Graphs of\r\n  Deep Water\r\nAB  - First part.\r\nSecond part.\r\n"
        "AU  - Lund, Åsa\r\nAU  - van der Meer, Piet\r\nPY  - 2021\r\nDA  - 2021/05/04/\r\n"
        "JF  - Journal of Made-Up Results\r\nDO  - https://doi.org/10.5555/ABC\r\nLA  - eng\r\n"
        "UR  - https://example.org/a\r\nL1  - https://arxiv.org/pdf/2101.00001v2\r\nN1  - PMID: 12345678\r\n"
        "N1  - Retracted in 2022\r\nKW  - graphs\r\nKW  - water; depth\r\nER  - \r\n"
    )
    assert (found.title, found.abstract) == ("Graphs of Deep Water", "First part. Second part.")
    assert found.authors == ("Åsa Lund", "Piet van der Meer")
    assert (found.year, found.date, found.venue) == (2021, "2021-05-04", "Journal of Made-Up Results")
    assert (found.doi, found.pmid, found.language) == ("10.5555/abc", "12345678", "en")
    assert (found.arxiv_id, found.arxiv_version, found.url) == ("2101.00001", 2, "https://example.org/a")
    assert found.tags == ("graphs", "water", "depth")
    assert (found.retracted, found.retraction_note) == (True, "Retracted in 2022")


@pytest.mark.parametrize(
    ("tool", "fields", "told"),
    [
        ("Scopus", "TI  - T\nT2  - V\nPY  - 2020\nAB  - A", ("T", "A", "V", 2020, "")),
        ("Embase", "T1  - T\nN2  - A\nJF  - V\nY1  - 2014", ("T", "A", "V", 2014, "")),
        (
            "Web of Science",
            "TI  - T\nAB  - A\nT2  - V\nDA  - SEP 15\nPY  - 2018",
            ("T", "A", "V", 2018, "2018-09-15"),
        ),
        ("SciFinder", "T1  - T\nN2  - A\nJA  - v\nJF  - V\nPY  - 2012///", ("T", "A", "V", 2012, "")),
        ("Ovid", "T1  - T\nN2  - A\nJO  - V\nY1  - 2011/03//", ("T", "A", "V", 2011, "2011-03")),
        ("one blank", "TI - T\nAB - A\nJO - V\nPY - 1999", ("T", "A", "V", 1999, "")),
    ],
)
def test_the_tags_of_each_tool(tool: str, fields: str, told: tuple[str, str, str, int, str]) -> None:
    opening = "TY - JOUR" if tool == "one blank" else "TY  - JOUR"
    found = paper(f"{opening}\n{fields}\nER  - \n")
    assert (found.title, found.abstract, found.venue, found.year, found.date) == told


def test_keywords_and_people_on_untagged_lines_are_each_their_own() -> None:
    (record,), _ = read("TY  - JOUR\nTI  - T\nKW  - one\ntwo\n three\nAU  - Doe, J.\nSmith, K.\nER  - \n")
    assert record.tags == ("one", "two", "three")
    assert record.authors == ("J. Doe", "K. Smith")


def test_records_without_end_or_beginning_are_read() -> None:
    text = (
        "\ufeffProvider: somewhere\nContent: text/plain\n\n"
        "TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\nER  - \nER  - \n1.\n\ufeffTI  - Three\nAU  - Doe, J.\nER  - \n"
    )
    assert is_ris(text)
    records, rejected = read(text)
    assert [(record.title, record.where) for record in records] == [
        ("One", "line 4"),
        ("Two", "line 7"),
        ("Three", "line 12"),
    ]
    assert rejected == []


def test_what_is_cut_off_untitled_or_damaged_is_reported() -> None:
    text = (
        "TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nAU  - Doe, J.\nPY  - 2000\nER  - \n"
        "\x00\x01\ufffd noise\nTY  - JOUR\nTI  - Two\nER  - \nTY  - JOUR\nTI  - Three\nAB  - and th"
    )
    records, rejected = read(text)
    assert [record.title for record in records] == ["One", "Two"]
    assert [where for where, _ in rejected] == ["line 4", "line 8", "line 12"]
    assert rejected[0][1] == "no title in this RIS record (found: AU, PY)"
    assert "damaged text" in rejected[1][1]
    assert rejected[2][1] == "the file ends in the middle of this record"


def test_an_accession_number_is_a_pmid_only_in_a_database_of_them() -> None:
    template = "TY  - JOUR\nTI  - T\nAN  - 12345678\nDB  - {}\nER  - \n"
    assert paper(template.format("Medline")).pmid == "12345678"
    assert paper(template.format("PsycInfo")).pmid == ""


def test_a_value_repeated_in_a_tag_is_kept() -> None:
    found = paper(
        "TY  - JOUR\nTI  - T\nAB  - In English.\nAB  - Auf Deutsch.\nDO  - none\nDO  - 10.5555/x\nER  - \n"
    )
    assert (found.abstract, found.doi) == ("In English. Auf Deutsch.", "10.5555/x")


def test_ris_is_recognised_with_and_without_its_first_line() -> None:
    assert find_format("TY  - JOUR\nTI  - T\nER  - \n").name == "RIS"
    assert find_format("TI  - T\nAU  - A\nPY  - 2000\nJO  - J\nER  - \n").name == "RIS"
    assert not is_ris("A title\n\nTY  - is two letters\nand this is prose\n")


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"real exports aren't beside the checkout: {SHARED}")
@pytest.mark.parametrize(
    "name",
    [
        "asreview_exports/_baseline.ris",
        "asreview_exports/scopus.ris",
        "asreview_exports/embase.ris",
        "asreview_exports/proquest.ris",
        "asreview_exports/web_of_science.txt",
        "asreview_exports/ris_issue_992.txt",
        "jabref_importer/RisImporterTest5a.ris",
    ],
)
def test_real_exports_give_their_counts(name: str) -> None:
    (told,) = (entry for entry in json.loads((SHARED / "manifest.json").read_text()) if entry["file"] == name)
    text = (SHARED / name).read_bytes().decode("utf-8")
    items = list(find_format(text[:65_536]).read(io.StringIO(text, newline=""), name))
    records = [item for item in items if isinstance(item, Record)]
    assert len(records) == len(items) == told["records"]
    assert sum(bool(record.abstract) for record in records) == told["with_abstract"]
    assert all(record.year and record.venue for record in records)
    papers = [made for made in map(to_paper, records) if isinstance(made, Paper)]
    assert sum(bool(made.doi) for made in papers) * 10 > len(papers)


TAG = st.sampled_from("TY TI T1 AB AU KW PY DA DO UR ER XX N1".split())
LINE = st.one_of(
    st.tuples(TAG, st.text(max_size=12)).map("  - ".join),
    st.text(max_size=12),
    st.sampled_from(["", "ER  - ", "TY  - JOUR"]),
)


@settings(deadline=None)
@given(st.lists(LINE, max_size=25).map("\n".join))
def test_shuffled_and_damaged_lines_give_records_and_rejections(text: str) -> None:
    for item in read_ris(io.StringIO(text, newline=""), "t.ris"):
        assert isinstance(item, Record | Rejected)
        if isinstance(item, Record):
            to_paper(item)


GOOD = "".join(f"TY  - JOUR\nTI  - Title {n}\nAB  - Text {n}.\nAU  - Doe, J.\nER  - \n" for n in range(3))


@given(st.integers(0, len(GOOD)))
def test_a_file_cut_anywhere_keeps_the_records_before_the_cut(cut: int) -> None:
    records, rejected = read(GOOD[:cut])
    whole = GOOD[:cut].count("ER  -")
    assert [record.title for record in records][:whole] == [f"Title {n}" for n in range(whole)]
    begun = GOOD[:cut].count("TI  - ")
    assert len(records) + len(rejected) >= begun
