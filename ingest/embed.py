"""From papers to what is stored of them: passages, sentences and their vectors, and what decides those."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.library import Embedded
from assistant.models import Paper, Passage, Span
from assistant.store import Store
from ingest.chunk import chunk, embedded_text, fit_title

CHUNKING = "sentences-1"
"""Version of the chunking; a change of it makes a store a mismatch."""


def prepare(store: Store, embedder: SentenceEmbeddings) -> None:
    """Note down what a store is made with, or check that it is made with the same.

    Raises:
        StoreMismatch: It was made with another model, dimension or chunking.
    """
    now = signature(embedder)
    made_with = {name: store.library.meta(name) for name in now}
    if not any(made_with.values()) or not store.library.count()[0]:
        store.library.set_meta(**now)
    elif made_with != now:
        was, new = (", ".join(f"{name} {value}" for name, value in each.items()) for each in (made_with, now))
        raise StoreMismatch(
            f"{store.folder}: was made with {was}; now it would be {new}",
            "`paperchat reindex` embeds the stored papers anew",
        )


def signature(embedder: SentenceEmbeddings) -> dict[str, str]:
    """Return what decides the vectors of a store."""
    return {
        "embedder": embedder.name,
        "dimension": str(embedder.dimension),
        "chunking": f"{CHUNKING}, {embedder.window} tokens",
    }


def embed(
    papers: Sequence[tuple[Paper, str]], embedder: SentenceEmbeddings, *, sentences: bool = True
) -> list[Embedded]:
    """Cut papers, given with their fingerprints, into passages and embed passages and sentences.

    A sentence is embedded with its paper's title in front, like a passage: bare sentences lose their
    topic. Without `sentences` papers can be found but not quoted.
    """
    count, window = embedder.count_tokens, embedder.window
    cut = [chunk(paper, count, window) for paper, _ in papers]
    if not sentences:
        cut = [[passage.model_copy(update={"sentences": ()}) for passage in passages] for passages in cut]
    texts: list[str] = []
    for (paper, _), passages in zip(papers, cut, strict=True):
        title = fit_title(paper.title, count, window)
        spans = [passage.span for passage in passages] + _spans(passages)
        texts.extend(embedded_text(title, span.of(paper.abstract)) for span in spans)
    vectors = embedder.document_vectors(texts)
    ready, at = [], 0
    for (paper, fingerprint_), passages in zip(papers, cut, strict=True):
        middle = at + len(passages)
        end = middle + len(_spans(passages))
        ready.append(Embedded(paper, fingerprint_, tuple(passages), vectors[at:middle], vectors[middle:end]))
        at = end
    return ready


def _spans(passages: Sequence[Passage]) -> list[Span]:
    return [span for passage in passages for span in passage.sentences if span.end > span.start]
