"""What an earlier turn spoke of is told from its beginning, in a few searches, and without a reranker."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.rerank import Reranker
from assistant.retrieve import HybridRetriever
from assistant.spoken_of import PaperLookup, spoken_of
from assistant.store import Store


class Refusing(Reranker):
    """A reranker that must not be asked."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        raise AssertionError(f"was asked about {question!r}")


@pytest.fixture
def known(store: Store, embedder: SentenceEmbeddings) -> PaperLookup:
    return PaperLookup.of(HybridRetriever(store=store, embedder=embedder, reranker=Refusing("none")))


def titles(known: PaperLookup, ids: Sequence[str]) -> list[str]:
    return [(known.title_of(id_) or "").partition(":")[0] for id_ in ids]


def test_earlier_turns_are_looked_up_without_the_reranker(known: PaperLookup) -> None:
    found = known.find("coral reefs seen from satellites", ())
    assert titles(known, found[:1]) == ["Measuring Coral Reef Health from Satellite Images"]
    assert titles(known, spoken_of("What is there on poker?", "Seven models were tested.", known)) == [
        "A Survey of Poker Agents Built on Language Models"
    ]


def test_a_retriever_keeps_its_reranker(store: Store, embedder: SentenceEmbeddings) -> None:
    retriever = HybridRetriever(store=store, embedder=embedder, reranker=Refusing("none"))
    PaperLookup.of(retriever).find("coral reefs", ())
    with pytest.raises(AssertionError, match="was asked"):
        retriever.rank("coral reefs")


def test_a_very_long_answer_is_read_from_its_beginning(known: PaperLookup) -> None:
    read: list[str] = []

    def noted(text: str) -> Sequence[str]:
        read.append(text)
        return known.mentioned(text)

    def searched(text: str, among: Sequence[str]) -> Sequence[str]:
        read.append(text)
        return known.find(text, among)

    watched = PaperLookup(known.title_of, known.text_of, searched, noted)
    long = "Lumen reads long documents. " + "It does so with sparse links Name7, as others do. " * 2000
    assert titles(known, spoken_of(long, long, watched)) == ["Lumen"]
    assert read and max(map(len, read)) < 10_000


def test_a_question_behind_a_very_long_text_is_what_is_searched_for(known: PaperLookup) -> None:
    found = known.find("Harvest engines sail. " * 4000 + "Which models bluff at no-limit poker?", ())
    assert titles(known, found[:1]) == ["A Survey of Poker Agents Built on Language Models"]


def test_of_a_list_without_end_the_first_items_are_looked_up(known: PaperLookup) -> None:
    searches: list[str] = []

    def searched(text: str, among: Sequence[str]) -> Sequence[str]:
        searches.append(text)
        return known.find(text, among)

    watched = PaperLookup(known.title_of, known.text_of, searched, known.mentioned)
    answer = "\n".join(f"- w{n}" for n in range(20_000))
    spoken_of("What is there?", answer, watched)
    assert len(searches) < 50
