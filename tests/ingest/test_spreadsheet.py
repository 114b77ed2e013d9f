"""Excel and OpenDocument tables: each sheet with a header is read, its cells as they would be typed."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.columns import Asked
from ingest.sources.opening import read_stream

HEADER = ["Nr", "Paper title", "Summary", "Publication date", "Year", "PMID", "Authors"]
ROWS = [
    [
        1,
        "Swifts at dusk",
        "We count swifts.",
        datetime.date(2021, 5, 4),
        2021,
        31452104,
        "Moss, Ada; Reed, Tom",
    ],
    [2, "On puddles", None, None, 2020.0, None, None],
]


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def open_document(rows: Sequence[Sequence[str]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="One">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in (("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content)):
            archive.writestr(name, text)
    return data.getvalue()


def read(data: bytes, asked: Asked | None = None) -> tuple[list[Record], list[Rejected]]:
    items = list(read_stream(io.BytesIO(data), "b.xlsx", asked or Asked()))
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if isinstance(item, Rejected)]


def test_cells_are_read_as_they_would_be_typed() -> None:
    heard: list[str] = []
    (first, second), rejected = read(workbook({"Papers": [HEADER, *ROWS]}), Asked(note=heard.append))
    assert (first.title, first.abstract, first.date, first.year, first.pmid) == (
        "Swifts at dusk", "We count swifts.", "2021-05-04", 2021, "31452104",
    )  # fmt: skip
    assert first.authors == ("Ada Moss", "Tom Reed")
    assert (second.title, second.abstract, second.year) == ("On puddles", "", 2020)
    assert (first.where, second.where) == ("sheet Papers, row 2", "sheet Papers, row 3")
    assert rejected == []
    assert heard == [
        'b.xlsx, sheet Papers: title ← "Paper title", abstract ← "Summary", authors ← "Authors", '
        'year ← "Year" or "Publication date", date ← "Publication date", pmid ← "PMID"; not used: "Nr"'
    ]


def test_each_sheet_with_a_header_is_a_table_and_others_are_told() -> None:
    sheets = {
        "Notes": [["Made in May"], ["by Ada"]],
        "A": [["title", "abstract"], ["One", "x"]],
        "Empty": [],
        "B": [
            ["My papers", None],
            [None, None],
            ["Title", "Year"],
            ["Two", 2002],
            [None, None],
            [None, 2003],
        ],
    }
    records, rejected = read(workbook(sheets))
    assert [(record.title, record.where) for record in records] == [
        ("One", "sheet A, row 2"), ("Two", "sheet B, row 4"),
    ]  # fmt: skip
    assert [(item.where, item.reason) for item in rejected] == [
        ("sheet Notes", "no column is named title; there are: Made in May; 2 rows aren't read"),
        ("sheet B, row 1", "above the header: My papers"),
        ("sheet B, row 6", "no title (found: year)"),
    ]


def test_columns_can_be_named_by_the_user() -> None:
    data = workbook({"S": [["Was", "Worum"], ["Eins", "x"]]})
    (record,), _ = read(data, Asked({"title": "Was", "abstract": "Worum"}))
    assert (record.title, record.abstract) == ("Eins", "x")
    asked = Asked({"title": "Wie"})
    _, (refused,) = read(data, asked)
    assert refused.where == "after the header of sheet S"
    assert asked.refusal == "b.xlsx, sheet S: no column is named 'Wie'; there are: Was, Worum"


def test_an_open_document_is_read() -> None:
    (record,), rejected = read(open_document([["title", "abstract"], ["One", "We study it."]]))
    assert (record.title, record.abstract, record.where) == ("One", "We study it.", "sheet One, row 2")
    assert rejected == []


def test_a_workbook_without_cells_is_refused() -> None:
    _, (refused,) = read(workbook({"S": []}))
    assert (refused.where, refused.reason) == ("whole file", "a workbook without any filled cell")


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.sources import packed

    monkeypatch.setattr(packed, "UNHARMFUL", 1 << 20)
    data = io.BytesIO(workbook({"S": [HEADER, *ROWS]}))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.xml", b"x" * (8 << 20))
    records, (refused,) = read(data.getvalue())
    assert records == []
    assert "times its size" in refused.reason


GOOD = workbook({"S": [HEADER, *ROWS]})
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(GOOD)),
)
def test_no_damage_is_an_error(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    for form in (bytes(data), GOOD[:cut]):
        records, rejected = read(form)
        assert records or rejected


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(st.sampled_from("<>/row c=\"1A'&;vtsi"), max_size=200))
def test_nonsense_inside_a_workbook_is_no_error(text: str, markup: str) -> None:
    source = zipfile.ZipFile(io.BytesIO(GOOD))
    for nonsense in (text, markup, f"<worksheet><sheetData>{markup}</sheetData></worksheet>"):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name in source.namelist():
                content = nonsense.encode("utf-8", "replace") if "sheet1" in name else source.read(name)
                archive.writestr(name, content)
        records, rejected = read(data.getvalue())
        assert records or rejected


@settings(max_examples=60)
@given(st.binary(max_size=3000))
def test_random_bytes_behind_the_signature_of_old_excel(noise: bytes) -> None:
    records, (refused,) = read(OLD + noise)
    assert records == []
    assert refused.where == "whole file"
