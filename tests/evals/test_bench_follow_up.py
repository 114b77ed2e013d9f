"""Dialogues over the demo papers: the right paper comes first, and new questions are left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.retrieve import HybridRetriever
from assistant.spoken_of import PaperLookup
from assistant.store import Store
from evals.bench.follow_up import ranked, read_dialogues, rewriter
from ingest.pipeline import ingest

ROOT = Path(__file__).resolve().parents[2]
DIALOGUES = ROOT / "tests" / "assistant"


@pytest.fixture(scope="module")
def demo(embedder: SentenceEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridRetriever]:
    store = Store(tmp_path_factory.mktemp("demo") / "store", create=True)
    ingest([ROOT / "ingest" / "demo" / "papers.jsonl"], store, embedder)
    yield HybridRetriever(store=store, embedder=embedder)
    store.close()


@pytest.mark.parametrize("name", ["follow_ups.jsonl", "follow_ups_held_out.jsonl"])
def test_nine_of_ten_follow_ups_find_their_paper_and_new_questions_stay(
    name: str, demo: HybridRetriever
) -> None:
    rewrite = rewriter(PaperLookup.of(demo), "none")
    dialogues = read_dialogues(DIALOGUES / name, demo.store)
    found = [(each, rewrite(each.question, each.history)) for each in dialogues]
    hits = [bool(each.gold & set(ranked(it, demo)[:1])) for each, it in found if not each.new]
    assert len(hits) >= 30
    assert sum(hits) >= 0.9 * len(hits)
    new = [it.changed for each, it in found if each.new]
    assert sum(new) <= 0.05 * len(new)


def test_papers_asked_about_come_first_and_known_ones_last(demo: HybridRetriever) -> None:
    rewrite = rewriter(PaperLookup.of(demo), "none")
    (lora,) = demo.named("What is LoRA?") or [demo.rank("low-rank adaptation", k=1)[0].paper_id]
    turns = read_dialogues(DIALOGUES / "follow_ups.jsonl", demo.store)[0].history
    history = (turns[0], turns[1].model_copy(update={"paper_ids": (lora,)}))
    assert ranked(rewrite("How fast is it?", history), demo)[0] == lora
    assert ranked(rewrite("any others?", history), demo)[-1] == lora
