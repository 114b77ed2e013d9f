"""How often the sentence that answers is among the evidence, and what choosing costs.

    python -m evals.bench.evidence demo collection scifact check_covid --stores DIR

A question goes the whole way that an answer takes, up to the evidence ("found"); and evidence is chosen from the
gold papers alone ("given"), which shows the choice of sentences apart from retrieval. Any: some gold sentence is
there; share: how many of them; @3 and @1: some gold sentence is among the first three, or first. Intervals are
bootstrap 95%. Milliseconds are processor time of the choice alone, without retrieval.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from assistant.events import EvidenceFound, Understood
from assistant.evidence import CHARACTERS_PER_TOKEN, select_evidence
from assistant.library import Vectors
from assistant.models import Evidence, Ranked
from assistant.pipeline import Assistant
from assistant.question import Question, read_question
from assistant.settings import load_settings
from assistant.wiring import build_assistant, build_embedder
from assistant.word_vectors import WordVectors
from evals.bench.datasets import DATA
from evals.bench.evidence_sets import CASES, CLAIMS, Known, answers, known_questions, store_of
from evals.stats import mean_interval


@dataclass(frozen=True)
class Found:
    """What retrieval and the choice of sentences made of a question."""

    known: Known
    asked: Question
    retrieved: tuple[Ranked, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Row:
    """One question's figures: shares in 0 to 1, then counts."""

    any: float
    share: float
    first_three: float
    first: float
    sentences: float
    tokens: float
    papers: float


def main() -> None:
    """Measure sets and print a table for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+", choices=(*CASES, *CLAIMS))
    parser.add_argument("--stores", type=Path, required=True, help="folder for the stores")
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    heading = ("any [95%]", "share", "@3", "@1", "sentences", "tokens", "papers", "n")
    for name in arguments.sets:
        assistant = assistant_over(name, arguments.stores, arguments.data)
        budget = load_settings().settings.evidence_tokens
        questions = known_questions(name, assistant.store, arguments.data)
        found = [find(assistant, known) for known in questions]
        rows = [figures(item.evidence, item.known) for item in found]
        print(f"{name:34}{heading[0]:>20}" + "".join(f"{each:>10}" for each in heading[1:]))
        _print("found", rows)
        _print("given", [figures(given(assistant, item, budget), item.known) for item in found])
        for kind in sorted({item.known.kind for item in found}):
            _print(
                f"  found, {kind}",
                [row for row, item in zip(rows, found, strict=True) if item.known.kind == kind],
            )
        spent = [milliseconds(assistant, item, budget) for item in found]
        print(f"  processor ms of the choice: median {statistics.median(spent):.1f}, "
              f"95% {sorted(spent)[int(len(spent) * 0.95)]:.1f}", flush=True)  # fmt: skip
        assistant.store.close()


def assistant_over(name: str, stores: Path, data: Path = DATA) -> Assistant:
    """Return an assistant without a language model over the store of a set, which is made where it isn't there."""
    settings = load_settings(store=stores / name, llm="none").settings
    store_of(name, stores, build_embedder(settings), data).close()
    return build_assistant(settings)


def find(assistant: Assistant, known: Known) -> Found:
    """Ask a question and go as far as its evidence."""
    asked = read_question(known.question)
    for event in assistant.events(known.question, known.history):
        if isinstance(event, Understood):
            asked = read_question(event.standalone_question)
        if isinstance(event, EvidenceFound):
            return Found(known, asked, event.retrieved, event.evidence)
    raise AssertionError("evidence comes before the end")


def given(assistant: Assistant, item: Found, budget: int) -> list[Evidence]:
    """Return the evidence that is chosen where just the gold papers are retrieved."""
    seen = {each.paper_id: each for each in item.retrieved}
    papers = [
        seen.get(paper_id) or Ranked(paper_id=paper_id, title="", score=1, passage="", passage_id="")
        for paper_id in item.known.papers
    ]
    return choose(assistant, item, assistant.embedder.query_vector(item.asked.topic), papers, budget)


def choose(
    assistant: Assistant, item: Found, vector: Vectors, ranked: Sequence[Ranked], budget: int
) -> list[Evidence]:
    """Choose evidence from papers, as the pipeline does."""
    return select_evidence(
        item.asked.terms,
        vector,
        ranked,
        assistant.store.library,
        assistant.store.indexes().lexical.idf,
        budget=budget,
        question=item.asked.topic,
        near=near_words(assistant),
    )


def near_words(assistant: Assistant) -> WordVectors | None:
    """Return the vectors of words of the assistant's embedder, made once."""
    encoder = assistant.embedder.warm()
    if encoder is None:
        return None
    if id(encoder) not in _WORDS:
        _WORDS[id(encoder)] = WordVectors.of(encoder)
    return _WORDS[id(encoder)]


_WORDS: dict[int, WordVectors] = {}


def milliseconds(assistant: Assistant, item: Found, budget: int) -> float:
    """Return the processor time of choosing once more, when its words have been looked up before."""
    vector = assistant.embedder.query_vector(item.asked.topic)
    started = time.process_time()
    choose(assistant, item, vector, item.retrieved, budget)
    return (time.process_time() - started) * 1000


def figures(evidence: Sequence[Evidence], known: Known) -> Row:
    """Return the figures of one question, its evidence given best first."""
    spans = [(item.paper_id, item.span.start, item.span.end) for item in evidence]
    ranks = [next((n for n, span in enumerate(spans) if answers(span, gold)), None) for gold in known.gold]
    there = [rank for rank in ranks if rank is not None]
    return Row(
        float(bool(there)),
        len(there) / len(ranks),
        float(any(rank < 3 for rank in there)),
        float(any(rank < 1 for rank in there)),
        len(spans),
        sum(end - start for _, start, end in spans) / CHARACTERS_PER_TOKEN,
        len({paper_id for paper_id, _, _ in spans}),
    )


def _print(name: str, rows: Sequence[Row]) -> None:
    estimate = mean_interval([row.any for row in rows])
    if estimate is None:
        return
    interval = f"{estimate.value:.3f} [{estimate.low:.2f} {estimate.high:.2f}]"
    means = [statistics.fmean(column) for column in zip(*(astuple(row) for row in rows), strict=True)]
    print(f"{name:34}{interval:>20}" + "".join(f"{mean:10.3f}" for mean in means[1:4])
          + "".join(f"{mean:10.1f}" for mean in means[4:]) + f"{len(rows):10}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
