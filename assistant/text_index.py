"""tantivy's indexes in folders: written once, then only read; what goes wrong is told as the store's own errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import StoreDamaged

if TYPE_CHECKING:
    from tantivy import Document, Index, Schema

_HEAP = 64_000_000
"""Bytes of new papers held in memory before they are written."""


def write_index(folder: Path | None, schema: Schema, documents: Iterable[Document]) -> Index:
    """Write an index, and return it open.

    Args:
        folder: Where it is kept; in memory where None.
        schema: Its fields.
        documents: What it holds.

    Raises:
        StoreDamaged: It can't be written.
    """
    import tantivy

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with _tantivy_errors(folder):
        index = tantivy.Index(schema, path=str(folder) if folder else None)
        # One thread: the same papers make the same index.
        writer = index.writer(heap_size=_HEAP, num_threads=1)
    for document in documents:
        with _tantivy_errors(folder):
            writer.add_document(document)
    with _tantivy_errors(folder):
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
    return index


def open_index(folder: Path) -> Index:
    """Open the index in a folder.

    Raises:
        StoreDamaged: It isn't there or can't be read.
    """
    import tantivy

    with _tantivy_errors(folder):
        index = tantivy.Index.open(str(folder))
        searcher = index.searcher()
        for _, place in searcher.search(tantivy.Query.all_query(), limit=1, count=False).hits:
            searcher.doc(place)  # a file that is cut short only shows when it is read
    return index


@contextmanager
def _tantivy_errors(folder: Path | None) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        hint = "`paperchat doctor --mend` makes it again"
        raise StoreDamaged(f"{folder}: can't be read as an index of texts: {error}", hint) from error
