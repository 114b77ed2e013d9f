"""The benchmark of evidence: what counts as found, and that a fit finds what tells gold sentences apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.evidence_score import FEATURES
from assistant.models import Evidence, Span
from assistant.store import Store
from evals.bench.evidence import figures
from evals.bench.evidence_sets import Known, answers, known_questions
from evals.bench.fit_evidence import fit, ranks


def evidence(paper_id: str, start: int, end: int) -> Evidence:
    return Evidence(
        paper_id=paper_id, title="", quote="", span=Span(start=start, end=end), score=1, similarity=0
    )


def test_a_sentence_answers_where_it_overlaps_the_gold_one_by_more_than_half_of_the_shorter() -> None:
    assert answers(("a", 10, 30), ("a", 0, 25))
    assert answers(("a", 0, 100), ("a", 40, 50))
    assert not answers(("a", 20, 60), ("a", 0, 25))
    assert not answers(("b", 10, 30), ("a", 10, 30))


def test_figures_count_gold_sentences_where_they_stand() -> None:
    known = Known("q", "lookup", "?", (), (("a", 0, 40), ("b", 0, 40)))
    shown = [evidence("c", 0, 42), evidence("c", 50, 92), evidence("a", 0, 42)]

    row = figures(shown, known)

    assert (row.any, row.share, row.first_three, row.first) == (1, 0.5, 1, 0)
    assert (row.sentences, row.papers) == (3, 2)
    assert row.tokens == pytest.approx(30)
    assert figures([], known).any == 0


def test_a_fit_finds_the_feature_that_tells_gold_sentences_apart() -> None:
    draw = np.random.default_rng(3)
    questions = []
    for _ in range(60):
        rows = draw.normal(size=(20, len(FEATURES)))
        gold = np.zeros(20, dtype=bool)
        gold[np.argmax(rows[:, 5])] = True
        questions.append((rows, gold))

    weights = fit([questions])

    assert int(np.argmax(np.abs(weights))) == 5
    assert np.mean(np.array(ranks(questions, weights)) == 0) > 0.9


def test_a_question_whose_gold_sentence_was_not_retrieved_ranks_last() -> None:
    nothing = (np.zeros((0, len(FEATURES))), np.zeros(0, dtype=bool))

    assert ranks([nothing], np.ones(len(FEATURES)))[0] > 1000


def test_claims_name_their_evidence_as_spans(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "scifact"
    folder.mkdir()
    paper = {"id": "7", "title": "T", "text": "One. Two. Three.", "sent_spans": [[0, 4], [5, 9], [10, 16]]}
    rows = [
        {"claim_id": "1", "claim": "C", "doc_id": "7", "label": "SUPPORT", "evidence_sets": [[2], [0, 2]]},
        {"claim_id": "1", "claim": "C", "doc_id": "7", "label": "NEI", "evidence_sets": []},
        {"claim_id": "2", "claim": "D", "doc_id": "7", "label": "NEI", "evidence_sets": []},
    ]
    (folder / "corpus.jsonl").write_text(json.dumps(paper), encoding="utf-8")
    (folder / "claims.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    (known,) = known_questions("scifact", store, tmp_path)

    assert known == Known("1", "support", "C", (), (("7", 0, 4), ("7", 10, 16)))
