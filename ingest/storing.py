"""Changes of papers brought into the store: embedded in batches, each batch one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from assistant.embedding import SentenceEmbeddings
from assistant.library import Embedded
from assistant.store import Store
from ingest.compare import Change
from ingest.embed import embed, prepare
from ingest.progress import Progress
from ingest.tally import Tally

BATCH = 32
"""Papers embedded and stored at once: some seconds of work, so that stopping is quick and loses little."""

_NOTHING = np.zeros((0, 0), dtype=np.float32)


class Writer:
    """Stores changes and counts what became of their records."""

    def __init__(
        self,
        store: Store,
        embedder: SentenceEmbeddings,
        run: int,
        tally: Tally,
        progress: Progress,
        stopping: Callable[[], bool],
        *,
        rehearsing: bool = False,
    ) -> None:
        """Prepare to write.

        Args:
            store: The open store; the caller holds its writer lock.
            embedder: The model that it is made with.
            run: The ingest's number.
            tally: Counts.
            progress: Hears how embedding goes.
            stopping: Asked between batches; true ends the work.
            rehearsing: Embed nothing: only what papers say is written, and the caller undoes it.
        """
        self._store = store
        self._library = store.library
        self._embedder = embedder
        self._run = run
        self._tally = tally
        self._progress = progress
        self._stopping = stopping
        self._rehearsing = rehearsing
        self._prepared = False
        self._done = 0
        self._total = 0

    def store(self, changes: Sequence[Change]) -> None:
        """Store papers. Ends early, with the rest uncounted, where that is asked for."""
        reworded = [change for change in changes if change.embed and not self._rehearsing]
        others = [change for change in changes if not change.embed or self._rehearsing]
        if others:
            with self._library.transaction():
                self._library.tellings.put_records([self._unembedded(change) for change in others])
                self._forget(others)
            self._count(others)
        if any(change.embed for change in changes) and not self._prepared:
            prepare(self._store, self._embedder)  # loads the model: not before there is something to embed
            self._prepared = True
        self._total += len(reworded)
        if reworded:
            self._progress.embedding(self._done, self._total)
        for start in range(0, len(reworded), BATCH):
            if self._stopping():
                self._tally.stopped = True
                return
            batch = reworded[start : start + BATCH]
            embedded = embed([(change.paper, change.fingerprint) for change in batch], self._embedder)
            ready = [
                replace(item, keys=change.keys, tellings=change.tellings, run=self._run)
                for item, change in zip(embedded, batch, strict=True)
            ]
            with self._library.transaction():
                self._library.put(ready)
                self._forget(batch)
            self._count(batch)
            self._done += len(batch)
            self._progress.embedding(self._done, self._total)

    def _unembedded(self, change: Change) -> Embedded:
        return Embedded(
            change.paper, change.fingerprint, (), _NOTHING, _NOTHING, change.keys, change.tellings, self._run
        )

    def _forget(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.forgotten:
                self._library.tellings.forget(change.paper.id, change.forgotten)

    def _count(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._tally.count(new=change.new, met=change.met, counted=change.counted, records=change.records)
