"""Questions whose answering sentences are known, and stores of the papers that hold them.

Cases name the sentences that hold the answer; SciFact and Check-COVID those that support or contradict a claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.embedding import SentenceEmbeddings
from assistant.models import Paper, Turn
from assistant.store import Store
from evals.bench.datasets import DATA, rows
from evals.cases import load_cases
from evals.cases.evidence import evidence_spans
from evals.cases.papers import PaperIndex, resolve_case
from evals.shipped import cases_file
from ingest.demo import demo_file
from ingest.embed import embed, signature
from ingest.pipeline import ingest

CASES = ("demo", "collection")
CLAIMS = ("scifact", "check_covid")
_BATCH = 64

Sentence = tuple[str, int, int]
"""A paper's id, and where in its abstract the sentence stands."""


@dataclass(frozen=True)
class Known:
    """A question, its kind, what was said before, and the sentences that answer it."""

    id: str
    kind: str
    question: str
    history: tuple[Turn, ...]
    gold: tuple[Sentence, ...]

    @property
    def papers(self) -> list[str]:
        """The ids of the papers that hold its sentences."""
        return list(dict.fromkeys(paper_id for paper_id, _, _ in self.gold))


def store_of(name: str, folder: Path, embedder: SentenceEmbeddings, data: Path = DATA) -> Store:
    """Return the store of a set's papers with their sentences, made where it isn't there."""
    store = Store(folder / name, create=True)
    if name in CASES:
        ingest(
            [demo_file() if name == "demo" else data.parent / "collection" / "papers-page.txt"],
            store,
            embedder,
        )
        return store
    papers = [
        Paper(id=str(row["id"]), title=row.get("title") or "Untitled", abstract=row.get("text") or "")
        for row in rows(data / name / "corpus.jsonl")
    ]
    if store.library.count()[0] != len(papers):
        store.library.set_meta(**signature(embedder))
        for start in range(0, len(papers), _BATCH):
            store.library.put(embed([(paper, "bench") for paper in papers[start : start + _BATCH]], embedder))
    store.indexes()
    return store


def known_questions(name: str, store: Store, data: Path = DATA) -> list[Known]:
    """Return a set's questions whose answering sentences are known."""
    if name in CASES:
        return list(_of_cases(name, store))
    spans = {str(row["id"]): row["sent_spans"] for row in rows(data / name / "corpus.jsonl")}
    return list(_scifact(data, spans) if name == "scifact" else _check_covid(data, spans))


def answers(sentence: Sentence, gold: Sentence) -> bool:
    """Tell whether a sentence is a gold one: the shorter of both overlaps the other by half."""
    if sentence[0] != gold[0]:
        return False
    shared = min(sentence[2], gold[2]) - max(sentence[1], gold[1])
    return shared > 0.5 * min(sentence[2] - sentence[1], gold[2] - gold[1])


def _of_cases(name: str, store: Store) -> Iterator[Known]:
    index = PaperIndex.of(store.library)
    papers = {paper.id: paper for paper in store.library.papers()}
    for case in load_cases(cases_file(name)):
        resolved, _ = resolve_case(case, index)
        gold = tuple((id_, span.start, span.end) for id_, span in evidence_spans(resolved, papers))
        if gold and case.answerable:
            yield Known(case.id, case.type, case.question, case.history, gold)


def _scifact(data: Path, spans: dict[str, list[list[int]]]) -> Iterator[Known]:
    found: dict[str, Known] = {}
    for row in rows(data / "scifact" / "claims.jsonl"):
        if not row["evidence_sets"]:
            continue
        id_, paper_id = str(row["claim_id"]), str(row["doc_id"])
        numbers = sorted({n for each in row["evidence_sets"] for n in each})
        before = found[id_].gold if id_ in found else ()
        gold = (*before, *((paper_id, *spans[paper_id][n]) for n in numbers))
        found[id_] = Known(id_, row["label"].lower(), row["claim"], (), gold)
    yield from found.values()


def _check_covid(data: Path, spans: dict[str, list[list[int]]]) -> Iterator[Known]:
    seen: set[str] = set()
    for row in rows(data / "check_covid" / "claims.jsonl"):
        paper_id = str(row["doc_id"])
        gold = tuple((paper_id, *spans[paper_id][n]) for n, role in row["evidence"] if role == "PRIMARY")
        if gold and row["label"] != "NEI" and row["claim"] not in seen:
            seen.add(row["claim"])
            yield Known(row["id"], row["label"].lower(), row["claim"], (), gold)
