"""The nearest passages: Chroma's graphs of all vectors, and a flat file of them for what filters leave.

Chroma holds nothing that the library doesn't. It has a collection's graph in memory, so a large collection of papers
is spread over several, which are made one after the other and searched at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from assistant.chroma_collection import ChromaCollection, Row, chroma_errors
from assistant.errors import StoreDamaged
from assistant.library import Vectors
from assistant.passage_vectors import PassageVectors

__all__ = ["Row", "VectorIndex"]

LARGEST = 500_000
"""Passages in one collection: with 384 dimensions its graph takes 1.2 GB of memory while it is made."""

_SPARE = 1.3
"""Times the passages that a filter should leave, on average, that are asked for."""

_COMPARED = 3
"""Papers of a filter that can be compared one by one in the time in which the graph finds one passage."""

_LEAST_FOUND = 0.9
"""Share of the passages that a query for all of them must find: the graph is approximate, the more so where many
passages are the same, but a torn one finds a small part."""


class VectorIndex:
    """A read-only index of passage vectors under the cosine distance, in as many collections as it needs."""

    def __init__(self, place: Path | str, name: str, passages: int, flat: Path) -> None:
        """Name an index that is there; it opens when it is first used.

        Args:
            place: Chroma's folder, or a server's address.
            name: The index's name.
            passages: How many it holds.
            flat: The folder of the same vectors in a file, for small filters.

        Raises:
            StoreDamaged: That file isn't there or isn't whole.
        """
        self.flat = PassageVectors(flat, passages)
        count = max(1, -(-passages // LARGEST))
        self._parts = [_part(place, name, i) for i in range(count)]
        self._passages = passages
        self._threads = ThreadPoolExecutor(max_workers=count, thread_name_prefix="vectors")

    @classmethod
    def build(
        cls, place: Path | str, name: str, rows: Iterable[Row], expected: int, flat: Path
    ) -> VectorIndex:
        """Make an index and check that all of it can be found again.

        Args:
            place: A folder or a server's address.
            name: The index's name.
            rows: The passages.
            expected: How many there are; if it turns out wrong, the index opens more slowly.
            flat: The folder for the same vectors in a file.

        Raises:
            StoreDamaged: What was written can't be read back.
            StoreError: The server doesn't answer.
        """
        left: Iterator[Row] = PassageVectors.kept(flat, rows)
        parts: list[ChromaCollection] = []
        count = 0
        try:
            while True:
                parts.append(_part(place, name, len(parts)))
                count += parts[-1].make(islice(left, LARGEST), min(LARGEST, max(0, expected - count)))
                if (row := next(left, None)) is None:
                    break
                parts[-1].close()  # a graph is in memory as long as it is open: one at a time
                left = itertools.chain((row,), left)
            index = cls(place, name, count, flat)
            index._parts = parts
            index.check()
        except BaseException:
            for part in parts:
                part.close()
            raise
        return index

    def check(self, *, keep: bool = False) -> None:
        """Check the count of each collection, and that a query for its passages finds nearly all.

        Args:
            keep: Keep all collections open, for they will be searched; else there is one in memory at a time.

        Raises:
            StoreDamaged: Fewer are there than expected, or they can't be read.
            StoreError: The server doesn't answer.
        """
        total = 0
        for part in self._parts:
            count, wanted, found = part.found()
            total += count
            if len(self._parts) > 1 and not keep:
                part.close()
            if found < _LEAST_FOUND * wanted:
                raise self._damaged(f"finds {found} of {wanted} passages in {part.name}")
        if total != self._passages:
            raise self._damaged(f"holds {total} of {self._passages} passages")

    def _damaged(self, what: str) -> StoreDamaged:
        hint = "it is made again from the library the next time it is needed"
        return StoreDamaged(f"Chroma at {self._parts[0].place}: {what}", hint)

    def query(self, vector: Vectors, n: int, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return the `n` nearest passages as (id, cosine similarity), nearest first.

        Args:
            vector: A unit vector, shape (dimension,).
            n: How many at the most.
            among: Ids of the papers to choose from, best as a set; all where None. The passages of few papers are
                compared one by one; of many, the graph's nearest are filtered.
        """
        if among is None:
            return self._nearest(vector, n)
        wanted = int(_SPARE * n * self.flat.papers(len(vector)) / max(1, len(among))) + 1
        if len(among) > _COMPARED * wanted:
            found = [item for item in self._nearest(vector, wanted) if item[0].rpartition("#")[0] in among]
            if len(found) >= n:
                return found[:n]
        return self.flat.query(vector, n, among)

    def _nearest(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        if len(self._parts) == 1:
            return self._parts[0].query(vector, n)
        found = self._threads.map(lambda part: part.query(vector, n), self._parts)
        return sorted(itertools.chain.from_iterable(found), key=lambda item: (-item[1], item[0]))[:n]

    def drop_others(self, prefix: str, keep: set[str]) -> None:
        """Delete the server's collections whose names begin with `prefix`, but for those to keep."""
        client = self._parts[0].open()[0]
        with chroma_errors(self._parts[0].place):
            for other in client.list_collections():
                if other.name.startswith(prefix) and other.name.rpartition("-part")[0] not in keep:
                    client.delete_collection(other.name)

    def close(self) -> None:
        """Let go of the files or the connections."""
        self._threads.shutdown()
        for part in self._parts:
            part.close()


def _part(place: Path | str, name: str, number: int) -> ChromaCollection:
    return ChromaCollection(place / str(number) if isinstance(place, Path) else place, f"{name}-part{number}")
