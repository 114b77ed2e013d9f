"""Parts of one's own, put in as docs/architecture.md shows: its examples run as they stand there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.embedding import SentenceEmbeddings
from assistant.llm import ChosenModel
from assistant.models import AnswerStatus
from assistant.pipeline import Assistant
from assistant.store import Store
from ingest.pipeline import ingest

ARCHITECTURE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"


def example(heading: str) -> str:
    """Return the Python under a heading of docs/architecture.md."""
    section = ARCHITECTURE.read_text(encoding="utf-8").partition(f"### {heading}\n")[2].partition("\n### ")[0]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code is not None
    return code[1]


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(code, str(ARCHITECTURE), "exec"), names)
    return names


class Buckets(Embeddings):
    """LangChain's interface and no more: each word adds to one number of a vector."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(512)
        for word in re.findall(r"\w+", text.lower()):
            vector[int.from_bytes(word.encode(), "big") % 509] += 3.0
        return [float(value) for value in vector]


@pytest.fixture
def papers(papers_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder with the six papers in papers.jsonl, and to a store of its own."""
    shutil.copy(papers_file, tmp_path / "papers.jsonl")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERCHAT_STORE", str(tmp_path / "own"))
    monkeypatch.setenv("PAPERCHAT_LLM", "none")


def test_the_example_of_another_embedder_runs(papers: None) -> None:
    names = run(example("Another embedder"))
    answer = names["assistant"].ask("Which cue does GraphTrim use to remove edges?")
    assert answer.sources[0].title.startswith("GraphTrim")


def test_langchain_s_embeddings_carry_ingest_answers_surveys_and_searches(
    papers_file: Path, tmp_path: Path
) -> None:
    """Nothing else than the documented methods is asked of it; no hub and no other model is turned to."""
    made = run(example("Another embedder").partition("\nsettings =")[0])["Adapted"]
    mine: SentenceEmbeddings = made("buckets", Buckets())
    assert mine.quick is None
    assert mine.dimension == 512
    assert float(np.linalg.norm(mine.query_vector("graphs"))) == pytest.approx(1, abs=1e-6)
    store = Store(tmp_path / "own", create=True)
    report = ingest([papers_file], store, mine)
    assert report.added == 6
    assistant = Assistant(store, mine, ChosenModel(None, "", None))
    answer = assistant.ask("Which cue does GraphTrim use to remove edges?")
    assert answer.status is AnswerStatus.ANSWERED
    assert any("degree of their nodes" in claim.text for claim in answer.claims)
    assert "1 of 6 papers" in assistant.ask("How many papers are about coral reefs?").summary.replace(
        "the ", ""
    )
    assert assistant.search("sparse attention for long documents").ranked[0].title.startswith("Lumen")
    assert assistant.retriever.near is None
    store.close()


def test_the_example_of_another_retriever_runs(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERCHAT_STORE", str(stored))
    monkeypatch.setenv("PAPERCHAT_LLM", "none")
    names = run(example("Another retriever"))
    assistant = names["assistant"]
    assert isinstance(assistant.retriever, names["Fresh"])
    assert assistant.ask("Which cue does GraphTrim use?").sources[0].title.startswith("GraphTrim")
