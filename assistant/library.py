"""The truth about a collection, in one SQLite file: papers, passages, sentence spans, vectors.

Chroma and the lexical index are derived from it and can be made again from it without embedding
anything. Every batch of papers is one transaction, so a killed writer leaves whole papers only.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import StoreDamaged, StoreFull, StoreMissing
from assistant.library_rows import (
    SCHEMA,
    SCHEMA_VERSION,
    Embedded,
    Vectors,
    next_revision,
    put_paper,
    sqlite_errors,
)
from assistant.models import Paper, Provenance, Span

__all__ = ["Embedded", "Library", "Sentences", "Vectors"]

FILE_NAME = "library.sqlite3"


@dataclass(frozen=True)
class Sentences:
    """The sentences of one paper: spans in its abstract and vectors of shape (n, dimension)."""

    paper_id: str
    spans: tuple[Span, ...]
    vectors: Vectors


class Library:
    """One open collection. Connections are per thread; writers are kept apart by the store's lock."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the collection in `folder`.

        Args:
            folder: The store's folder.
            create: Make it where there is none.

        Raises:
            StoreMissing: There is no store in the folder, and `create` is false.
            StoreDamaged: The file isn't a library of this or an older version.
            StoreFull: The folder can't be written to.
        """
        self.folder = folder
        self.path = folder / FILE_NAME
        self._local = threading.local()
        try:
            there = self.path.is_file()
        except OSError as error:
            raise StoreFull(
                f"{folder}: can't be read: {error.strerror}", "choose another with --store DIR"
            ) from error
        if not create and not there:
            raise StoreMissing(
                f"{folder}: there are no papers here yet", "add some with `paperchat ingest FILE`"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreFull(
                f"{folder}: can't be made: {error.strerror}", "choose another with --store DIR"
            ) from error
        with self._errors():
            db = self._db()
            if create and not self._has_tables():
                db.execute("PRAGMA journal_mode = WAL")
                db.executescript(SCHEMA)
                first = {"schema": str(SCHEMA_VERSION), "revision": "0", "id": secrets.token_hex(4)}
                db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", first.items())
                db.commit()
            if not create and not self._has_tables():  # another process is about to make it
                raise StoreMissing(
                    f"{folder}: there are no papers here yet", "add some with `paperchat ingest FILE`"
                )
            version = self.meta("schema")
        if version != str(SCHEMA_VERSION):
            raise StoreDamaged(
                f"{self.path}: made by another version of paperchat (its layout is {version}, ours {SCHEMA_VERSION})",
                "use that version, or ingest into a new store",
            )

    def _has_tables(self) -> bool:
        found = self._db().execute("SELECT count(*) FROM sqlite_master WHERE name IN ('meta', 'sentences')")
        return int(found.fetchone()[0]) == 2 and self.meta("schema") is not None

    def meta(self, key: str) -> str | None:
        """Return a remembered fact about the store, None where it isn't set."""
        with self._errors():
            row = self._db().execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, **facts: str) -> None:
        """Remember facts about the store, all at once."""
        with self._errors(), self._db() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def revision(self) -> int:
        """Return a number that grows with every change of papers; an index remembers the one it was made at."""
        return int(self.meta("revision") or 0)

    def count(self) -> tuple[int, int]:
        """Return how many papers and passages there are."""
        with self._errors():
            row = self._db().execute("SELECT (SELECT count(*) FROM papers), (SELECT count(*) FROM passages)")
            papers, passages = row.fetchone()
        return int(papers), int(passages)

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of every stored paper by its id."""
        with self._errors():
            return dict(self._db().execute("SELECT id, fingerprint FROM papers"))

    def put(self, batch: Sequence[Embedded]) -> None:
        """Store papers with all that belongs to them, in one transaction; known ids are replaced.

        Provenance adds up: a paper keeps every place it was ever read from.
        """
        with self._errors(), self._db() as db:
            (last,) = db.execute("SELECT coalesce(max(ord), 0) FROM papers").fetchone()
            for offset, item in enumerate(batch, start=1):
                put_paper(db, item, last + offset)
            next_revision(db)

    def replace(self, batches: Iterable[Sequence[Embedded]], facts: dict[str, str]) -> None:
        """Replace stored papers and remember `facts` in one transaction: all of it happens or none."""
        with self._errors(), self._db() as db:
            for batch in batches:
                for item in batch:
                    put_paper(db, item, 0)
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
            next_revision(db)

    def add_provenance(self, paper_id: str, places: Iterable[Provenance]) -> None:
        """Remember further places that a stored paper was read from."""
        with self._errors(), self._db() as db:
            rows = [(paper_id, place.source, place.where) for place in places]
            db.executemany("INSERT OR IGNORE INTO provenance VALUES (?, ?, ?)", rows)

    def remove(self, paper_ids: Iterable[str]) -> int:
        """Remove papers and all that belongs to them; return how many there were."""
        with self._errors(), self._db() as db:
            removed = sum(db.execute("DELETE FROM papers WHERE id = ?", (id_,)).rowcount for id_ in paper_ids)
            next_revision(db)
            return removed

    def papers(self, paper_ids: Sequence[str] | None = None) -> Iterator[Paper]:
        """Yield papers: those asked for, in that order and without the unknown ones; or all, as ingested."""
        with self._errors():
            db = self._db()
            if paper_ids is None:
                for (paper_id,) in db.execute("SELECT id FROM papers ORDER BY ord, id").fetchall():
                    yield from self.papers([paper_id])
                return
            for paper_id in paper_ids:
                row = db.execute("SELECT record FROM papers WHERE id = ?", (paper_id,)).fetchone()
                if row is not None:
                    places = db.execute(
                        "SELECT source, place FROM provenance WHERE paper_id = ? ORDER BY source, place",
                        (paper_id,),
                    )
                    seen = [{"source": source, "where": place} for source, place in places]
                    yield Paper.model_validate(json.loads(row[0]) | {"provenance": seen})

    def paper(self, paper_id: str) -> Paper | None:
        """Return one paper, None where there is none of that id."""
        return next(self.papers([paper_id]), None)

    def passages(self) -> Iterator[tuple[str, int, str, Span, Vectors]]:
        """Yield every passage: (paper id, n, text, span, vector), in a fixed order."""
        query = """SELECT paper_id, n, substr(abstract, start + 1, "end" - start), start, "end", vector
                   FROM passages JOIN papers ON papers.id = paper_id ORDER BY ord, paper_id, n"""
        with self._errors():
            for paper_id, n, text, start, end, vector in self._db().execute(query):
                yield paper_id, n, text, Span(start=start, end=end), np.frombuffer(vector, dtype=np.float32)

    def passage_of(self, paper_id: str, n: int) -> str:
        """Return the text of one passage, empty for a title-only paper's."""
        query = """SELECT substr(abstract, start + 1, "end" - start) FROM passages JOIN papers ON papers.id = paper_id
                   WHERE paper_id = ? AND n = ?"""
        with self._errors():
            row = self._db().execute(query, (paper_id, n)).fetchone()
        return "" if row is None else str(row[0])

    def sentences(self, paper_id: str) -> Sentences:
        """Return the sentences of a paper with their vectors, in reading order."""
        query = 'SELECT start, "end", vector FROM sentences WHERE paper_id = ? ORDER BY n'
        with self._errors():
            rows = self._db().execute(query, (paper_id,)).fetchall()
        vectors = [np.frombuffer(row[2], dtype=np.float32) for row in rows]
        spans = tuple(Span(start=row[0], end=row[1]) for row in rows)
        return Sentences(
            paper_id, spans, np.stack(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)
        )

    def titles(self) -> list[tuple[str, str]]:
        """Return (id, title) of every paper, as ingested."""
        with self._errors():
            return self._db().execute("SELECT id, title FROM papers ORDER BY ord, id").fetchall()

    def fields(self) -> set[str]:
        """Return the names of the optional fields, such as authors and year, that at least one paper has."""
        names = ("authors", "year", "venue", "doi", "arxiv_id", "tags")
        tests = ", ".join(f"max(json_extract(record, '$.{n}') NOT IN ('', '[]') IS TRUE)" for n in names)
        with self._errors():
            row = self._db().execute(f"SELECT {tests} FROM papers").fetchone()
        return {name for name, present in zip(names, row, strict=True) if present}

    def damage(self) -> str:
        """Return what SQLite's own check of the file finds wrong; empty where nothing is."""
        with self._errors():
            found = [str(row[0]) for row in self._db().execute("PRAGMA quick_check(3)")]
        return "" if found == ["ok"] else "; ".join(found)

    def close(self) -> None:
        """Close this thread's connection."""
        if (db := getattr(self._local, "db", None)) is not None:
            db.close()
            del self._local.db

    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = sqlite3.connect(self.path, timeout=30)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute(
                "PRAGMA synchronous = NORMAL"
            )  # with WAL: safe against kill -9, batches may go in a power cut
        return db

    def _errors(self) -> AbstractContextManager[None]:
        return sqlite_errors(self.path)
