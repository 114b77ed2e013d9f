"""The library's tables: their layout and its changes, writing a paper, and SQLite's errors in plain words."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from assistant.library_facets import FACET_COLUMNS, FACETS, put_facets
from assistant.models import Paper, Passage

SCHEMA_VERSION = 3
Vectors = NDArray[np.float32]

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS papers (
  id TEXT PRIMARY KEY, ord INTEGER NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
  record TEXT NOT NULL, fingerprint TEXT NOT NULL, changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  keys BLOB NOT NULL DEFAULT x'', changed_run INTEGER NOT NULL DEFAULT 0, {", ".join(FACET_COLUMNS)}
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS papers_by_order ON papers (ord);
CREATE TABLE IF NOT EXISTS provenance (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, source TEXT NOT NULL, place TEXT NOT NULL,
  digest BLOB NOT NULL DEFAULT x'', raw BLOB NOT NULL DEFAULT x'', run INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (paper_id, source, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS provenance_by_source ON provenance (source, place);
CREATE TABLE IF NOT EXISTS keys (
  key INTEGER NOT NULL, ord INTEGER NOT NULL, PRIMARY KEY (key, ord)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, n INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (paper_id, n)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sentences (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, n INTEGER NOT NULL, passage INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (paper_id, n)
) WITHOUT ROWID;
{FACETS}"""

MIGRATIONS = {
    1: """
ALTER TABLE papers ADD COLUMN keys BLOB NOT NULL DEFAULT x'';
ALTER TABLE papers ADD COLUMN changed_run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE provenance ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE provenance ADD COLUMN raw BLOB NOT NULL DEFAULT x'';
ALTER TABLE provenance ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS provenance_by_source ON provenance (source, place);
CREATE TABLE IF NOT EXISTS keys (
  key INTEGER NOT NULL, ord INTEGER NOT NULL, PRIMARY KEY (key, ord)
) WITHOUT ROWID;
""",
    2: "".join(f"ALTER TABLE papers ADD COLUMN {column};\n" for column in FACET_COLUMNS) + FACETS,
}
"""Schema version → what makes the next version of it; after that of 2, `fill_facets` writes what stored papers hold."""


@dataclass(frozen=True)
class Telling:
    """What one place of one source told of a paper, and the ingest that last read it there.

    `raw` is the record as it was read, before any cleaning, as `ingest.tellings` packs it; empty in
    a store of before version 2. `digest` is of `raw` and of how it was cleaned.
    """

    source: str
    where: str
    digest: bytes = b""
    raw: bytes = b""
    run: int = 0


@dataclass(frozen=True)
class Embedded:
    """A paper ready to be stored: its passages and their sentences, each with a unit vector.

    `passage_vectors` has shape (passages, dimension); `sentence_vectors` (sentences, dimension),
    in the order of the passages' sentences.
    """

    paper: Paper
    fingerprint: str
    passages: tuple[Passage, ...]
    passage_vectors: Vectors
    sentence_vectors: Vectors
    keys: tuple[int, ...] = ()
    """Hashes that the paper is found by when it is told of again."""
    tellings: tuple[Telling, ...] = ()
    run: int = 0
    """The ingest that stores it so."""


class SqliteErrors:
    """Turns what SQLite raises about a file, in a `with` block, into the project's errors.

    It is a class and no generator because an ingest enters it thirty times a record.
    """

    def __init__(self, path: Path, db: sqlite3.Connection | None = None) -> None:
        """Name the file; the block is given the connection."""
        self._path = path
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        """Return the connection; it is only there where one was given."""
        return self._db  # type: ignore[return-value]

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the project's error in place of SQLite's."""
        if isinstance(error, sqlite3.DatabaseError):
            raise _translated(error, self._path) from error


def _translated(error: sqlite3.DatabaseError, path: Path) -> StoreError:
    if not isinstance(error, sqlite3.OperationalError):
        hint = "restore it from a copy, or move it away and ingest again"
        return StoreDamaged(f"{path}: isn't a readable library: {error}", hint)
    text = str(error)
    if "locked" in text or "busy" in text:
        hint = "wait for it to end, then run the same command again"
        return StoreBusy(f"{path}: another process is writing to it", hint, retryable=True)
    if "full" in text or "readonly" in text or "disk I/O" in text or "unable to open" in text:
        hint = "free some space or mend the folder's permissions, then run the same command again"
        return StoreFull(f"{path}: can't be written: {text}; what was stored is kept", hint)
    return StoreDamaged(f"{path}: {text}", "`paperchat doctor` looks into it")


def next_revision(db: sqlite3.Connection) -> None:
    """Note that papers have changed."""
    db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")


def put_paper(db: sqlite3.Connection, item: Embedded, order: int) -> None:
    """Write a paper and all that belongs to it; a new one takes the place `order`, a known one keeps its own."""
    paper = item.paper
    put_record(db, item, order)
    db.execute("DELETE FROM passages WHERE paper_id = ?", (paper.id,))
    db.execute("DELETE FROM sentences WHERE paper_id = ?", (paper.id,))
    spans = [(passage.n, span) for passage in item.passages for span in passage.sentences]
    db.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
        [(paper.id, p.n, p.span.start, p.span.end, _blob(v))
         for p, v in zip(item.passages, item.passage_vectors, strict=True)],
    )  # fmt: skip
    db.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
        [(paper.id, i, n, span.start, span.end, _blob(v))
         for i, ((n, span), v) in enumerate(zip(spans, item.sentence_vectors, strict=True))],
    )  # fmt: skip


def put_record(db: sqlite3.Connection, item: Embedded, order: int) -> None:
    """Write what a paper says and where it was told, and leave its passages as they are."""
    paper = item.paper
    record = paper.model_dump_json(exclude={"provenance"})
    known = db.execute("SELECT ord FROM papers WHERE id = ?", (paper.id,)).fetchone()
    order = known[0] if known else order
    db.execute(
        """INSERT INTO papers (id, ord, title, abstract, record, fingerprint, changed_run)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET title = excluded.title, abstract = excluded.abstract,
           record = excluded.record, fingerprint = excluded.fingerprint, changed_run = excluded.changed_run,
           changed_at = CURRENT_TIMESTAMP""",
        (paper.id, order, paper.title, paper.abstract, record, item.fingerprint, item.run),
    )
    if item.keys:
        put_keys(db, paper.id, item.keys)
    put_tellings(db, paper.id, item.tellings)
    places = [(paper.id, place.source, place.where) for place in paper.provenance]
    db.executemany("INSERT OR IGNORE INTO provenance (paper_id, source, place) VALUES (?, ?, ?)", places)
    put_facets(db, paper)


def put_keys(db: sqlite3.Connection, paper_id: str, keys: tuple[int, ...]) -> None:
    """Let a stored paper be found by these keys, and by no others."""
    order, packed = db.execute("SELECT ord, keys FROM papers WHERE id = ?", (paper_id,)).fetchone()
    before, after = set(array("q", packed)), set(keys)
    if before == after:
        return
    db.executemany("DELETE FROM keys WHERE key = ? AND ord = ?", [(key, order) for key in before - after])
    db.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, order) for key in after - before])
    db.execute("UPDATE papers SET keys = ? WHERE id = ?", (array("q", keys).tobytes(), paper_id))


def put_tellings(db: sqlite3.Connection, paper_id: str, tellings: Iterable[Telling]) -> None:
    """Remember what places tell of a stored paper; a place that told of it before tells it anew."""
    db.executemany(
        """INSERT INTO provenance (paper_id, source, place, digest, raw, run) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET digest = excluded.digest, raw = excluded.raw, run = excluded.run""",
        [(paper_id, told.source, told.where, told.digest, told.raw, told.run) for told in tellings],
    )


def _blob(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype=np.float32).tobytes()
