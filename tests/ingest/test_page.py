"""Copied pages of every awkward kind: no paper lost, no noise taken for one, every line accounted for."""

from __future__ import annotations

import io
import random
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.page import is_page, read_page

A1 = (
    "Large language models struggle with long documents because attention is costly. We propose SparseLens, a method "
    "that reads only the passages that matter. On four benchmarks it is 3.2 times faster and loses 0.4 points. Code is "
    "available at https://github.com/example/sparselens."
)
A2 = (
    "Reinforcement learning agents rarely explain their actions. This work introduces a protocol in which another one "
    "asks for reasons after each move. Players who saw the reasons won 12% more games, and trusted the agent more."
)
A3 = (
    "Graph neural networks forget earlier tasks when they learn new ones. To address this, we store a small coreset of "
    "nodes and replay it. Forgetting falls by half across ten datasets; the coreset takes less than 1% of memory."
)
T1 = "SparseLens: Reading Long Documents by Looking at Less"
T2 = "Can Agents Explain Their Moves? A Protocol for Asking Why"
T3 = "On the limits of replay in continual graph learning"
PAPERS = [(T1, A1), (T2, A2), (T3, A3)]


def read(page: str) -> tuple[list[tuple[str, str]], list[Rejected]]:
    """Return the papers, white space folded, and the rejections."""
    papers, rejected = [], []
    for item in read_page(io.StringIO(page, newline=""), "page.txt"):
        if isinstance(item, Record):
            papers.append((" ".join(item.title.split()), " ".join(item.abstract.split())))
        else:
            rejected.append(item)
    return papers, rejected


def lines(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def wrap(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


HEAD = (
    "new",
    "Get trending papers in your email inbox!",
    "Subscribe",
    "byAK and the research community",
    "Mar 11",
)
PAGES: dict[str, tuple[str, list[tuple[str, str]], int]] = {
    "plain": (lines(T1, A1, T2, A2, T3, A3), PAPERS, 0),
    "noise at the head": (lines(*HEAD, T1, A1, T2, A2), PAPERS[:2], 5),
    "no blank lines at all": ("\n".join((T1, A1, T2, A2, T3, A3)), PAPERS, 0),
    "title glued to its abstract": (f"{T1}\n{A1}\n\n{T2}\n{A2}\n", PAPERS[:2], 0),
    "many blank lines": (f"\n\n\n{T1}\n\n\n\n{A1}\n\n\n{T2}\n   \n\t\n{A2}\n\n\n", PAPERS[:2], 0),
    "windows line ends": (lines(*HEAD, T1, A1, T2, A2).replace("\n", "\r\n"), PAPERS[:2], 5),
    "old mac line ends": (lines(T1, A1, T2, A2).replace("\n", "\r"), PAPERS[:2], 0),
    "byte-order mark and indents": ("\ufeff  " + lines(T1, A1, "    " + T2, "\u00a0" + A2), PAPERS[:2], 0),
    "noise everywhere": (
        lines(
            "Trending Papers", "Sign in", T1, A1, "52", "·", "5 authors", "Upvote 34", T2, A2, "GitHub 1.2k",
            "Submitted by akhaliq", "★ 1,204", T3, A3, "Load more", "© 2024 Example Inc. All rights reserved.",
        ),
        PAPERS, 11,
    ),
    "noise between title and abstract": (
        lines(T1, "Published on Mar 3, 2024", "· 5 authors", A1, T2, "Jane Doe, John Smith, Wei Li", A2),
        PAPERS[:2], 3,
    ),
    "tags and institutes that no rule knows": (
        lines("Computer Vision", T1, A1, "Stanford University", T2, A2, "akhaliq", T3, A3), PAPERS, 3,
    ),
    "wrapped at 72, a blank line between": (lines(*(wrap(part, 72) for part in (T1, A1, T2, A2))), PAPERS[:2], 0),
    "wrapped at 60, title glued": (
        f"{wrap(T1, 60)}\n{wrap(A1, 60)}\n\n{wrap(T2, 60)}\n{wrap(A2, 60)}\n", PAPERS[:2], 0,
    ),
    "wrapped title": (lines(wrap(T2, 40), A2, wrap(T1, 30), A1), [(T2, A2), (T1, A1)], 0),
    "abstract in paragraphs": (lines(T1, *A1.replace(". ", ".\n").split("\n")[:3], T2, A2), [
        (T1, A1.rpartition(" Code is")[0]), (T2, A2)], 0,
    ),
    "a sentence a line": (lines(T1, A1.replace(". ", ".\n"), T2, A2.replace(". ", ".\n")), PAPERS[:2], 0),
    "a code link of its own": (
        lines(T2, A2, "Code: https://github.com/example/why", T3, A3),
        [(T2, A2 + " Code: https://github.com/example/why"), (T3, A3)], 0,
    ),
    "title with signs": (
        lines("LLMs + Persona-Plug = Personalized LLMs", A1, "Doing More with Less -- Routing: A Survey", A2),
        [("LLMs + Persona-Plug = Personalized LLMs", A1), ("Doing More with Less -- Routing: A Survey", A2)], 0,
    ),
    "title in small letters, in capitals, of one word": (
        lines("nuScenes revisited: what the cameras miss", A1, "ATTENTION IS NOT EVERYTHING", A2, "RoutePlan", A3),
        [("nuScenes revisited: what the cameras miss", A1), ("ATTENTION IS NOT EVERYTHING", A2), ("RoutePlan", A3)], 0,
    ),
    "title that ends with a full stop": (
        lines(T1 + ".", A1, "A second study of old models.", A2),
        [(T1 + ".", A1), ("A second study of old models.", A2)], 0,
    ),
    "title that calls like a menu": (
        lines("Show, Don't Tell: Evaluating Models With Games", A1, "Put Your Money Where Your Mouth Is", A2),
        [("Show, Don't Tell: Evaluating Models With Games", A1), ("Put Your Money Where Your Mouth Is", A2)], 0,
    ),
    "title without an abstract": (lines(T1, A1, "Deep Residual Networks for Image Recognition at Scale", T2, A2), [
        (T1, A1), ("Deep Residual Networks for Image Recognition at Scale", ""), (T2, A2)], 0,
    ),
    "title without an abstract at the end": (lines(T1, A1, T2), [(T1, A1), (T2, "")], 0),
    "short abstract": (lines(T1, "We read less and lose little.", T2, A2), [
        (T1, "We read less and lose little."), (T2, A2)], 0,
    ),
    "abstract that starts small or with a number": (
        lines(T1, "a" + A1[1:], T2, "3D occupancy is hard. " + A2),
        [(T1, "a" + A1[1:]), (T2, "3D occupancy is hard. " + A2)], 0,
    ),
    "abstract without its last full stop": (lines(T1, A1.rpartition(".")[0], T2, A2), [
        (T1, A1.rpartition(".")[0]), (T2, A2)], 0,
    ),
    "structured abstract": (
        lines(T3, "BACKGROUND: Graphs forget.", "METHODS: We replay " + A3, "CONCLUSIONS: Replay helps.", T1, A1),
        [(T3, f"BACKGROUND: Graphs forget. METHODS: We replay {A3} CONCLUSIONS: Replay helps."), (T1, A1)], 0,
    ),
    "abstract under its label": (lines(T1, "Abstract", A1, T2, "Abstract", A2), PAPERS[:2], 2),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str) -> None:
    page, expected, noise = PAGES[name]
    papers, rejected = read(page)
    assert papers == expected
    assert len(rejected) == noise, rejected


def test_noise_is_reported_with_its_line_and_words() -> None:
    _, rejected = read(lines(*HEAD, T1, A1))
    assert [item.where for item in rejected] == ["line 1", "line 3", "line 5", "line 7", "line 9"]
    assert rejected[4].reason == "page noise: Mar 11"
    assert {item.file for item in rejected} == {"page.txt"}


def test_records_say_the_line_of_their_title() -> None:
    (record,) = (
        item for item in read_page(io.StringIO(lines("Subscribe", T1, A1)), "p") if isinstance(item, Record)
    )
    assert (record.source, record.where) == ("p", "line 3")


def test_an_abstract_without_a_title_is_reported_as_one() -> None:
    papers, rejected = read(lines("Subscribe", A1, T2, A2))
    assert papers == [(T2, A2)]
    assert rejected[-1].reason.startswith("an abstract without a title: Large language models")


def test_a_page_of_noise_only_is_one_rejection() -> None:
    papers, rejected = read("\n".join(["Sign in", "52", "Load more", "new"] * 10))
    assert papers == []
    assert [item.where for item in rejected] == ["lines 1 to 40"]


FURNITURE = [
    "Subscribe",
    "Mar 11",
    "byAK and the research community",
    "52",
    "· 5 authors",
    "3 comments",
    "2 days ago",
]


@pytest.mark.parametrize("seed", range(20))
def test_random_layouts_keep_every_paper(seed: int) -> None:
    """Papers in random order, blank lines and furniture at random: all three come back whole."""
    dice = random.Random(seed)
    papers = dice.sample(PAPERS, 3)
    page: list[str] = []
    for title, abstract in papers:
        page += dice.sample(FURNITURE, dice.randint(0, 3))
        page += [""] * dice.randint(0, 2) + [title] + [""] * dice.randint(0, 2)
        page += dice.sample(FURNITURE, dice.randint(0, 1)) + [abstract] + [""] * dice.randint(0, 2)
    assert read("\n".join(page))[0] == papers


@given(
    st.lists(
        st.sampled_from(
            ["", "", T1, T2, A1, A2, "Subscribe", "Mar 11", "of the", "We try.", "12", "Deep Nets", "and so"]
        )
        | st.text(max_size=40),
        max_size=30,
    )
)
def test_every_line_is_in_a_paper_or_reported(page: list[str]) -> None:
    text = "\n".join(line.replace("\r", " ").replace("\n", " ") for line in page)
    reported: set[int] = set()
    told = ""
    for item in read_page(io.StringIO(text, newline=""), "p"):
        if isinstance(item, Record):
            told += f"\n{item.title}\n{item.abstract}\n"
        else:
            numbers = [int(word) for word in item.where.split() if word.isdigit()]
            reported.update(range(numbers[0], numbers[-1] + 1))
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip().strip("\ufeff")
        assert not stripped or number in reported or stripped in told


def test_reading_the_same_page_twice_gives_the_same() -> None:
    page = PAGES["noise everywhere"][0]
    assert read(page) == read(page)


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\ndef f(x):\n    return x\n\nclass A:\n    x = 1\n",
        "2024-01-01 10:00:00 INFO started\n2024-01-01 10:00:01 INFO done\n",
        "# Title\n\n- a\n- b\n\n```\ncode\n```\n",
        "a = 1\nb = 2\n",
        "hello\nworld\n",
    ],
)
def test_programs_logs_and_settings_are_no_pages(text: str) -> None:
    assert not is_page(text)
    assert is_page(lines(T1, A1))
