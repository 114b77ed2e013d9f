"""Scores of a run: means with intervals and n, missing values told, figures by type, saved and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from samples import LUMEN, PAPERS, case, quote, sample

from assistant.errors import UsageError
from evals.cases import Case
from evals.metrics.abstention import abstention_metrics
from evals.metrics.base import Metric, PooledMetric, Sample, Score
from evals.runs.record import Run, RunInfo
from evals.runs.scores import baseline_of, load_scores, save_scores, score_run
from evals.stats import Values

INFO = RunInfo(
    name="made", started="2026-01-02T03:04:05+00:00", llm=None, cases_file="cases.jsonl", cases=3,
    cases_fingerprint="c", store="/somewhere/store", papers=3, store_fingerprint="s", embedder="e",
    settings={"llm": "none"},
)  # fmt: skip
FASTER = quote(LUMEN, "It is 3.2 times faster.")


def run_of(*samples: Sample) -> Run:
    return Run(
        Path("made"), INFO, [each.case for each in samples],
        {each.case.id: each.recorded for each in samples}, PAPERS,
    )  # fmt: skip


def asked(id_: str, type_: str = "lookup", **fields: object) -> Case:
    return case(id=id_, type=type_, **fields)


def metric(name: str, values: dict[str, Score | float | None]) -> Metric:
    return Metric(name, "answers", "For a test.", "higher", lambda each: values[each.case.id])


RUN = run_of(sample(asked("a"), FASTER), sample(asked("b"), FASTER), sample(asked("c", "survey"), FASTER))


def test_a_mean_leaves_out_what_does_not_apply_and_counts_what_is_missing() -> None:
    values = {"a": 1.0, "b": Score(None, "the judge gave no number"), "c": None}
    scores = score_run(RUN, [metric("m", values)])
    found = scores.metrics["m"]
    assert (found.all.mean, found.all.n, found.all.missing) == (1.0, 1, 1)
    assert (found.by_type["lookup"].n, found.by_type["lookup"].missing) == (1, 1)
    assert "survey" not in found.by_type
    by_id = {each.id: each for each in scores.cases}
    assert by_id["a"].values == {"m": 1.0}
    assert by_id["b"].values == {"m": None}
    assert by_id["b"].why == {"m": "the judge gave no number"}
    assert by_id["c"].values == {}


def test_a_value_that_is_not_a_number_is_missing() -> None:
    scores = score_run(RUN, [metric("m", {"a": float("nan"), "b": float("inf"), "c": 0.5})])
    assert (scores.metrics["m"].all.mean, scores.metrics["m"].all.missing) == (0.5, 2)
    assert scores.cases[0].why == {"m": "the value isn't a number"}


def test_every_mean_has_its_interval() -> None:
    scores = score_run(RUN, [metric("m", {"a": 0.0, "b": 1.0, "c": 1.0})])
    found = scores.metrics["m"].all
    assert found.mean == pytest.approx(2 / 3, abs=1e-4)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < 2 / 3 < found.high <= 1


def test_a_metric_that_applies_nowhere_is_left_out() -> None:
    assert score_run(RUN, [metric("m", dict.fromkeys("abc"))]).metrics == {}


def test_a_pooled_figure_by_type() -> None:
    def most(rows: Values) -> float:
        return float(rows[:, 0].max())

    pooled = PooledMetric(
        "most", "speed", "For a test.", "lower", lambda each: (float(ord(each.case.id)),), most, unit="s"
    )
    found = score_run(RUN, [pooled]).metrics["most"]
    assert (found.all.mean, found.by_type["lookup"].mean) == (ord("c"), ord("b"))
    whole = score_run(RUN, [replace(pooled, by_type=False)]).metrics["most"]
    assert (whole.all, whole.by_type) == (found.all, {})


def test_abstention_by_kind_is_taken_against_all_answerable_cases() -> None:
    run = run_of(
        sample(asked("a"), FASTER), sample(asked("b")),
        sample(asked("n1", "near_miss", answerable=False)),
        sample(asked("n2", "near_miss", answerable=False), FASTER),
        sample(asked("o", "out_of_domain", answerable=False)),
    )  # fmt: skip
    found = score_run(run, abstention_metrics()).metrics["abstention_f1"].by_type
    # near misses: 1 of 2 refused, and b wrongly: 2·1 / (2 + 2); out of domain: 2·1 / (1 + 2)
    assert found["near_miss"].mean == pytest.approx(1 / 2)
    assert found["out_of_domain"].mean == pytest.approx(2 / 3, abs=1e-4)
    assert "lookup" not in found


def test_passing_is_told_for_each_case() -> None:
    run = run_of(sample(asked("a"), FASTER), sample(asked("b", answerable=False), FASTER))
    first, second = score_run(run, []).cases
    assert first.passed
    assert not first.failures
    assert not second.passed
    assert second.failures == ("answered, though the collection doesn't say it",)


def test_scores_are_saved_and_read_again(tmp_path: Path) -> None:
    scores = score_run(RUN, [metric("m", {"a": 0.25, "b": None, "c": 1.0})], judge="a judge")
    save_scores(scores, tmp_path / "scores.json")
    assert load_scores(tmp_path) == load_scores(tmp_path / "scores.json") == scores
    lines = (tmp_path / "scores.json").read_text("utf-8").splitlines()
    assert sum('"id": ' in line for line in lines) == 3  # each case on a line of its own


def test_a_baseline_tells_nothing_of_the_machine() -> None:
    values = {"a": Score(None, "failed in /somewhere"), "b": None, "c": 1.0}
    baseline = baseline_of(score_run(RUN, [metric("m", values)]))
    assert "/somewhere" not in baseline.model_dump_json()
    assert baseline.run.settings == {}
    assert baseline.metrics["m"].all.missing == 1
    quick = replace(metric("quick", dict.fromkeys("abc", 0.1)), group="speed")
    timed = baseline_of(score_run(RUN, [metric("m", values), quick]))
    assert set(timed.metrics) == {"m"}
    assert timed.cases[2].values == {"m": 1.0}


def test_a_baseline_keeps_no_text_of_an_error() -> None:
    failed = run_of(sample(asked("a"), error="no file /somewhere/secret"))
    [case_scores] = baseline_of(score_run(failed, [])).cases
    assert case_scores.failures == ("no answer",)
    assert not case_scores.passed


def test_scores_of_other_answers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text("one\n", "utf-8")
    save_scores(score_run(replace(RUN, folder=tmp_path), []), tmp_path / "scores.json")
    assert load_scores(tmp_path).answers
    (tmp_path / "answers.jsonl").write_text("another\n", "utf-8")
    with pytest.raises(UsageError, match="scores other answers"):
        load_scores(tmp_path)


@pytest.mark.parametrize("text", [None, "", "[]", '{"run": 1}'])
def test_scores_that_are_missing_or_damaged_are_an_error(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "scores.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"scores\.json") as caught:
        load_scores(tmp_path)
    assert "paperchat eval score" in caught.value.hint
