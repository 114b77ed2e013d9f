"""The measure of surveys: what counts as right, what is held out, and that its cases name papers that are there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.store import Store
from assistant.survey_score import logistic
from assistant.text import fold
from evals.bench.datasets import CASES, rows
from evals.bench.fit_survey import fit
from evals.bench.survey import FOUND, NOWHERE, Outcome, held_out, in_folds, measured, report, shipped
from evals.bench.survey_cases import MORE, OF_RECORDS, TOPICS, Asked, Over
from ingest.clean import clean

TOPIC_OF = {
    "lumen": "Which papers are about sparse attention?",
    "poker": "Which papers are about poker?",
    "reefs": "How many papers deal with coral reefs?",
    "epidemics": "papers on forecasting epidemics",
}


@pytest.fixture
def over(store: Store, embedder: SentenceEmbeddings) -> Over:
    return Over("small", store, embedder.query_vector)


@pytest.fixture
def asked(over: Over) -> list[Asked]:
    """Four topics with one paper each, each asked again where that paper is left out."""
    ids = {title: id_ for id_, title in over.store.library.titles()}
    words = {"lumen": "Lumen", "poker": "Poker", "reefs": "Coral", "epidemics": "Epidemic"}
    found = []
    for name, question in TOPIC_OF.items():
        gold = [id_ for title, id_ in ids.items() if words[name] in title]
        found += [
            over.ask("cases", name, question, gold),
            over.ask("left out", name, question, gold, out=True),
        ]
    return found


def of(asked: list[Asked], gold: set[int], optional: set[int], missed: int = 0) -> Asked:
    return Asked("cases", "made", frozenset(gold), frozenset(optional), frozenset(), missed, asked[0].scored)


def test_a_left_out_paper_is_not_among_the_candidates(asked: list[Asked]) -> None:
    there, gone = asked[0], asked[1]

    (row,) = there.gold
    paper = there.scored.texts[row].paper_id
    assert paper not in [text.paper_id for text in gone.scored.texts]
    assert (gone.gold, gone.missed, gone.scored.total) == (frozenset(), 0, 5)


def test_optional_papers_count_neither_way(asked: list[Asked]) -> None:
    f1, precision, recall, near, inside = measured(of(asked, {0, 1}, {2}), ([0, 1, 2], [], 3))

    assert (f1, precision, recall, near, inside) == (1, 1, 1, True, True)


def test_wrong_papers_cost_precision_and_missed_ones_recall(asked: list[Asked]) -> None:
    f1, precision, recall, near, inside = measured(of(asked, {0}, set(), missed=3), ([0, 4], [], 1))

    assert (precision, recall) == (0.5, 0.25)
    assert f1 == pytest.approx(1 / 3)
    assert not near and not inside


def test_a_count_within_the_range_is_told_though_the_set_is_not_right(asked: list[Asked]) -> None:
    assert measured(of(asked, {0, 1, 2}, set()), ([0], [1, 5], 1))[3:] == (False, True)


def test_a_case_is_in_one_fold_with_all_its_groups(asked: list[Asked]) -> None:
    folds = in_folds(asked)

    assert len(set(folds)) == len(TOPIC_OF)
    assert all(len({fold for fold, each in zip(folds, asked, strict=True) if each.case == case}) == 1
               for case in {each.case for each in asked})  # fmt: skip


def test_what_is_held_out_has_no_part_in_its_weights(
    asked: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []

    def watched(some: list[Asked], member: list[str]) -> object:
        seen.append({each.case for each in some})
        return fit(some, member)

    monkeypatch.setattr("evals.bench.survey.fit", watched)
    folds = in_folds(asked)
    outcomes = held_out(asked, folds)

    assert len(outcomes) == len(asked)
    everything = {each.case for each in asked}
    assert sorted(sorted(everything - some) for some in seen) == sorted([case] for case in everything)


def test_a_fit_puts_papers_on_the_topic_above_the_others(asked: list[Asked]) -> None:
    (weights, bias), _ = fit(asked)

    for each in asked:
        if each.gold:
            assert int(np.argmax(logistic(each.scored.members, weights, bias))) in each.gold


def test_the_report_tells_each_group_and_each_case(
    asked: list[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    groups = [replace(each, group=group) for group in FOUND for each in asked if each.gold]
    nowhere = [replace(each, group=group) for group in NOWHERE for each in asked if not each.gold]
    every = [*groups, *nowhere]
    outcomes: list[Outcome] = [([*each.gold], [], 1) if each.gold else ([], [], 0) for each in every]
    outcomes[0] = ([], [], 0)

    report("made", every, outcomes, each=True)

    first, *lines = capsys.readouterr().out.splitlines()
    cells = [cell.split() for cell in first.split("|")]
    assert cells[0] == ["made"]
    assert cells[1][0] == "0.750" and cells[2][0] == "1.000"
    assert cells[-len(NOWHERE) :] == [["1.00"]] * len(NOWHERE)
    assert len(lines) == len(groups)
    assert lines[0].split()[:3] == ["0.00", "0.00", "0.00"]


def test_the_shipped_weights_find_the_paper_of_each_topic(asked: list[Asked]) -> None:
    for each in asked:
        taken, _, _ = shipped(each)
        assert set(taken) == each.gold or not each.gold


def test_the_made_cases_name_papers_of_their_collection(shared: Path) -> None:
    page = fold(clean((shared / "collection" / "papers-page.txt").read_text(encoding="utf-8")))
    demo = {fold(clean(row["title"])) for row in rows(Path("ingest/demo/papers.jsonl"))}
    for row in rows(MORE):
        for title in (*row["gold"], *row["optional"]):
            wanted = fold(clean(title))
            assert wanted in demo if row["over"] == "demo" else wanted in page, title


def test_no_made_case_asks_what_the_suite_asks_over_the_same_collection() -> None:
    suite = {
        (name, fold(row["question"]))
        for name in ("collection", "demo")
        for row in rows(CASES.with_name(f"{name}.jsonl"))
    }
    assert not suite & {(row["over"], fold(row["question"])) for row in rows(MORE)}


def test_cases_that_ask_for_records_are_still_in_the_suite() -> None:
    ids = {row["id"] for name in ("collection", "demo") for row in rows(CASES.with_name(f"{name}.jsonl"))}
    assert ids >= OF_RECORDS


def test_each_broad_topic_has_a_set_a_question_and_a_pattern() -> None:
    for line in TOPICS.read_text(encoding="utf-8").splitlines():
        name, question, pattern = line.split("\t")
        assert name in ("scitldr", "pubmedqa") and question
        assert re.compile(pattern)
