"""How long a question takes to its evidence in a large store, step by step, and what memory that takes.

    python -m evals.bench.synthetic_store 100000 --store DIR
    python -m evals.bench.search_speed --store DIR --baseline DIR2

Questions are made from papers of the store (evals/bench/synthetic_store.py), of a dozen made-up words and a
made-up vector. For the time that takes, a question in English of as many words is embedded beside each: made-up words
fall into three times as many tokens. Beside it stand plain LangChain + Chroma over the
same vectors, kept in --baseline, and exact search by NumPy, which is also what recall is measured against.
Every step goes through all questions several times, and a question's time is its fastest: that is what a
machine does that isn't doing something else. `cpu` is the median of processor time, all threads together.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from assistant.candidates import DEPTH
from assistant.embedding import SentenceEmbeddings
from assistant.evidence import select_evidence
from assistant.filters import Filters
from assistant.library import Library, Vectors
from assistant.retrieve import HybridRetriever
from assistant.store import Store
from assistant.survey import survey
from assistant.text import question_terms
from evals.bench.ingest_memory import resident
from evals.bench.synthetic_store import FIRST_YEAR, YEARS, Query, Synthetic

MODEL = "all-MiniLM-L6-v2"
BUDGET = 420
_BATCH = 2000

FILTERS = {
    "1%": Filters(venues=("Venue 7",)),
    "60%": Filters(since=FIRST_YEAR + YEARS * 2 // 5),
}
"""What the synthetic papers' years and venues are good for."""

ENGLISH = (
    "Which methods reduce the memory that attention takes over very long inputs?",
    "What does pruning the edges of a sparse graph cost in accuracy?",
    "How well do dense retrievers trained on web questions do on biomedical abstracts?",
    "Is there evidence that statins lower the risk of dementia in older adults?",
    "Compare contrastive pretraining with masked language modelling for sentence embeddings in low-resource languages.",
)
"""Eleven to thirteen words, as the made-up questions have twelve."""

Search = Callable[[Query], Sequence[str]]


@dataclass
class Times:
    """Seconds of a step by question, the fastest of all rounds, and what it found."""

    wall: dict[int, float] = field(default_factory=dict)
    cpu: dict[int, float] = field(default_factory=dict)
    found: dict[int, Sequence[str]] = field(default_factory=dict)

    def row(self, name: str, exact: dict[int, Sequence[str]] | None = None) -> str:
        """Return a line of the table; with recall against the exact lists where they are given."""
        p50, p95 = np.percentile(list(self.wall.values()), [50, 95]) * 1000
        cpu = float(np.median(list(self.cpu.values()))) * 1000
        line = f"{name:38} {p50:8.1f} {p95:8.1f} {cpu:8.1f}"
        for k in (10, 100) if exact else ():
            line += f" {np.mean([recall(self.found[n], best, k) for n, best in exact.items()]):10.3f}"  # type: ignore[union-attr]
        return line


def recall(found: Sequence[str], exact: Sequence[str], k: int) -> float:
    """Return which part of the best `k` is among the first `k` found."""
    return len(set(found[:k]) & set(exact[:k])) / len(exact[:k])


def measured(search: Search, queries: Sequence[Query], rounds: int) -> Times:
    """Go through all questions `rounds` times."""
    times = Times()
    for _ in range(rounds):
        for query in queries:
            wall, cpu = time.perf_counter(), time.process_time()
            times.found[query.paper] = search(query)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            times.wall[query.paper] = min(wall, times.wall.get(query.paper, wall))
            times.cpu[query.paper] = min(cpu, times.cpu.get(query.paper, cpu))
    return times


class Steps:
    """The steps of a search in one store, each as a function of a question."""

    def __init__(self, store: Store, embedder: SentenceEmbeddings) -> None:
        """Take the open store."""
        self.store, self.library, self.embedder = store, store.library, embedder
        self.retriever = HybridRetriever(store=store, embedder=embedder, k=10)

    def embedding(self, query: Query) -> list[str]:
        """Embed a question as long as this one."""
        self.embedder.query_vector(ENGLISH[query.paper % len(ENGLISH)])
        return []

    def dense(self, query: Query) -> list[str]:
        """Search by vector alone."""
        found = self.store.indexes().vectors.query(query.vector, DEPTH * 3 // 2)
        return [id_ for id_, _ in found]

    def lexical(self, query: Query) -> list[str]:
        """Search by words alone."""
        found = self.store.indexes().lexical.query(question_terms(query.text), DEPTH)
        return [id_ for id_, _ in found]

    def ranking(self, query: Query) -> list[str]:
        """Rank papers: both lists, names and fusion."""
        return [ranked.paper_id for ranked in self.retriever.rank(query.text, vector=query.vector)]

    def whole(self, query: Query, filters: Filters | None = None) -> list[str]:
        """Go from the question's text to its evidence."""
        self.embedding(query)
        among = self.library.matching(filters) if filters else None
        ranked = self.retriever.rank(query.text, vector=query.vector, among=among)
        lexical = self.store.indexes().lexical
        evidence = select_evidence(
            question_terms(query.text), query.vector, ranked, self.library, lexical.idf, budget=BUDGET
        )
        return [item.paper_id for item in evidence]

    def survey(self, query: Query, filters: Filters | None = None) -> list[str]:
        """Survey the question's words as a topic."""
        self.embedding(query)
        among = self.library.matching(filters) if filters else None
        found = survey(query.text, self.library, self.store.indexes(), lambda _: query.vector, among)
        return [each.ranked.paper_id for each in found.papers]


class Exact:
    """All passages' vectors in memory, compared with each question one by one."""

    def __init__(self, library: Library) -> None:
        """Read them."""
        passages = [(f"{id_}#{n}", vector) for id_, n, _, _, vector in library.passages()]
        self.ids = [id_ for id_, _ in passages]
        self.vectors: Vectors = np.stack([vector for _, vector in passages])

    def search(self, query: Query) -> list[str]:
        """Return the nearest hundred passages."""
        cosines = self.vectors @ query.vector
        first = np.argpartition(-cosines, DEPTH)[:DEPTH]
        return [self.ids[i] for i in first[np.argsort(-cosines[first])]]


def plain_chroma(folder: Path, exact: Exact, library: Library, embedder: SentenceEmbeddings) -> Search:
    """Return LangChain's similarity search over the same passages, in a Chroma made as LangChain makes it."""
    from langchain_chroma import Chroma

    chroma = Chroma("plain", embedding_function=embedder, persist_directory=str(folder))
    there = chroma._collection.count()
    texts = (text for _, _, text, _, _ in library.passages())
    for start in range(0, len(exact.ids), _BATCH):
        batch = slice(start, start + _BATCH)
        documents = list(islice(texts, len(exact.ids[batch])))
        if start >= there:
            chroma._collection.add(ids=exact.ids[batch], embeddings=exact.vectors[batch], documents=documents)

    def search(query: Query) -> list[str]:
        found = chroma.similarity_search_by_vector(query.vector.tolist(), k=DEPTH)
        return [str(document.id) for document in found]

    return search


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument(
        "--baseline", type=Path, help="folder for LangChain's Chroma; left out, it isn't measured"
    )
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    embedder = SentenceEmbeddings(MODEL)
    embedder.warm()
    with_embedder = resident()
    store = Store(arguments.store)
    papers, passages = store.library.count()
    steps = Steps(store, embedder)
    queries = _queries(papers, arguments.queries + 1)
    opening = time.perf_counter()
    steps.whole(queries.pop())
    opened, opening = resident(), time.perf_counter() - opening
    print(f"{papers:,} papers, {passages:,} passages, {os.cpu_count()} processors, "
          f"load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    rows: list[tuple[str, Times]] = [
        ("question to evidence", measured(steps.whole, queries, arguments.rounds))
    ]
    after = resident()
    for name, filters in FILTERS.items():
        filtered = partial(steps.whole, filters=filters)
        rows.append((f"… with a filter that keeps {name}", measured(filtered, queries, arguments.rounds)))
    rows.append(("survey", measured(steps.survey, queries, arguments.rounds)))
    for name, filters in FILTERS.items():
        filtered = partial(steps.survey, filters=filters)
        rows.append(
            (f"survey of the {name} that a filter keeps", measured(filtered, queries, arguments.rounds))
        )
    for name, step in _parts(steps):
        rows.append((name, measured(step, queries, arguments.rounds)))
    exact = Exact(store.library)
    by_numpy = measured(exact.search, queries, arguments.rounds)
    best = dict(by_numpy.found)
    print(f"{'milliseconds':38} {'p50':>8} {'p95':>8} {'cpu':>8} {'recall@10':>10} {'recall@100':>10}")
    for name, times in rows:
        print(times.row(name, best if name.startswith("dense") else None), flush=True)
    print(by_numpy.row("exact search by NumPy, vectors alone", best))
    if arguments.baseline:
        search = plain_chroma(arguments.baseline, exact, store.library, embedder)
        print(measured(search, queries, arguments.rounds).row("LangChain + Chroma, vectors alone", best))
    print(f"the store's first answer takes {opening:.1f} s; memory: {with_embedder:.0f} MB with the embedder, "
          f"{opened:.0f} MB after the first answer, {after:.0f} MB after {len(queries)}")  # fmt: skip
    store.close()


def _queries(papers: int, count: int) -> list[Query]:
    made = Synthetic()
    return [made.query(n * (papers // count)) for n in range(count)]


def _parts(steps: Steps) -> Iterable[tuple[str, Search]]:
    return [
        ("embedding of the question", steps.embedding),
        ("dense", steps.dense),
        ("lexical", steps.lexical),
        ("ranking: both, names, fusion", steps.ranking),
    ]


if __name__ == "__main__":
    main()
