"""A library's file: opened, made or brought up to date, with one connection a thread, and transactions."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import StoreDamaged, StoreFull, StoreMissing
from assistant.library_facets import fill_facets
from assistant.library_rows import MIGRATIONS, SCHEMA, SCHEMA_VERSION, SqliteErrors

FILE_NAME = "library.sqlite3"


class LibraryFile:
    """An open file. Connections are per thread; writers are kept apart by the store's lock."""

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
                db.execute(
                    "PRAGMA page_size = 16384"
                )  # a vector fits in a page: a third of the disk that 4096 takes
                db.execute("PRAGMA journal_mode = WAL")
                db.executescript(SCHEMA)
                first = {"schema": str(SCHEMA_VERSION), "revision": "0", "id": secrets.token_hex(4)}
                db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", first.items())
                db.commit()
            if not create and not self._has_tables():  # another process is about to make it
                raise StoreMissing(
                    f"{folder}: there are no papers here yet", "add some with `paperchat ingest FILE`"
                )
            version = self._migrated()
        if version != str(SCHEMA_VERSION):
            raise StoreDamaged(
                f"{self.path}: made by another version of paperchat (its layout is {version}, ours {SCHEMA_VERSION})",
                "use that version, or ingest into a new store",
            )

    def _migrated(self) -> str | None:
        """Bring a library of an older version to this one's layout; return the version that it has then."""
        db = self._db()
        while (version := self.meta("schema")) and version.isdigit() and int(version) in MIGRATIONS:
            db.execute("BEGIN IMMEDIATE")
            with db:  # all of a step happens or none
                if self.meta("schema") != version:  # another process has done it meanwhile
                    continue
                for statement in filter(str.strip, MIGRATIONS[int(version)].split(";")):
                    db.execute(statement)
                if version == "2":
                    fill_facets(db)
                db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(int(version) + 1),))
        return version

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
        with self.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def revision(self) -> int:
        """Return a number that grows with every change of papers; an index remembers the one it was made at."""
        return int(self.meta("revision") or 0)

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
            with self._errors():
                db = self._local.db = sqlite3.connect(self.path, timeout=30)
                db.execute("PRAGMA foreign_keys = ON")
                db.execute(
                    "PRAGMA synchronous = NORMAL"
                )  # with WAL: safe against kill -9, batches may go in a power cut
        return db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes that happen all together or not at all; an inner one joins the outer."""
        with self._errors():
            db = self._db()
            if self._in_transaction():
                yield db
                return
            self._local.inside = True
            try:
                with db:
                    yield db
            finally:
                self._local.inside = False

    def reading(self) -> SqliteErrors:
        """Give the connection for a query, in a `with` block."""
        return SqliteErrors(self.path, self._db())

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Let all changes of this thread happen for its own eyes only; at the end they are undone."""
        self._local.inside = True
        try:
            yield
        finally:
            self._local.inside = False
            with self._errors():
                self._db().rollback()

    def _in_transaction(self) -> bool:
        return bool(getattr(self._local, "inside", False))

    def _errors(self) -> SqliteErrors:
        return SqliteErrors(self.path)
