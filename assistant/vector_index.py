"""The adapter to Chroma: collections of passage vectors, each in a folder of its own or on a server.

Chroma holds nothing that the library doesn't: a collection is written once, checked, and from then
on only read. Chroma has a collection's graph in memory, so a large collection of papers is spread over
several, which are made one after the other and searched at once. Telemetry is off, and Chroma's own
embedding function, which downloads, is never used.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from assistant.errors import StoreDamaged, StoreError
from assistant.library import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

# Chroma's defaults lose neighbours as a collection grows (recall@10 .86 at 100,000 passages); these keep
# .997 at 60,000 for about a millisecond more. They can only be set when a collection is made.
_CONFIGURATION: Any = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
}
LARGEST = 500_000
"""Passages in one collection: with 384 dimensions its graph takes 1.2 GB of memory while it is made."""

_BATCH = 2000
_CHECKED = 2000
_LEAST_FOUND = 0.9
"""Share of the passages that a query for all of them must find: the graph is approximate, the more so where many
passages are the same, but a torn one finds a small part."""


@dataclass(frozen=True)
class Row:
    """A passage as it goes into Chroma; `vector` is a unit vector of shape (dimension,)."""

    id: str
    text: str
    vector: Vectors
    metadata: dict[str, str | int]


class _Part:
    """One Chroma collection, opened when it is first needed."""

    def __init__(self, place: Path | str, name: str) -> None:
        self.place, self.name = place, name
        self._opened: tuple[ClientAPI, Collection] | None = None
        self._mutex = Lock()

    def make(self, rows: Iterable[Row]) -> int:
        """Make the collection and fill it; return how many rows there were. It stays open."""
        count = 0
        with _chroma_errors(self.place):
            client = _connect(self.place)
            made = client.create_collection(self.name, configuration=_CONFIGURATION, embedding_function=None)
            self._opened = (client, made)
        left = iter(rows)
        while batch := list(islice(left, _BATCH)):
            with _chroma_errors(self.place):
                made.add(
                    ids=[row.id for row in batch],
                    embeddings=np.stack([row.vector for row in batch]),
                    documents=[row.text for row in batch],
                    metadatas=[row.metadata for row in batch],
                )
            count += len(batch)
        return count

    def open(self) -> tuple[ClientAPI, Collection]:
        with self._mutex, _chroma_errors(self.place):
            if self._opened is None:
                client = _connect(self.place)
                self._opened = (client, client.get_collection(self.name, embedding_function=None))
            return self._opened

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        collection = self.open()[1]
        with _chroma_errors(self.place):
            asked: Any = [vector]
            found: Any = collection.query(query_embeddings=asked, n_results=n, include=["distances"])
        distances = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in distances]

    def found(self) -> tuple[int, int, int]:
        """Return its count, how many passages a query asks for (2,000 at most), and how many it finds.

        Chroma's count can be right while its graph lost passages, hence the query.
        """
        collection = self.open()[1]
        with _chroma_errors(self.place):
            count = collection.count()
            wanted = min(count, _CHECKED)
            if not wanted:
                return 0, 0, 0
            probe = collection.get(limit=1, include=["embeddings"])["embeddings"]
        return count, wanted, len(self.query(np.asarray(probe, dtype=np.float32)[0], wanted))

    def close(self) -> None:
        with self._mutex:
            if self._opened is not None:
                self._opened[0].close()  # type: ignore[attr-defined]
                self._opened = None


class VectorIndex:
    """A read-only index of passage vectors under the cosine distance, in as many collections as it needs."""

    def __init__(self, place: Path | str, name: str, passages: int) -> None:
        """Name an index that is there: `place` is a folder or a server's address. It opens when first used."""
        count = max(1, -(-passages // LARGEST))
        self._parts = [_part(place, name, i) for i in range(count)]
        self._passages = passages
        self._threads = ThreadPoolExecutor(max_workers=count, thread_name_prefix="vectors")

    @classmethod
    def build(cls, place: Path | str, name: str, rows: Iterable[Row]) -> VectorIndex:
        """Make an index and check that all of it can be found again.

        Raises:
            StoreDamaged: What was written can't be read back.
            StoreError: The server doesn't answer.
        """
        left = iter(rows)
        parts: list[_Part] = []
        count = 0
        try:
            while True:
                parts.append(_part(place, name, len(parts)))
                count += parts[-1].make(islice(left, LARGEST))
                if (row := next(left, None)) is None:
                    break
                parts[-1].close()  # a graph is in memory as long as it is open: one at a time
                left = itertools.chain((row,), left)
            index = cls(place, name, count)
            index._parts = parts
            index.check()
        except BaseException:
            for part in parts:
                part.close()
            raise
        return index

    def check(self) -> None:
        """Check the count of each collection, and that a query for its passages finds nearly all.

        Raises:
            StoreDamaged: Fewer are there than expected, or they can't be read.
            StoreError: The server doesn't answer.
        """
        total = 0
        for part in self._parts:
            count, wanted, found = part.found()
            total += count
            if len(self._parts) > 1:
                part.close()
            if found < _LEAST_FOUND * wanted:
                raise self._damaged(f"finds {found} of {wanted} passages in {part.name}")
        if total != self._passages:
            raise self._damaged(f"holds {total} of {self._passages} passages")

    def _damaged(self, what: str) -> StoreDamaged:
        hint = "it is made again from the library the next time it is needed"
        return StoreDamaged(f"Chroma at {self._parts[0].place}: {what}", hint)

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """Return the `n` nearest passages as (id, cosine similarity), nearest first."""
        if len(self._parts) == 1:
            return self._parts[0].query(vector, n)
        found = self._threads.map(lambda part: part.query(vector, n), self._parts)
        return sorted(itertools.chain.from_iterable(found), key=lambda item: (-item[1], item[0]))[:n]

    def drop_others(self, prefix: str, keep: set[str]) -> None:
        """Delete the server's collections whose names begin with `prefix`, but for those to keep."""
        client = self._parts[0].open()[0]
        with _chroma_errors(self._parts[0].place):
            for other in client.list_collections():
                if other.name.startswith(prefix) and other.name.rpartition("-part")[0] not in keep:
                    client.delete_collection(other.name)

    def close(self) -> None:
        """Let go of the files or the connections."""
        self._threads.shutdown()
        for part in self._parts:
            part.close()


def _part(place: Path | str, name: str, number: int) -> _Part:
    return _Part(place / str(number) if isinstance(place, Path) else place, f"{name}-part{number}")


def _connect(place: Path | str) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if isinstance(place, Path):
        return chromadb.PersistentClient(path=str(place), settings=settings)
    address = urlsplit(place)
    secure = address.scheme == "https"
    port = address.port or (443 if secure else 8000)
    return chromadb.HttpClient(host=address.hostname or "", port=port, ssl=secure, settings=settings)


@contextmanager
def _chroma_errors(place: Path | str) -> Iterator[None]:
    """Turn what Chroma raises into the project's errors; it raises bare ValueErrors and its own tree."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        if not isinstance(place, Path) and place.startswith("http"):
            hint = "start it (`chroma run`) or take the embedded one: PAPERCHAT_CHROMA=embedded"
            raise StoreError(f"Chroma server {place}: {error}", hint, retryable=True) from error
        raise StoreDamaged(
            f"Chroma at {place}: {error}", "`paperchat doctor --mend` makes it again"
        ) from error
