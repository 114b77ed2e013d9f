"""The bundled collection is complete, marked as summaries, and gives way to the user's papers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.llm import ChosenModel
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.store import Store
from ingest.demo import demo_file, holds_only_demo
from ingest.pipeline import ingest
from ui.local_service import LocalService

ROWS = [json.loads(line) for line in demo_file().read_text(encoding="utf-8").splitlines()]


def test_the_records_are_complete() -> None:
    assert len(ROWS) == 40
    assert len({row["title"] for row in ROWS}) == 40
    for row in ROWS:
        assert row["summary_by"] == "paperchat"
        assert row["authors"]
        assert 2000 <= row["year"] <= 2025
        assert row["venue"]
        assert row["url"].startswith("https://")
        assert 120 <= len(row["abstract"].split()) <= 200, row["title"]
        assert re.fullmatch(r"\d{4}\.\d{4,5}", row.get("arxiv_id", "0000.00000"))


@pytest.fixture(scope="module")
def demo(embedder: SentenceEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("demo") / "store", create=True)
    report = ingest([demo_file()], store, embedder)
    assert (report.added, report.rejected) == (40, ())
    return store


@pytest.mark.parametrize(
    ("question", "title", "words"),
    [
        ("How does ColBERT score a document?", "ColBERT", "MaxSim"),
        ("Who wrote the paper on dense passage retrieval?", "Dense Passage Retrieval", "Karpukhin"),
        ("In which year was BERT published?", "BERT", "2019"),
        (
            "What happens to accuracy when the answer is in the middle of a long context?",
            "Lost in the Middle",
            "middle",
        ),
        ("Which metrics does RAGAs measure?", "RAGAs", "faithfulness"),
    ],
)
def test_questions_about_it(
    demo: Store, embedder: SentenceEmbeddings, question: str, title: str, words: str
) -> None:
    answer = Assistant(demo, embedder, ChosenModel(None, "a test", None)).ask(question)
    assert answer.status == "answered"
    assert answer.sources[0].title.startswith(title)
    assert words in answer.text


def test_summaries_are_marked(demo: Store) -> None:
    assert {paper.abstract_by for paper in demo.library.papers()} == {"paperchat"}
    assert holds_only_demo(demo.library)


def test_a_file_that_cannot_be_read_leaves_the_demo(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    settings = Settings(store=tmp_path / "store", llm="none")
    problems: list[object] = []
    for papers in ([], [tmp_path / "picture.png"], [tmp_path / "nowhere.txt"]):
        service = LocalService(settings, papers=papers, demo=True, on_problem=problems.append)
        service.start()
        assert list(service.stream("How does ColBERT score a document?", []))
        assert service.status().papers == 40
    assert len(problems) >= 1


def test_it_makes_way_for_the_users_papers(tmp_path: Path, papers_file: Path) -> None:
    settings = Settings(store=tmp_path / "store", llm="none")
    reports = []
    for papers in ([], [papers_file], [papers_file]):
        service = LocalService(settings, papers=papers, demo=True, on_report=reports.append)
        service.start()
        events = list(service.stream("Which cue does GraphTrim use to remove edges?", []))
        assert service.status().ready
        assert service.status().error == ""
        assert service.status().examples
    assert [report.added for report in reports] == [40, 6, 0]
    assert service.status().papers == 6
    assert "degree of their nodes" in events[-1].answer.text  # type: ignore[union-attr]
