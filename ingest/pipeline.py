"""From source files to a store: read, clean, compare with what is stored, embed what changed, index.

Every batch is one transaction of the library, and the indexes are built beside the old ones and swapped
in at the end: whatever interrupts an ingest, the store stays whole and the same command continues it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from assistant.embedding import SentenceEmbeddings
from assistant.models import IngestReport, Paper, Rejected
from assistant.store import Store
from ingest.compare import Tally, sort_out
from ingest.embed import embed, prepare
from ingest.records import to_paper
from ingest.sources import read_sources

_WINDOW = 4000
"""Papers read ahead of embedding: the progress bar's total is exact below it, memory is bounded above."""

_BATCH = 8
"""Papers embedded and stored at once: a second or two of work, so that stopping is quick and loses little."""


class Progress(Protocol):
    """Hears how an ingest goes."""

    def read(self, papers: int) -> None:
        """So many papers were read in all."""

    def embedding(self, done: int, total: int) -> None:
        """So many of the papers that need it have been embedded."""

    def indexing(self, papers: int) -> None:
        """The indexes are being built over so many papers."""


class Quiet:
    """Hears nothing."""

    def read(self, papers: int) -> None:
        """Ignore it."""

    def embedding(self, done: int, total: int) -> None:
        """Ignore it."""

    def indexing(self, papers: int) -> None:
        """Ignore it."""


def ingest(
    paths: Sequence[Path],
    store: Store,
    embedder: SentenceEmbeddings,
    *,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> IngestReport:
    """Bring the papers of files and folders into a store.

    Args:
        paths: Files and folders.
        store: An open store.
        embedder: The model that the store is made with.
        progress: Hears how it goes.
        stopping: Asked between batches; true ends the ingest early with whole papers stored.

    Returns:
        What happened to every record.

    Raises:
        SourceInvalid: A path isn't there, or a folder has no papers.
        StoreBusy: Another process is writing to the store.
        StoreMismatch: The store was made with another model, dimension or chunking.
        StoreFull: The disk is full.
    """
    started = time.monotonic()
    progress = progress or Quiet()
    tally = Tally()
    with store.writing():
        records = _papers(paths, tally, progress)
        window = list(islice(records, _WINDOW))
        for paper in store.library.papers() if window else ():
            tally.matcher.place(paper)
        while window and not stopping():
            changed = sort_out(window, store, tally)
            if changed and not tally.total:
                prepare(store, embedder)  # loads the model: not before there is something to embed
            tally.total += len(changed)
            progress.embedding(tally.done, tally.total)
            for start in range(0, len(changed), _BATCH):
                if stopping():
                    break
                batch = changed[start : start + _BATCH]
                store.library.put(embed([(item.paper, item.fingerprint) for item in batch], embedder))
                tally.added += sum(item.new for item in batch)
                tally.updated += sum(not item.new for item in batch)
                tally.done += len(batch)
                progress.embedding(tally.done, tally.total)
            window = list(islice(records, _WINDOW))
        if store.health():
            progress.indexing(store.library.count()[0])
            store.rebuild()
    return IngestReport(
        read=tally.read,
        added=tally.added,
        updated=tally.updated,
        unchanged=tally.unchanged,
        merged=tally.merged,
        interrupted=tally.done < tally.total or bool(window),
        rejected=tuple(tally.rejected),
        seconds=round(time.monotonic() - started, 2),
    )


def _papers(paths: Sequence[Path], tally: Tally, progress: Progress) -> Iterator[Paper]:
    """Read records as papers; what isn't one is noted in the tally."""
    for record in read_sources(paths):
        if isinstance(record, Rejected):
            tally.rejected.append(record)
            continue
        paper = to_paper(record)
        if isinstance(paper, Rejected):
            tally.rejected.append(paper)
            continue
        tally.read += 1
        progress.read(tally.read)
        yield paper
