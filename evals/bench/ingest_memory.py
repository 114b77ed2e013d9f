"""Memory of an ingest of any size. Usage: python -m evals.bench.ingest_memory --records 3000000.

Writes a file in the form of arXiv's metadata snapshot with made-up papers, and ingests it with the real
reader, cleaning, comparison and library; only the embedder is a stub that draws vectors. Prints the
resident memory every 100,000 records. `--index` builds the indexes too, and tells what they take.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.fakes import HashEmbeddings
from assistant.library import Vectors
from assistant.store import Store
from ingest import pipeline
from ingest.progress import Quiet

_EVERY = 100_000
_SYLLABLES = (
    "ka lo mi ter gra pho net sin tra del vec tor pro ba ble an tum ela stic mo ing opt cal the gen".split()
)


def main() -> None:
    """Print what memory and time it takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=3_000_000)
    parser.add_argument("--dimension", type=int, default=8, help="of the vectors; 384 is the default model's")
    parser.add_argument("--index", action="store_true", help="build the indexes too")
    parser.add_argument("--folder", type=Path, help="where file and store go; a temporary one if left out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="paperchat-bench-") as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"snapshot-{arguments.records}.jsonl"
        if not file.is_file():
            with file.open("w", encoding="utf-8") as lines:
                lines.writelines(snapshot(arguments.records))
        store = Store(folder / "store", create=True)
        if not arguments.index:
            store.health = lambda: []  # type: ignore[method-assign]
        watch = Watch()
        report = pipeline.ingest([file], store, DrawnVectors(arguments.dimension), progress=watch)
        watch.tell(report.read)
        print(report.model_dump_json(exclude={"rejected"}))
        size = sum(path.stat().st_size for path in (folder / "store").rglob("*") if path.is_file())
        print(f"the store takes {size / 1e9:.1f} GB of disk")
        store.close()


class Watch(Quiet):
    """Prints time and memory as records come."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._next = _EVERY

    def read(self, papers: int) -> None:
        """Print a line every so many records."""
        if papers >= self._next:
            self._next += _EVERY
            self.tell(papers)

    def indexing(self, papers: int) -> None:
        """Print a line before the indexes are built."""
        self.tell(papers)
        print("building the indexes", flush=True)

    def tell(self, papers: int) -> None:
        """Print a line."""
        seconds = time.monotonic() - self._started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(
            f"{papers:>9,} records  {seconds:7.0f} s  resident {resident():6.0f} MB  peak {peak:6.0f} MB",
            flush=True,
        )


class DrawnVectors(HashEmbeddings):
    """Draws all vectors of a batch at once: the stub should take no time."""

    def document_vectors(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return a vector a text."""
        drawn = np.random.default_rng(len(texts)).normal(size=(len(texts), self.dimension))
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def resident() -> float:
    """Return the resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def snapshot(records: int) -> Iterator[str]:
    """Yield lines in the form of arXiv's metadata snapshot, of made-up words in natural proportions."""
    chance = random.Random(1)

    def word(most: int) -> str:
        return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, most)))

    vocabulary = [word(4) for _ in range(30_000)]
    surnames = [word(2).title() for _ in range(20_000)]

    def sentence(length: int) -> str:
        found = (
            vocabulary[min(int(chance.expovariate(1 / 3000)), len(vocabulary) - 1)] for _ in range(length)
        )
        return " ".join(found).capitalize()

    for n in range(records):
        year = 1991 + n % 30
        paper = {
            "id": f"{n // 1_000_000 + 10}{n // 90_000 % 12 + 1:02}.{n % 90_000 + 10_000}",
            "authors_parsed": [[chance.choice(surnames), "A.", ""] for _ in range(3)],
            "title": sentence(9),
            "comments": "12 pages",
            "journal-ref": None,
            "doi": f"10.1000/j.{n}" if n % 3 == 0 else None,
            "categories": "cs.IR cs.CL",
            "abstract": "  " + " ".join(f"{sentence(18)}." for _ in range(7)) + "\n",
            "versions": [{"version": "v1", "created": f"Mon, 2 Apr {year} 19:18:42 GMT"}],
            "update_date": f"{year}-05-01",
        }
        yield json.dumps(paper) + "\n"


if __name__ == "__main__":
    main()
