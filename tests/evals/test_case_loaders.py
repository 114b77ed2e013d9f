"""Test sets as others publish them, read into cases whose papers are found once they are ingested."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.errors import UsageError
from assistant.store import Store
from evals.cases import SentenceRef, dump_cases, load_cases
from evals.cases.check import Problem, check_cases
from evals.cases.loaders import KINDS, Imported, import_cases
from ingest.pipeline import ingest

Check = Callable[[Imported], list[Problem]]

ZINC = ["Zinc is a metal.", "Patients given zinc recovered two days sooner.", "Side effects were mild."]
IRON = ["Iron was given to 40 adults.", "It changed nothing.", "The trial was small."]


@pytest.fixture
def check(embedder: SentenceEmbeddings, tmp_path: Path) -> Check:
    """Ingests the papers of an import with the real embedder, and checks the cases against that store."""

    def checked(imported: Imported) -> list[Problem]:
        file = tmp_path / "imported-papers.jsonl"
        lines(file, imported.papers)
        dump_cases(imported.cases, tmp_path / "imported-cases.jsonl")
        store = Store(tmp_path / "imported-store", create=True)
        try:
            ingest([file], store, embedder)
            return check_cases(load_cases(tmp_path / "imported-cases.jsonl"), store.library)
        finally:
            store.close()

    return checked


def lines(path: Path, rows: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def errors(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def places(imported: Imported, number: int) -> list[tuple[str, int]]:
    refs = imported.cases[number].evidence
    return [(ref.paper, ref.sentence) for ref in refs if isinstance(ref, SentenceRef)]


def scifact(folder: Path) -> Path:
    corpus = [
        {"doc_id": 11, "title": "Zinc and colds", "abstract": ZINC, "structured": False},
        {"doc_id": 12, "title": "Iron and colds", "abstract": IRON, "structured": False},
    ]
    supports = {"11": [{"sentences": [1], "label": "SUPPORT"}, {"sentences": [2, 1], "label": "SUPPORT"}]}
    contradicts = {"12": [{"sentences": [1], "label": "CONTRADICT"}]}
    claims = [
        {"id": 1, "claim": "Zinc shortens colds.", "evidence": supports, "cited_doc_ids": [11, 12]},
        {"id": 2, "claim": "Iron shortens colds.", "evidence": contradicts, "cited_doc_ids": [12]},
        {"id": 3, "claim": "Copper shortens colds.", "evidence": {}, "cited_doc_ids": [11]},
        "{broken",
        {"id": 4, "claim": "Tin does.", "evidence": {"99": [{"sentences": [0], "label": "SUPPORT"}]}},
        {"id": 5, "claim": "Lead does.", "evidence": {"11": [{"label": "SUPPORT"}]}},
    ]
    lines(folder / "corpus.jsonl", corpus)
    lines(folder / "claims_test.jsonl", [{"id": 9, "claim": "Gold shortens colds."}])
    lines(folder / "claims_train.jsonl", claims)
    return folder


def test_scifact_becomes_claims_with_their_evidence(tmp_path: Path, check: Check) -> None:
    found = import_cases("scifact", scifact(tmp_path))
    by_id = {case.id: case for case in found.cases}
    assert list(by_id) == ["scifact-1", "scifact-2", "scifact-3"]
    supported, contradicted, nothing = found.cases
    assert (supported.type, supported.gold, supported.related) == (
        "support",
        ("Zinc and colds",),
        ("Iron and colds",),
    )
    assert places(found, 0) == [("Zinc and colds", 2), ("Zinc and colds", 3)]
    assert supported.reference == "Zinc shortens colds."
    assert (contradicted.type, contradicted.reference) == ("contradict", "")
    assert (nothing.answerable, nothing.gold, nothing.related) == (False, (), ("Zinc and colds",))
    assert check(found) == []


def test_what_scifact_says_wrongly_is_reported_with_its_line(tmp_path: Path) -> None:
    skipped = import_cases("scifact", scifact(tmp_path)).skipped
    train = tmp_path / "claims_train.jsonl"
    assert any(line.startswith(f"{train}, line 4: not JSON") for line in skipped)
    assert f"{train}, line 5: the paper 99 isn't in the corpus" in skipped
    assert any(line.startswith(f"{train}, line 6: its evidence can't be read") for line in skipped)
    assert f"{tmp_path / 'claims_test.jsonl'}, line 1: the claim 9 has no labels" in skipped


def test_one_file_of_claims_is_read_with_the_corpus_beside_it(tmp_path: Path) -> None:
    found = import_cases("scifact", scifact(tmp_path) / "claims_train.jsonl", limit=2)
    assert [case.id for case in found.cases] == ["scifact-1", "scifact-2"]
    assert len(found.papers) == 2


def test_pubmedqa_becomes_questions_over_papers_that_do_not_give_them_away(
    tmp_path: Path, check: Check
) -> None:
    entry = {
        "QUESTION": "Does zinc shorten colds?",
        "CONTEXTS": [ZINC[0], " ".join(ZINC[1:])],
        "LABELS": ["BACKGROUND", "RESULTS"],
        "MESHES": ["Zinc"],
        "YEAR": "2011",
        "final_decision": "yes",
        "LONG_ANSWER": "Zinc shortens colds.",
    }
    file = tmp_path / "ori_pqal.json"
    file.write_text(json.dumps({"123": entry, "124": {"QUESTION": "Why?"}}), encoding="utf-8")
    found = import_cases("pubmedqa", file)
    [case] = found.cases
    assert (case.id, case.type, case.gold) == ("pubmedqa-123", "yes", ("PubMed 123",))
    assert (case.question, case.reference) == ("Does zinc shorten colds?", "Zinc shortens colds.")
    assert found.papers[0]["abstract"].startswith("BACKGROUND: Zinc is a metal. RESULTS: Patients")
    assert found.papers[0]["year"] == "2011"
    assert found.skipped == [f"{file}, 124: no QUESTION or no CONTEXTS"]
    assert check(found) == []
    assert import_cases("pubmedqa", tmp_path).cases == found.cases


def test_scitldr_asks_for_the_paper_that_a_summary_sums_up(tmp_path: Path, check: Check) -> None:
    row = {
        "source": ["We study <unk> tokens.", "Our model needs no labels."],
        "source_labels": [0, 1],
        "rouge_scores": [0.1, 0.6],
        "paper_id": "Abc-1",
        "target": ["A model without labels.", "A label-free model is given."],
        "title": "Learning without Labels",
    }
    lines(tmp_path / "SciTLDR-A" / "train.jsonl", [row])
    lines(
        tmp_path / "SciTLDR-A" / "test.jsonl", [{**row, "paper_id": "Abc-2", "title": ""}, {"paper_id": "x"}]
    )
    found = import_cases("scitldr", tmp_path)
    assert [(case.id, case.type) for case in found.cases] == [
        ("scitldr-Abc-1-0", "author"),
        ("scitldr-Abc-1-1", "reviewer"),
        ("scitldr-Abc-2-0", "author"),
        ("scitldr-Abc-2-1", "reviewer"),
    ]
    assert found.cases[2].gold == ("Untitled Abc-2",)
    assert places(found, 1) == [("Learning without Labels", 2)]
    assert "test.jsonl, line 2" in found.skipped[0]
    assert errors(check(found)) == []


def test_a_beir_folder_becomes_one_case_for_each_judged_query(tmp_path: Path, check: Check) -> None:
    corpus = [
        {"_id": "a", "title": "Zinc", "text": " ".join(ZINC), "metadata": {}},
        {
            "_id": "b",
            "title": "ZINC",
            "text": "A namesake about quite different matters: roofs, gutters, rain.",
        },
        {"_id": "c", "title": "", "text": " ".join(IRON)},
        {"title": "No key", "text": "Text."},
    ]
    queries = [
        {"_id": "q1", "text": "zinc against colds"},
        {"_id": "q2", "text": "zinc roofs"},
        {"_id": "q3", "text": "never judged"},
        {"_id": "q4", "text": "judged by a lost paper"},
    ]
    lines(tmp_path / "set" / "corpus.jsonl", corpus)
    lines(tmp_path / "set" / "queries.jsonl", queries)
    qrels = [
        "query-id\tcorpus-id\tscore",
        "q1\ta\t2",
        "q1\tc\t0",
        "q2\tb\t1",
        "q4\tz\t1",
        "q5\ta\t1",
        "q1\ta",
    ]
    lines(tmp_path / "set" / "qrels" / "test.tsv", qrels)
    found = import_cases("beir", tmp_path / "set")
    first, second = found.cases
    assert (first.id, first.type, first.related) == ("set-q1", "retrieval", ("Untitled c",))
    assert first.gold[0].startswith("p-")
    assert first.gold != second.gold
    assert check(found) == []  # papers of one title are named by the ids that ingest gives them
    assert found.notes == ["1 queries left out, for which no paper is judged relevant: q3"]
    told = "\n".join(found.skipped)
    for part in (
        "corpus.jsonl, line 4: no _id",
        "paper z isn't",
        "query q5 isn't",
        "test.tsv, line 7: not a query",
    ):
        assert part in told


RAGAS: list[dict[str, Any]] = [
    {
        "user_input": "How much sooner did patients recover?",
        "reference": "Two days.",
        "reference_contexts": ["<1-hop>\n\nZinc and colds\n\n" + " ".join(ZINC)],
        "retrieved_contexts": [" ".join(IRON)],
        "response": "Three days.",
        "synthesizer_name": "single_hop_specific_query_synthesizer",
    },
    {
        "user_input": [
            {"content": "Does iron help?", "type": "human"},
            {"content": "It changed nothing.", "type": "ai"},
            {"content": "In how many adults?", "type": "human"},
        ],
        "reference": "40.",
        "reference_contexts": [" ".join(IRON)],
    },
    {"user_input": "Nothing to measure?"},
    {"reference": "No question."},
]


def test_a_ragas_dataset_gives_its_contexts_as_papers(tmp_path: Path, check: Check) -> None:
    found = import_cases("ragas", lines(tmp_path / "d.jsonl", RAGAS))
    first, second = found.cases
    assert (first.type, first.gold, first.reference) == (
        "single_hop_specific",
        ("Zinc and colds",),
        "Two days.",
    )
    assert second.question == "In how many adults?"
    assert [turn.content for turn in second.history] == ["Does iron help?", "It changed nothing."]
    assert [paper["abstract"] for paper in found.papers] == [" ".join(ZINC), " ".join(IRON)]
    assert ["line 3: neither" in found.skipped[1], "line 4: no user_input" in found.skipped[0]] == [
        True,
        True,
    ]
    assert check(found) == []


def test_a_ragas_dataset_is_the_same_as_json_and_as_a_table(tmp_path: Path) -> None:
    wanted = import_cases("ragas", lines(tmp_path / "d.jsonl", RAGAS[:1]))
    (tmp_path / "d.json").write_text(json.dumps(RAGAS[:1]), encoding="utf-8")
    with (tmp_path / "d.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(RAGAS[0]))
        writer.writeheader()
        writer.writerow({name: str(value) for name, value in RAGAS[0].items()})  # as pandas writes lists
    for name in ("d.json", "d.csv"):
        found = import_cases("ragas", tmp_path / name)
        assert (found.cases, found.papers) == (wanted.cases, wanted.papers)


def test_ragas_contexts_named_by_id_are_papers_of_the_store(tmp_path: Path) -> None:
    row = {"question": "Old names?", "ground_truth": "Yes.", "reference_context_ids": ["p-1", "p-2"]}
    [case] = import_cases("ragas", lines(tmp_path / "d.jsonl", [row])).cases
    assert (case.question, case.gold, case.reference) == ("Old names?", ("p-1", "p-2"), "Yes.")


def test_the_columns_of_a_table_are_guessed_and_told(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text(
        "No,Question,Expected Answer,Paper Title,Answerable,Must say,Owner\n"
        '1,How fast?,"3 times, nearly",Lumen: Fast Attention; GraphTrim,yes,3 times|64,Ada\n'
        "2,Who won?,,,no,,\n"
        "3,Why?,,Lumen,maybe,,\n"
        "4,,x,Lumen,yes,,\n"
        "5,too,few\n"
        "1,Again?,,Lumen,yes,,\n",
        encoding="utf-8",
    )
    found = import_cases("csv", path)
    first, second = found.cases
    assert (first.id, first.question, first.reference) == ("1", "How fast?", "3 times, nearly")
    assert first.gold == ("Lumen: Fast Attention", "GraphTrim")
    assert [fact.accept for fact in first.facts] == [("3 times",), ("64",)]
    assert (first.model_extra or {}) == {"Owner": "Ada"}
    assert (second.answerable, second.gold) == (False, ())
    assert found.notes == [
        "took No as id, Question as question, Expected Answer as reference, Paper Title as gold, "
        "Answerable as answerable, Must say as facts; kept as they are: Owner"
    ]
    assert [line.split(": ", 1)[0] for line in found.skipped] == [f"{path}, line {n}" for n in (4, 5, 6, 7)]
    assert "came before" in found.skipped[3]


def test_a_table_without_a_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("title;abstract\na;b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no column looks like a question; there are: title, abstract"):
        import_cases("csv", path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_path_or_content_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        import_cases(kind, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        import_cases(kind, tmp_path / "empty")


def test_a_wrong_kind_is_refused_with_the_kinds_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        import_cases("squad", tmp_path)
    assert caught.value.hint == "choose one of scifact, pubmedqa, scitldr, beir, ragas, csv"


def test_the_limit_spreads_over_the_set(tmp_path: Path) -> None:
    rows = [{"user_input": f"Question {n}?", "reference": "Yes."} for n in range(9)]
    found = import_cases("ragas", lines(tmp_path / "d.jsonl", rows), limit=3)
    assert [case.id for case in found.cases] == ["ragas-1", "ragas-4", "ragas-7"]


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("scifact", ("claims.jsonl",)),
        ("pubmedqa", ("qa.jsonl",)),
        ("scitldr", ("queries.jsonl", "qrels.tsv")),
        ("beir", ("queries.jsonl", "qrels.tsv")),
    ],
)
def test_the_papers_of_real_test_sets_are_found_once_they_are_ingested(
    kind: str, files: tuple[str, ...], shared: Path, tmp_path: Path, check: Check
) -> None:
    whole = shared / "data" / ("scifact" if kind == "beir" else kind)
    full = import_cases(kind, whole)
    assert (len(full.cases) > 400, full.skipped) == (True, [])
    part = tmp_path / "part"
    part.mkdir()
    for name in files:
        head = (whole / name).read_text(encoding="utf-8").split("\n")[:12]
        (part / name).write_text("\n".join(head) + "\n", encoding="utf-8")
    text = "".join((part / name).read_text(encoding="utf-8") for name in files)
    corpus = (whole / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    wanted = [
        line
        for line in corpus
        if f'"{json.loads(line)["id"]}"' in text or json.loads(line)["id"] in text.split()
    ]
    lines(part / "corpus.jsonl", wanted)
    found = import_cases(kind, part)
    assert len(found.cases) >= 8
    assert errors(check(found)) == []
