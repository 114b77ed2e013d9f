"""The library's tables: their layout, writing a paper into them, and SQLite's errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreBusy, StoreDamaged, StoreFull
from assistant.models import Paper, Passage

SCHEMA_VERSION = 1
Vectors = NDArray[np.float32]

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS papers (
  id TEXT PRIMARY KEY, ord INTEGER NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
  record TEXT NOT NULL, fingerprint TEXT NOT NULL, changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS papers_by_order ON papers (ord);
CREATE TABLE IF NOT EXISTS provenance (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, source TEXT NOT NULL, place TEXT NOT NULL,
  PRIMARY KEY (paper_id, source, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, n INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (paper_id, n)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sentences (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, n INTEGER NOT NULL, passage INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (paper_id, n)
) WITHOUT ROWID;
"""


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


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about the file into the project's errors."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            hint = "wait for it to end, then run the same command again"
            raise StoreBusy(f"{path}: another process is writing to it", hint, retryable=True) from error
        if "full" in text or "readonly" in text or "disk I/O" in text or "unable to open" in text:
            hint = "free some space or mend the folder's permissions, then run the same command again"
            raise StoreFull(f"{path}: can't be written: {text}; what was stored is kept", hint) from error
        raise StoreDamaged(f"{path}: {text}", "`paperchat doctor` looks into it") from error
    except sqlite3.DatabaseError as error:
        hint = "restore it from a copy, or move it away and ingest again"
        raise StoreDamaged(f"{path}: isn't a readable library: {error}", hint) from error


def next_revision(db: sqlite3.Connection) -> None:
    """Note that papers have changed."""
    db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")


def put_paper(db: sqlite3.Connection, item: Embedded, order: int) -> None:
    """Write a paper and all that belongs to it; a new one takes the place `order`, a known one keeps its own."""
    paper = item.paper
    record = paper.model_dump_json(exclude={"provenance"})
    known = db.execute("SELECT ord FROM papers WHERE id = ?", (paper.id,)).fetchone()
    db.execute(
        """INSERT INTO papers (id, ord, title, abstract, record, fingerprint) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET title = excluded.title, abstract = excluded.abstract,
           record = excluded.record, fingerprint = excluded.fingerprint, changed_at = CURRENT_TIMESTAMP""",
        (paper.id, known[0] if known else order, paper.title, paper.abstract, record, item.fingerprint),
    )
    db.execute("DELETE FROM passages WHERE paper_id = ?", (paper.id,))
    db.execute("DELETE FROM sentences WHERE paper_id = ?", (paper.id,))
    places = [(paper.id, place.source, place.where) for place in paper.provenance]
    db.executemany("INSERT OR IGNORE INTO provenance VALUES (?, ?, ?)", places)
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


def _blob(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype=np.float32).tobytes()
