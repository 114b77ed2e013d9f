"""Ingest end to end, with the real model: nothing lost, nothing done twice, nothing harmed by interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreBusy, StoreMismatch, StoreMissing
from assistant.evidence_text import read_texts
from assistant.models import IngestReport
from assistant.pipeline import Assistant
from assistant.store import Store
from ingest.pipeline import ingest
from ingest.reindex import reindex

ROOT = Path(__file__).resolve().parents[2]


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return (report.read, report.added, report.updated, report.unchanged, report.merged)


def write(path: Path, papers: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return path


def test_again_nothing_changes(store: Store, embedder: SentenceEmbeddings, papers_file: Path) -> None:
    before = store.library.revision()
    report = ingest([papers_file], store, embedder)
    assert counts(report) == (6, 0, 0, 6, 0)
    assert store.library.revision() == before


def test_one_changed_abstract_embeds_one_paper(
    store: Store, embedder: SentenceEmbeddings, papers_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [json.loads(line) for line in papers_file.read_text().splitlines()]
    rows[1]["abstract"] = "GraphTrim was rewritten. It now uses random walks on Pubmed."
    changed = papers_file.with_name(papers_file.name)
    original = papers_file.read_text()
    seen: list[int] = []
    real = embedder.part_vectors
    monkeypatch.setattr(
        embedder, "part_vectors", lambda texts, parts: seen.append(len(texts)) or real(texts, parts)
    )
    try:
        write(changed, rows)
        report = ingest([changed], store, embedder)
    finally:
        papers_file.write_text(original)
    assert counts(report) == (6, 0, 1, 5, 0)
    assert seen == [2]  # one passage with its sentences, and the title
    found = store.indexes().lexical.query(["pubm"], 3)
    assert [store.library.paper(id_).title for id_, _ in found] == [rows[1]["title"]]  # type: ignore[union-attr]


def test_a_second_source_adds_provenance_and_fields(
    store: Store, embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    paper = next(p for p in store.library.papers() if p.title.startswith("Lumen"))
    other = write(
        tmp_path / "other.jsonl", [{"title": paper.title, "abstract": paper.abstract, "venue": "TestConf"}]
    )
    assert counts(ingest([other], store, embedder)) == (1, 0, 1, 0, 0)
    merged = store.library.paper(paper.id)
    assert merged is not None
    assert merged.venue == "TestConf"
    assert {Path(place.source).name for place in merged.provenance} == {"papers.jsonl", "other.jsonl"}
    assert counts(ingest([other], store, embedder)) == (1, 0, 0, 1, 0)


def test_the_same_paper_twice_in_a_file(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    one = {"title": "Twice Told Tales of Pruning", "abstract": "Pruning is told of twice. It works."}
    path = write(tmp_path / "twice.jsonl", [one, {"title": "Other", "abstract": "Another text."}, one])
    store = Store(tmp_path / "s", create=True)
    assert counts(ingest([path], store, embedder)) == (3, 2, 0, 0, 1)
    assert counts(ingest([path], store, embedder)) == (3, 0, 0, 2, 1)
    store.close()


def test_namesakes_in_another_order_keep_their_abstracts(
    embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    one: dict[str, object] = {
        "title": "Editorial",
        "abstract": "This issue is about coral reefs and warm oceans.",
    }
    two: dict[str, object] = {
        "title": "Editorial",
        "abstract": "Here we introduce papers on graph pruning methods.",
    }
    path = write(tmp_path / "issue.jsonl", [one, two])
    store = Store(tmp_path / "s", create=True)
    for rows in ([one, two], [two, one], [one, two]):
        ingest([write(path, rows)], store, embedder)
        assert {paper.abstract for paper in store.library.papers()} == {one["abstract"], two["abstract"]}
    store.close()


def test_a_paper_that_says_the_same_over_and_over(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    path = write(tmp_path / "same.jsonl", [{"title": "Echo", "abstract": "word and text. " * 3000}])
    store = Store(tmp_path / "s", create=True)
    ingest([path], store, embedder)
    assert store.health() == []
    assert store.indexes().lexical.query(["echo"], 1)
    store.close()


def test_bad_records_are_reported_and_the_rest_kept(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text(
        '{"title": "Good", "abstract": "Fine words."}\n{broken\n{"abstract": "no title"}\n{"title": "Only"}\n'
    )
    store = Store(tmp_path / "s", create=True)
    report = ingest([path], store, embedder)
    assert counts(report) == (4, 2, 0, 0, 0)
    assert [(item.where, bool(item.reason)) for item in report.rejected] == [
        ("line 2", True),
        ("line 3", True),
    ]
    titles = {paper.title: paper.abstract for paper in store.library.papers()}
    assert titles == {"Good": "Fine words.", "Only": ""}
    store.close()


def test_a_long_abstract_loses_nothing(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    sentences = [
        f"Sentence number {n} tells of the {n}th of many properties of the method." for n in range(60)
    ]
    path = write(tmp_path / "long.jsonl", [{"title": "A Long One", "abstract": " ".join(sentences)}])
    store = Store(tmp_path / "s", create=True)
    ingest([path], store, embedder)
    paper = next(store.library.papers())
    assert read_texts(store.library, [paper.id])[0].sentences == sentences
    assert store.library.count()[1] > 2
    for _, _, text, _, _ in store.library.passages():
        assert embedder.count_tokens(f"{paper.title}\n{text}") <= embedder.window
    store.close()


def test_another_model_is_refused_and_reindex_mends_it(
    store: Store, embedder: SentenceEmbeddings, papers_file: Path, tmp_path: Path
) -> None:
    store.library.set_meta(embedder="some/other-model", dimension="999")
    more = write(tmp_path / "more.jsonl", [{"title": "New Paper", "abstract": "New words."}])
    with pytest.raises(StoreMismatch, match="some/other-model") as caught:
        ingest([more], store, embedder)
    assert "paperchat reindex" in caught.value.hint
    assert store.library.count()[0] == 6
    assert reindex(store, embedder) == 6
    assert counts(ingest([more], store, embedder)) == (1, 1, 0, 0, 0)


def test_two_writers(store: Store, embedder: SentenceEmbeddings, papers_file: Path) -> None:
    other = Store(store.folder)
    with other.writing(), pytest.raises(StoreBusy):
        ingest([papers_file], store, embedder)
    other.close()


def test_stopping_between_batches_keeps_whole_papers(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"title": f"Paper {n}", "abstract": f"Words about {n}. And more."} for n in range(80)
    ]
    path = write(tmp_path / "many.jsonl", rows)
    store = Store(tmp_path / "s", create=True)
    asked = iter([False, False, False, True])
    report = ingest([path], store, embedder, stopping=lambda: next(asked, True))
    stored = store.library.count()[0]
    assert 0 < stored < 80
    assert report.interrupted
    assert report.added == stored
    assert store.health() == []
    assert counts(ingest([path], store, embedder)) == (80, 80 - stored, 0, stored, 0)
    assert store.library.count()[0] == 80
    store.close()


def test_kill_9_in_the_middle_then_again(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    """The command is killed while it embeds; what is there is whole, and the same command finishes the work."""
    rows: list[dict[str, object]] = [
        {
            "title": f"Paper {n} on topic {n % 7}",
            "abstract": f"Words about the number {n}. And more on it. " * 6,
        }
        for n in range(400)
    ]
    path = write(tmp_path / "many.jsonl", rows)
    folder = tmp_path / "store"
    command = [Path(sys.executable).with_name("paperchat"), "ingest", path, "--store", folder]
    killed = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline and killed.poll() is None:
        with suppress(StoreMissing):  # not made yet
            if Store(folder).library.count()[0]:
                break
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    store = Store(folder)
    before = store.library.count()[0]
    assert 0 < before < 400
    assert store.library.damage() == ""
    report = ingest([path], store, embedder)
    assert (report.added, report.unchanged) == (400 - before, before)
    assert store.library.count()[0] == 400
    assert store.health() == []
    store.close()


def test_every_word_of_the_real_collection_can_be_quoted(
    shared: Path, embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    """The user's page: 103 papers, five lines of noise, and the questions that have to be answered from it."""
    from assistant.llm import ChosenModel

    store = Store(tmp_path / "real", create=True)
    page = shared / "collection" / "papers-page.txt"
    report = ingest([page], store, embedder)
    assert (report.read, report.added, len(report.rejected)) == (108, 103, 5)
    assert counts(ingest([page], store, embedder)) == (108, 0, 0, 103, 0)
    assistant = Assistant(store, embedder, ChosenModel(None, "a test", None))
    for question, title, words in (
        ("Which cue does the one-shot graph sparsifier use?", "TEDDY", "edge-degree"),
        (
            "How much BLEU does the refinement model with a 2B backbone add to BigTranslate-13B?",
            "MT-Ladder",
            "+6.91 BLEU",
        ),
        (
            "who wrote a benchmark for StarCraft II with LLMs, and what is the summarisation method called?",
            "Large Language Models Play StarCraft II",
            "Chain of Summarization",
        ),
    ):
        answer = assistant.ask(question)
        assert answer.sources[0].title.startswith(title)
        assert any(words in citation.quote for claim in answer.claims for citation in claim.citations)
        for claim in answer.claims:
            for citation in claim.citations:
                paper = store.library.paper(citation.paper_id)
                assert paper is not None
                assert paper.abstract[citation.start : citation.end] == citation.quote
    assert answer.status == "partly"
    assert any("author" in note for note in answer.notes)
    assert assistant.ask("What do these papers say about cooking pasta?").status == "not_in_collection"
    store.close()
