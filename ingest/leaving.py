"""What sources that were read told of once and don't any more: forgotten, and with `--sync` removed."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.embedding import SentenceEmbeddings
from assistant.library import Telling
from assistant.store import Store
from ingest.compare import Change, Comparison
from ingest.progress import Quiet
from ingest.storing import Writer
from ingest.tally import Tally

_AT_ONCE = 500


def forget_moved(
    store: Store, comparison: Comparison, writer: Writer, run: int, sources: Iterable[str]
) -> None:
    """Forget old places of papers that their source now tells of elsewhere, or in other words.

    Papers that a source tells of no more stay as they were.
    """
    for source in sources:
        for paper_id in store.library.tellings.left_behind(source, run):
            told = [telling for telling in store.library.tellings.of(paper_id) if telling.source == source]
            if any(telling.run == run for telling in told):
                _without(store, comparison, writer, paper_id, [each for each in told if each.run < run])


def remove_left(
    store: Store, comparison: Comparison, writer: Writer, run: int, sources: Iterable[str], tally: Tally
) -> None:
    """Remove the papers that sources tell of no more; one that another source tells of too stays."""
    gone: list[str] = []
    names = set(sources)
    for source in sorted(names):
        for paper_id in store.library.tellings.left_behind(source, run):
            told = store.library.tellings.of(paper_id)
            old = [telling for telling in told if telling.source in names and telling.run < run]
            if len(old) < len(told):
                _without(store, comparison, writer, paper_id, old)
            else:
                gone.append(paper_id)
        while gone:
            tally.removed += store.library.remove(gone[:_AT_ONCE])
            del gone[:_AT_ONCE]


def only_told_by(store: Store, source: str) -> list[str]:
    """Return the ids of the papers that no other source told of."""
    tellings = store.library.tellings
    found = tellings.left_behind(source, tellings.last_run() + 1)
    return [id_ for id_ in found if all(telling.source == source for telling in tellings.of(id_))]


def remove_source(store: Store, embedder: SentenceEmbeddings, source: str) -> int:
    """Forget a source: remove the papers that only it told of, and what it told of others.

    Args:
        store: The open store; the caller holds its writer lock.
        embedder: Embeds papers of which another source's words are left.
        source: Its name, as papers' provenance has it.

    Returns:
        How many papers were removed.
    """
    run, tally = store.library.tellings.next_run(), Tally()
    writer = Writer(store, embedder, run, tally, Quiet(), lambda: False)
    remove_left(store, Comparison(store, run), writer, run, [source], tally)
    return tally.removed


def _without(
    store: Store, comparison: Comparison, writer: Writer, paper_id: str, gone: list[Telling]
) -> None:
    change: Change | None = comparison.without(paper_id, gone)
    if change is None:
        store.library.tellings.forget(paper_id, [(telling.source, telling.where) for telling in gone])
    else:
        writer.store([change])
