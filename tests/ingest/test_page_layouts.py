"""Pages laid out in many ways from real abstracts: the share of papers that come back whole."""

from __future__ import annotations

import io
import json
import random
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.text import sentences
from ingest.records import Record
from ingest.sources.page import read_page

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the evaluation data isn't beside the checkout: {DATA}"
)

FURNITURE = [
    "Subscribe", "Mar 11", "byAK and the research community", "52", "· 5 authors", "Upvote 34", "GitHub 1.2k",
    "Sign in", "Load more", "Published on Mar 3, 2024", "Submitted by akhaliq", "arXiv Page", "2 days ago", "★ 1,204",
]  # fmt: skip
UNKNOWN = [
    "Computer Vision",
    "akhaliq",
    "Stanford University",
    "Natural Language Processing",
    "Mixture of Experts",
]
AUTHORS = ["Jane Doe, John Smith, Wei Li", "Kaiming He, Xiangyu Zhang and Jian Sun"]

Layout = Callable[[str, str, random.Random], str]


def wrap(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def by_sentence(text: str) -> str:
    return "\n".join(span.of(text) for span in sentences(text))


def noisy(title: str, abstract: str, dice: random.Random) -> str:
    before = dice.sample(FURNITURE, dice.randint(0, 3)) + dice.sample(UNKNOWN, dice.randint(0, 1))
    between = dice.sample(FURNITURE + AUTHORS, dice.randint(0, 2))
    return "\n\n".join([*before, title, *between, abstract]) + "\n\n"


LAYOUTS: dict[str, tuple[Layout, float]] = {
    "plain": (lambda title, abstract, _: f"{title}\n\n{abstract}\n\n", 0.99),
    "no blank lines": (lambda title, abstract, _: f"{title}\n{abstract}\n", 0.99),
    "full stop after titles": (lambda title, abstract, _: f"{title.rstrip('.')}.\n\n{abstract}\n\n", 0.99),
    "noise all over": (noisy, 0.98),
    "wrapped at 80": (lambda title, abstract, _: f"{wrap(title, 80)}\n\n{wrap(abstract, 80)}\n\n", 0.95),
    "wrapped, title glued": (lambda title, abstract, _: f"{wrap(title, 90)}\n{wrap(abstract, 90)}\n\n", 0.94),
    "a sentence a line": (lambda title, abstract, _: f"{title}\n\n{by_sentence(abstract)}\n\n", 0.92),
}


@pytest.fixture(scope="module", params=["scitldr", "scifact"])
def papers(request: pytest.FixtureRequest) -> list[tuple[str, str]]:
    with (DATA / request.param / "corpus.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    usable = [row for row in rows if len(row["title"]) > 5 and len(row["text"]) > 150]
    chosen = random.Random(7).sample(usable, 200)
    return [(" ".join(row["title"].split()), " ".join(row["text"].split())) for row in chosen]


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(papers: list[tuple[str, str]], name: str) -> None:
    lay_out, least = LAYOUTS[name]
    dice = random.Random(1)
    page = "".join(lay_out(title, abstract, dice) for title, abstract in papers)
    ends = {
        title.rstrip(".") if name == "full stop after titles" else title: abstract
        for title, abstract in papers
    }
    whole = 0
    for item in read_page(io.StringIO(page), "page"):
        if isinstance(item, Record):
            title = " ".join(item.title.split())
            title = title.rstrip(".") if name == "full stop after titles" else title
            whole += ends.get(title) == " ".join(item.abstract.split())
    assert whole / len(papers) >= least
