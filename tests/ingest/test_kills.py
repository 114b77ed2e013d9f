"""An ingest is killed at random moments: the store opens, no paper is half there, and the same ingest finishes."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.errors import StoreFull, StoreMissing
from assistant.evidence_text import read_texts
from assistant.fakes import HashEmbeddings
from assistant.store import Store
from ingest.pipeline import IngestOptions, ingest
from ingest.storing import BATCH

KILLS = 20
PAPERS = 6 * BATCH

# One process imports everything, and each ingest is a fork of it that is killed a while after its birth.
NURSERY = """
import os, signal, sys, time
sys.path[:0] = {paths!r}
from pathlib import Path
import chromadb, tantivy
from assistant.fakes import HashEmbeddings
from assistant.store import Store
from ingest.pipeline import IngestOptions, ingest

for line in sys.stdin:
    folder, source, seconds = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        ingest([source], Store(Path(folder), create=True), HashEmbeddings(), options=IngestOptions(sync=True))
        os._exit(0)
    deadline, status = time.monotonic() + float(seconds), 0
    while time.monotonic() < deadline and not status:
        ended, status = os.waitpid(child, os.WNOHANG)
        status = status or (ended and 1)
        time.sleep(0.001)
    if not status:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print("killed" if not status else "ended", flush=True)
"""


def papers(version: int) -> list[dict[str, object]]:
    """Return the papers of a file: in its second version some are reworded, some gone, some new."""
    rows: list[dict[str, object]] = []
    for n in range(PAPERS + (version - 1) * 20):
        if version == 2 and n % 50 == 7:
            continue
        word = "reworded" if version == 2 and n % 9 == 0 else "worded"
        text = f"Paper {n} is {word} so. It has {n * 3} results. The last of them is number {n}."
        rows.append({"title": f"Study {n} of topic {n % 13}", "abstract": text, "year": 1990 + n % 30})
    return rows


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def check_whole(store: Store) -> None:
    """Check that every stored paper has its passages and sentences with vectors, and is found by its keys."""
    assert store.library.damage() == ""
    with store.library.reading() as db:
        assert (
            db.execute("SELECT count(*) FROM papers").fetchone()
            == db.execute("SELECT count(DISTINCT paper_id) FROM passages").fetchone()
        )
        assert db.execute("SELECT count(*) FROM papers WHERE keys = x''").fetchone() == (0,)
        assert db.execute(
            "SELECT count(*) FROM keys WHERE ord NOT IN (SELECT ord FROM papers)"
        ).fetchone() == (0,)
    for paper in store.library.papers():
        assert (
            "".join(each for text in read_texts(store.library, [paper.id]) for each in text.sentences).split()
            == paper.abstract.replace(". ", ".").split()
        )
        assert paper.provenance


def test_killed_at_twenty_random_moments(tmp_path: Path) -> None:
    here = Path(__file__).resolve()
    nursery = subprocess.Popen(
        [sys.executable, "-c", NURSERY.format(paths=[str(here.parents[2])])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert nursery.stdin is not None
    assert nursery.stdout is not None

    def run(folder: Path, source: Path, seconds: float) -> str:
        print(folder, source, seconds, sep="\t", file=nursery.stdin, flush=True)
        return nursery.stdout.readline().strip()  # type: ignore[union-attr]

    first, second = write(tmp_path / "papers.jsonl", papers(1)), papers(2)
    assert run(tmp_path / "warm", first, 120) == "ended"
    started = time.monotonic()
    assert run(tmp_path / "whole", first, 120) == "ended"
    whole = time.monotonic() - started
    chance = random.Random()
    killed = 0
    for n in range(KILLS):
        again = n % 2  # every other kill hits the ingest of a changed file into a full store
        folder = tmp_path / f"s{n}"
        write(first, papers(1))
        if again:
            shutil.copytree(tmp_path / "whole", folder)
            write(first, second)
        seconds = chance.uniform(0, whole * (0.7 if again else 1))
        killed += run(folder, first, seconds) == "killed"
        try:
            check_whole(Store(folder))
        except StoreMissing:
            assert not again
        store = Store(folder, create=True)
        report = ingest([first], store, HashEmbeddings(), options=IngestOptions(sync=True))
        assert report.added + report.updated + report.unchanged == report.read, seconds
        assert {(paper.title, paper.abstract) for paper in store.library.papers()} == {
            (row["title"], row["abstract"]) for row in (second if again else papers(1))
        }, seconds
        check_whole(store)
        assert store.health() == []
        assert len(store.indexes().lexical.query(["topic"], 2 * PAPERS)) == report.read
        store.close()
    nursery.stdin.close()
    assert nursery.wait(30) == 0
    assert killed >= KILLS // 2


def test_a_full_disk_keeps_what_was_stored_and_the_same_ingest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite itself says that the disk is full: the number of the file's pages is limited."""
    file = write(tmp_path / "papers.jsonl", papers(1))
    store = Store(tmp_path / "store", create=True)
    with store.library.reading() as db:
        db.execute("PRAGMA max_page_count = 30")
    with pytest.raises(StoreFull, match="what was stored is kept"):
        ingest([file], store, HashEmbeddings())
    store.close()
    store = Store(tmp_path / "store")
    before = store.library.count()[0]
    assert 0 < before < PAPERS
    check_whole(store)
    report = ingest([file], store, HashEmbeddings())
    assert (report.added, report.unchanged) == (PAPERS - before, before)
    assert store.health() == []
    store.close()
