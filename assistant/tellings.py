"""What each source told of each paper: kept as it was read, so that papers can be made anew from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.library_file import LibraryFile
from assistant.library_rows import Embedded, Telling, next_revision, put_keys, put_record, put_tellings

_MOST_NAMESAKES = 64
"""Papers looked at for one key: titles such as “Editorial” have thousands."""


class Tellings:
    """The part of a library that an ingest compares with. The caller holds the store's writer lock."""

    def __init__(self, library: LibraryFile) -> None:
        self._library = library

    def next_run(self) -> int:
        """Begin an ingest; return its number, which the tellings that it reads will carry."""
        with self._library.transaction() as db:
            db.execute("PRAGMA cache_size = -131072")  # 128 MB: keys lie anywhere in a large library
            db.execute("INSERT OR IGNORE INTO meta VALUES ('run', '0')")
            db.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'run'")
        return self.last_run()

    def last_run(self) -> int:
        """Return the number of the last ingest that began."""
        return int(self._library.meta("run") or 0)

    def of(self, paper_id: str) -> list[Telling]:
        """Return all that was told of a paper, in order of source and place."""
        query = (
            "SELECT source, place, digest, raw, run FROM provenance WHERE paper_id = ? ORDER BY source, place"
        )
        with self._library.reading() as db:
            return [Telling(*row) for row in db.execute(query, (paper_id,))]

    def paper_at(self, source: str, where: str, digest: bytes) -> str | None:
        """Return the paper that a place told of in these very words before, None where it told of none."""
        query = "SELECT paper_id FROM provenance WHERE source = ? AND place = ? AND digest = ?"
        with self._library.reading() as db:
            row = db.execute(query, (source, where, digest)).fetchone()
        return None if row is None else str(row[0])

    def seen_in(self, paper_id: str, run: int) -> bool:
        """Tell whether an ingest has met a paper."""
        query = "SELECT 1 FROM provenance WHERE paper_id = ? AND run = ? LIMIT 1"
        with self._library.reading() as db:
            return db.execute(query, (paper_id, run)).fetchone() is not None

    def known_keys(self, keys: Sequence[int]) -> set[int]:
        """Return those of the keys under which any paper is found."""
        query = f"SELECT DISTINCT key FROM keys WHERE key IN ({','.join('?' * len(keys))})"
        with self._library.reading() as db:
            return {int(row[0]) for row in db.execute(query, list(keys))}

    def find(self, key: int) -> list[str]:
        """Return the ids of papers that a key may stand for, 64 at most, the first ingested first."""
        query = """SELECT papers.id FROM keys JOIN papers ON papers.ord = keys.ord
                   WHERE key = ? ORDER BY keys.ord LIMIT ?"""
        with self._library.reading() as db:
            return [str(row[0]) for row in db.execute(query, (key, _MOST_NAMESAKES))]

    def fingerprint(self, paper_id: str) -> str | None:
        """Return the fingerprint of a stored paper, None where there is none of that id."""
        with self._library.reading() as db:
            row = db.execute("SELECT fingerprint FROM papers WHERE id = ?", (paper_id,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, told: Iterable[tuple[str, Telling]]) -> None:
        """Remember tellings of stored papers, given with the papers' ids, that change nothing else."""
        with self._library.transaction() as db:
            for paper_id, telling in told:
                put_tellings(db, paper_id, [telling])

    def set_keys(self, keys: Iterable[tuple[str, tuple[int, ...]]]) -> None:
        """Let stored papers, given by their ids, be found by these keys."""
        with self._library.transaction() as db:
            for paper_id, found in keys:
                put_keys(db, paper_id, found)

    def put_records(self, changes: Sequence[Embedded]) -> None:
        """Store what papers say and leave their passages and vectors as they are; there may be none."""
        with self._library.transaction() as db:
            (last,) = db.execute("SELECT coalesce(max(ord), 0) FROM papers").fetchone()
            for order, change in enumerate(changes, start=last + 1):
                put_record(db, change, order)
            next_revision(db)

    def changed_in(self, paper_id: str, run: int) -> bool:
        """Tell whether an ingest has added or changed a paper."""
        query = "SELECT 1 FROM papers WHERE id = ? AND changed_run = ?"
        with self._library.reading() as db:
            return db.execute(query, (paper_id, run)).fetchone() is not None

    def forget(self, paper_id: str, places: Iterable[tuple[str, str]]) -> None:
        """Forget what places, as (source, where), told of a paper."""
        query = "DELETE FROM provenance WHERE paper_id = ? AND source = ? AND place = ?"
        with self._library.transaction() as db:
            db.executemany(query, [(paper_id, source, where) for source, where in places])

    def sources(self) -> list[str]:
        """Return the names of all sources that stored papers were read from, sorted."""
        query = """WITH RECURSIVE names(source) AS (
                     SELECT min(source) FROM provenance
                     UNION ALL
                     SELECT (SELECT min(source) FROM provenance WHERE source > names.source)
                     FROM names WHERE names.source IS NOT NULL)
                   SELECT source FROM names WHERE source IS NOT NULL"""
        with self._library.reading() as db:
            return [str(row[0]) for row in db.execute(query)]

    def left_behind(self, source: str, run: int) -> list[str]:
        """Return the ids of papers that a source told of before an ingest and that it has places for no more."""
        query = "SELECT DISTINCT paper_id FROM provenance WHERE source = ? AND run < ? ORDER BY paper_id"
        with self._library.reading() as db:
            return [str(row[0]) for row in db.execute(query, (source, run))]
