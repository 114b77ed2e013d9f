"""From source files to a store: read, clean, compare with what is stored, embed what changed, index.

Every batch is one transaction of the library, and the indexes are built beside the old ones and swapped
in at the end: whatever interrupts an ingest, the store stays whole and the same command continues it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.library import Embedded
from assistant.models import IngestReport, Paper, Passage, Provenance, Rejected, Span
from assistant.store import Store
from ingest.chunk import chunk, embedded_text, fit_title
from ingest.dedupe import Matcher, combine
from ingest.records import to_paper
from ingest.sources import read_sources

CHUNKING = "sentences-1"
"""Version of the chunking; a change of it makes a store a mismatch."""

_WINDOW = 4000
"""Papers read ahead of embedding: the progress bar's total is exact below it, memory is bounded above."""

_BATCH = 32
"""Papers embedded and stored at once."""


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


@dataclass
class _Tally:
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    done: int = 0
    total: int = 0
    seen: set[str] = field(default_factory=set)
    matcher: Matcher = field(default_factory=Matcher)


@dataclass(frozen=True)
class _Changed:
    """A paper to embed, and whether the store doesn't have it yet."""

    paper: Paper
    fingerprint: str
    new: bool


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
    tally = _Tally()
    with store.writing():
        records = _papers(paths, tally, progress)
        window = list(islice(records, _WINDOW))
        for paper in store.library.papers() if window else ():
            tally.matcher.place(paper)
        while window and not stopping():
            changed = _sort_out(window, store, tally)
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


def fingerprint(paper: Paper) -> str:
    """Return a hash of all that a paper says, wherever it was read."""
    return hashlib.sha256(paper.model_dump_json(exclude={"provenance"}).encode()).hexdigest()[:32]


def _papers(paths: Sequence[Path], tally: _Tally, progress: Progress) -> Iterator[Paper]:
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


def _sort_out(papers: Iterable[Paper], store: Store, tally: _Tally) -> list[_Changed]:
    """Compare papers with what is stored; return those to embed, each once."""
    library = store.library
    known = library.fingerprints()
    changed: dict[str, Paper] = {}
    places: dict[str, list[Provenance]] = {}
    for read in papers:
        paper = _place(read, store, tally)
        again = paper.id in tally.seen
        tally.seen.add(paper.id)
        places.setdefault(paper.id, []).extend(paper.provenance)
        before = changed.get(paper.id) or (library.paper(paper.id) if paper.id in known else None)
        tally.merged += again
        if before is not None and (again or _from_elsewhere(before, paper)):
            paper = combine(before, paper)
        if known.get(paper.id) == fingerprint(paper):
            tally.unchanged += not again
            continue
        tally.unchanged -= again and paper.id in known and paper.id not in changed
        changed[paper.id] = paper
    for paper_id, found in places.items():
        if paper_id not in changed:
            library.add_provenance(paper_id, found)
    return [_Changed(paper, fingerprint(paper), paper.id not in known) for paper in changed.values()]


def _place(paper: Paper, store: Store, tally: _Tally) -> Paper:
    """Return a paper under the id of the one that it is the same as, if any.

    A stored paper that only this source ever told of is the same though its abstract be rewritten.
    """
    if paper.id not in tally.seen:
        stored = store.library.paper(paper.id)
        if stored is not None and not _from_elsewhere(stored, paper):
            return paper
    return tally.matcher.place(paper)


def _from_elsewhere(stored: Paper, paper: Paper) -> bool:
    """Tell whether a stored paper was also read from another source than this one."""
    return bool({place.source for place in stored.provenance} - {place.source for place in paper.provenance})


def _spans(passages: Sequence[Passage]) -> list[Span]:
    return [span for passage in passages for span in passage.sentences if span.end > span.start]
