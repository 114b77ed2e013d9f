"""Surveys measured: F1 of the sets, counts, topics that aren't there; fits the weights of assistant/survey_score.py.

    python -m evals.bench.survey --stores DIR [--fit] [--ablate]

DIR holds the stores collection/, demo/, pubmedqa/ and scitldr/, or they are made there. Each case is scored by weights
fitted without it: in twenty folds of cases, then also without any case of its store.
Groups of cases:

    cases        those of evals/cases that survey or count, over the collection and the demo
    more         evals/bench/survey_cases.jsonl: more over the same two
    broad        evals/bench/survey_topics.tsv: topics of thousands of papers, known by the words that papers have
    one paper    questions of PubMedQA and SciTLDR that one paper answers; others that come near are counted as wrong
    left out     a topic of cases or more, once all its papers are left out of the collection
    absent       topics of a near field that the collection hasn't
    other field  questions of another field
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import survey_score
from assistant.embedding import SentenceEmbeddings
from assistant.survey import decide
from assistant.survey_score import MEMBER, Floats, logistic
from evals.bench.datasets import DATA
from evals.bench.fit_survey import fit
from evals.bench.retrieval import interval
from evals.bench.survey_cases import Asked, read

FOLDS = 20
FOUND = ("cases", "more", "broad", "one paper")
NOWHERE = ("left out", "absent", "other field")
Outcome = tuple[list[int], list[int], int]
"""Rows that are in, rows that may be in, and how many of the first are in for sure."""


def main() -> None:
    """Read the signals of all cases, and print what held-out fits make of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stores", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fit", action="store_true", help="print weights fitted on all cases")
    parser.add_argument("--ablate", action="store_true", help="leave out each signal in turn")
    parser.add_argument("--each", action="store_true", help="print every case")
    arguments = parser.parse_args()
    embedder = SentenceEmbeddings("all-MiniLM-L6-v2")
    asked = list(read(arguments.stores, arguments.data, embedder))
    print(
        f"{'':20}" + "".join(f" | {group:36}" for group in FOUND) + "".join(f" | {each}" for each in NOWHERE)
    )
    print(
        f"{'':20}"
        + " | F1    [95%]       P    R    ±1   range" * len(FOUND)
        + " | share for which none is told"
    )
    cases = in_folds(asked)
    report("case held out", asked, held_out(asked, cases), arguments.each)
    report("store held out", asked, held_out(asked, [each.case.split()[0] for each in asked]))
    if arguments.ablate:
        for name in MEMBER:
            report(f"− {name}", asked, held_out(asked, cases, [each for each in MEMBER if each != name]))
        for names in (("passage_z", "sentence_z"), ("words_z", "phrase", "has_name", "lacks_name")):
            kept = [each for each in MEMBER if each not in names]
            report(f"− {names[0][:-2]} and such", asked, held_out(asked, cases, kept))
    if arguments.fit:
        member, presence = fit(asked)
        print(f"MEMBER_WEIGHTS = np.array({member[0].round(3).tolist()})\nMEMBER_BIAS = {member[1]:.3f}")
        print(
            f"PRESENCE_WEIGHTS = np.array({presence[0].round(3).tolist()})\nPRESENCE_BIAS = {presence[1]:.3f}"
        )
    else:
        report("weights as shipped", asked, [shipped(each) for each in asked])


def in_folds(asked: Sequence[Asked]) -> list[int]:
    """Return each case's fold; a case is in one with all its groups."""
    names = sorted({each.case for each in asked})
    random.Random(3).shuffle(names)
    fold_of = {name: i % FOLDS for i, name in enumerate(names)}
    return [fold_of[each.case] for each in asked]


def held_out(asked: Sequence[Asked], folds: Sequence[Any], member: Sequence[str] = MEMBER) -> list[Outcome]:
    """Return what is told of each case by weights that were fitted on the other folds."""
    pairs = list(zip(asked, folds, strict=True))
    models = {own: fit([each for each, fold in pairs if fold != own], member) for own in dict.fromkeys(folds)}
    return [_outcome(each, *models[fold]) for each, fold in pairs]


def _outcome(each: Asked, member: tuple[Floats, float], presence: tuple[Floats, float]) -> Outcome:
    likely = logistic(each.scored.members, *member)
    return decide(likely, float(logistic(each.scored.presence(likely), *presence)))


def shipped(each: Asked) -> Outcome:
    """Return what the shipped weights make of a case."""
    s = survey_score
    return _outcome(each, (s.MEMBER_WEIGHTS, s.MEMBER_BIAS), (s.PRESENCE_WEIGHTS, s.PRESENCE_BIAS))


def report(name: str, asked: Sequence[Asked], outcomes: Sequence[Outcome], each: bool = False) -> None:
    """Print one row of the table, and every case where `each` is set."""
    pairs = list(zip(asked, outcomes, strict=True))
    line = f"{name:20}"
    for group in FOUND:
        found = [measured(*pair) for pair in pairs if pair[0].group == group]
        f1, precision, recall, near, inside = np.mean(found, axis=0)
        low, high = interval([values[0] for values in found])
        line += f" | {f1:.3f} [{low:.2f} {high:.2f}] {precision:.2f} {recall:.2f} {near:.2f} {inside:.2f}"
    for group in NOWHERE:
        line += f" | {np.mean([not taken for a, (taken, _, _) in pairs if a.group == group]):.2f}"
    print(line, flush=True)
    for a, o in sorted(pairs, key=lambda pair: measured(*pair)[0]) if each else ():
        if a.gold or o[0]:
            f1, precision, recall, _, _ = measured(a, o)
            print(f"    {f1:.2f} {precision:.2f} {recall:.2f} {len(a.gold) + a.missed} are, {len(o[0])} told "
                  f"({o[2]} sure), {len(o[1])} maybe: {a.group}, {a.case}")  # fmt: skip


def measured(asked: Asked, outcome: Outcome) -> tuple[float, float, float, bool, bool]:
    """Return F1, precision, recall, whether the count is right to one, and whether it is within the range told."""
    taken, maybe, sure = outcome
    told = {*taken} - asked.optional - asked.related
    right, are = len(told & asked.gold), len(asked.gold) + asked.missed
    precision, recall = right / max(1, len(told)), right / max(1, are)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    least = len({*taken[:sure]} - asked.optional - asked.related)
    most = len({*taken, *maybe} - asked.optional - asked.related) + len({*taken, *maybe} & asked.optional)
    return f1, precision, recall, abs(len(told) - are) <= 1, least <= are <= most


if __name__ == "__main__":
    main()
