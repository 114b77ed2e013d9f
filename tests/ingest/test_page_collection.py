"""The page that a reader really copied: exactly its papers, and nothing of it lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.models import Paper, Rejected
from ingest.clean import clean
from ingest.dedupe import merge
from ingest.records import Record, to_paper
from ingest.sources import read_sources

PAGE = Path(__file__).resolve().parents[2].parent / "shared" / "collection" / "papers-page.txt"
pytestmark = pytest.mark.skipif(
    not PAGE.is_file(), reason=f"the reader's collection isn't beside the checkout: {PAGE}"
)


@pytest.fixture(scope="module")
def items() -> list[Record | Rejected]:
    return list(read_sources([PAGE]))


@pytest.fixture(scope="module")
def papers(items: list[Record | Rejected]) -> list[Paper]:
    made = [to_paper(item) for item in items if isinstance(item, Record)]
    assert not [paper for paper in made if isinstance(paper, Rejected)]
    return [paper for paper in made if isinstance(paper, Paper)]


def test_there_are_103_papers_each_once(papers: list[Paper]) -> None:
    assert len(papers) == 103
    assert len({paper.id for paper in papers}) == 103
    assert merge(papers).merged == 0


def test_the_five_lines_of_noise_are_reported(items: list[Record | Rejected]) -> None:
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert [(item.where, item.reason) for item in rejected] == [
        ("line 1", "page noise: new"),
        ("line 3", "page noise: Get trending papers in your email inbox!"),
        ("line 5", "page noise: Subscribe"),
        ("line 7", "page noise: byAK and the research community"),
        ("line 9", "page noise: Mar 11"),
    ]


def test_every_paragraph_is_a_title_or_an_abstract_or_reported(items: list[Record | Rejected]) -> None:
    told: list[str] = []
    for item in items:
        told += (
            [item.title, item.abstract]
            if isinstance(item, Record)
            else [item.reason.removeprefix("page noise: ")]
        )
    paragraphs = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert told == paragraphs


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("TEDDY: Trimming Edges with Degree-based Discrimination strategY", "on the ell_0 ball"),
        ("LLMs + Persona-Plug = Personalized LLMs", "(LaMP) benchmark"),
        ("Are ChatGPT and GPT-4 Good Poker Players? -- A Pre-Flop Analysis", "NOT game theory optimal"),
        ("Online Information Acquisition: Hiring Multiple Agents", "provides O(T^{2/3}) regret"),
        ("Confidence-Weighted Boundary-Aware Learning for Semi-Supervised Semantic Segmentation", "12.5% of"),
        (
            "Advancing Process Verification for Large Language Models via Tree-Based Preference Learning",
            ". Some methods",
        ),
        (
            "A Human-Like Reasoning Framework for Multi-Phases Planning Task with Large Language Models",
            "10 times the",
        ),
        ("Objective Mismatch in Model-based Reinforcement Learning", "w.r.t. the likelihood"),
    ],
)
def test_titles_and_the_residue_in_their_abstracts(papers: list[Paper], title: str, words: str) -> None:
    (paper,) = (paper for paper in papers if paper.title == title)
    assert words in paper.abstract


def test_cleaning_loses_no_word_and_changes_nothing_twice(items: list[Record | Rejected]) -> None:
    for item in items:
        if isinstance(item, Record):
            cleaned = clean(item.abstract)
            assert clean(cleaned) == cleaned
            letters = [char for char in item.abstract.replace("mathcal", "") if char.isalnum()]
            assert [char for char in cleaned if char.isalnum()] == letters
