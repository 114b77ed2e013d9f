"""Fit the weights of assistant/evidence_score.py, and tell how well they do on sets that they weren't fitted on.

    python -m evals.bench.fit_evidence demo collection scifact check_covid --stores DIR

The model is a conditional logit (McFadden 1974): of all sentences of the papers retrieved for a question, which is
a gold one? Each set counts the same, however many questions it has. Figures on a set are of a fit on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.evidence_score import FEATURES, WEIGHTS, features, read_asked
from assistant.evidence_text import read_texts
from assistant.pipeline import Assistant
from evals.bench.datasets import DATA
from evals.bench.evidence import assistant_over, find, near_words
from evals.bench.evidence_sets import CASES, CLAIMS, Known, answers, known_questions

Values = NDArray[np.float64]
Question = tuple[Values, NDArray[np.bool_]]
"""The features of the sentences at hand, and which of them are gold ones."""

RIDGE = 0.01
"""Penalty of a squared weight, features scaled to one standard deviation."""

SCALE = 10
"""Weights are kept as a tenth, so that scores have the size of cosines."""


def main() -> None:
    """Fit, cross-validate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+", choices=(*CASES, *CLAIMS))
    parser.add_argument("--stores", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    sets: dict[str, list[Question]] = {}
    for name in arguments.sets:
        assistant = assistant_over(name, arguments.stores, arguments.data)
        sets[name] = [
            read(assistant, known) for known in known_questions(name, assistant.store, arguments.data)
        ]
        assistant.store.close()
    print(
        f"{'held out':14}{'gold first':>12}{'among 3':>10}{'among 10':>10}{'MRR':>8}   with the weights in force"
    )
    for name, questions in sets.items():
        others = [each for other, each in sets.items() if other != name]
        held_out = ranks(questions, fit(others)) if others else []
        print(f"{name:14}" + _figures(held_out) + "  " + _figures(ranks(questions, WEIGHTS)))
    for name, questions in sets.items():
        print(f"{name:14}" + _weights(fit([questions])))
    print(f"{'all':14}" + _weights(fit(list(sets.values()))))


def read(assistant: Assistant, known: Known) -> Question:
    """Retrieve for a question, and return the features of all sentences at hand."""
    item = find(assistant, known)
    vector = assistant.embedder.query_vector(item.asked.topic)
    idf = assistant.store.indexes().lexical.idf
    asked = read_asked(item.asked.topic, item.asked.terms, vector, idf, near_words(assistant))
    ranked = {each.paper_id: each for each in item.retrieved}
    papers = read_texts(assistant.store.library, list(ranked))
    spans = [(paper.paper_id, start, end) for paper in papers for start, end in paper.spans]
    gold = np.array([any(answers(span, each) for each in known.gold) for span in spans], dtype=bool)
    rows = features(asked, papers, ranked)
    return (np.concatenate(rows) if rows else np.zeros((0, len(FEATURES)))), gold


def fit(sets: Sequence[Sequence[Question]]) -> Values:
    """Return the weights that make the gold sentences likeliest."""
    from scipy.optimize import minimize

    usable = [[question for question in questions if question[1].any()] for questions in sets]
    spread = np.concatenate([rows for questions in usable for rows, _ in questions]).std(axis=0) + 1e-9
    scaled = [[(rows / spread, gold) for rows, gold in questions] for questions in usable]

    def loss(weights: Values) -> tuple[float, Values]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for questions in scaled:
            for rows, gold in questions:
                values = rows @ weights
                odds = np.exp(values - values.max())
                share = len(questions) * len(scaled)
                total -= float(np.log(odds[gold].sum() / odds.sum())) / share
                slope = slope + (odds / odds.sum() - odds * gold / odds[gold].sum()) @ rows / share
        return total, slope

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / spread / SCALE)


def ranks(questions: Sequence[Question], weights: Values) -> list[int]:
    """Return for each question how many sentences score better than its best gold one; many where there is none."""
    found = []
    for rows, gold in questions:
        values = rows @ weights
        found.append(int((values > values[gold].max()).sum()) if gold.any() else 10**6)
    return found


def _figures(found: Sequence[int]) -> str:
    if not found:
        return f"{'-':>12}{'-':>10}{'-':>10}{'-':>8}"
    places = np.array(found)
    shares = [float((places < k).mean()) for k in (1, 3, 10)]
    return f"{shares[0]:12.3f}{shares[1]:10.3f}{shares[2]:10.3f}{float((1 / (1 + places)).mean()):8.3f}"


def _weights(weights: Values) -> str:
    return ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True))


if __name__ == "__main__":
    main()
