"""Retrieval measured: quality and milliseconds of each way of ranking, on public test sets and by kind of case.

    python -m evals.bench.retrieval scifact scitldr-reviewer scitldr-author pubmedqa demo collection --stores DIR

Stores are kept in --stores, so that a second run only searches. Each way is better than the one before it, or is
left out of the product: the two lists, their fusion by reciprocal rank, the sum of their scores, and the sum with
the leading papers read closely, which is what `HybridRetriever` does. Milliseconds are processor time a question,
its embedding included where the way needs it. docs/retrieval.md tells what was found.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.candidates import DEPTH, find_candidates
from assistant.embedding import SentenceEmbeddings
from assistant.llm import ChosenModel
from assistant.models import Turn
from assistant.pipeline import Assistant
from assistant.rank import rank
from assistant.rerank import DEPTH as RERANKED
from assistant.rerank import Reranker, reordered
from assistant.retrieve import HybridRetriever, to_document
from assistant.store import Store
from assistant.text import question_terms
from evals.bench.case_retrieval import Ask, print_cases
from evals.bench.datasets import DATA, Dataset, load
from evals.bench.evidence_sets import CASES, store_of
from ingest.embed import embed, signature

RRF_K = 20
"""Of the fusion by reciprocal rank that the sum is compared with; the best k there (decision 0005)."""

_BATCH = 64
_SHOWN = 10

Run = dict[str, dict[str, float]]
"""Scores of papers by query."""


def main() -> None:
    """Measure the named test sets and print a table of each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+", help=f"public test sets; {' and '.join(CASES)} for the cases")
    parser.add_argument("--stores", type=Path, required=True, help="folder for the stores")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--reranker", help="a CrossEncoder by name or folder, measured too")
    arguments = parser.parse_args()
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2")
    reranker = Reranker(arguments.reranker) if arguments.reranker else None
    for name in arguments.sets:
        if name in CASES:
            store = store_of(name, arguments.stores, embedder, arguments.data)
            print_cases(name, store, asking(Assistant(store, embedder, ChosenModel(None, "measured", None))))
        else:
            dataset = load(name, arguments.data)
            store = stored(dataset, arguments.stores / name.partition("-")[0], embedder)
            measure(dataset, HybridRetriever(store=store, embedder=embedder, k=_SHOWN), reranker)
        store.close()


def asking(assistant: Assistant) -> Ask:
    """Return what finds papers as an answer would: conversation, filters, names, sides and surveys included."""

    def found(question: str, history: Sequence[Turn]) -> list[str]:
        return [each.paper_id for each in assistant.ask(question, history).retrieved]

    return found


def stored(dataset: Dataset, folder: Path, embedder: SentenceEmbeddings) -> Store:
    """Return a store of the corpus with its sentences, made where it isn't there."""
    store = Store(folder, create=True)
    if store.library.count()[0] == len(dataset.papers):
        return store
    started = time.perf_counter()
    store.library.set_meta(**signature(embedder))
    for start in range(0, len(dataset.papers), _BATCH):
        batch = [(paper, "bench") for paper in dataset.papers[start : start + _BATCH]]
        store.library.put(embed(batch, embedder))
    store.indexes()
    seconds = time.perf_counter() - started
    print(f"# {dataset.name}: {len(dataset.papers)} papers stored in {seconds:.0f} s", flush=True)
    return store


def measure(dataset: Dataset, retriever: HybridRetriever, reranker: Reranker | None = None) -> None:
    """Print a row for each way of ranking."""
    runs: dict[str, Run] = {}
    spent: dict[str, list[float]] = {}
    for id_, question in dataset.queries.items():
        for way, (scores, seconds) in ways(retriever, question, reranker).items():
            runs.setdefault(way, {})[id_] = scores
            spent.setdefault(way, []).append(seconds * 1000)
    print(f"{dataset.name}: {len(dataset.papers)} papers, {len(dataset.queries)} questions")
    print(f"{'':14} {'nDCG@10':>20} {'R@10':>7} {'MRR@10':>7} {'ms p50':>8} {'ms p95':>8}")
    for way, run in runs.items():
        ndcg, recall, mrr = measured(run, dataset.relevant)
        low, high = interval([ndcg[id_] for id_ in dataset.queries])
        mean = [sum(each.values()) / len(each) for each in (ndcg, recall, mrr)]
        times = sorted(spent[way])
        print(f"{way:14} {mean[0]:.3f} [{low:.3f} {high:.3f}] {mean[1]:7.3f} {mean[2]:7.3f} "
              f"{times[len(times) // 2]:8.1f} {times[int(len(times) * 0.95)]:8.1f}", flush=True)  # fmt: skip


def ways(
    retriever: HybridRetriever, question: str, reranker: Reranker | None = None
) -> dict[str, tuple[dict[str, float], float]]:
    """Return the scores of the papers found by each way, and the seconds of processor time that it took."""
    clock = [time.process_time()]

    def lap() -> float:
        clock.append(time.process_time())
        return clock[-1] - clock[-2]

    indexes, library = retriever.store.indexes(), retriever.store.library
    vector, terms = retriever.embedder.query_vector(question), question_terms(question)
    embedding = lap()
    lexical = dict(indexes.lexical.query(terms, DEPTH))
    words = lap()
    candidates = find_candidates(indexes, library, vector, terms)
    both = lap()
    dense = {id_: cosine for id_, (_, cosine) in candidates.dense.items()}
    fused = reciprocal([list(dense), list(lexical)])
    fusing = lap()
    summed = rank(candidates, indexes.lexical.attainable(terms))
    summing = lap()
    ranked = retriever.rank(question, vector=vector)
    product = lap()
    rows = {
        "dense": (dense, embedding + both - words),
        "BM25": (lexical, words),
        "reciprocal": (fused, embedding + both + fusing),
        "sum": (summed, embedding + both + summing),
        "read closely": ({each.paper_id: each.score for each in ranked}, embedding + product),
    }
    if reranker:
        more = retriever.rank(question, k=RERANKED, vector=vector)
        scores = {each.paper_id: each.score for each in more}
        texts = [f"{each.title}. {to_document(each).page_content}" for each in more]
        judged = dict(zip(scores, reranker.scores(question, texts), strict=True))
        rows["reranked"] = (reordered(scores, judged), embedding + lap())
    return rows


def reciprocal(lists: Sequence[Sequence[str]], k: int = RRF_K) -> dict[str, float]:
    """Fuse ranked lists by reciprocal rank (Cormack, Clarke and Büttcher 2009)."""
    scores: dict[str, float] = {}
    for ids in lists:
        for place, id_ in enumerate(ids, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (k + place)
    return scores


def measured(run: Run, relevant: dict[str, set[str]]) -> list[dict[str, float]]:
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


if __name__ == "__main__":
    main()
