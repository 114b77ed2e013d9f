"""The project's metrics within RAGAS, and RAGAS's metrics without a judge within the project."""

from __future__ import annotations

import asyncio
import math
import warnings
from pathlib import Path
from typing import Any

import pytest
from judged_run import EDGES, FASTER, LOSES, judged_run, judged_samples
from pydantic import BaseModel
from ragas import Dataset, experiment
from ragas.dataset_schema import SingleTurnSample
from samples import LUMEN, named, value

from assistant.embedding import SentenceEmbeddings
from evals.judging.ragas_own import (
    AbstentionCorrect,
    CitationPrecision,
    CitationRecall,
    CitationsVerbatim,
    FactsFound,
    IdContextPrecision,
    IdContextRecall,
    TextContextRecall,
    ragas_rows,
)
from evals.metrics.ragas_plain import ragas_plain_metrics
from evals.runs.scores import score_run

ABSTRACTS = {"lumen": LUMEN.abstract}
GOOD = {"paper_id": "lumen", "quote": FASTER, "start": 32, "end": 55}
BAD = {"paper_id": "lumen", "quote": FASTER, "start": 31, "end": 54}
LOST = {"paper_id": "trim", "quote": EDGES, "start": 0, "end": 30}


def score(metric: Any, **inputs: Any) -> float:
    return float(metric.score(**inputs).value)


def test_own_metrics_have_the_values_worked_out_by_hand() -> None:
    assert score(CitationsVerbatim(), citations=[GOOD, BAD, LOST], abstracts=ABSTRACTS) == pytest.approx(
        1 / 3
    )
    cited = {"citations": [GOOD, BAD, LOST], "reference_ids": ["lumen", "reef", "snare"]}
    assert score(CitationPrecision(), **cited) == 0.5
    assert score(CitationPrecision(), **cited, optional_ids=["trim"]) == 1.0
    assert score(CitationRecall(), **cited) == pytest.approx(1 / 3)
    facts = [{"fact": "speed", "accept": ["3.2 times", "3.2x"]}, {"fact": "paper", "accept": ["Fast Attention"]},
             {"fact": "loss", "accept": ["0.4%"]}, {"fact": "year", "accept": ["2021"]}]  # fmt: skip
    assert score(FactsFound(), response="It is 3.2x faster.", facts=facts) == 0.25
    assert (
        score(FactsFound(), response="It is 3.2x faster.", facts=facts, citations=[{"title": LUMEN.title}])
        == 0.5
    )
    assert [score(AbstentionCorrect(), answered=a, answerable=b) for a in (True, False) for b in (True, False)] == [
        1.0, 0.0, 0.0, 1.0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "inputs", "why"),
    [
        (CitationsVerbatim(), {"citations": [], "abstracts": {}}, "no abstract is cited"),
        (CitationPrecision(), {"citations": [GOOD], "reference_ids": []}, "there are no reference papers"),
        (CitationPrecision(), {"citations": [], "reference_ids": ["lumen"]}, "no paper that counts is cited"),
        (FactsFound(), {"response": "It is.", "facts": []}, "no facts are asked for"),
        (
            IdContextPrecision(),
            {"retrieved_context_ids": [], "reference_context_ids": ["a"]},
            "nothing was retrieved",
        ),
        (
            TextContextRecall(),
            {"retrieved_contexts": ["a"], "reference_contexts": []},
            "there is no reference",
        ),
    ],
)
def test_a_metric_that_does_not_apply_is_nan_and_says_why(
    metric: Any, inputs: dict[str, Any], why: str
) -> None:
    result = metric.score(**inputs)
    assert math.isnan(result.value)
    assert result.reason == f"doesn't apply: {why}"


@pytest.mark.parametrize(
    ("found", "wanted"), [(["a", "b", "c"], ["b", "d"]), ([1, 2, 2], ["2"]), (["a"], ["b"]), ([], ["b"])]
)
def test_id_metrics_agree_with_the_deprecated_ones_of_ragas(found: list[Any], wanted: list[Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ragas.metrics._context_precision import IDBasedContextPrecision
        from ragas.metrics._context_recall import IDBasedContextRecall

        row = SingleTurnSample(retrieved_context_ids=found, reference_context_ids=wanted)
        theirs = [
            asyncio.run(metric().single_turn_ascore(row))
            for metric in (IDBasedContextPrecision, IDBasedContextRecall)
        ]
    ids = {"retrieved_context_ids": found, "reference_context_ids": wanted}
    own = [score(IdContextPrecision(), **ids), score(IdContextRecall(), **ids)]
    assert own == pytest.approx(theirs, nan_ok=True)


def test_text_recall_agrees_with_the_deprecated_one_of_ragas() -> None:
    found = [FASTER, "It loses some accuracy.", "Nothing of the kind."]
    wanted = [FASTER, LOSES, EDGES]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ragas.metrics._context_recall import NonLLMContextRecall

        row = SingleTurnSample(retrieved_contexts=found, reference_contexts=wanted)
        theirs = asyncio.run(NonLLMContextRecall().single_turn_ascore(row))
    own = score(TextContextRecall(), retrieved_contexts=found, reference_contexts=wanted)
    assert own == pytest.approx(theirs) == pytest.approx(2 / 3)


class Row(BaseModel):
    id: str
    verbatim: float
    precision: float
    recall: float
    facts: float
    abstained: float


@pytest.mark.parametrize("backend", ["inmemory", "local/jsonl"])
def test_own_metrics_run_in_an_experiment_of_ragas(tmp_path: Path, backend: str) -> None:
    run = judged_run(tmp_path / "made")
    where = {"root_dir": str(tmp_path)} if backend.startswith("local") else {}
    dataset = Dataset("made", backend, data=ragas_rows(run), **where)
    if where:
        dataset.save()
        dataset = Dataset.load("made", backend, **where)
    verbatim, precision, recall = CitationsVerbatim(), CitationPrecision(), CitationRecall()
    facts, abstention = FactsFound(), AbstentionCorrect()

    @experiment(Row)
    async def measure(row: Any) -> Row:
        cited = {name: row[name] for name in ("citations", "reference_ids", "optional_ids")}
        results = [
            await verbatim.ascore(row["citations"], row["abstracts"]),
            await precision.ascore(**cited),
            await recall.ascore(**cited),
            await facts.ascore(row["response"], row["facts"], row["citations"]),
            await abstention.ascore(row["answered"], row["answerable"]),
        ]
        names = list(Row.model_fields)[1:]
        return Row(id=row["id"], **{name: result.value for name, result in zip(names, results, strict=True)})

    found = {row.id: row for row in asyncio.run(measure.arun(dataset, name=f"own-{backend[:5]}"))}
    assert sorted(found) == ["fast", "gone", "rain", "trim"]
    fast = found["fast"]  # quotes of Lumen and of Trim, and one that isn't in Trim; the reference is Lumen
    assert fast.verbatim == pytest.approx(2 / 3)
    assert (fast.precision, fast.recall, fast.facts, fast.abstained) == (0.5, 1.0, 0.5, 1.0)
    assert (found["rain"].abstained, found["gone"].abstained, found["trim"].precision) == (1.0, 0.0, 1.0)
    assert math.isnan(found["rain"].recall) and found["gone"].recall == 0.0


def test_rows_hold_what_ragas_and_the_metrics_take(tmp_path: Path) -> None:
    fast, _, rain, gone = ragas_rows(judged_run(tmp_path / "made"))
    assert fast["user_input"] == "How fast is Lumen?"  # as the follow-up was understood
    assert fast["reference_contexts"] == [FASTER, LOSES]
    assert (fast["retrieved_context_ids"], fast["reference_context_ids"]) == (["lumen", "trim"], ["lumen"])
    assert (rain["response"], rain["reference"], rain["retrieved_contexts"]) == ("", "", [])
    assert (gone["answered"], gone["retrieved_context_ids"]) == (False, [])


def test_metrics_without_a_judge_have_the_values_worked_out_by_hand(embedder: SentenceEmbeddings) -> None:
    metrics = ragas_plain_metrics(embedder)
    fast, trim, rain, gone = judged_samples()
    # found: Trim, Lumen and Reef, which is optional; gold is Lumen
    assert value(metrics, "ragas_id_context_precision", fast) == 0.5
    assert value(metrics, "ragas_id_context_recall", fast) == 1.0
    assert value(metrics, "ragas_text_context_recall", fast) == 1.0
    # ROUGE-L of "it is 3 2 times faster trim prunes in one shot" (11 words) and "lumen is 3 2 times faster and
    # loses 0 4 accuracy" (11): the longest common subsequence is "is 3 2 times faster" (5)
    assert value(metrics, "ragas_rouge_l", fast) == pytest.approx(5 / 11)
    likeness = value(metrics, "ragas_semantic_similarity", fast)
    one, other = embedder.document_vectors([fast.text, fast.case.reference])
    assert likeness == pytest.approx(float(one @ other), abs=1e-5)
    exact = fast.case.model_copy(update={"reference": fast.text})
    same = type(fast)(exact, fast.recorded, fast.papers)
    for name in ("ragas_semantic_similarity", "ragas_rouge_l", "ragas_string_similarity"):
        assert value(metrics, name, same) == pytest.approx(1.0, abs=1e-5)
        assert [value(metrics, name, each) for each in (trim, rain, gone)] == [None, None, None]
    # the full stop is missing
    almost = type(fast)(
        fast.case.model_copy(update={"reference": fast.text[:-1]}), fast.recorded, fast.papers
    )
    assert value(metrics, "ragas_string_similarity", almost) == pytest.approx(1 - 1 / len(fast.text))
    # nothing was found where the answer failed: its recall is 0, and there is nothing to take a share of
    assert value(metrics, "ragas_id_context_recall", gone) == 0.0
    assert value(metrics, "ragas_id_context_precision", gone) is None
    assert value(metrics, "ragas_id_context_recall", rain) is None
    assert {metric.group for metric in metrics} == {"ragas"}
    assert named(metrics, "ragas_rouge_l").better == "higher"


def test_metrics_without_a_judge_run_over_a_saved_run(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    scores = score_run(judged_run(tmp_path / "made"), ragas_plain_metrics(embedder))
    found = {name: (metric.all.n, metric.all.missing) for name, metric in scores.metrics.items()}
    assert found == {
        "ragas_semantic_similarity": (1, 0), "ragas_rouge_l": (1, 0), "ragas_string_similarity": (1, 0),
        "ragas_id_context_precision": (2, 0), "ragas_id_context_recall": (3, 0), "ragas_text_context_recall": (1, 0),
    }  # fmt: skip


def test_texts_that_are_expected_are_embedded_together(
    embedder: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = embedder.document_vectors
    monkeypatch.setattr(embedder, "document_vectors", lambda texts: asked.append(len(texts)) or real(texts))
    fast, trim, rain, _ = judged_samples()
    other = type(fast)(
        fast.case.model_copy(update={"reference": "Lumen is slow."}), fast.recorded, fast.papers
    )
    metrics = ragas_plain_metrics(embedder, [fast, trim, rain, other])
    together = [value(metrics, "ragas_semantic_similarity", each) for each in (fast, other)]
    assert asked == [3]  # one answer and two references
    alone = [
        value(ragas_plain_metrics(embedder), "ragas_semantic_similarity", each) for each in (fast, other)
    ]
    assert together == pytest.approx(alone, abs=2e-3)  # in a batch the arithmetic may be bfloat16


def test_ragas_does_not_report_its_use() -> None:
    from ragas._analytics import do_not_track

    assert do_not_track()
