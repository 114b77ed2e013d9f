"""Fit the weights of assistant/rank.py, and tell how well they do on sets that they weren't fitted on.

    python -m evals.bench.fit_rank scifact scitldr-reviewer scitldr-author pubmedqa demo collection --stores DIR

The model is a conditional logit (McFadden 1974): which of the 30 leading papers of a question is a gold one? Each set
counts the same, however many questions it has. scitldr's two sets share their papers and are held out together.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.candidates import find_candidates
from assistant.closeness import read_closely
from assistant.embedding import SentenceEmbeddings
from assistant.evidence_score import read_asked
from assistant.question import read_question
from assistant.rank import COVERED, LEXICAL, SENTENCE, standing
from assistant.retrieve import HybridRetriever
from assistant.store import Store
from assistant.text import question_terms
from evals.bench.datasets import DATA, load
from evals.bench.evidence_sets import CASES, store_of
from evals.bench.retrieval import stored
from evals.cases import load_cases
from evals.cases.papers import PaperIndex, resolve_case
from evals.shipped import cases_file

Values = NDArray[np.float64]
Question = tuple[Values, NDArray[np.bool_], int]
"""Features of the leading papers, shape (papers, 4), which of them are gold, and how many gold papers there are."""

NAMES = ("cosine", "BM25", "covered", "sentence")
IN_FORCE = np.array([1.0, LEXICAL, COVERED, SENTENCE])
LEADING = 30
RIDGE = 1e-4


def main() -> None:
    """Fit, cross-validate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--stores", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2")
    sets = {name: questions(name, arguments.stores, arguments.data, embedder) for name in arguments.sets}
    print(f"nDCG@10        {'held out':>9} {'in force':>9} {'fitted':>9}   weights of the fit on the others")
    for name, rows in sets.items():
        others = [each for other, each in sets.items() if other.partition("-")[0] != name.partition("-")[0]]
        weights = fit(others) if others else IN_FORCE
        figures = [ndcg(rows, each) for each in (weights, IN_FORCE, fit([rows]))]
        print(f"{name:16}" + " ".join(f"{figure:8.4f} " for figure in figures) + f" {_told(weights)}")
    print(f"{'all':46}{_told(fit(list(sets.values())))}")


def questions(name: str, stores: Path, data: Path, embedder: SentenceEmbeddings) -> list[Question]:
    """Return the leading papers of each question of a set."""
    if name in CASES:
        store = store_of(name, stores, embedder, data)
        index = PaperIndex.of(store.library)
        cases = [resolve_case(case, index)[0] for case in load_cases(cases_file(name))]
        asked = [(read_question(case.question).topic, set(case.gold)) for case in cases if not case.history]
    else:
        dataset = load(name, data)
        store = stored(dataset, stores / name.partition("-")[0], embedder)
        asked = [(text, dataset.relevant[id_]) for id_, text in dataset.queries.items()]
    retriever = HybridRetriever(store=store, embedder=embedder)
    found = [read(retriever, store, text, gold) for text, gold in asked if gold]
    store.close()
    return found


def read(retriever: HybridRetriever, store: Store, question: str, gold: set[str]) -> Question:
    """Return the features of a question's leading papers; names are left aside."""
    indexes = store.indexes()
    vector, terms = retriever.embedder.query_vector(question), question_terms(question)
    candidates = find_candidates(indexes, store.library, vector, terms)
    stands = standing(candidates, indexes.lexical.attainable(terms))
    leading = sorted(stands, key=lambda id_: -sum(stands[id_]))[:LEADING]
    asked = read_asked(question, terms, vector, indexes.lexical.idf, retriever.near)
    close = read_closely(asked, leading, store.library)
    rows = [(*stands[id_], close[id_].covered, close[id_].sentence) for id_ in leading]
    return np.array(rows), np.array([id_ in gold for id_ in leading]), len(gold)


def fit(sets: Sequence[Sequence[Question]]) -> Values:
    """Return the weights that make the gold papers likeliest, as multiples of the cosine's."""
    from scipy.optimize import minimize

    usable = [[each for each in rows if each[1].any()] for rows in sets]

    def loss(weights: Values) -> tuple[float, Values]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for rows in usable:
            for features, gold, _ in rows:
                values = features @ weights
                odds = np.exp(values - values.max())
                odds /= odds.sum()
                total -= float(np.log(odds[gold] + 1e-12).mean()) / len(rows)
                slope = slope + (odds - gold / gold.sum()) @ features / len(rows)
        return total, slope

    found = minimize(loss, np.ones(len(NAMES)), jac=True, method="L-BFGS-B").x
    return np.asarray(found / found[0])


def ndcg(rows: Sequence[Question], weights: Values) -> float:
    """Return the mean nDCG@10."""
    discounts = 1 / np.log2(np.arange(2, 12))
    found = []
    for features, gold, wanted in rows:
        best = gold[np.argsort(-(features @ weights), kind="stable")][:10]
        found.append(float(best @ discounts[: len(best)]) / float(discounts[: min(10, wanted)].sum()))
    return float(np.mean(found))


def _told(weights: Values) -> str:
    return ", ".join(f"{name} {weight:.2f}" for name, weight in zip(NAMES, weights, strict=True))


if __name__ == "__main__":
    main()
