"""Fit the weights of assistant/abstain.py, and tell how well they do on questions they weren't fitted on.

    python -m evals.bench.fit_abstain evals/cases/collection.jsonl --store DIR

Answerable and unanswerable questions come from cases over the store's collection; more unanswerable ones
from readers' questions about other papers of the same field (QASA) and from another field (PubMedQA).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.abstain import Signals
from assistant.models import Turn
from assistant.pipeline import Assistant
from assistant.wiring import build_assistant
from evals.bench.datasets import DATA, rows

KINDS = {"cases": 0.4, "same field": 0.4, "other field": 0.2}
"""What each kind of unanswerable question weighs against the answerable ones."""

FOLDS = 5


def main() -> None:
    """Fit, cross-validate and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    assistant = build_assistant(store=arguments.store, llm="none")
    cases = list(rows(arguments.cases))
    yes = signals(assistant, [case for case in cases if case.get("answerable", True)])
    pubmed = [{"question": row["question"]} for row in rows(arguments.data / "pubmedqa" / "qa.jsonl")]
    no = {
        "cases": signals(assistant, [case for case in cases if not case.get("answerable", True)]),
        "same field": signals(assistant, rows(arguments.data / "qasa_unanswerable" / "questions.jsonl")),
        "other field": signals(assistant, random.Random(1).sample(pubmed, 120)),
    }
    weights, bias = fit(yes, no)
    print(f"WEIGHTS = Signals({', '.join(f'{weight:.2f}' for weight in weights)})\nBIAS = {bias:.2f}")
    held_out(yes, no)


def signals(assistant: Assistant, cases: Iterable[dict[str, object]]) -> NDArray[np.float64]:
    """Return the signals of questions, shape (questions, signals); surveys and counts have none."""
    found: list[Signals] = []
    for case in cases:
        turns = [Turn(role=t["role"], content=t["content"]) for t in case.get("history", [])]  # type: ignore[attr-defined]
        if (each := assistant.signals(str(case["question"]), turns)) is not None:
            found.append(each)
    return np.array([astuple(each) for each in found])


def fit(yes: NDArray[np.float64], no: dict[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], float]:
    """Return the weights and bias of a logistic regression in which both answers weigh the same."""
    from sklearn.linear_model import LogisticRegression

    examples = np.concatenate([yes, *no.values()])
    labels = np.concatenate([np.ones(len(yes)), np.zeros(len(examples) - len(yes))])
    share = [np.full(len(yes), 1 / len(yes))]
    share += [np.full(len(each), KINDS[kind] / max(1, len(each))) for kind, each in no.items()]
    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(examples, labels, sample_weight=np.concatenate(share) * len(examples) / 2)
    return model.coef_[0], float(model.intercept_[0])


def held_out(yes: NDArray[np.float64], no: dict[str, NDArray[np.float64]]) -> None:
    """Print AUROC and the shares kept and refused by threshold, each question scored by a fit without it."""
    from sklearn.metrics import roc_auc_score

    kept = np.zeros(len(yes))
    refused = {kind: np.zeros(len(each)) for kind, each in no.items()}
    for fold in range(FOLDS):
        inside = {kind: np.arange(len(each)) % FOLDS == fold for kind, each in {"yes": yes, **no}.items()}
        weights, bias = fit(yes[~inside["yes"]], {kind: each[~inside[kind]] for kind, each in no.items()})
        kept[inside["yes"]] = _probability(yes[inside["yes"]], weights, bias)
        for kind, each in no.items():
            refused[kind][inside[kind]] = _probability(each[inside[kind]], weights, bias)
    for kind, each in refused.items():
        labels = np.concatenate([np.ones(len(kept)), np.zeros(len(each))])
        auroc = roc_auc_score(labels, np.concatenate([kept, each]))
        shares = ", ".join(f"at {t}: {np.mean(each < t):.2f}" for t in (0.25, 0.3, 0.35, 0.4, 0.5))
        print(f"{kind} (n={len(each)}): AUROC {auroc:.3f}; refused {shares}")
    shares = ", ".join(f"at {t}: {np.mean(kept >= t):.2f}" for t in (0.25, 0.3, 0.35, 0.4, 0.5))
    print(f"answerable (n={len(kept)}): kept {shares}")


def _probability(
    examples: NDArray[np.float64], weights: NDArray[np.float64], bias: float
) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(examples @ weights + bias))))


if __name__ == "__main__":
    main()
