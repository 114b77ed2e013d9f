"""The library is the truth, the indexes follow it, and no interruption or damage loses a paper."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant import vector_index
from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreMissing
from assistant.evidence_text import read_texts
from assistant.library import Embedded, Library
from assistant.models import Paper, Passage, Provenance, Span
from assistant.retrieve import HybridRetriever
from assistant.store import Store


def embedded(number: int, abstract: str = "One sentence about number {n}. Another one.") -> Embedded:
    """Return a paper with made-up vectors."""
    text = abstract.format(n=number)
    paper = Paper(
        id=f"p-{number}",
        title=f"Paper number{number}",
        abstract=text,
        provenance=(Provenance(source="made.jsonl", where=f"line {number}"),),
    )
    whole = Span(start=0, end=len(text))
    vector = np.random.default_rng(number).normal(size=(1, 8)).astype(np.float32)
    vector /= np.linalg.norm(vector)
    passage = Passage(id=f"{paper.id}#0", paper_id=paper.id, n=0, span=whole, sentences=(whole,))
    return Embedded(paper, f"f{number}", (passage,), vector, vector)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "made", create=True)
    store.library.put([embedded(n) for n in range(30)])
    yield store
    store.close()


def test_what_is_put_comes_back(made: Store) -> None:
    paper = made.library.paper("p-7")
    assert paper is not None
    assert paper == embedded(7).paper
    (stored,) = read_texts(made.library, ["p-7"])
    assert stored.sentences == [paper.abstract]
    assert np.array_equal(stored.vectors, embedded(7).sentence_vectors)
    assert made.library.count() == (30, 30)
    assert made.library.paper("p-99") is None


def test_papers_stay_in_the_order_of_ingest_when_one_changes(made: Store) -> None:
    made.library.put([embedded(3, "Rewritten {n}.")])
    assert [paper.id for paper in made.library.papers()] == [f"p-{n}" for n in range(30)]
    changed = made.library.paper("p-3")
    assert changed is not None and changed.abstract == "Rewritten 3."


def test_the_indexes_follow_the_library(made: Store) -> None:
    first = made.indexes()
    assert made.indexes() is first
    vector = embedded(4).passage_vectors[0]
    assert first.vectors.query(vector, 1)[0][0] == "p-4#0"
    made.library.remove(["p-4"])
    made.library.put([embedded(77)])
    second = made.indexes()
    assert second.generation.revision == made.library.revision() > first.generation.revision
    assert "p-4#0" not in [id_ for id_, _ in second.vectors.query(vector, 30)]
    assert [id_ for id_, _ in second.lexical.query(["number77"], 3)] == ["p-77"]
    assert second.lexical.query(["number4"], 3) == []


def test_only_the_last_two_generations_are_kept(made: Store) -> None:
    for number in range(40, 44):
        made.library.put([embedded(number)])
        made.indexes()
    folders = [path for path in (made.folder / "index").iterdir() if path.is_dir()]
    assert len(folders) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "pointer torn",
        "pointer gone",
        "chroma gone",
        "chroma torn",
        "vectors gone",
        "vectors torn",
        "lexical gone",
        "lexical empty",
        "lexical torn",
    ],
)
def test_damaged_indexes_are_made_again_from_the_library(made: Store, damage: str) -> None:
    generation = made.indexes().generation
    folder = made.folder / "index" / generation.name
    made.close()
    if damage == "pointer torn":
        (made.folder / "index" / "current.json").write_text('{"name": "x')
    elif damage == "pointer gone":
        (made.folder / "index" / "current.json").unlink()
    elif damage == "chroma gone":
        shutil.rmtree(folder / "chroma")
    elif damage == "chroma torn":
        for file in (folder / "chroma").rglob("*"):
            if file.is_file():
                file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    elif damage == "vectors gone":  # as in a generation of before there was the file
        shutil.rmtree(folder / "vectors")
    elif damage == "vectors torn":
        file = folder / "vectors" / "vectors.f32"
        file.write_bytes(file.read_bytes()[:-4])
    elif damage == "lexical gone":
        shutil.rmtree(folder / "lexical")
    else:
        for file in (folder / "lexical").iterdir():
            kept = file.stat().st_size // 3 if damage == "lexical torn" else 0
            file.write_bytes(file.read_bytes()[:kept])
    again = Store(made.folder)
    indexes = again.indexes()
    assert indexes.generation.name != generation.name
    assert indexes.vectors.query(embedded(4).passage_vectors[0], 1)[0][0] == "p-4#0"
    assert again.health() == []
    again.close()


def test_while_another_writes_the_old_generation_serves(made: Store) -> None:
    before = made.indexes()
    made.library.put([embedded(50)])
    other = Store(made.folder)
    with other.writing():
        assert made.indexes() is before
    assert made.indexes().generation.name != before.generation.name
    other.close()


def test_one_writer_at_a_time(made: Store) -> None:
    other = Store(made.folder)
    with made.writing(), pytest.raises(StoreBusy, match="another process is writing"), other.writing():
        pass
    with other.writing():
        pass
    other.close()


def test_another_process_sees_new_papers_without_reopening(made: Store, embedder: SentenceEmbeddings) -> None:
    made.indexes()
    code = f"""
        import sys; sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_store import embedded
        from assistant.store import Store
        from pathlib import Path
        store = Store(Path({str(made.folder)!r}))
        with store.writing():
            store.library.put([embedded(60)])
            store.rebuild()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=120)
    assert made.indexes().vectors.query(embedded(60).passage_vectors[0], 1)[0][0] == "p-60#0"


def test_an_answer_in_flight_keeps_its_index_when_a_new_one_comes(made: Store) -> None:
    held = made.indexes()
    made.library.put([embedded(70)])
    assert made.indexes() is not held
    assert held.vectors.query(embedded(4).passage_vectors[0], 1)[0][0] == "p-4#0"


def test_a_writer_that_holds_the_file_is_told_as_that(made: Store) -> None:
    other = sqlite3.connect(made.library.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    made.library._db().execute("PRAGMA busy_timeout = 50")
    with pytest.raises(StoreBusy, match="another process is writing"):
        made.library.set_meta(x="y")
    Library(made.folder, create=True).close()  # opening what exists writes nothing
    other.close()


def test_a_path_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(StoreFull, match="can't be"):
        Store(tmp_path / ("x" * 300))


def test_threads_share_a_store(made: Store) -> None:
    def look(number: int) -> str:
        indexes = made.indexes()
        found = indexes.vectors.query(embedded(number).passage_vectors[0], 1)[0][0]
        assert made.library.paper(f"p-{number}") is not None
        return found

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, range(30))) == [f"p-{n}#0" for n in range(30)]


def test_no_store_is_an_error_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing) as caught:
        Store(tmp_path / "nowhere")
    assert "paperchat ingest" in caught.value.hint
    assert not (tmp_path / "nowhere").exists()


def test_a_store_that_is_only_being_made(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "library.sqlite3").execute("PRAGMA journal_mode = WAL").close()
    with pytest.raises(StoreMissing):
        Library(tmp_path)


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"not a database at all, but long enough to be one" * 40)
    with pytest.raises(StoreDamaged, match="isn't a readable library"):
        Library(tmp_path)


def test_a_library_of_another_version(made: Store) -> None:
    made.library.set_meta(schema="999")
    with pytest.raises(StoreDamaged, match="another version"):
        Library(made.folder)


def test_a_full_disk_keeps_what_was_stored(made: Store) -> None:
    pages = made.library._db().execute("PRAGMA page_count").fetchone()[0]
    made.library._db().execute(
        f"PRAGMA max_page_count = {pages + 2}"
    )  # SQLite then behaves as on a full disk
    with pytest.raises(StoreFull, match="full"):
        made.library.put([embedded(n, "long " * 500 + "{n}") for n in range(100, 160)])
    assert made.library.count() == (30, 30)
    assert made.library.damage() == ""


def test_a_store_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFull, match="can't be made"):
        Store(tmp_path / "file" / "store", create=True)


def test_kill_9_while_indexes_are_built(made: Store) -> None:
    """A writer that dies leaves the generation before it, and the next reader catches up."""
    made.indexes()
    code = f"""
        import sys, os, signal; sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_store import embedded
        from pathlib import Path
        import assistant.store as module
        store = module.Store(Path({str(made.folder)!r}))
        with store.writing():
            store.library.put([embedded(61)])
            store._swap = lambda generation: os.kill(os.getpid(), signal.SIGKILL)
            store.rebuild()
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert made.indexes().vectors.query(embedded(61).passage_vectors[0], 1)[0][0] == "p-61#0"
    assert made.health() == []


def test_many_passages_are_spread_over_collections_and_found_in_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_index, "LARGEST", 7)
    store = Store(tmp_path / "parts", create=True)
    store.library.put([embedded(number) for number in range(21)])
    vectors = store.indexes().vectors
    assert len(list((store.folder / "index").glob("*/chroma/*"))) == 3
    for number in range(21):
        assert vectors.query(embedded(number).passage_vectors[0], 1)[0][0] == f"p-{number}#0"
    asked = embedded(4).passage_vectors[0]
    cosines = {f"p-{i}#0": float(embedded(i).passage_vectors[0] @ asked) for i in range(21)}
    assert [id_ for id_, _ in vectors.query(asked, 9)] == sorted(cosines, key=lambda i: -cosines[i])[:9]
    store.close()
    again = Store(tmp_path / "parts")
    assert again.health() == []
    shutil.rmtree(next((again.folder / "index").glob("*/chroma/1")))
    assert "Chroma" in again.health()[0]
    assert again.indexes().vectors.query(asked, 1)[0][0] == "p-4#0"
    assert again.health() == []
    again.close()


def test_an_empty_library_has_working_indexes(tmp_path: Path, embedder: SentenceEmbeddings) -> None:
    store = Store(tmp_path / "empty", create=True)
    assert HybridRetriever(store=store, embedder=embedder).rank("anything") == []
    store.close()


@pytest.fixture(scope="module")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma-server")
    command = [
        Path(sys.executable).with_name("chroma"),
        "run",
        "--path",
        folder,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    server = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(20)


def test_a_chroma_server_serves_the_same(tmp_path: Path, chroma_server: str) -> None:
    store = Store(tmp_path / "served", chroma=chroma_server, create=True)
    store.library.put([embedded(n) for n in range(10)])
    assert store.indexes().vectors.query(embedded(4).passage_vectors[0], 1)[0][0] == "p-4#0"
    for number in range(20, 23):
        store.library.put([embedded(number)])
        assert store.indexes().vectors.query(embedded(number).passage_vectors[0], 1)[0][0] == f"p-{number}#0"
    names = [collection.name for collection in store.indexes().vectors._parts[0].open()[0].list_collections()]
    assert len(names) == 2
    assert all(str(store.library.meta("id")) in name for name in names)
    store.close()


def test_a_chroma_server_that_is_not_there(tmp_path: Path) -> None:
    store = Store(tmp_path / "unserved", chroma="http://127.0.0.1:9", create=True)
    store.library.put([embedded(1)])
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9") as caught:
        store.indexes()
    assert "chroma run" in caught.value.hint
    assert store.library.count() == (1, 1)
    store.close()


def test_kill_9_during_a_write_keeps_whole_batches(tmp_path: Path) -> None:
    """A batch is there with all that belongs to it, or not at all."""
    folder = tmp_path / "killed"
    code = f"""
        import sys; sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_store import embedded
        from pathlib import Path
        from assistant.library import Library
        library = Library(Path({str(folder)!r}), create=True)
        for start in range(0, 100000, 10):
            library.put([embedded(n) for n in range(start, start + 10)])
            print(start, flush=True)
    """
    writer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    for _ in range(5):
        acknowledged = int(writer.stdout.readline()) + 10
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    library = Library(folder)
    papers, passages = library.count()
    assert papers == passages >= acknowledged
    assert papers % 10 == 0
    assert library.damage() == ""
    orphans = sqlite3.connect(library.path).execute(
        "SELECT count(*) FROM sentences WHERE paper_id NOT IN (SELECT id FROM papers)"
    )
    assert orphans.fetchone() == (0,)


def test_the_pointer_names_what_it_was_made_from(made: Store) -> None:
    generation = made.indexes().generation
    stored = json.loads((made.folder / "index" / "current.json").read_text())
    assert stored == {"name": generation.name, "revision": 1, "passages": 30, "chroma": "embedded"}


def test_a_generation_from_before_the_index_of_names_is_made_again(store: Store) -> None:
    old = store.indexes().generation.name
    shutil.rmtree(store.folder / "index" / old / "names")
    store.close()
    again = Store(store.folder)
    assert again.health() != []
    made = again.indexes()
    assert made.generation.name != old and len(made.names) == len(made.lexical)
    assert again.health() == []
    again.close()
