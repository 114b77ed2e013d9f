"""JSON Lines and JSON documents: every good record is read, every bad one reported with its place."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources import find_format, json_document

PAPERS = [{"title": f"Paper number {n}", "abstract": f"It says {n}."} for n in range(5)]
TITLES = [paper["title"] for paper in PAPERS]


def read(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the titles, and place and reason of what was refused."""
    titles, rejected = [], []
    for item in find_format(text[:65_536]).read(io.StringIO(text, newline=""), "f"):
        if isinstance(item, Record):
            titles.append(item.title)
        else:
            rejected.append((item.where, item.reason))
    return titles, rejected


def json_lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def test_json_lines() -> None:
    assert read(json_lines(*PAPERS)) == (TITLES, [])
    assert read(json_lines(*PAPERS).replace("\n", "\r\n\r\n")) == (TITLES, [])


def test_where_is_the_line() -> None:
    text = "\n" + json_lines(*PAPERS[:2])
    items = list(find_format(text).read(io.StringIO(text), "f"))
    assert [item.where for item in items] == ["line 2", "line 3"]


def test_a_bad_line_is_reported_and_the_rest_goes_on() -> None:
    text = json_lines(PAPERS[0]) + "{bad\n" + json_lines([1], {"abstract": "no title"}, PAPERS[1])
    titles, rejected = read(text)
    assert titles == TITLES[:2]
    assert [where for where, _ in rejected] == ["line 2", "line 3", "line 4"]
    assert rejected[0][1].startswith("not JSON: ")
    assert rejected[2][1] == "no title (found: abstract)"


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_last_line_cut_off_anywhere_is_reported(cut: int) -> None:
    text = json_lines(*PAPERS)[: -1 - cut]
    titles, rejected = read(text)
    assert titles == TITLES[:4]
    assert rejected == [("line 5", "the file ends in the middle of this line")]


def test_a_whole_last_line_needs_no_line_end() -> None:
    assert read(json_lines(*PAPERS)[:-1]) == (TITLES, [])


def test_a_line_separator_inside_a_string_ends_no_line() -> None:
    text = json.dumps({"title": "One\u2028line", "abstract": "a\u0085b"}, ensure_ascii=False) + "\n"
    assert read(text) == (["One\u2028line"], [])


def test_a_line_nested_too_deeply_is_reported() -> None:
    titles, rejected = read(json_lines(*PAPERS) + '{"title": ' + "[" * 100_000 + "\n")
    assert titles == TITLES
    assert rejected[0][0] == "line 6"


@pytest.mark.parametrize(
    "value",
    [
        PAPERS,
        {"papers": PAPERS},
        {"meta": {"count": 5}, "results": PAPERS},
        {"data": {"page": {"results": PAPERS}}},
        {"groups": [{"name": "a", "papers": PAPERS[:2]}, {"name": "b", "papers": PAPERS[2:]}]},
        [{"papers": PAPERS[:2]}, {"papers": PAPERS[2:]}],
        [PAPERS[:2], PAPERS[2:]],
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_documents_of_any_shape(value: Any, indent: int | None) -> None:
    assert read(json.dumps(value, indent=indent)) == (TITLES, [])


def test_an_array_with_a_paper_a_line_is_an_array() -> None:
    assert read("[\n" + ",\n".join(map(json.dumps, PAPERS)) + "\n]\n") == (TITLES, [])


def test_one_paper_as_an_object_is_one_paper() -> None:
    one = {
        "id": 3,
        "title": "T",
        "authors": [{"name": "A", "title": "Dr"}],
        "references": [{"title": "Other"}],
    }
    assert read(json.dumps(one, indent=1)) == (["T"], [])


def test_items_without_a_title_are_reported_in_their_order() -> None:
    titles, rejected = read(
        json.dumps({"items": [{"abstract": "x"}, PAPERS[0], {"abstract": "y"}]}, indent=1)
    )
    assert titles == TITLES[:1]
    assert [where for where, _ in rejected] == ["record 1", "record 3"]


def test_a_document_cut_off_gives_what_is_whole() -> None:
    text = json.dumps(PAPERS, indent=1)
    titles, rejected = read(text[: text.index("It says 4")])
    assert titles == TITLES[:4]
    assert rejected[0][0] == "after record 4"
    assert "nothing after it was read" in rejected[0][1]


def test_a_document_without_papers_says_so() -> None:
    assert read('{\n"a": [1, 2],\n"b": {"c": 3}\n}') == (
        [],
        [("whole file", "no list of objects with a title in this JSON")],
    )


@given(
    st.lists(
        st.fixed_dictionaries(
            {"title": st.text('ab"\\{}[],:é \n', min_size=1).map(lambda text: "T" + text)},
            optional={
                "abstract": st.text(),
                "n": st.integers(),
                "x": st.floats(allow_nan=False),
                "l": st.lists(st.none()),
            },
        ),
        min_size=1,
    ),
    st.integers(1, 40),
    st.sampled_from([None, 2]),
)
def test_a_window_of_any_size_reads_the_same(
    papers: list[dict[str, Any]], window: int, indent: int | None
) -> None:
    text = json.dumps({"count": 12, "papers": papers}, indent=indent)
    before = json_document._WINDOW
    json_document._WINDOW = window
    try:
        items = list(json_document.read_json_document(io.StringIO(text), "f"))
    finally:
        json_document._WINDOW = before
    assert not [item for item in items if isinstance(item, Rejected)]
    assert [item.title for item in items if isinstance(item, Record)] == [paper["title"] for paper in papers]
