"""What papers are filtered by, as the library's tables have it: written with every paper, found by keys.

An author, a venue or a tag is one row of `facet_values`, as the record writes it, and has keys: forms of
a family name, words and initials of a venue, the levels of a tag. Keys are quick to look up and find too
much; whether a value is meant is for `author_names` and `venue_names` to say. Year and identifiers are
columns of `papers`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Literal

from assistant.author_names import author_keys
from assistant.papers import Paper
from assistant.text import fold
from assistant.venue_names import venue_keys

Kind = Literal["authors", "venue", "tags"]

FACET_COLUMNS = (
    "year INTEGER",
    "known INTEGER NOT NULL DEFAULT 0",
    "doi TEXT AS (json_extract(record, '$.doi')) VIRTUAL",
    "arxiv_id TEXT AS (json_extract(record, '$.arxiv_id')) VIRTUAL",
    "pmid TEXT AS (json_extract(record, '$.pmid')) VIRTUAL",
)
"""Columns of `papers`. `known` is the sum of `KNOWN` over the fields that a paper has. The virtual ones can't differ
from the record, but SQLite reads the record for each row that it finds by them: they are for finding few."""

KNOWN = {"year": 1, "authors": 2, "venue": 4, "tags": 8}

FACETS = """
CREATE INDEX IF NOT EXISTS papers_by_year ON papers (year);
CREATE INDEX IF NOT EXISTS papers_by_known ON papers (known);
CREATE INDEX IF NOT EXISTS papers_by_doi ON papers (doi) WHERE doi > '';
CREATE INDEX IF NOT EXISTS papers_by_arxiv_id ON papers (arxiv_id) WHERE arxiv_id > '';
CREATE INDEX IF NOT EXISTS papers_by_pmid ON papers (pmid) WHERE pmid > '';
CREATE TABLE IF NOT EXISTS facet_values (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, value)
);
CREATE TABLE IF NOT EXISTS facet_keys (
  kind TEXT NOT NULL, key TEXT NOT NULL, value_id INTEGER NOT NULL, PRIMARY KEY (kind, key, value_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facets (
  paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, value_id INTEGER NOT NULL,
  PRIMARY KEY (paper_id, value_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS papers_by_facet ON facets (value_id);
"""

_LEVEL = re.compile(r"[./>]")


def tag_key(tag: str) -> str:
    """Return a tag as it is compared."""
    return " ".join(fold(tag).split())


def tag_keys(tag: str) -> set[str]:
    """Return the keys that a tag is found by: itself, and the levels above it: `cs` finds `cs.IR`."""
    key = tag_key(tag)
    return {key} | {above for level in _LEVEL.finditer(key) if (above := key[: level.start()].strip())} - {""}


_KEYS_OF: dict[Kind, Callable[[str], set[str]]] = {
    "authors": author_keys,
    "venue": venue_keys,
    "tags": tag_keys,
}


def put_facets(db: sqlite3.Connection, paper: Paper) -> None:
    """Write what a stored paper is filtered by, in place of what was written of it before."""
    _put(db, paper.id, paper.year, paper.authors, paper.venue, paper.tags)


def fill_facets(db: sqlite3.Connection) -> None:
    """Write what all stored papers are filtered by, in a library that comes from an older layout."""
    last = ""
    page = "SELECT id, record FROM papers WHERE id > ? ORDER BY id LIMIT 1000"
    while rows := db.execute(page, (last,)).fetchall():
        last = rows[-1][0]
        for paper_id, text in rows:
            record = json.loads(text)
            told = (record.get(name) for name in ("year", "authors", "venue", "tags"))
            _put(db, paper_id, *told)


def _put(
    db: sqlite3.Connection,
    paper_id: str,
    year: int | None,
    authors: Sequence[str] | None,
    venue: str | None,
    tags: Sequence[str] | None,
) -> None:
    values: dict[Kind, Sequence[str]] = {
        "authors": authors or (),
        "venue": (venue,) if venue else (),
        "tags": tags or (),
    }
    known = sum(KNOWN[kind] for kind, told in values.items() if told) + (
        KNOWN["year"] if year is not None else 0
    )
    db.execute("UPDATE papers SET year = ?, known = ? WHERE id = ?", (year, known, paper_id))
    after = {_value_id(db, kind, value) for kind, told in values.items() for value in told}
    before = {row[0] for row in db.execute("SELECT value_id FROM facets WHERE paper_id = ?", (paper_id,))}
    gone, new = before - after, after - before
    db.executemany(
        "DELETE FROM facets WHERE paper_id = ? AND value_id = ?", [(paper_id, id_) for id_ in gone]
    )
    db.executemany("INSERT INTO facets VALUES (?, ?)", [(paper_id, id_) for id_ in new])


def _value_id(db: sqlite3.Connection, kind: Kind, value: str) -> int:
    row = db.execute("SELECT id FROM facet_values WHERE kind = ? AND value = ?", (kind, value)).fetchone()
    if row is not None:
        return int(row[0])
    made = db.execute("INSERT INTO facet_values (kind, value) VALUES (?, ?)", (kind, value)).lastrowid
    assert made is not None
    keys = [(kind, key, made) for key in _KEYS_OF[kind](value)]
    db.executemany("INSERT INTO facet_keys VALUES (?, ?, ?)", keys)
    return made
