"""How often each exact check of a claim fires, on claims that their evidence supports and on others.

    python -m evals.bench.claim_checks [--data DIR]

A check is worth its place where it fires seldom on supported claims and often on others. SciFact and Check-COVID are
held against their gold sentences, SummEdits' statements about SciTLDR abstracts against the whole abstract.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from assistant.verify import FaultKind, faults
from evals.bench.datasets import DATA, rows


@dataclass(frozen=True)
class Pair:
    """A claim, the words that are held against it, their paper's title, and whether they support it."""

    claim: str
    evidence: tuple[str, ...]
    title: str
    supported: bool


def scifact(data: Path) -> Iterator[Pair]:
    """Yield the claims that SciFact's annotators found supported or contradicted, with all their gold sentences."""
    corpus = {str(row["id"]): row for row in rows(data / "scifact" / "corpus.jsonl")}
    for row in rows(data / "scifact" / "claims.jsonl"):
        if row["label"] != "NEI":
            paper = corpus[str(row["doc_id"])]
            gold = sorted({n for sentences in row["evidence_sets"] for n in sentences})
            yield _pair(row, paper, gold)


def check_covid(data: Path) -> Iterator[Pair]:
    """Yield the same of Check-COVID."""
    corpus = {str(row["id"]): row for row in rows(data / "check_covid" / "corpus.jsonl")}
    for row in rows(data / "check_covid" / "claims.jsonl"):
        if row["label"] != "NEI":
            yield _pair(row, corpus[str(row["doc_id"])], [n for n, _ in row["evidence"]])


def summedits(data: Path) -> Iterator[Pair]:
    """Yield statements about abstracts, true or minimally edited, each with the whole abstract."""
    corpus = {str(row["id"]): row for row in rows(data / "summedits_scitldr" / "corpus.jsonl")}
    for row in rows(data / "summedits_scitldr" / "claims.jsonl"):
        paper = corpus[str(row["doc_id"])]
        yield Pair(row["claim"], (paper["text"],), paper.get("title") or "", row["label"] == "SUPPORT")


def _pair(row: dict[str, str], paper: dict[str, object], gold: list[int]) -> Pair:
    text, spans = str(paper["text"]), paper["sent_spans"]
    assert isinstance(spans, list)
    sentences = tuple(text[start:end] for start, end in (spans[n] for n in gold))
    return Pair(row["claim"], sentences, str(paper["title"]), row["label"] == "SUPPORT")


def shares(pairs: list[Pair]) -> dict[str, tuple[float, float]]:
    """Return how often each check fires, and any of them: on supported pairs and on others, 0 to 1."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for pair in pairs:
        kinds = {fault.kind for fault in faults(pair.claim, pair.evidence, [pair.title])}
        counts[pair.supported].update({*kinds, *(["any"] if kinds else [])})
    of = {label: sum(pair.supported is label for pair in pairs) or 1 for label in counts}
    return {
        kind: (counts[True][kind] / of[True], counts[False][kind] / of[False])
        for kind in (*get_args(FaultKind), "any")
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    data = parser.parse_args().data
    sets = {
        "scifact": list(scifact(data)),
        "check_covid": list(check_covid(data)),
        "summedits": list(summedits(data)),
    }
    found = {name: shares(pairs) for name, pairs in sets.items()}
    head = "".join(f"{f'{name} ({len(pairs)})':>24}" for name, pairs in sets.items())
    print(f"{'fires on supported / other':26}{head}")
    for kind in (*get_args(FaultKind), "any"):
        print(
            f"{kind:26}"
            + "".join(f"{f'{one[kind][0]:.3f} / {one[kind][1]:.3f}':>24}" for one in found.values())
        )


if __name__ == "__main__":
    main()
