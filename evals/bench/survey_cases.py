"""The cases that surveys are measured on, with the signals of their papers; evals/bench/survey.py tells the groups."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.embedding import SentenceEmbeddings
from assistant.library import Vectors
from assistant.store import Store
from assistant.survey_candidates import Scored, score
from assistant.text import fold
from evals.bench.datasets import CASES, load, rows
from ingest.clean import clean
from ingest.embed import embed, signature
from ingest.pipeline import ingest

SMALL, LARGE = ("collection", "demo"), ("pubmedqa", "scitldr")
MORE = Path(__file__).with_name("survey_cases.jsonl")
TOPICS = Path(__file__).with_name("survey_topics.tsv")
OF_RECORDS = {"count-before-2015", "count-sigir", "count-patrick-lewis"}
"""Cases that ask for records; filters answer those."""

_DEMO = Path(__file__).resolve().parents[2] / "ingest" / "demo" / "papers.jsonl"
_ONE_PAPER = 30
"""Questions about one paper that are drawn from each large set."""

_BATCH = 256


@dataclass(frozen=True)
class Asked:
    """A case: its papers by their rows among the candidates, and what was scored.

    `missed` are the gold papers that aren't among the candidates.
    """

    group: str
    case: str
    gold: frozenset[int]
    optional: frozenset[int]
    related: frozenset[int]
    missed: int
    scored: Scored


@dataclass(frozen=True)
class Over:
    """An open store that questions are asked over."""

    name: str
    store: Store
    vector_of: Callable[[str], Vectors]

    def ask(self, group: str, case: str, question: str, *papers: Iterable[str], out: bool = False) -> Asked:
        """Score a question; `papers` are the ids of gold, optional and related ones, left out where `out` is set."""
        sets = [frozenset(ids) for ids in papers]
        among = None
        if out:
            among = frozenset(id_ for id_, _ in self.store.library.titles()).difference(*sets)
            sets = []
        scored = score(question, self.store.library, self.store.indexes(), self.vector_of, among)
        assert scored is not None, "no store here is empty"
        place = {text.paper_id: i for i, text in enumerate(scored.texts)}
        rows_of = [frozenset(place[id_] for id_ in ids if id_ in place) for ids in sets]
        gold, optional, related = [*rows_of, *[frozenset[int]()] * (3 - len(rows_of))]
        missed = len(sets[0]) - len(gold) if sets else 0
        return Asked(group, f"{self.name} {case}", gold, optional, related, missed, scored)


def read(stores: Path, data: Path, embedder: SentenceEmbeddings) -> Iterator[Asked]:
    """Yield every case of every group with its signals; those of the large sets only where their stores are."""
    vector_of = cache(embedder.query_vector)
    for name in SMALL:
        yield from _small(Over(name, _open(name, stores / name, data, embedder), vector_of))
    for name in LARGE:
        over = Over(name, _open(name, stores / name, data, embedder), vector_of)
        yield from _topics(over)
        yield from _one_paper(over, data)


def _small(over: Over) -> Iterator[Asked]:
    ids = {fold(clean(title)): id_ for id_, title in over.store.library.titles()}
    cases = [row for row in rows(CASES.with_name(f"{over.name}.jsonl")) if row["type"] in ("survey", "count")]
    more = [row for row in rows(MORE) if row["over"] == over.name]
    for group, several in (("cases", cases), ("more", more)):
        for row in several:
            if row["id"] in OF_RECORDS:
                continue
            fields = ("gold", "optional", "related")
            papers = [[ids[fold(clean(title))] for title in row.get(field) or ()] for field in fields]
            if papers[0]:
                yield over.ask(group, row["id"], row["question"], *papers)
                yield over.ask("left out", row["id"], row["question"], *papers, out=True)
            else:
                yield over.ask("absent", row["id"], row["question"])
    for name in SMALL:
        for row in rows(CASES.with_name(f"{name}.jsonl")):
            if row["type"] == "out_of_domain":
                yield over.ask("other field", row["id"], f"Which papers deal with this: {row['question']}")


def _topics(over: Over) -> Iterator[Asked]:
    """Yield broad topics: who has the words in the title or twice is in, who has them once may be."""
    papers = list(over.store.library.papers())
    for n, line in enumerate(TOPICS.read_text(encoding="utf-8").splitlines()):
        name, question, pattern = line.split("\t")
        if name != over.name:
            continue
        words = re.compile(pattern, re.IGNORECASE)
        often = {paper.id: len(words.findall(paper.abstract)) for paper in papers}
        gold = {paper.id for paper in papers if words.search(paper.title) or often[paper.id] > 1}
        yield over.ask(
            "broad", f"topic {n}", question, gold, {id_ for id_ in often if often[id_] == 1} - gold
        )


def _one_paper(over: Over, data: Path) -> Iterator[Asked]:
    """Yield questions that one paper answers, asked as surveys."""
    dataset = load("scitldr-reviewer" if over.name == "scitldr" else over.name, data)
    for id_ in random.Random(1).sample(sorted(dataset.queries), _ONE_PAPER):
        question = f"Which papers deal with this: {dataset.queries[id_]}"
        yield over.ask("one paper", id_, question, dataset.relevant[id_])


def _open(name: str, folder: Path, data: Path, embedder: SentenceEmbeddings) -> Store:
    store = Store(folder, create=True)
    if store.library.count()[0]:
        return store
    if name in SMALL:
        ingest([_DEMO if name == "demo" else data.parent / "collection" / "papers-page.txt"], store, embedder)
        return store
    papers = load("scitldr-reviewer" if name == "scitldr" else name, data).papers
    store.library.set_meta(**signature(embedder))
    for start in range(0, len(papers), _BATCH):
        batch = [(paper, "bench") for paper in papers[start : start + _BATCH]]
        store.library.put(embed(batch, embedder))
    return store
