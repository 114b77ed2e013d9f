"""Tables: delimiter, quotes and columns are found; a bad row is reported and the rest goes on."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import Record
from ingest.sources import find_format
from ingest.sources.columns import Asked
from ingest.sources.table import is_table, read_table


def read(text: str, asked: Asked | None = None) -> tuple[list[Record], list[tuple[str, str]]]:
    records, rejected = [], []
    for item in read_table(io.StringIO(text, newline=""), "t.csv", asked):
        if isinstance(item, Record):
            records.append(item)
        else:
            rejected.append((item.where, item.reason))
    return records, rejected


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter: str) -> None:
    text = delimiter.join(["id", "Paper Title", "Summary", "Year"]) + "\n"
    text += delimiter.join(["1", "A title", "We study it.", "2020"]) + "\n"
    assert find_format(text).name.startswith("table")
    (record,), rejected = read(text)
    assert (record.title, record.abstract, record.year, record.where) == (
        "A title",
        "We study it.",
        2020,
        "line 2",
    )
    assert rejected == []


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks() -> None:
    text = 'title,abstract\r\n"A, b","Two\r\nlines, ""quoted""."\r\nNext,x\r\n'
    (first, second), rejected = read(text)
    assert first.title == "A, b"
    assert first.abstract == 'Two\r\nlines, "quoted".'
    assert (second.title, second.where) == ("Next", "line 4")
    assert rejected == []


def test_bad_rows_are_reported_and_the_rest_goes_on() -> None:
    text = (
        'title,abstract,year\nOne,x,2001\nbad,a,b,c\n"never closed,abc,1\nTwo,y,2002\n,no title,2003\nlast,on'
    )
    records, rejected = read(text)
    assert [record.title for record in records] == ["One", "Two"]
    assert [where for where, _ in rejected] == ["line 3", "line 4", "line 6", "after line 6"]
    assert "4 cells where the header has 3" in rejected[0][1]
    assert "never closed" in rejected[1][1]
    assert rejected[3][1] == "the file ends in the middle of the row in line 7: 2 cells of 3"


def test_short_rows_and_trailing_delimiters_are_taken() -> None:
    records, rejected = read("title,abstract,year\nOne\nTwo,y,2002,,\n")
    assert [(record.title, record.year) for record in records] == [("One", None), ("Two", 2002)]
    assert rejected == []


def test_a_quote_inside_an_unquoted_cell_is_a_character() -> None:
    (first, second), rejected = read('title,abstract\nA 5" disk,x\nNext,y\n')
    assert (first.title, second.title) == ('A 5" disk', "Next")
    assert rejected == []


def test_a_table_without_a_title_column_says_which_there_are() -> None:
    text = "name;score;rank\na;1;2\nb;2;3\n"
    assert is_table(text)
    records, rejected = read(text)
    assert records == []
    assert rejected == [("whole file", "no column is named title; there are: name, score, rank")]


def test_a_large_cell_is_read() -> None:
    (record,), _ = read('title,abstract\nOne,"' + "word " * 100_000 + '"\n')
    assert len(record.abstract) == 500_000


def test_a_byte_order_mark_hides_no_column() -> None:
    (record,), _ = read("\ufefftitle,abstract\nOne,x\n")
    assert record.title == "One"


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe, John Smith, Wei Li\nWe study graphs, trees, and words.\n",
        "A Title, Its Words, and More\n\nWe study graphs, trees, words, and forests.\n",
        "title\n\nAn abstract of words.\n",
        "Date, title and abstract\n\nA Study of Graphs\n\nWe study graphs.\n",
        "one line only, with commas",
    ],
)
def test_prose_with_commas_is_no_table(text: str) -> None:
    assert not is_table(text)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=30)


@given(
    st.lists(st.tuples(CELL.map(lambda text: "T" + text), CELL), min_size=1, max_size=8),
    st.sampled_from(",\t;|"),
)
def test_whatever_a_writer_writes_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(["title", "abstract"])
    writer.writerows(rows)
    records, rejected = read(buffer.getvalue())
    assert rejected == []
    assert [record.title for record in records] == [title for title, _ in rows]


def test_a_file_cut_off_inside_a_quoted_cell_is_told_as_cut_off() -> None:
    text = 'title,abstract\nOne,"x, and more"\nTwo,"An abstract of\nseveral lines'
    records, rejected = read(text)
    assert [record.title for record in records] == ["One"]
    assert rejected == [
        ("after line 2", "the file ends in the middle of the row in line 3: inside a quoted cell")
    ]


def test_how_columns_are_understood_is_told_once() -> None:
    heard: list[str] = []
    read("Rank,Title,Summary,Author full names,Authors\n1,A,b,c,d\n2,E,f,g,h\n", Asked(note=heard.append))
    assert heard == [
        't.csv: title ← "Title", abstract ← "Summary", authors ← "Author full names" or "Authors"; '
        'not used: "Rank"'
    ]


def test_columns_can_be_named_by_the_user() -> None:
    text = "Nr;Was;Worum;Title;Jahr\n1;Eine Studie;Wir studieren.;Dr.;2020\n"
    asked = Asked({"title": "Was", "abstract": "worum", "year": "Jahr"})
    (record,), rejected = read(text, asked)
    assert (record.title, record.abstract, record.year) == ("Eine Studie", "Wir studieren.", 2020)
    assert rejected == []
    assert asked.met


def test_a_header_of_two_unknown_names_is_a_table_if_the_user_says_so() -> None:
    text = "Was;Worum\nEine Studie;Wir studieren.\n"
    assert not is_table(text)
    assert find_format(text, {"title": "Was"}).name.startswith("table")


def test_a_column_that_isnt_there_is_told_with_those_that_are() -> None:
    asked = Asked({"title": "Paper name"})
    records, rejected = read("title,abstract\nOne,x\n", asked)
    assert records == []
    assert rejected == [("whole file", "no column is named 'Paper name'; there are: title, abstract")]
    assert (asked.met, asked.refusal.startswith("t.csv: no column")) == (False, True)


EXPORTS = {
    "Scopus": (
        '"Authors","Author full names","Author(s) ID","Title","Year","Source title","Volume","Cited by","DOI","Link",'
        '"Abstract","Author Keywords","Index Keywords","PubMed ID","Language of Original Document","Document Type",'
        '"Source","EID"\n'
        '"Reed T.; Moss A.","Reed, Tom (5711111111); Moss, Ada (5722222222)","5711111111; 5722222222",'
        '"Swifts at dusk","2021","Journal of Swifts","3","7","10.5555/S1","https://example.org/s1",'
        '"We count swifts.","swifts; acoustics","Birds","31452104","English","Article","Scopus","2-s2.0-1"\n'
    ),
    "Web of Science (tab)": (
        "PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tAB\tPY\tDI\tUT\tPM\n"
        "J\tReed, T; Moss, A\tReed, Tom; Moss, Ada\tSwifts at dusk\tJournal of Swifts\tEnglish\tArticle\t"
        "swifts; acoustics\tWe count swifts.\t2021\t10.5555/S1\tWOS:1\t31452104\n"
    ),
    "Web of Science (Excel's names)": (
        '"Publication Type","Authors","Author Full Names","Article Title","Source Title","Language","Author Keywords",'
        '"Abstract","Publication Year","DOI","UT (Unique WOS ID)","Pubmed Id"\n'
        '"J","Reed, T; Moss, A","Reed, Tom; Moss, Ada","Swifts at dusk","Journal of Swifts","English",'
        '"swifts; acoustics","We count swifts.","2021","10.5555/S1","WOS:1","31452104"\n'
    ),
    "Dimensions": (
        '"About the data: exported on a day in May. Criteria: swifts, and more."\n'
        '"Rank","Publication ID","DOI","PMID","Title","Abstract","Source title","Publication date","PubYear",'
        '"Publication Type","Authors","MeSH terms"\n'
        '"1","pub.1","10.5555/S1","31452104","Swifts at dusk","We count swifts.","Journal of Swifts","2021-05-04",'
        '"2021","Article","Reed, Tom; Moss, Ada","swifts; acoustics"\n'
    ),
    "Lens": (
        "Lens ID,Title,Date Published,Publication Year,Publication Type,Source Title,Author/s,Abstract,"
        "Keywords,External URL,PMID,DOI\n"
        "000-1,Swifts at dusk,2021-05-04,2021,journal article,Journal of Swifts,Tom Reed; Ada Moss,We count swifts.,"
        "swifts; acoustics,https://example.org/s1,31452104,10.5555/S1\n"
    ),
    "Zotero": (
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date",'
        '"Date Added","Language","Extra","Manual Tags","Automatic Tags"\n'
        '"AB12","journalArticle","2021","Reed, Tom; Moss, Ada","Swifts at dusk","Journal of Swifts","10.5555/S1",'
        '"https://example.org/s1","We count swifts.","2021-05-04","2022-01-01 10:00:00","en","PMID: 31452104",'
        '"swifts; acoustics",""\n'
    ),
    "PubMed": (
        "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI\n"
        '31452104,Swifts at dusk,"Reed T, Moss A.","J Swifts. 2021",Reed T,Journal of Swifts,2021,2021/05/04,,,'
        "10.5555/S1\n"
    ),
    "Publish or Perish": (
        '"Cites","Authors","Title","Year","Source","Publisher","ArticleURL","GSRank","Type","DOI","Abstract"\n'
        '7,"T Reed, A Moss","Swifts at dusk",2021,"Journal of Swifts","","https://example.org/s1",1,"","10.5555/S1",'
        '"We count swifts."\n'
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_databases_are_understood(name: str) -> None:
    text = EXPORTS[name]
    assert find_format(text).name.startswith("table")
    (record,), rejected = read(text)
    assert (record.title, record.venue, record.year, record.doi) == (
        "Swifts at dusk", "Journal of Swifts", 2021, "10.5555/S1",
    )  # fmt: skip
    assert len(record.authors) == 2
    assert "Reed" in record.authors[0] and "57" not in record.authors[0]
    assert record.abstract == ("" if name == "PubMed" else "We count swifts.")
    if name not in ("PubMed", "Publish or Perish"):
        assert record.authors == ("Tom Reed", "Ada Moss")
        assert record.tags == ("swifts", "acoustics")
    if name not in ("Zotero", "Publish or Perish"):
        assert record.pmid == "31452104"
    if name in ("Dimensions", "Lens", "Zotero"):
        assert record.date == "2021-05-04"
    assert [reason.partition(":")[0] for _, reason in rejected] == ["above the header"] * (
        name == "Dimensions"
    )


def test_a_cell_that_says_there_is_no_abstract_is_none() -> None:
    (record,), _ = read("title,abstract\nOne,[No abstract available]\n")
    assert record.abstract == ""


GOOD = "title,abstract,year\n" + "".join(
    f'"Paper, {n}","We study ""{n}"".\nTruly.",20{n:02}\n' for n in range(12)
)


@given(
    st.integers(0, len(GOOD)),
    st.text(st.sampled_from('",;\n\t\r ax1'), max_size=20),
    st.integers(0, len(GOOD)),
)
def test_no_damage_is_an_error(cut: int, noise: str, place: int) -> None:
    for text in (GOOD[:cut], GOOD[:place] + noise + GOOD[place:], noise):
        read(text)


@given(st.integers(22, len(GOOD) - 1))
def test_a_table_that_is_cut_off_says_so_or_is_whole_up_to_there(cut: int) -> None:
    records, rejected = read(GOOD[:cut])
    whole = [record for record in records if record.year]
    if len(whole) == len(records) < 12 and not GOOD[:cut].endswith("\n") and GOOD[:cut].count('"') % 2:
        assert rejected[-1][0].startswith("after ")
