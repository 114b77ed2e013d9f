"""What is stored of papers: vectors in the order of passages and sentences, made in one pass where that is exact."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.models import Paper
from ingest.embed import embed, signature, to_embed

LONG = Paper(
    id="p-1",
    title="Pruning graphs in one shot",
    abstract=" ".join(
        f"Sentence {n} speaks of {topic} and of what follows from it for graphs that are pruned."
        for n, topic in enumerate(["bees", "rivers", "violins", "taxes", "volcanoes"] * 6)
    ),
)
SHORT = Paper(id="p-2", title="Sleep of whales", abstract="Whales sleep upright. Ships wake them at night.")
BARE = Paper(id="p-3", title="Nothing but a title", abstract="")


class Apart(SentenceEmbeddings):
    """A model whose tokens can't be pooled: each sentence has a pass of its own."""

    @property
    def pools_parts(self) -> bool:
        return False


@pytest.fixture(scope="module")
def apart() -> SentenceEmbeddings:
    return Apart("all-MiniLM-L6-v2")


@pytest.mark.parametrize("kind", ["pooled", "apart"])
def test_vectors_stand_in_the_order_of_passages_and_sentences(
    kind: str, embedder: SentenceEmbeddings, apart: SentenceEmbeddings
) -> None:
    model = embedder if kind == "pooled" else apart
    for papers in ([LONG, BARE, SHORT], [BARE, LONG], [BARE], [SHORT, SHORT]):
        for paper, stored in zip(papers, embed([(p, "f") for p in papers], model), strict=True):
            spans = [span for passage in stored.passages for span in passage.sentences]
            assert stored.paper is paper
            assert stored.passage_vectors.shape == (len(stored.passages), 384)
            assert stored.sentence_vectors.shape == (len(spans), 384)
            both = np.concatenate([stored.passage_vectors, stored.sentence_vectors])
            assert np.allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)
    assert len(embed([(LONG, "f")], model)[0].passages) > 1


@pytest.mark.parametrize("kind", ["pooled", "apart"])
def test_a_question_is_nearest_to_the_sentence_that_answers(
    kind: str, embedder: SentenceEmbeddings, apart: SentenceEmbeddings
) -> None:
    model = embedder if kind == "pooled" else apart
    stored = embed([(BARE, "f"), (LONG, "f"), (SHORT, "f")], model)[1]
    spans = [span for passage in stored.passages for span in passage.sentences]
    for topic in ("bees", "violins", "volcanoes"):
        best = int(np.argmax(stored.sentence_vectors @ model.query_vector(f"What is said of {topic}?")))
        assert topic in spans[best].of(LONG.abstract)


def test_papers_in_one_batch_dont_change_each_other(embedder: SentenceEmbeddings) -> None:
    together = embed([(LONG, "f"), (SHORT, "f")], embedder)[1]
    alone = embed([(SHORT, "f")], embedder)[0]
    assert ((together.sentence_vectors * alone.sentence_vectors).sum(axis=1) > 0.999).all()


def test_without_sentences_passages_are_embedded_alone(embedder: SentenceEmbeddings) -> None:
    (stored,) = embed([(SHORT, "f")], embedder, sentences=False)
    assert stored.passages[0].sentences == ()
    assert stored.sentence_vectors.shape[0] == 0
    whole = embed([(SHORT, "f")], embedder)[0]
    assert float(stored.passage_vectors[0] @ whole.passage_vectors[0]) > 0.999


def test_one_pass_reads_every_passage_and_title_once(
    embedder: SentenceEmbeddings, apart: SentenceEmbeddings
) -> None:
    assert len(to_embed([SHORT], embedder).texts) == 2  # the passage, the title
    assert len(to_embed([SHORT], apart).texts) == 3  # the passage, two sentences
    (passage, _), (parts, _) = to_embed([SHORT], embedder).texts, to_embed([SHORT], embedder).parts
    assert [passage[start:end] for start, end in parts] == [
        "Whales sleep upright.",
        "Ships wake them at night.",
    ]


def test_a_store_knows_how_its_sentences_were_made(
    embedder: SentenceEmbeddings, apart: SentenceEmbeddings
) -> None:
    assert signature(embedder)["chunking"] != signature(apart)["chunking"]
    assert not SentenceEmbeddings("all-MiniLM-L6-v2", device="cuda").pools_parts
