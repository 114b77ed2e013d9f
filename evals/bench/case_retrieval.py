"""How often the right papers are found, by kind of case: whatever finds papers for a question can be measured.

A kind is measured by what it needs: a lookup by its first paper, a comparison by having all its sides, a survey by
the papers it takes and those it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.models import Turn
from assistant.store import Store
from evals.cases import Case, load_cases
from evals.cases.papers import PaperIndex, resolve_case
from evals.shipped import cases_file

Ask = Callable[[str, Sequence[Turn]], Sequence[str]]
"""Finds papers for a question and the conversation before it; ids, best first. For a survey all that it takes."""


@dataclass(frozen=True)
class CaseFigures:
    """How one case came out, each in 0 to 1.

    Attributes:
        hit_at_1: Whether the first paper is a gold or an optional one.
        recall_at_5: Share of the gold papers among the first five; of five, where there are more.
        all_at_8: Whether all gold papers are among the first eight.
        f1: Of the papers found as a set against the gold ones; optional ones count neither way.
    """

    hit_at_1: float
    recall_at_5: float
    all_at_8: float
    f1: float


def case_figures(gold: Sequence[str], optional: Sequence[str], found: Sequence[str]) -> CaseFigures:
    """Return how well what was found fits what should be."""
    wanted, taken = set(gold), [id_ for id_ in found if id_ not in set(optional) - set(gold)]
    right = len(wanted & set(taken))
    return CaseFigures(
        hit_at_1=float(bool(found) and found[0] in wanted | set(optional)),
        recall_at_5=len(wanted & set(found[:5])) / min(5, len(wanted)),
        all_at_8=float(wanted <= set(found[:8])),
        f1=2 * right / (len(wanted) + len(set(taken))),
    )


def measure_cases(cases: Sequence[Case], ask: Ask) -> dict[str, list[CaseFigures]]:
    """Ask all cases that have gold papers, and return their figures by kind.

    Args:
        cases: Cases whose papers are ids (`evals.cases.papers.resolve_case`).
        ask: What finds papers.
    """
    figures: dict[str, list[CaseFigures]] = {}
    for case in cases:
        if case.gold:
            found = ask(case.question, case.history)
            figures.setdefault(case.type, []).append(case_figures(case.gold, case.optional, found))
    return figures


def print_cases(name: str, store: Store, ask: Ask) -> None:
    """Print a row for each kind of the cases that ship for a store's papers."""
    index = PaperIndex.of(store.library)
    cases = [resolve_case(case, index)[0] for case in load_cases(cases_file(name))]
    print(f"{name}: {len(index.titles)} papers")
    print(
        f"{'':16} {'cases':>6} {'hit@1':>7} {'Recall@5':>9} {'all gold@8':>11} {'F1':>6}   of the papers found"
    )
    for kind, rows in sorted(measure_cases(cases, ask).items()):
        means = [
            sum(getattr(row, field) for row in rows) / len(rows)
            for field in ("hit_at_1", "recall_at_5", "all_at_8", "f1")
        ]
        print(
            f"{kind:16} {len(rows):6} {means[0]:7.3f} {means[1]:9.3f} {means[2]:11.3f} {means[3]:6.3f}",
            flush=True,
        )
