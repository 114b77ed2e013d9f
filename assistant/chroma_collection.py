"""One Chroma collection of passage vectors, in a folder of its own or on a server.

It is written once and from then on only read. Telemetry is off, and Chroma's own embedding function,
which downloads, is never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

# Chroma's defaults lose neighbours as a collection grows: recall@10 is .86 at 100,000 passages. With these recall@100
# is .997 there, in 4.4 ms (ef_search 200: .988 in 2.4 ms; evals/bench/search_speed.py).
_CONFIGURATION: Any = {
    "hnsw": {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 400}
}
_BATCH = 2000
_WRITTEN = 20_000
"""Passages after which a growing graph is written to disk. Chroma writes all of it each time, by default after
every 1,000 passages: 225 GB for a collection of half a million."""

_CHECKED = 2000


@dataclass(frozen=True)
class Row:
    """A passage as it goes into Chroma; `vector` is a unit vector of shape (dimension,).

    Its text isn't there: nothing reads it, and Chroma's index of texts takes as long to make as the graph and ten
    times the disk.
    """

    id: str
    vector: Vectors


class ChromaCollection:
    """One Chroma collection, opened when it is first needed."""

    def __init__(self, place: Path | str, name: str) -> None:
        """Name the collection: `place` is a folder or a server's address."""
        self.place, self.name = place, name
        self._opened: tuple[ClientAPI, Collection] | None = None
        self._mutex = Lock()

    def make(self, rows: Iterable[Row], expected: int) -> int:
        """Make the collection and fill it; return how many rows there were, whatever was expected. It stays open."""
        count = 0
        # What isn't written when the last passage comes is added anew at every opening, a millisecond each. So
        # the graph is written after equal shares, and the batches end where the shares do.
        share = max(2, expected // max(1, round(expected / _WRITTEN)))
        size = -(-share // max(1, round(share / _BATCH)))
        configuration: Any = {"hnsw": _CONFIGURATION["hnsw"] | {"sync_threshold": share}}
        with chroma_errors(self.place):
            client = connect(self.place)
            made = client.create_collection(self.name, configuration=configuration, embedding_function=None)
            self._opened = (client, made)
        left = iter(rows)
        while batch := list(islice(left, min(size, share - count % share))):
            with chroma_errors(self.place):
                made.add(ids=[row.id for row in batch], embeddings=np.stack([row.vector for row in batch]))
            count += len(batch)
        return count

    def open(self) -> tuple[ClientAPI, Collection]:
        """Return Chroma's client and collection."""
        with self._mutex, chroma_errors(self.place):
            if self._opened is None:
                client = connect(self.place)
                self._opened = (client, client.get_collection(self.name, embedding_function=None))
            return self._opened

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """Return the `n` nearest passages as (id, cosine similarity), nearest first."""
        collection = self.open()[1]
        with chroma_errors(self.place):
            asked: Any = [vector]
            found: Any = collection.query(query_embeddings=asked, n_results=n, include=["distances"])
        distances = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in distances]

    def found(self) -> tuple[int, int, int]:
        """Return its count, how many passages a query asks for (2,000 at most), and how many it finds.

        Chroma's count can be right while its graph lost passages, hence the query.
        """
        collection = self.open()[1]
        with chroma_errors(self.place):
            count = collection.count()
            wanted = min(count, _CHECKED)
            if not wanted:
                return 0, 0, 0
            probe = collection.get(limit=1, include=["embeddings"])["embeddings"]
        return count, wanted, len(self.query(np.asarray(probe, dtype=np.float32)[0], wanted))

    def close(self) -> None:
        """Let go of the files or the connection."""
        with self._mutex:
            if self._opened is not None:
                self._opened[0].close()  # type: ignore[attr-defined]
                self._opened = None


def connect(place: Path | str) -> ClientAPI:
    """Return a client of the Chroma in a folder, or of a server."""
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
def chroma_errors(place: Path | str) -> Iterator[None]:
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
