"""From papers to what is stored of them: passages, sentences and their vectors, and what decides those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.library import Embedded, Vectors
from assistant.models import Paper, Passage, Span
from assistant.packed_bert import Part, unit
from assistant.store import Store
from ingest.chunk import chunk, embedded_text, fit_title

CHUNKING = "sentences-2"
"""Version of the chunking; a change of it makes a store a mismatch."""

PASSAGE_SHARE, TITLE_SHARE = 0.7, 0.7
"""What is taken from a pooled sentence of its passage, which all its sentences share, and given of its title.
Measured on SciFact; broad optimum, see docs/decisions/0013."""


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
        "chunking": f"{CHUNKING}{'' if embedder.pools_parts else ' apart'}, {embedder.window} tokens",
    }


def embed(
    papers: Sequence[tuple[Paper, str]], embedder: SentenceEmbeddings, *, sentences: bool = True
) -> list[Embedded]:
    """Cut papers, given with their fingerprints, into passages and embed passages and sentences.

    Without `sentences` papers can be found but not quoted.
    """
    work = to_embed([paper for paper, _ in papers], embedder, sentences=sentences)
    if work.pooled:
        vectors, of_parts = embedder.part_vectors(work.texts, work.parts)
    else:
        vectors, of_parts = embedder.document_vectors(work.texts), []
    ready, at = [], 0
    for (paper, fingerprint_), passages in zip(papers, work.passages, strict=True):
        middle = at + len(passages)
        if work.pooled:
            title, own = vectors[middle], vectors[at:middle]
            found = _centred(of_parts[at:middle], own, title)
            end = middle + 1
        else:
            end = middle + len(_spans(passages))
            found = vectors[middle:end]
        ready.append(Embedded(paper, fingerprint_, tuple(passages), vectors[at:middle], found))
        at = end
    return ready


@dataclass(frozen=True)
class ToEmbed:
    """What is embedded of papers.

    Attributes:
        passages: The passages of each paper.
        texts: Of each paper its passages, then its title where sentences are parts of passages, else its sentences.
        parts: Of each text the sentences to be pooled out of it.
        pooled: Whether sentences are parts of passages.
    """

    passages: list[list[Passage]]
    texts: list[str]
    parts: list[list[Part]]
    pooled: bool


def to_embed(papers: Sequence[Paper], embedder: SentenceEmbeddings, *, sentences: bool = True) -> ToEmbed:
    """Cut papers and say what is to be embedded.

    Where the model's tokens can be pooled, sentences are read as parts of their passages. Else each is
    embedded with its paper's title in front, like a passage: bare sentences lose their topic.
    """
    count, window = embedder.count_tokens, embedder.window
    cut = [chunk(paper, count, window) for paper in papers]
    if not sentences:
        cut = [[passage.model_copy(update={"sentences": ()}) for passage in passages] for passages in cut]
    pooled = sentences and embedder.pools_parts
    texts: list[str] = []
    parts: list[list[Part]] = []
    for paper, passages in zip(papers, cut, strict=True):
        title = fit_title(paper.title, count, window)
        for passage in passages:
            before = len(embedded_text(title, "")) - passage.span.start
            texts.append(embedded_text(title, passage.span.of(paper.abstract)))
            parts.append([(s.start + before, s.end + before) for s in _spans([passage])] if pooled else [])
        others = [title] if pooled else [embedded_text(title, s.of(paper.abstract)) for s in _spans(passages)]
        texts.extend(others)
        parts.extend([] for _ in others)
    return ToEmbed(cut, texts, parts, pooled)


def _centred(sentences: Sequence[Vectors], passages: Vectors, title: Vectors) -> Vectors:
    """Return the unit vectors of a paper's sentences from what was pooled out of its passages, passage by passage."""
    found = [
        pooled - PASSAGE_SHARE * passage + TITLE_SHARE * title
        for pooled, passage in zip(sentences, passages, strict=True)
    ]
    return unit(np.concatenate(found))


def _spans(passages: Sequence[Passage]) -> list[Span]:
    return [span for passage in passages for span in passage.sentences if span.end > span.start]
