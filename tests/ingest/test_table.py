"""Tables: delimiter, quotes and columns are found; a bad row is reported and the rest goes on."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import Record
from ingest.sources import find_format
from ingest.sources.table import is_table, read_table


def read(text: str) -> tuple[list[Record], list[tuple[str, str]]]:
    records, rejected = [], []
    for item in read_table(io.StringIO(text, newline=""), "t.csv"):
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
    assert [where for where, _ in rejected] == ["line 3", "line 4", "line 6", "line 7"]
    assert "4 cells where the header has 3" in rejected[0][1]
    assert "never closed" in rejected[1][1]
    assert "the file ends in the middle of this row" in rejected[3][1]


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
    assert rejected == [("line 1", "no column is named title; there are: name, score, rank")]


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
