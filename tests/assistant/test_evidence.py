"""The sentences that answer: which come first, within what budget, and none of them twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.embedding import SentenceEmbeddings
from assistant.evidence import CHARACTERS_PER_TOKEN, PER_PAPER, coverage, select_evidence
from assistant.evidence_text import read_texts
from assistant.models import Evidence, Paper, Ranked
from assistant.question import read_question
from assistant.quick_bert import QuickBert
from assistant.retrieve import HybridRetriever
from assistant.store import Store
from assistant.word_vectors import WordVectors
from ingest.embed import embed


@pytest.fixture(scope="session")
def encoder() -> QuickBert:
    quick = SentenceEmbeddings("all-MiniLM-L6-v2").warm()
    assert quick is not None
    return quick


@pytest.fixture(scope="session")
def near(encoder: QuickBert) -> WordVectors:
    return WordVectors.of(encoder)


def evidence_for(
    store: Store, embedder: SentenceEmbeddings, question: str, ids: Sequence[str] | None = None, **values: Any
) -> list[Evidence]:
    """Retrieve, or take the papers given as equally good, and choose."""
    values.setdefault("budget", 420)
    asked = read_question(question)
    ranked = (
        HybridRetriever(store=store, embedder=embedder).rank(asked.topic)
        if ids is None
        else [Ranked(paper_id=id_, title="", score=1, passage="", passage_id="", dense=0.5) for id_ in ids]
    )
    vector, idf = embedder.query_vector(asked.topic), store.indexes().lexical.idf
    return select_evidence(asked.terms, vector, ranked, store.library, idf, question=asked.topic, **values)


def put(store: Store, embedder: SentenceEmbeddings, *papers: Paper) -> None:
    store.library.put(embed([(paper, paper.id) for paper in papers], embedder))


def tokens(found: Sequence[Evidence]) -> float:
    return sum(item.span.end - item.span.start for item in found) / CHARACTERS_PER_TOKEN


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much accuracy does Lumen lose?", "0.4%"),
        ("How many parameters does the refinement model have?", "2B"),
        ("By how much do pot odds reduce the losses at poker?", "18%"),
        ("Which cue tells GraphTrim what edges to remove?", "degree"),
    ],
)
def test_the_sentence_that_answers_comes_first(
    store: Store, embedder: SentenceEmbeddings, near: WordVectors, question: str, answer: str
) -> None:
    found = evidence_for(store, embedder, question, near=near)

    assert answer in found[0].quote


def test_a_sentence_is_found_by_words_that_come_near_to_its_own(
    store: Store, embedder: SentenceEmbeddings, near: WordVectors
) -> None:
    text = "Vessels cross the strait each night. Physicians check the sailors on board. Cargo is weighed in port."
    put(store, embedder, Paper(id="ships", title="Ships", abstract=text))

    question = "Do doctors examine seamen?"
    by_words = evidence_for(store, embedder, question, ["ships"], near=near)
    by_stems = evidence_for(store, embedder, question, ["ships"])

    assert by_words[0].quote.startswith("Physicians")
    assert by_words[0].score - by_words[1].score > by_stems[0].score - by_stems[1].score + 0.05


def test_evidence_is_a_span_of_its_abstract_and_comes_best_first(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    found = evidence_for(store, embedder, "Which methods make models faster?")

    assert len(found) > 3
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    for item in found:
        paper = store.library.paper(item.paper_id)
        assert paper is not None and item.span.of(paper.abstract) == item.quote and item.title == paper.title


def test_similarity_is_the_cosine_of_question_and_sentence(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    question = "How do reefs fare?"
    found = evidence_for(store, embedder, question)[0]
    (stored,) = read_texts(store.library, [found.paper_id])
    vector = stored.vectors[stored.spans.index((found.span.start, found.span.end))]

    assert found.similarity == pytest.approx(float(vector @ embedder.query_vector(question)), abs=1e-5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(min_size=1, max_size=80), budget=st.integers(30, 300))
def test_whatever_is_asked_the_budget_holds_and_no_sentence_comes_twice(
    store: Store, embedder: SentenceEmbeddings, near: WordVectors, question: str, budget: int
) -> None:
    found = evidence_for(store, embedder, question, budget=budget, near=near)

    assert len(found) == 1 or tokens(found) <= budget
    assert len({(item.paper_id, item.span.start) for item in found}) == len(found)
    assert all(item.score > 0 for item in found)


def test_the_best_sentence_comes_even_where_it_takes_more_than_the_budget(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    found = evidence_for(store, embedder, "How much accuracy does Lumen lose?", budget=5)

    assert len(found) == 1 and "0.4%" in found[0].quote


def test_papers_without_an_abstract_or_out_of_the_library_have_no_evidence(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    put(store, embedder, Paper(id="bare", title="Reefs and Satellites"))
    reef = next(id_ for id_, title in store.library.titles() if title.startswith("Measuring Coral"))

    found = evidence_for(store, embedder, "How is reef cover measured?", ["bare", "gone", reef])

    assert {item.paper_id for item in found} == {reef}
    assert evidence_for(store, embedder, "How is reef cover measured?", ["bare", "gone"]) == []
    assert evidence_for(store, embedder, "How is reef cover measured?", []) == []


def test_what_preprint_and_publication_both_say_comes_once(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    shared = "Mulching with straw lowers the loss of water from vineyards by 31% in dry summers."
    put(
        store,
        embedder,
        Paper(id="preprint", title="Straw in Vineyards", abstract=f"{shared} We report early trials."),
        Paper(
            id="published",
            title="Saving Water by Mulching: a Field Trial",
            abstract=f"Water is scarce. {shared}",
        ),
    )

    found = evidence_for(
        store, embedder, "How much water does straw save in vineyards?", ["preprint", "published"]
    )

    assert [item.quote for item in found].count(shared) == 1
    assert any(item.quote == "We report early trials." for item in found)


def test_sentences_that_differ_only_in_a_figure_both_come(store: Store, embedder: SentenceEmbeddings) -> None:
    text = "Mulching with straw saves 31% of the water in vineyards."
    put(
        store,
        embedder,
        Paper(id="dry", title="Straw in Dry Vineyards", abstract=text),
        Paper(id="wet", title="Straw in Wet Vineyards", abstract=text.replace("31", "12")),
    )

    found = evidence_for(store, embedder, "How much water does straw save in vineyards?", ["dry", "wet"])

    assert {item.paper_id for item in found} == {"dry", "wet"}


def test_each_side_of_a_comparison_has_its_share_of_a_tight_budget(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    ids = {title.split(":")[0]: id_ for id_, title in store.library.titles()}
    lumen, trim = ids["Lumen"], ids["GraphTrim"]
    question = "How much faster than dense attention is sparse attention on long documents?"

    alone = evidence_for(store, embedder, question, [lumen, trim], budget=75)
    assert {item.paper_id for item in alone} == {lumen}
    both = evidence_for(store, embedder, question, [lumen, trim], budget=75, sides=[[lumen], [trim]])
    assert {item.paper_id for item in both} == {lumen, trim}
    assert tokens(both) <= 75


def test_one_paper_has_no_more_than_its_most_sentences(store: Store, embedder: SentenceEmbeddings) -> None:
    text = " ".join(f"Straw on field {n} saves water in the vineyards of county {n}." for n in range(20))
    put(store, embedder, Paper(id="long", title="Straw in Twenty Vineyards", abstract=text))

    found = evidence_for(store, embedder, "How much water does straw save?", ["long"], budget=2000)

    assert len(found) == PER_PAPER


def test_without_vectors_of_words_stems_still_match(store: Store, embedder: SentenceEmbeddings) -> None:
    asked = read_question("Do divers count reefs?")
    vector, idf = embedder.query_vector(asked.topic), store.indexes().lexical.idf
    ranked = HybridRetriever(store=store, embedder=embedder).rank(asked.topic)

    found = select_evidence(asked.terms, vector, ranked, store.library, idf, budget=100)

    assert "divers' counts" in found[0].quote


def test_coverage_is_the_share_of_a_questions_weight_that_a_text_has() -> None:
    weights = {"sparsifi": 3.0, "graph": 1.0}

    assert coverage(weights, "A sparsifier of trees.") == 0.75
    assert coverage(weights, "Nothing of it.") == 0
    assert coverage({}, "A graph.") == 0
