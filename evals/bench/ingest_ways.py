"""The ways of taking papers in that evals/bench/ingest.py compares; each is run in a fresh process.

`ingest` is the whole of ours: reading, cleaning, cutting, embedding, SQLite, both indexes. `encoder` is
nothing but our encoder on the texts that ours embeds, `model-N` sentence-transformers on the same texts in the
same number format with batches of N, `model-float32` sentence-transformers as it comes. `langchain-1000` is
LangChain's plain way with the chunks of its documentation (1,000 characters, 200 overlap), which fit the
model's window; `langchain-4000` takes the splitter's own default, and the model cuts off what doesn't fit.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from assistant.embedding import SentenceEmbeddings
from assistant.models import Rejected
from ingest.embed import to_embed
from ingest.records import to_paper
from ingest.sources import read_sources

Measured = dict[str, float]
"""load, seconds, cpu (seconds without loading), texts, tokens (embedded ones), peak_mb."""

MODEL = "all-MiniLM-L6-v2"
_WARM = [f"Text {n} makes the model ready." for n in range(40)]


def _ingest(papers: Path, precision: str) -> Measured:
    from assistant.store import Store
    from ingest.pipeline import ingest

    started = time.perf_counter()
    for library in ("tantivy", "chromadb"):  # the other ways import theirs before the clock starts, too
        import_module(library)
    imports = time.perf_counter() - started
    embedder, load = _ready(precision)
    with tempfile.TemporaryDirectory() as folder:
        clock = _Clock()
        store = Store(Path(folder) / "store", create=True)
        report = ingest([papers], store, embedder)
        store.indexes()
        spent = clock.spent()
        store.close()
    if report.rejected or not report.added:
        raise SystemExit(f"{report.added} papers added, {len(report.rejected)} rejected")
    return _measured(load + imports, spent, _texts(papers, embedder), embedder)


def _encoder(papers: Path, precision: str) -> Measured:
    embedder, load = _ready(precision)
    texts = _texts(papers, embedder)
    clock = _Clock()
    embedder.document_vectors(texts)
    return _measured(load, clock.spent(), texts, embedder)


def _model(papers: Path, precision: str, *, batch: int) -> Measured:
    embedder = SentenceEmbeddings(MODEL, precision=precision)
    texts = _texts(papers, SentenceEmbeddings(MODEL))
    started = time.perf_counter()
    model = embedder.load()
    model.encode(_WARM, show_progress_bar=False)
    load = time.perf_counter() - started
    clock = _Clock()
    model.encode(texts, batch_size=batch, show_progress_bar=False)
    return _measured(load, clock.spent(), texts, embedder)


def _float32(papers: Path, precision: str) -> Measured:
    return _model(papers, "float32", batch=32)


def _langchain(papers: Path, precision: str, *, size: int) -> Measured:
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from assistant.weights import embedder_folder

    rows = [json.loads(line) for line in papers.read_text(encoding="utf-8").splitlines()]
    documents = [
        Document(f"{row['title']}\n{row['abstract']}", metadata={"title": row["title"]}) for row in rows
    ]
    started = time.perf_counter()
    embeddings = HuggingFaceEmbeddings(model_name=str(embedder_folder(MODEL)), model_kwargs={"device": "cpu"})
    embeddings.embed_documents(_WARM)
    load = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        clock = _Clock()
        splitter = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=200)
        chunks = splitter.split_documents(documents)
        Chroma.from_documents(chunks, embeddings, persist_directory=folder)
        spent = clock.spent()
    return _measured(load, spent, [chunk.page_content for chunk in chunks], SentenceEmbeddings(MODEL))


WAYS: dict[str, Callable[[Path, str], Measured]] = {
    "ingest": _ingest,
    "encoder": _encoder,
    "model-16": partial(_model, batch=16),
    "model-32": partial(_model, batch=32),
    "model-128": partial(_model, batch=128),
    "model-float32": _float32,
    "langchain-1000": partial(_langchain, size=1000),
    "langchain-4000": partial(_langchain, size=4000),
}
"""By name."""


class _Clock:
    """Seconds by the clock and by the processor."""

    def __init__(self) -> None:
        self._started = time.perf_counter(), time.process_time()

    def spent(self) -> tuple[float, float]:
        return time.perf_counter() - self._started[0], time.process_time() - self._started[1]


def _ready(precision: str) -> tuple[SentenceEmbeddings, float]:
    """Return our embedder with everything loaded, and the seconds that took."""
    started = time.perf_counter()
    embedder = SentenceEmbeddings(MODEL, precision=precision)
    embedder.document_vectors(_WARM)
    return embedder, time.perf_counter() - started


def _texts(file: Path, embedder: SentenceEmbeddings) -> list[str]:
    """Return the texts that ours embeds of a file."""
    read: list[Any] = [
        to_paper(record) for record in read_sources([file]) if not isinstance(record, Rejected)
    ]
    return to_embed([paper for paper in read if not isinstance(paper, Rejected)], embedder).texts


def _measured(
    load: float, spent: tuple[float, float], texts: list[str], embedder: SentenceEmbeddings
) -> Measured:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tokens = sum(min(embedder.window, embedder.count_tokens(text)) for text in texts)
    return {
        "load": load, "seconds": spent[0], "cpu": spent[1], "texts": len(texts), "tokens": tokens, "peak_mb": peak
    }  # fmt: skip
