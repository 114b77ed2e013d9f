"""Ranking: named papers first, and evidence from each side of a comparison."""

from __future__ import annotations

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.generate import best_quotes
from assistant.models import Paper
from assistant.name_index import NameIndex
from assistant.names import PaperNames
from assistant.pipeline import Assistant
from assistant.retrieve import HybridRetriever
from assistant.store import Store

TITLES = [
    ("a", "TEDDY: Trimming Edges with Degree-based Discrimination strategY"),
    ("b", "RELIEF: Reinforcement Learning Empowered Graph Feature Prompt Tuning"),
    ("c", "MT-Ladder: A Model-Agnostic Framework"),
    ("d", "Dense Passage Retrieval for Open-Domain Question Answering"),
    ("e", "Doing More with Less -- Implementing Routing Strategies"),
    ("f", "Lost in the Middle: How Language Models Use Long Contexts"),
    ("g", "Learning to Retrieve: one way"),
    ("h", "Learning to Retrieve: another way"),
    ("i", "Learning to Retrieve: a third way"),
]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Compare TEDDY and RELIEF", ["a", "b"]),
        ("Does RELIEF beat TEDDY?", ["b", "a"]),
        ("What gives relief from pain?", []),
        ("what bleu does mt-ladder get?", ["c"]),
        ("what does MTLadder do", ["c"]),
        ("who wrote the paper on dense passage retrieval?", ["d"]),
        ('Summarise "Doing More with Less" for me', ["e"]),
        ("What is doing more work worth?", []),
        ("lost in the middle", ["f"]),
        (
            "Our method for learning dense passage retrieval trains a dual encoder on pairs of questions and texts",
            [],
        ),
        ("Which papers are about learning to retrieve?", []),
        ("", []),
    ],
)
def test_names_in_questions(question: str, named: list[str]) -> None:
    common = {"relief": 9, "teddy": 1}
    index = NameIndex.build(None, [Paper(id=id_, title=title) for id_, title in TITLES])
    assert PaperNames(index, lambda word: common.get(word.lower(), 0)).find(question) == named


def test_a_named_paper_comes_first(store: Store, embedder: SentenceEmbeddings) -> None:
    retriever = HybridRetriever(store=store, embedder=embedder)
    assert retriever.rank("What is said of satellite images, coral reefs and Lumen?")[0].title.startswith(
        "Lumen"
    )
    found = retriever.rank("coral reefs seen from satellites")
    assert found[0].title.startswith("Measuring Coral")
    assert 0.4 < found[0].score < 1
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


def test_names_follow_the_store(store: Store, embedder: SentenceEmbeddings) -> None:
    retriever = HybridRetriever(store=store, embedder=embedder)
    (graph,) = retriever.named("What is GraphTrim?")
    store.library.remove([graph])
    assert retriever.named("What is GraphTrim?") == []


def test_both_sides_of_a_comparison_are_quoted(quoting: Assistant) -> None:
    answer = quoting.ask("Compare Lumen and GraphTrim")
    assert {source.title.partition(":")[0] for source in answer.sources} >= {"Lumen", "GraphTrim"}


def test_quotes_are_few_and_the_best(quoting: Assistant) -> None:
    evidence = quoting.ask("Which cue does GraphTrim use?").evidence
    assert list(evidence) == sorted(evidence, key=lambda item: -item.score)
    assert evidence[0] in best_quotes(evidence, 1)
    assert len(best_quotes(evidence, 2)) <= 2
    assert best_quotes([], 3) == []


def test_the_budget_bounds_the_evidence(store: Store, embedder: SentenceEmbeddings) -> None:
    from assistant.llm import ChosenModel

    small = Assistant(store, embedder, ChosenModel(None, "", None), evidence_tokens=60)
    evidence = small.ask("Which cue does GraphTrim use?").evidence
    assert 0 < sum(len(item.quote) for item in evidence) / 4.2 <= 60
