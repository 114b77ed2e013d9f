"""How often texts name the right paper, another or none, and how long it takes to tell.

    python -m evals.bench.names scifact scitldr pubmedqa --stores DIR
    python -m evals.bench.names --stores DIR --times 100000

Claims, summaries and questions of the public test sets are about papers and name hardly any: what is found there
tells how often a paper is taken as named that isn't. For times an index of made-up papers is built on disk
(evals/bench/synthetic_store.py) and asked the questions of the cases that ship, in processor time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assistant.embedding import SentenceEmbeddings
from assistant.models import Paper
from assistant.name_index import NameIndex
from assistant.names import PaperNames
from evals.bench.datasets import DATA, Dataset, load
from evals.bench.evidence_sets import CASES
from evals.bench.ingest_memory import resident
from evals.bench.retrieval import stored
from evals.bench.synthetic_store import Synthetic
from evals.cases import load_cases
from evals.shipped import cases_file


def main() -> None:
    """Measure the named test sets, or the times at some number of papers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "sets", nargs="*", help="scifact, scitldr, scitldr-author, scitldr-reviewer, pubmedqa"
    )
    parser.add_argument("--stores", type=Path, required=True, help="folder for the stores")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--times", type=int, metavar="PAPERS", help="measure times at this many papers")
    arguments = parser.parse_args()
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2")
    for name in arguments.sets:
        dataset = load(name, arguments.data)
        store = stored(dataset, arguments.stores / name.partition("-")[0], embedder)
        names = PaperNames(NameIndex.build(None, dataset.papers), store.indexes().lexical.papers_with)
        print_found(dataset, names)
        store.close()
    if arguments.times:
        print_times(arguments.times)


def print_found(dataset: Dataset, names: PaperNames) -> None:
    """Print how often the right paper is named and how often another is, with what was taken for its name."""
    right, wrong = 0, []
    for id_, text in dataset.queries.items():
        sure = [named for named in names.mentions(text) if named.sure]
        right += any(named.paper_id in dataset.relevant[id_] for named in sure)
        wrong += [(text, named.said) for named in sure if named.paper_id not in dataset.relevant[id_]]
    print(
        f"{dataset.name}: {len(dataset.queries)} texts, the right paper named by {right}, others {len(wrong)} times"
    )
    for text, said in wrong:
        print(f"    {said!r} in {text[:160]!r}")


def print_times(count: int) -> None:
    """Print how long an index of `count` made-up papers takes to build, to open and to ask, and its size."""

    def papers() -> Iterator[Paper]:
        for batch in Synthetic().papers(count):
            yield from (each.paper for each in batch)

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "names"
        spent = time.process_time()
        NameIndex.build(folder, papers())
        built, spent = time.process_time() - spent, time.perf_counter()
        index = NameIndex.open(folder)
        opened = time.perf_counter() - spent
        names = PaperNames(index, lambda word: index.titles_with(word.lower()))
        questions = [case.question for name in CASES for case in load_cases(cases_file(name))]
        times = []
        for question in questions:
            spent = time.process_time()
            names.mentions(question)
            times.append(1000 * (time.process_time() - spent))
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        p50, p95 = np.percentile(times, [50, 95])
        print(f"{count:,} papers: {size:.0f} MB, built in {built:.0f} s with the drawing of the papers")
        print(f"opened in {1000 * opened:.0f} ms, a question takes {p50:.1f} ms (p95 {p95:.1f}), "
              f"{resident():.0f} MB of memory")  # fmt: skip


if __name__ == "__main__":
    main()
