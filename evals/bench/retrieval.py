"""Retrieval measured on public test sets: nDCG@10, Recall@10 and MRR@10 of each list and of their fusion.

    python -m evals.bench.retrieval scifact scitldr-reviewer scitldr-author --stores /tmp/bench

Stores are kept in --stores, so that a second run only searches. Baselines to beat stand in docs/retrieval.md.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from assistant.embedding import SentenceEmbeddings
from assistant.models import Ranked
from assistant.retrieve import HybridRetriever
from assistant.store import Store
from evals.bench.datasets import DATA, Dataset, load
from ingest.embed import embed, signature

_BATCH = 64
_DEPTH = 100


def main() -> None:
    """Measure the named test sets and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", nargs="+")
    parser.add_argument("--stores", type=Path, required=True, help="folder for the stores")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--precision", default="auto")
    arguments = parser.parse_args()
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2", precision=arguments.precision)
    print(f"{'set':18} {'list':8} {'nDCG@10':>16} {'R@10':>7} {'MRR@10':>7} {'queries':>8} {'ms/query':>9}")
    for name in arguments.datasets:
        dataset = load(name, arguments.data)
        store = stored(
            dataset, arguments.stores / f"{name.partition('-')[0]}-{arguments.precision}", embedder
        )
        measure(dataset, HybridRetriever(store=store, embedder=embedder, k=_DEPTH))
        store.close()


def stored(dataset: Dataset, folder: Path, embedder: SentenceEmbeddings) -> Store:
    """Return a store of the corpus's passages, made where it isn't there; sentences are left out."""
    store = Store(folder, create=True)
    if store.library.count()[0] == len(dataset.papers):
        return store
    started = time.perf_counter()
    store.library.set_meta(**signature(embedder))
    for start in range(0, len(dataset.papers), _BATCH):
        batch = [(paper, "bench") for paper in dataset.papers[start : start + _BATCH]]
        store.library.put(embed(batch, embedder, sentences=False))
    store.indexes()
    seconds = time.perf_counter() - started
    print(f"# {dataset.name}: {len(dataset.papers)} papers stored in {seconds:.0f} s", flush=True)
    return store


def measure(dataset: Dataset, retriever: HybridRetriever) -> None:
    """Print one row for the dense list, the lexical list and the fusion."""
    started = time.perf_counter()
    found = {id_: retriever.rank(text) for id_, text in dataset.queries.items()}
    milliseconds = (time.perf_counter() - started) / len(found) * 1000
    lists = {
        "dense": {id_: _by(ranked, "dense") for id_, ranked in found.items()},
        "bm25": {id_: _by(ranked, "lexical") for id_, ranked in found.items()},
        "fused": {id_: {item.paper_id: item.score for item in ranked} for id_, ranked in found.items()},
    }
    for name, run in lists.items():
        ndcg, recall, mrr = scores(run, dataset.relevant)
        low, high = interval([ndcg[id_] for id_ in dataset.queries])
        mean = [sum(each.values()) / len(each) for each in (ndcg, recall, mrr)]
        print(f"{dataset.name:18} {name:8} {mean[0]:.3f} [{low:.3f} {high:.3f}] {mean[1]:7.3f} {mean[2]:7.3f} "
              f"{len(found):8} {milliseconds:9.1f}", flush=True)  # fmt: skip


def scores(run: dict[str, dict[str, float]], relevant: dict[str, set[str]]) -> list[dict[str, float]]:
    """Return nDCG@10, Recall@10 and MRR@10 by query; a query that found nothing counts as 0."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = [nDCG @ 10, R @ 10, RR @ 10]
    qrels = {id_: dict.fromkeys(gold, 1) for id_, gold in relevant.items()}
    values: dict[object, dict[str, float]] = {m: dict.fromkeys(relevant, 0.0) for m in measures}
    for metric in ir_measures.iter_calc(measures, qrels, run):
        values[metric.measure][metric.query_id] = metric.value
    return [values[m] for m in measures]


def interval(values: list[float], rounds: int = 1000) -> tuple[float, float]:
    """Return the bootstrap 95% interval of a mean."""
    draw = random.Random(0)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return means[int(rounds * 0.025)], means[int(rounds * 0.975)]


def _by(ranked: list[Ranked], field: str) -> dict[str, float]:
    return {item.paper_id: value for item in ranked if (value := getattr(item, field)) is not None}


if __name__ == "__main__":
    main()
