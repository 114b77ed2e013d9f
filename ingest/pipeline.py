"""From sources to a store: read, clean, compare with what is stored, embed what changed, index.

Every batch is one transaction of the library, and the indexes are built beside the old ones and swapped
in at the end: whatever interrupts an ingest, the store stays whole and the same command continues it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from itertools import islice
from os import PathLike

from assistant.embedding import SentenceEmbeddings
from assistant.errors import PaperchatError
from assistant.library import Telling
from assistant.models import IngestReport
from assistant.store import Store
from ingest.compare import KEYS, Comparison, Told, keys_of
from ingest.leaving import forget_moved, remove_left
from ingest.options import IngestOptions
from ingest.progress import Progress, Quiet
from ingest.reading import lies_under, named_by, read
from ingest.storing import Writer
from ingest.tally import Tally

__all__ = ["IngestOptions", "Progress", "Quiet", "ingest"]

WINDOW = 2000
"""Records read ahead of embedding: the progress bar's total is exact below it, memory is bounded above."""


def ingest(
    sources: Sequence[str | PathLike[str]],
    store: Store,
    embedder: SentenceEmbeddings,
    *,
    options: IngestOptions | None = None,
    progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> IngestReport:
    """Bring the papers of sources into a store.

    Args:
        sources: Files, folders, globs, archives, `-` for standard input, and queries of online sources.
        store: An open store.
        embedder: The model that the store is made with.
        options: What else is asked for.
        progress: Hears how it goes.
        stopping: Asked between batches; true ends the ingest early with whole papers stored.

    Returns:
        What happened to every record.

    Raises:
        SourceInvalid: A source isn't there, or a folder has no papers.
        SourceUnavailable: An online source doesn't answer; what it told before is stored.
        StoreBusy: Another process is writing to the store.
        StoreMismatch: The store was made with another model, dimension or chunking.
        StoreFull: The disk is full.
    """
    options, progress = options or IngestOptions(), progress or Quiet()
    tally = Tally()
    with store.writing(wait=options.wait):
        with store.library.rehearsal() if options.dry_run else nullcontext():
            _bring_in(sources, store, embedder, options, progress, stopping, tally)
        if not options.dry_run and store.health():
            progress.indexing(store.library.count()[0])
            store.rebuild()
    return tally.report(dry_run=options.dry_run)


def _bring_in(
    sources: Sequence[str | PathLike[str]],
    store: Store,
    embedder: SentenceEmbeddings,
    options: IngestOptions,
    progress: Progress,
    stopping: Callable[[], bool],
    tally: Tally,
) -> None:
    tellings = store.library.tellings
    _refresh_keys(store)
    run = tellings.next_run()
    comparison = Comparison(store, run)
    writer = Writer(store, embedder, run, tally, progress, stopping, rehearsing=options.dry_run)
    records = read(sources, comparison, run, tally, options, progress)
    for window in _windows(records):
        if stopping():
            tally.stopped = True
            return
        compared = comparison.window(window)
        with store.library.transaction():
            tellings.remember(compared.noted)
            tellings.set_keys(compared.keyed)
            for paper_id, places in compared.forgotten:
                tellings.forget(paper_id, places)
        tally.unchanged += compared.unchanged
        tally.merged += compared.merged
        tally.read += compared.unchanged + compared.merged
        strict_stop, tally.stopped = tally.stopped, False
        writer.store(compared.changes)
        if tally.stopped:
            return
        tally.stopped = strict_stop
    if tally.stopped:
        return

    def unsure_of(name: str) -> bool:
        return any(lies_under(damaged, name) for damaged in tally.incomplete)

    complete = [name for name in sorted(tally.sources) if not unsure_of(name)]
    forget_moved(store, comparison, writer, run, complete)
    if options.sync:
        under = named_by(sources, tellings.sources())
        unsure = {name for name in under if unsure_of(name)}
        tally.notes += [
            f"{name}: wasn't read to its end, so none of its papers was removed" for name in sorted(unsure)
        ]
        remove_left(store, comparison, writer, run, [name for name in under if name not in unsure], tally)


def _windows(records: Iterator[Told | tuple[str, Telling]]) -> Iterator[list[Told | tuple[str, Telling]]]:
    """Yield records in windows; what was read before a source failed is brought in before that is told."""
    window: list[Told | tuple[str, Telling]] = []
    try:
        for record in records:
            window.append(record)
            if len(window) >= WINDOW:
                yield window
                window = []
    except PaperchatError:
        if window:
            yield window
        raise
    if window:
        yield window


def _refresh_keys(store: Store) -> None:
    """Let papers be found that were stored before keys were kept, or with others than today's."""
    if store.library.meta("keys") == KEYS:
        return
    papers = store.library.papers()
    while batch := list(islice(papers, WINDOW)):
        store.library.tellings.set_keys((paper.id, keys_of([paper])) for paper in batch)
    store.library.set_meta(keys=KEYS)
