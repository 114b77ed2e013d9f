"""A PDF's title and abstract are found in its print; what has none is refused with the reason."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import read_sources
from tests.ingest.pdf_writer import Print, paragraph, write_pdf

TITLE = "Counting Swifts at Dusk with Cheap Microphones"
ABSTRACT = (
    "We count swifts by their calls alone. A row of four microphones is hung below the eaves, and a small model "
    "tells screaming parties from single birds. Over three summers the counts agree with those of observers "
    "to within six per cent, at a hundredth of the cost. We release the recordings and the model."
)
BODY = "Swifts nest in buildings and are hard to count, because they come home late and fast. " * 6


def one_column(**info: str) -> bytes:
    page = [
        Print(200, 760, "Journal of Made-Up Ornithology, Vol. 3", 8),
        Print(110, 700, "Counting Swifts at Dusk", 18, "F2"),
        Print(110, 678, "with Cheap Microphones", 18, "F2"),
        Print(180, 650, "Ada Mauersegler and Tom Reed", 12),
        Print(180, 636, "University of Somewhere", 10, "F3"),
        Print(280, 606, "Abstract", 12, "F2"),
        *paragraph(110, 588, ABSTRACT, 75),
        Print(110, 500, "Keywords: swifts, acoustics, monitoring", 10),
        Print(72, 470, "1 Introduction", 13, "F2"),
        *paragraph(72, 450, BODY, 90),
        Print(72, 60, "https://doi.org/10.5555/swift.2031.7", 8),
        Print(20, 250, "arXiv:2406.01234v2 [cs.SD] 9 Jun 2024", 16, turned=True),
    ]
    return write_pdf([page, paragraph(72, 700, BODY, 90)], info)


def two_columns() -> bytes:
    left = [
        Print(140, 590, "Abstract", 11, "F2"),
        *paragraph(60, 572, ABSTRACT.replace("microphones is", "micro-\nphones is"), 48),
        Print(60, 440, "1. Introduction", 11, "F2"),
        *paragraph(60, 424, BODY, 48),
    ]
    right = [Print(320, 590, "2. Methods", 11, "F2"), *paragraph(320, 574, BODY + BODY, 48)]
    head = [
        Print(100, 700, TITLE, 17, "F2"),
        Print(100, 670, "Ada Mauersegler", 11),
        Print(330, 670, "Tom Reed", 11),
        Print(100, 656, "University of Somewhere", 9),
        Print(330, 656, "Institute of Elsewhere", 9),
    ]
    return write_pdf([[*right, *head, *left]])


def read(data: bytes, tmp_path: Path) -> list[Record | Rejected]:
    path = tmp_path / "paper.bin"
    path.write_bytes(data)
    return list(read_sources([path]))


def paper(data: bytes, tmp_path: Path) -> Paper:
    (item,) = read(data, tmp_path)
    assert isinstance(item, Record), item
    made = to_paper(item)
    assert isinstance(made, Paper)
    return made


def test_one_column_with_everything_printed(tmp_path: Path) -> None:
    found = paper(one_column(), tmp_path)
    assert found.title == TITLE
    assert found.abstract == ABSTRACT
    assert found.extracted
    assert (found.doi, found.arxiv_id, found.arxiv_version) == ("10.5555/swift.2031.7", "2406.01234", 2)
    assert (found.year, found.date) == (2024, "2024-06-09")
    assert found.provenance[0].where == "page 1"


def test_two_columns_are_read_one_after_the_other_and_cut_words_are_mended(tmp_path: Path) -> None:
    found = paper(two_columns(), tmp_path)
    assert found.title == TITLE
    assert found.abstract == ABSTRACT
    assert found.doi == ""


@pytest.mark.parametrize("heading", ["Abstract—", "Abstract. ", "ABSTRACT: "])
def test_an_abstract_that_begins_behind_its_heading(tmp_path: Path, heading: str) -> None:
    page = [
        Print(72, 720, TITLE, 16),
        *paragraph(72, 680, heading + ABSTRACT, 80),
        Print(72, 600, "Index Terms—birds", 10),
        Print(72, 570, "I. INTRODUCTION", 10),
        *paragraph(72, 550, BODY, 80),
    ]
    assert paper(write_pdf([page]), tmp_path).abstract == ABSTRACT


def test_a_paper_without_the_heading_is_kept_with_its_title_alone(tmp_path: Path) -> None:
    page = [Print(72, 720, TITLE, 16), *paragraph(72, 680, BODY, 80)]
    found = paper(write_pdf([page]), tmp_path)
    assert (found.title, found.abstract) == (TITLE, "")


def test_the_files_own_title_counts_only_if_the_page_shows_it(tmp_path: Path) -> None:
    shown = TITLE.replace("Dusk with", "Dusk  with")
    assert paper(one_column(Title=shown, Author="Ada Mauersegler; Tom Reed"), tmp_path).title == TITLE
    assert paper(one_column(Author="Ada Mauersegler; Tom Reed"), tmp_path).authors == (
        "Ada Mauersegler",
        "Tom Reed",
    )
    other = paper(one_column(Title="Microsoft Word - final_v3.doc", Author="user1"), tmp_path)
    assert (other.title, other.authors) == (TITLE, ())
    assert paper(one_column(Title="A Template for Another Journal"), tmp_path).title == TITLE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (write_pdf([[]]), "a PDF without text"),
        (write_pdf([]), "it has no pages"),
        (b"%PDF-1.7\n" + b"nothing that is one\n" * 40, "a damaged PDF"),
        (
            write_pdf(
                [[Print(72, 700, TITLE)]],
                trailer="/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] /Encrypt "
                f"<< /Filter /Standard /V 1 /R 2 /P -44 /O <{'4f' * 32}> /U <{'55' * 32}> >>",
            ),
            "an encrypted PDF",
        ),
        (write_pdf([[Print(72, 700, "word " * 18, 6)] * 800]), "far too many signs"),
        (write_pdf([[Print(72, 700, "x" * 400)] * 90_000]), "far too large"),
    ],
    ids=["blank", "no pages", "garbage", "encrypted", "too many letters", "bomb"],
)
def test_what_has_no_title_is_refused_once_with_the_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    (item,) = read(data, tmp_path)
    assert isinstance(item, Rejected)
    assert reason in item.reason
    assert item.where == "whole file"


GOOD = one_column()


@settings(max_examples=60)
@given(
    st.integers(0, len(GOOD)),
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=12),
)
def test_no_damage_is_more_than_one_item(cut: int, changes: list[tuple[int, int]]) -> None:
    from ingest.sources.columns import Asked
    from ingest.sources.opening import read_stream

    data = bytearray(GOOD)
    for place, byte in changes:
        data[place] = byte
    for form in (bytes(data), GOOD[:cut], bytes(data)[:cut]):
        items = list(read_stream(io.BytesIO(form), "f.pdf", Asked()))
        assert all(isinstance(item, Record | Rejected) for item in items)
        assert len(items) == 1 or not form.startswith(b"%PDF")


@settings(max_examples=40)
@given(st.binary(max_size=2000))
def test_random_bytes_behind_a_pdfs_first_line(noise: bytes) -> None:
    from ingest.sources.columns import Asked
    from ingest.sources.opening import read_stream

    (item,) = read_stream(io.BytesIO(b"%PDF-1.5\n" + noise), "f.pdf", Asked())
    assert isinstance(item, Rejected)
