"""The truth about a collection, in one SQLite file: papers, passages, sentence spans, vectors.

Chroma and the lexical index are derived from it and can be made again from it without embedding
anything. Every batch of papers is one transaction, so a killed writer leaves whole papers only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.filters import Filters
from assistant.library_file import LibraryFile
from assistant.library_matching import Matching
from assistant.library_rows import Embedded, Telling, Vectors, next_revision, put_keys, put_paper
from assistant.models import Paper, Span
from assistant.tellings import Tellings

__all__ = ["Embedded", "Library", "Telling", "Vectors"]

_MATCHED = 4
"""Filters whose papers are remembered; a million ids take 70 MB, and a conversation keeps its filter."""


class Library(LibraryFile):
    """One open collection."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the collection in `folder`, as `LibraryFile` does."""
        super().__init__(folder, create=create)
        self._matched: dict[tuple[int, Filters], frozenset[str]] = {}

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

    @property
    def tellings(self) -> Tellings:
        """What each source told of each paper."""
        return Tellings(self)

    def put(self, batch: Sequence[Embedded]) -> None:
        """Store papers with all that belongs to them, in one transaction; known ids are replaced.

        Provenance adds up: a paper keeps every place it was ever read from.
        """
        with self.transaction() as db:
            (last,) = db.execute("SELECT coalesce(max(ord), 0) FROM papers").fetchone()
            for offset, item in enumerate(batch, start=1):
                put_paper(db, item, last + offset)
            next_revision(db)

    def replace(self, batches: Iterable[Sequence[Embedded]], facts: dict[str, str]) -> None:
        """Replace stored papers and remember `facts` in one transaction: all of it happens or none."""
        with self.transaction() as db:
            for batch in batches:
                for item in batch:
                    put_paper(db, item, 0)
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
            next_revision(db)

    def remove(self, paper_ids: Iterable[str]) -> int:
        """Remove papers and all that belongs to them; return how many there were."""
        with self.transaction() as db:
            removed = 0
            for paper_id in paper_ids:
                if db.execute("SELECT 1 FROM papers WHERE id = ?", (paper_id,)).fetchone():
                    put_keys(db, paper_id, ())
                    removed += db.execute("DELETE FROM papers WHERE id = ?", (paper_id,)).rowcount
            if removed:
                next_revision(db)
            return removed

    def papers(self, paper_ids: Sequence[str] | None = None) -> Iterator[Paper]:
        """Yield papers: those asked for, in that order and without the unknown ones; or all, as ingested."""
        with self._errors():
            db = self._db()
            if paper_ids is None:
                page = "SELECT ord, id FROM papers WHERE ord > ? ORDER BY ord LIMIT 1000"
                last = -1
                while rows := db.execute(page, (last,)).fetchall():
                    last = rows[-1][0]
                    yield from self.papers([paper_id for _, paper_id in rows])
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

    def titles(self) -> list[tuple[str, str]]:
        """Return (id, title) of every paper, as ingested."""
        with self._errors():
            return self._db().execute("SELECT id, title FROM papers ORDER BY ord, id").fetchall()

    @property
    def filtering(self) -> Matching:
        """What there is to filter by, and what it finds."""
        return Matching(self)

    def matching(self, filters: Filters) -> frozenset[str] | None:
        """Return the ids of the papers that filters keep; None where nothing is restricted."""
        key = (self.revision(), filters)
        if (known := self._matched.get(key)) is not None:
            return known
        found = self.filtering.papers(filters)
        lasting = not filters.sources and not self._in_transaction()  # a source may tell of a paper once more
        if found is not None and lasting:
            kept = list(self._matched.items())[1 - _MATCHED :]
            self._matched = dict([*kept, (key, found)])  # in one stroke: threads share it
        return found

    def fields(self) -> set[str]:
        """Return the names of the optional fields, such as authors and year, that at least one paper has."""
        return self.filtering.fields()
