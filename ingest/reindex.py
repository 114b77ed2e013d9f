"""Embed the stored papers anew with another model or chunking; it all comes into force in one stroke."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from assistant.embedding import SentenceEmbeddings
from assistant.library import Embedded
from assistant.store import Store
from ingest.compare import fingerprint
from ingest.embed import embed, signature
from ingest.progress import Progress, Quiet

_BATCH = 32


def reindex(store: Store, embedder: SentenceEmbeddings, *, progress: Progress | None = None) -> int:
    """Replace every passage, sentence and vector of a store; readers have the old ones until all are made and indexed.

    Args:
        store: An open store.
        embedder: The model to embed with.
        progress: Hears how it goes.

    Returns:
        How many papers were embedded.

    Raises:
        StoreBusy: Another process is writing to the store.
        ModelUnavailable: The model can't be loaded; the store is as it was.
    """
    progress = progress or Quiet()
    total = store.library.count()[0]

    def embedded() -> Iterator[list[Embedded]]:
        papers = store.library.papers()
        done = 0
        while batch := list(islice(papers, _BATCH)):
            yield embed([(paper, fingerprint(paper)) for paper in batch], embedder)
            done += len(batch)
            progress.embedding(done, total)

    def change() -> None:
        store.library.replace(embedded(), signature(embedder))
        progress.indexing(total)

    with store.writing():
        store.rebuild(change)
    return total
