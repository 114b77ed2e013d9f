"""All passage vectors in one flat file, for exact search among the papers of a filter, and for surveys of all.

A graph searches a part of itself badly: Chroma, given the passages that a filter keeps, takes 48 ms for 1% of
100,000. Here they are read from the mapped file and compared at once, in 1.4 ms. They lie in the order of
passages; papers are found by the hash of their id, so that ids take no memory.

    vectors.f32     unit vectors, one after the other
    ids.txt         passage ids, one after the other
    ends.i64        where each id ends in ids.txt
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreDamaged
from assistant.library import Vectors

if TYPE_CHECKING:
    from assistant.chroma_collection import Row

_AT_ONCE = 256
"""Vectors compared at once: so few stay in the processor's cache between being read and being multiplied."""


class PassageVectors:
    """A read-only file of vectors; opened when it is first searched, and safe to share between threads."""

    def __init__(self, folder: Path, passages: int) -> None:
        """Name the folder; nothing is read but the sizes of its files.

        Raises:
            StoreDamaged: The files aren't there, or not of the size for that many passages.
        """
        self._folder, self._passages = folder, passages
        self._mutex = Lock()
        self._opened: _Files | None = None
        try:
            sizes = [(folder / name).stat().st_size for name in ("vectors.f32", "ends.i64")]
            ids = (folder / "ids.txt").stat().st_size
            ends = np.fromfile(folder / "ends.i64", dtype=np.int64, count=1, offset=max(0, sizes[1] - 8))
        except OSError as error:
            raise StoreDamaged(
                f"{folder}: {error.strerror}", "`paperchat doctor --mend` makes it again"
            ) from error
        width = sizes[0] // max(1, passages)
        if sizes != [width * passages, 8 * passages] or width % 4 or (passages and int(ends[0]) != ids):
            raise StoreDamaged(f"{folder}: is cut short", "`paperchat doctor --mend` makes it again")

    @staticmethod
    def kept(folder: Path, rows: Iterable[Row]) -> Iterator[Row]:
        """Write rows to the files in `folder` as they pass through."""
        folder.mkdir(parents=True, exist_ok=True)
        end = 0
        with (
            (folder / "vectors.f32").open("wb") as vectors,
            (folder / "ids.txt").open("wb") as ids,
            (folder / "ends.i64").open("wb") as ends,
        ):
            for row in rows:
                vectors.write(np.ascontiguousarray(row.vector, dtype=np.float32).tobytes())
                end += ids.write(row.id.encode())
                ends.write(np.int64(end).tobytes())
                yield row

    def papers(self, dimension: int) -> int:
        """Return how many papers have passages here."""
        return self._open(dimension).papers if self._passages else 0

    def query(self, vector: Vectors, n: int, among: Collection[str]) -> list[tuple[str, float]]:
        """Return the `n` nearest passages of some papers as (id, cosine similarity), nearest first.

        Args:
            vector: A unit vector, shape (dimension,).
            n: How many at the most.
            among: Ids of papers; those that aren't there are passed over.
        """
        if not self._passages or not among or n < 1:
            return []
        files = self._open(len(vector))
        rows = files.rows_of(among)
        cosines = files.cosines(vector[np.newaxis], rows)
        best = np.argpartition(-cosines, n)[:n] if n < len(rows) else np.arange(len(rows))
        found = [(files.id_of(int(rows[i])), float(cosines[i])) for i in best]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def compare(self, asked: Vectors, among: Collection[str] | None = None) -> Compared:
        """Compare every paper, by its passage that is nearest to any of some vectors.

        Args:
            asked: Unit vectors, shape (vectors, dimension).
            among: Ids of papers; those that aren't there are passed over. All where None.
        """
        if not self._passages or (among is not None and not among):
            return Compared(np.zeros(0), np.zeros(0, np.int64), None)
        files = self._open(asked.shape[1])
        rows = None if among is None else files.rows_of(among)
        cosines = files.cosines(asked, rows)
        best = files.best_of_papers(cosines, rows)
        rows = best if rows is None else rows[best]
        return Compared(cosines[best].astype(np.float64), rows, files)

    def spread(self, n: int, dimension: int) -> list[str]:
        """Return the ids of `n` papers, evenly spread over all; all of them where they are fewer."""
        return self._open(dimension).spread(n) if self._passages else []

    def _open(self, dimension: int) -> _Files:
        with self._mutex:
            if self._opened is None:
                self._opened = _Files(self._folder, self._passages, dimension)
            return self._opened


@dataclass(frozen=True)
class Compared:
    """Papers in the order of their passages, each with the cosine of its nearest one."""

    cosines: NDArray[np.float64]
    _rows: NDArray[np.int64]
    _files: _Files | None

    def passage(self, place: int) -> tuple[str, int]:
        """Return a paper's id and the number of its nearest passage, by its place here."""
        assert self._files is not None, "where there are no files there is no place"
        paper_id, _, n = self._files.id_of(int(self._rows[place])).rpartition("#")
        return paper_id, int(n)

    def places(self, papers: Collection[str]) -> list[int]:
        """Return the places of papers, in order; those that weren't compared are passed over."""
        if self._files is None:
            return []
        here = self._files.numbers[self._rows]
        asked = np.unique(self._files.numbers[self._files.rows_of(papers)])
        places = np.searchsorted(here, asked)
        return places[here[np.minimum(places, len(here) - 1)] == asked].tolist() if len(here) else []


class _Files:
    """The mapped files, and the hashes of the passages' papers in order with the rows they belong to."""

    def __init__(self, folder: Path, passages: int, dimension: int) -> None:
        try:
            self.vectors = np.memmap(
                folder / "vectors.f32", dtype=np.float32, mode="r", shape=(passages, dimension)
            )
            self._ids = np.memmap(folder / "ids.txt", dtype=np.uint8, mode="r")
            self._ends = np.fromfile(folder / "ends.i64", dtype=np.int64)
        except (OSError, ValueError) as error:
            raise StoreDamaged(f"{folder}: {error}", "`paperchat doctor --mend` makes it again") from error
        hashes = np.fromiter((hash(_paper(self.id_of(row))) for row in range(passages)), np.int64, passages)
        self._rows = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._rows]
        self.papers = int(np.count_nonzero(np.diff(self._hashes))) + 1
        # a paper's passages follow each other
        self.numbers = np.cumsum(np.diff(hashes, prepend=hashes[:1]) != 0, dtype=np.int32)

    def id_of(self, row: int) -> str:
        """Return a passage's id."""
        start = int(self._ends[row - 1]) if row else 0
        return self._ids[start : int(self._ends[row])].tobytes().decode()

    def cosines(self, asked: Vectors, rows: NDArray[np.int64] | None) -> Vectors:
        """Return the largest cosine of each row, or of all, with any of the vectors of shape (vectors, dimension)."""
        best = np.empty(len(self.vectors) if rows is None else len(rows), dtype=np.float32)
        for start in range(0, len(best), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            np.max(self.vectors[some if rows is None else rows[some]] @ asked.T, axis=1, out=best[some])
        return best

    def best_of_papers(self, cosines: Vectors, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Return the place of each paper's largest cosine, where each stands for a row, or for all in order."""
        numbers = self.numbers if rows is None else self.numbers[rows]
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        largest = np.repeat(
            np.maximum.reduceat(cosines, starts) if len(starts) else cosines,
            np.diff(starts, append=len(numbers)),
        )
        hits = np.flatnonzero(cosines == largest)
        return hits[np.flatnonzero(np.diff(numbers[hits], prepend=-1))]

    def spread(self, n: int) -> list[str]:
        """Return the ids of `n` papers at even distances."""
        chosen = np.unique(np.linspace(0, self.papers - 1, min(n, self.papers)).astype(int))
        rows = np.searchsorted(self.numbers, chosen)
        return [_paper(self.id_of(int(row))) for row in rows]

    def rows_of(self, papers: Collection[str]) -> NDArray[np.int64]:
        """Return the rows of papers' passages, in order."""
        wanted = np.sort(np.fromiter((hash(id_) for id_ in papers), np.int64, len(papers)))
        first = np.searchsorted(self._hashes, wanted, "left")
        count = np.searchsorted(self._hashes, wanted, "right") - first
        places = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
        return np.sort(self._rows[places])


def _paper(passage_id: str) -> str:
    return passage_id.rpartition("#")[0]
