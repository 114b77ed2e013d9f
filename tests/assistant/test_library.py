"""The library's file: brought up to date from older layouts, and rehearsed in without a trace."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import StoreDamaged
from assistant.library import Embedded, Library, Telling
from assistant.models import Paper, Passage, Provenance, Span

LAYOUT_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (id TEXT PRIMARY KEY, ord INTEGER NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
  record TEXT NOT NULL, fingerprint TEXT NOT NULL, changed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP) WITHOUT ROWID;
CREATE TABLE provenance (paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, source TEXT NOT NULL,
  place TEXT NOT NULL, PRIMARY KEY (paper_id, source, place)) WITHOUT ROWID;
CREATE TABLE passages (paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, n INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (paper_id, n)) WITHOUT ROWID;
CREATE TABLE sentences (paper_id TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE, n INTEGER NOT NULL,
  passage INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (paper_id, n)) WITHOUT ROWID;
INSERT INTO meta VALUES ('schema', '1'), ('revision', '1'), ('id', 'abcd');
INSERT INTO papers (id, ord, title, abstract, record, fingerprint)
  VALUES ('p-1', 1, 'Lumen', 'It reads.', '{"id":"p-1","title":"Lumen","abstract":"It reads."}', 'f');
INSERT INTO provenance VALUES ('p-1', 'a.txt', 'line 3');
"""


def embedded(paper_id: str, keys: tuple[int, ...]) -> Embedded:
    paper = Paper(
        id=paper_id, title=f"Title of {paper_id}", provenance=(Provenance(source="f", where="line 1"),)
    )
    passage = Passage(id=f"{paper_id}#0", paper_id=paper_id, n=0, span=Span(start=0, end=0), sentences=())
    vectors = np.ones((1, 2), dtype=np.float32)
    told = (Telling("f", "line 1", b"digest", b"raw", 4),)
    return Embedded(paper, "f", (passage,), vectors, vectors[:0], keys, told, run=4)


def test_a_library_of_the_first_layout_is_brought_up_to_date(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "library.sqlite3") as db:
        db.executescript(LAYOUT_1)
    db.close()
    library = Library(tmp_path)
    assert library.meta("schema") == "3"
    (paper,) = library.papers()
    assert paper.provenance == (Provenance(source="a.txt", where="line 3"),)
    assert library.tellings.of("p-1") == [Telling("a.txt", "line 3")]
    library.put([embedded("p-2", (5,))])
    assert library.tellings.find(5) == ["p-2"]
    library.close()
    Library(tmp_path).close()  # and once is enough


def test_a_library_of_a_later_version_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    library.set_meta(schema="99")
    library.close()
    with pytest.raises(StoreDamaged, match="its layout is 99"):
        Library(tmp_path)


def test_a_rehearsal_is_seen_inside_and_leaves_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    library.put([embedded("p-1", (1, 2))])
    with library.rehearsal():
        library.put([embedded("p-2", (2, 3))])
        library.remove(["p-1"])
        assert [paper.id for paper in library.papers()] == ["p-2"]
        assert library.tellings.find(2) == ["p-2"]
        other = Library(tmp_path)
        assert [paper.id for paper in other.papers()] == ["p-1"]
        other.close()
    assert [paper.id for paper in library.papers()] == ["p-1"]
    assert library.tellings.find(3) == []
    library.close()


def test_keys_follow_their_papers(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    library.put([embedded("p-1", (1, 2)), embedded("p-2", (2,))])
    assert library.tellings.find(2) == ["p-1", "p-2"]
    library.put([embedded("p-1", (3,))])
    assert (library.tellings.find(1), library.tellings.find(2), library.tellings.find(3)) == (
        [],
        ["p-2"],
        ["p-1"],
    )
    assert library.remove(["p-1", "p-unknown"]) == 1
    assert library.tellings.find(3) == []
    library.close()


def test_what_places_told_is_found_again(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True)
    library.put([embedded("p-1", (1,))])
    tellings = library.tellings
    assert tellings.paper_at("f", "line 1", b"digest") == "p-1"
    assert tellings.paper_at("f", "line 1", b"other") is None
    assert tellings.seen_in("p-1", 4)
    assert not tellings.seen_in("p-1", 5)
    assert tellings.changed_in("p-1", 4)
    tellings.remember([("p-1", Telling("g", "line 9", b"d", b"", 6))])
    assert tellings.sources() == ["f", "g"]
    assert tellings.left_behind("f", 5) == ["p-1"]
    tellings.forget("p-1", [("f", "line 1")])
    assert [telling.source for telling in tellings.of("p-1")] == ["g"]
    assert (tellings.next_run(), tellings.next_run(), tellings.last_run()) == (1, 2, 2)
    library.close()
