"""Saved Markdown: titles as headings, in bold, as links or in tables; other texts aren't taken for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.clean import clean
from ingest.records import Record
from ingest.sources import find_format, read_sources
from ingest.sources.encodings import NotText
from ingest.sources.markdown_page import is_markdown, read_markdown

COLLECTION = Path(__file__).resolve().parents[2].parent / "shared" / "collection" / "papers-page.txt"
Papers = list[tuple[str, str]]
PAPERS: Papers = [
    (
        "Counting Swifts at Dusk with Cheap Microphones",
        "We count swifts by their calls alone. A row of microphones is hung below the eaves, and a small model tells "
        "parties from single birds. The counts agree with those of observers.",
    ),
    (
        "GrainNet: Sorting Barley Kernels by Sound",
        "Barley kernels are sorted by the sound of their fall. We train a network on 2,000 falls and find that it "
        "tells sound kernels from broken ones. The code is released.",
    ),
    (
        "On the Shape of Puddles",
        "Puddles after rain have a fractal border. In this paper we measure 400 of them, and show that the dimension "
        "depends on the slope of the road.",
    ),
]


def read(text: str) -> tuple[list[Record], list[Rejected]]:
    known = find_format(text[:65_536])
    assert known.name == "Markdown page"
    items = list(known.read(io.StringIO(text), "page.md"))
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if isinstance(item, Rejected)]


def headings(papers: Papers) -> str:
    return "# Papers of May\n\n" + "".join(
        f"## [{t}](https://arxiv.org/abs/2403.{n:05})\n\n*Ada Moss, Tom Reed*\n\n{a}\n\n"
        for n, (t, a) in enumerate(papers)
    )


def underlined(papers: Papers) -> str:
    return "".join(f"{t}\n{'-' * 20}\n\n**Abstract:** {a}\n\n" for t, a in papers)


def bold(papers: Papers) -> str:
    return "".join(f"**{t}**\n\n{a}\n\n" for t, a in papers)


def bold_in_one(papers: Papers) -> str:
    return "".join(f"**{t}**\n{a}\n\n" for t, a in papers)


def bullets(papers: Papers) -> str:
    return "".join(
        f"- **[{t}](https://arxiv.org/abs/2403.{n:05})** — {a}\n" for n, (t, a) in enumerate(papers)
    )


def numbered(papers: Papers) -> str:
    return "".join(
        f"{n + 1}. [{t}](https://arxiv.org/abs/2403.{n:05})\n\n   {a}\n\n" for n, (t, a) in enumerate(papers)
    )


def copied(papers: Papers) -> str:
    return "# My list\n\n" + "".join(
        f"{t}\n\n{a}\n\n[arXiv](https://arxiv.org/abs/2403.{n:05})\n\n" for n, (t, a) in enumerate(papers)
    )


def table(papers: Papers) -> str:
    return "Some papers:\n\n| Paper title | Abstract | Year |\n|:--|---|--:|\n" + "".join(
        f"| [{t.replace('|', '/')}](https://arxiv.org/abs/2403.{n:05}) | {a.replace('|', '/')} | 2024 |\n"
        for n, (t, a) in enumerate(papers)
    )


LAYOUTS: list[Callable[[Papers], str]] = [
    headings, underlined, bold, bold_in_one, bullets, numbered, copied, table,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_its_papers(layout: Callable[[Papers], str]) -> None:
    records, _ = read(layout(PAPERS))
    assert [(r.title, r.abstract.removeprefix("Abstract: ")) for r in records] == PAPERS
    if "arxiv.org" in layout(PAPERS):
        assert [record.arxiv_id for record in records] == ["2403.00000", "2403.00001", "2403.00002"]


@pytest.mark.skipif(
    not COLLECTION.is_file(), reason=f"the reader's collection isn't beside the checkout: {COLLECTION}"
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_readers_collection_as_markdown_has_as_many_papers(layout: Callable[[Papers], str]) -> None:
    papers = [(item.title, item.abstract) for item in read_sources([COLLECTION]) if isinstance(item, Record)]
    records, _ = read(layout(papers))
    assert len(papers) == 103
    assert [clean(record.title) for record in records] == [clean(title) for title, _ in papers]


def test_names_below_a_heading_are_the_authors_and_the_line_is_told() -> None:
    records, rejected = read(headings(PAPERS))
    assert records[1].authors == ("Ada Moss", "Tom Reed")
    assert [record.where for record in records] == ["line 3", "line 9", "line 15"]
    assert [(item.where, item.reason) for item in rejected] == [("line 1", "page noise: Papers of May")]


def test_formulas_keep_their_stars_bars_and_backslashes() -> None:
    abstract = (
        r"We bound $a*b*c$ and $\{x_1, x_2\} \in \mathcal{X}$ from above. The bound of $p(x|y)$ is *tight*."
    )
    records, _ = read(f"## A First Paper on Bounds\n\n{abstract}\n\n" + headings(PAPERS))
    assert records[0].abstract == abstract.replace("*tight*", "tight")


def test_a_table_of_other_things_is_told_row_by_row() -> None:
    records, rejected = read(headings(PAPERS) + "| Model | Score |\n|---|---|\n| small | 1.5 |\n")
    assert len(records) == 3
    assert [item.reason for item in rejected][-2:] == ["page noise: Model | Score", "page noise: small | 1.5"]


@pytest.mark.parametrize(
    "text",
    [
        "A Study of Graphs\n\nWe study graphs, and find that they are many. They are also few.\n",
        "# a settings file\nname = 1\nother = 2\n# more\nthird = 3\n",
        "# a program\nimport os\nfor name in os.listdir('.'):\n    print(name)\n# the end\n",
        "title,abstract\n**bold**,We study it.\n",
        "- one\n- two\n",
        "%%%\n---\n---\n",
    ],
)
def test_other_texts_are_no_markdown(text: str) -> None:
    assert not is_markdown(text)


GOOD = headings(PAPERS) + bullets(PAPERS) + table(PAPERS) + "```\ncode\n```\n\n<div>x</div>\n"


@given(
    st.integers(0, len(GOOD)),
    st.text(st.sampled_from("#*_[]()|`<>-\\$\n !ab1."), max_size=40),
    st.integers(0, len(GOOD)),
)
def test_no_damage_is_an_error(cut: int, noise: str, place: int) -> None:
    for text in (GOOD[:cut], GOOD[:place] + noise + GOOD[place:], noise):
        is_markdown(text)
        try:
            items = list(read_markdown(io.StringIO(text), "x"))
        except NotText:
            continue
        assert all(isinstance(item, Record | Rejected) for item in items)


@pytest.mark.parametrize("piece", ["[", "**a ", "> ", "`", "![](", "<a ", "- ", "| ", "$", "*_"])
def test_pages_made_to_be_slow_come_to_an_end(piece: str) -> None:
    text = "# Title of a Page\n\n" + piece * 20_000
    is_markdown(text)
    assert list(read_markdown(io.StringIO(text), "x"))


def test_front_matter_is_reported_and_no_part_of_a_title() -> None:
    page = (
        "---\ntitle: My reading list\ntags: [birds]\n---\n\n"
        "## Counting Swifts at Dusk with Microphones\n\nWe count swifts by their calls alone. It works well.\n\n"
        "## Why Swifts Scream in Summer Evenings\n\nSwifts scream more on warm evenings. We found the reason.\n"
    )
    assert is_markdown(page)
    items = list(read_markdown(io.StringIO(page), "list.md"))
    records = [item for item in items if isinstance(item, Record)]
    assert [record.title for record in records] == [
        "Counting Swifts at Dusk with Microphones",
        "Why Swifts Scream in Summer Evenings",
    ]
    (front,) = [item for item in items if isinstance(item, Rejected)]
    assert (front.where, front.reason) == ("lines 1 to 4", "front matter of the page, not read")
