"""The cases that ship, and stores of the papers that they ask about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import SourceInvalid, UsageError
from assistant.settings import Settings
from assistant.wiring import build_embedder, open_store
from ingest.embed import CHUNKING
from ingest.pipeline import ingest

CASES = Path(__file__).with_name("cases")
DEMO = "demo"
STORES = ".stores"


def cases_file(name: str) -> Path:
    """Return the file of cases that a name stands for: a path, or a shipped file without its ending.

    Raises:
        UsageError: There is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    shipped = CASES / f"{name}.jsonl"
    if shipped.is_file() and path.name == name:
        return shipped
    names = ", ".join(sorted(file.stem for file in CASES.glob("*.jsonl")))
    raise UsageError(
        f"{name}: no such file of cases", f"name a file of JSON Lines, or one that ships: {names}"
    )


def with_store_of(files: Sequence[Path], settings: Settings) -> Settings:
    """Return settings whose store holds just the papers of some files; it is made where it isn't yet.

    The store lies in the folder of runs, named for the files' content and the embedder: other papers
    and other vectors get another store.

    Raises:
        SourceInvalid: A file can't be read, or holds no paper.
    """
    name = "-".join((files[0].stem, _digest(files, settings)))
    settings = settings.model_copy(update={"store": settings.runs / STORES / name})
    store = open_store(settings, create=True)
    try:
        report = ingest(files, store, build_embedder(settings))
        if not store.library.count()[0]:
            why = report.rejected[0].reason if report.rejected else "they hold none"
            raise SourceInvalid(f"no papers in {', '.join(map(str, files))}: {why}", "name a file of papers")
    finally:
        store.close()
    return settings


def _digest(files: Sequence[Path], settings: Settings) -> str:
    found = hashlib.sha256(f"{settings.embedder} {settings.embedder_precision} {CHUNKING}".encode())
    for path in files:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                found.update(file.read_bytes())
    return found.hexdigest()[:8]
