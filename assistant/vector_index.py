"""The adapter to Chroma: one collection of passage vectors, in a folder of its own or on a server.

Chroma holds nothing that the library doesn't: a collection is written once, checked, and from then
on only read. Telemetry is off, and Chroma's own embedding function, which downloads, is never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
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


class VectorIndex:
    """A read-only collection of passage vectors under the cosine distance."""

    def __init__(self, client: ClientAPI, collection: Collection) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def open(cls, place: Path | str, name: str) -> VectorIndex:
        """Open a collection: `place` is a folder or a server's address.

        Raises:
            StoreDamaged: There is no such collection, or it can't be read.
            StoreError: The server doesn't answer.
        """
        with _chroma_errors(place):
            client = _connect(place)
            return cls(client, client.get_collection(name, embedding_function=None))

    @classmethod
    def build(cls, place: Path | str, name: str, rows: Iterable[Row]) -> VectorIndex:
        """Make a collection, fill it and check that all of it can be found again.

        Raises:
            StoreDamaged: What was written can't be read back.
            StoreError: The server doesn't answer.
        """
        with _chroma_errors(place):
            client = _connect(place)
            made = client.create_collection(name, configuration=_CONFIGURATION, embedding_function=None)
            count = 0
            left = iter(rows)
            while batch := list(islice(left, _BATCH)):
                made.add(
                    ids=[row.id for row in batch],
                    embeddings=np.stack([row.vector for row in batch]),
                    documents=[row.text for row in batch],
                    metadatas=[row.metadata for row in batch],
                )
                count += len(batch)
        index = cls(client, made)
        index.check(count)
        return index

    def check(self, expected: int) -> None:
        """Check the count and that a query for that many passages (2,000 at most) finds nearly all.

        Chroma's count can be right while its graph lost passages, hence the query.

        Raises:
            StoreDamaged: Fewer are there than expected, or they can't be read.
        """
        with _chroma_errors(self._collection.name):
            count = self._collection.count()
            wanted = min(expected, _CHECKED)
            found = wanted
            if wanted:
                probe = self._collection.get(limit=1, include=["embeddings"])["embeddings"]
                vector = np.asarray(probe, dtype=np.float32)[0]
                found = len(self.query(vector, wanted))
        if count != expected or found < _LEAST_FOUND * wanted:
            raise StoreDamaged(
                f"Chroma collection {self._collection.name}: holds {count} of {expected} passages and finds {found}",
                "it is made again from the library the next time it is needed",
            )

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """Return the `n` nearest passages as (id, cosine similarity), nearest first."""
        with _chroma_errors(self._collection.name):
            asked: Any = [vector]
            found: Any = self._collection.query(query_embeddings=asked, n_results=n, include=["distances"])
        return [
            (id_, 1.0 - distance)
            for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def drop_others(self, prefix: str, keep: set[str]) -> None:
        """Delete the server's collections whose names begin with `prefix`, but for those to keep."""
        with _chroma_errors(self._collection.name):
            for other in self._client.list_collections():
                if other.name.startswith(prefix) and other.name not in keep:
                    self._client.delete_collection(other.name)

    def close(self) -> None:
        """Let go of the files or the connection."""
        self._client.close()  # type: ignore[attr-defined]


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
