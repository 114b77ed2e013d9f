"""A small made-up run for tests: cases of several types, passed and failed, one unanswerable, one that broke."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from samples import LUMEN, PAPERS, REEF, TRIM, case, cite, claim, quote, sample

from assistant.models import AnswerStatus, Evidence, Paper, Span, Turn, Verdict
from evals.cases import Case
from evals.metrics.base import AnyMetric, Metric, PooledMetric, Sample, Score
from evals.runs.lines import LineFile
from evals.runs.passed import passed
from evals.runs.record import ANSWERS, Run, RunInfo, begin, finish, load_run
from evals.runs.scores import MetricScores, Scores, Summary, save_scores, score_run

HOSTILE = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'
"""Text that does harm where it isn't escaped: it renames the page, and asks for an image."""
SNARE = Paper(id="snare", title=f"Snare {HOSTILE}", abstract=f"Snare says {HOSTILE} in its abstract.")
ALL = {**PAPERS, SNARE.id: SNARE}
INFO = RunInfo(
    name="made", started="2026-01-02T03:04:05+00:00", llm=None, cases_file="made.jsonl", cases=8,
    cases_fingerprint="cases0", store="/somewhere/store", papers=4, store_fingerprint="store0",
    embedder="all-MiniLM-L6-v2", settings={"llm": "none"}, versions={"paperchat": "0.1.0", "python": "3.11"},
)  # fmt: skip
FASTER, EDGES = "It is 3.2 times faster.", "Trim removes edges in one shot."


def made_samples() -> list[Sample]:
    """Return eight cases with their answers; what each shows stands beside it."""
    evidence = Evidence(
        paper_id="lumen", title=LUMEN.title, quote=FASTER, span=Span(start=31, end=54), score=1.5, similarity=0.7
    )  # fmt: skip
    return [
        _sample(  # passes
            case(id="fast", type="lookup", question="How much faster is Lumen?", gold=("lumen",),
                 facts=[{"fact": "3.2 times", "accept": ["3.2 times"]}], evidence=[FASTER]),
            quote(LUMEN, FASTER), found=("lumen", "trim"), answerability=0.9, evidence=(evidence,), seconds=1.0,
        ),
        _sample(  # lacks a fact
            case(id="loses", type="lookup", question="What does Lumen lose?", gold=("lumen",),
                 facts=[{"fact": "0.4% accuracy", "accept": ["0.4%"]}], reference="It loses 0.4% accuracy."),
            quote(LUMEN, FASTER), found=("trim", "lumen"), answerability=0.8, evidence=(evidence,), seconds=2.0,
        ),
        _sample(  # cites one of two gold papers; a claim of the model's was replaced
            case(id="both", type="compare", question="Lumen or Trim?", gold=("lumen", "trim"), tags=("two",)),
            claim("Trim removes edges in one shot.", cite(TRIM, EDGES), verdict=Verdict.REPLACED),
            found=("trim", "reef", "lumen"), answerability=0.6, seconds=3.0,
        ),
        _sample(  # passes, after a conversation
            case(id="and-trim", type="follow_up", question="and what does Trim do?", gold=("trim",),
                 history=(Turn(role="user", content="How fast is Lumen?"),
                          Turn(role="assistant", content="3.2 times faster.", paper_ids=("lumen",)))),
            quote(TRIM, EDGES), found=("trim",), answerability=0.7, seconds=4.0,
        ),
        _sample(  # passes: it says that the collection doesn't
            case(id="weather", type="out_of_domain", question="Will it rain in Lisbon?", answerable=False),
            answerability=0.1, seconds=0.5,
        ),
        _sample(  # fails: answered, and nothing says it
            case(id="corals", type="near_miss", question="How do corals sleep?", answerable=False, related=("reef",)),
            quote(REEF, "The estimate agrees at 112 of 120 sites."), found=("reef",), answerability=0.55, seconds=5.0,
        ),
        _sample(  # fails with an error
            case(id="broken", type="lookup", question="Who wrote Lumen?", gold=("lumen",)),
            error="ollama: the model went away", seconds=6.0,
        ),
        _sample(  # fails: shows what it must not
            case(id="attack", type="attack", question=f"Say it: {HOSTILE}", gold=("snare",), must_not=("taken",)),
            quote(SNARE, SNARE.abstract), found=("snare",), answerability=0.5, seconds=7.0,
        ),
    ]  # fmt: skip


def _sample(asked: Case, *claims: Any, **fields: Any) -> Sample:
    found = sample(asked, *claims, **fields)
    status = AnswerStatus.ANSWERED if claims else AnswerStatus.NOT_IN_COLLECTION
    assert found.recorded.answer is None or found.recorded.answer.status == status
    return Sample(asked, found.recorded, ALL)


def made_run(folder: Path) -> Run:
    """Write the run as a real one is written, and read it again."""
    samples = made_samples()
    begin(folder, INFO, [each.case for each in samples])
    recorder = LineFile(folder / ANSWERS)
    for each in samples:
        recorder.add(each.recorded)
    recorder.close()
    finish(folder, ALL.values())
    return load_run(folder)


def made_metrics() -> list[AnyMetric]:
    """Return a few metrics of every kind: shares, one with missing values, one pooled, one in seconds."""

    def words(each: Sample) -> float | None:
        return float(len(each.text.split())) if each.answered else None

    def judged(each: Sample) -> Score | None:
        if not each.answered:
            return None
        return Score(None, "the reply isn’t JSON") if each.case.id in ("both", "attack") else Score(0.5)

    def refused(each: Sample) -> tuple[float, ...]:
        return float(not each.case.answerable), float(not each.answered)

    return [
        Metric("passed", "answers", "Share of cases that pass.", "higher", lambda each: float(not passed(each))),
        Metric("words_said", "answers", "Words of an answer.", "", words, unit="words"),
        Metric("ragas_made", "judged", "As a judge says.", "higher", judged),
        PooledMetric("refusal_recall", "abstention", "Share of the unanswerable that aren’t answered.", "higher",
                     refused, lambda rows: float(rows[rows[:, 0] == 1, 1].mean()) if rows[:, 0].any() else math.nan),
        PooledMetric("seconds_p50", "speed", "Seconds, the median.", "lower", lambda each: (each.recorded.seconds,),
                     lambda rows: float(np.median(rows[:, 0])), unit="s"),
    ]  # fmt: skip


def made_scores(run: Run, judge: str | None = "ollama:judge") -> Scores:
    """Score the run, and save the scores beside it."""
    scores = score_run(run, made_metrics(), judge=judge)
    save_scores(scores, run.folder / "scores.json")
    return scores


def scores_of(
    values: dict[str, dict[str, float | None]],
    *,
    passed: dict[str, bool] | None = None,
    types: dict[str, str] | None = None,
    better: str = "higher",
    unit: str = "",
    group: str = "answers",
    judge: str | None = None,
    pooled: dict[str, tuple[float, float, float]] | None = None,
    **info: Any,
) -> Scores:
    """Return scores with given values, without a run.

    Args:
        values: By metric, each case's value; None for a missing one.
        passed: Cases that passed or not; all passed where it is left out.
        types: Types of cases; lookup where left out.
        better: Of every metric.
        unit: Of every metric.
        group: Of every metric.
        judge: Who judged.
        pooled: Figures with their ends of metrics without a value for each case.
        info: What is other in the run's description.
    """
    ids = list(dict.fromkeys(id_ for own in values.values() for id_ in own)) or list(passed or {})
    cases = [case(id=id_, type=(types or {}).get(id_, "lookup")) for id_ in ids]
    samples = [sample(each, quote(LUMEN, FASTER)) for each in cases]
    metrics = [_metric(name, own, better, unit, group) for name, own in values.items()]
    run = Run(
        Path("made"), INFO.model_copy(update={"cases": len(cases), **info}), cases,
        {each.case.id: each.recorded for each in samples}, PAPERS,
    )  # fmt: skip
    scores = score_run(run, metrics, judge=judge)
    told = [
        own.model_copy(update={"passed": good, "failures": () if good else (f"lacks the fact: {own.id}",)})
        for own in scores.cases
        for good in [(passed or {}).get(own.id, True)]
    ]
    extra = {
        name: MetricScores(group=group, about=name, better=better, unit=unit, by_type={},
                           all=Summary(mean=mean, low=low, high=high, n=len(ids)))
        for name, (mean, low, high) in (pooled or {}).items()
    }  # fmt: skip
    return scores.model_copy(update={"cases": told, "metrics": {**scores.metrics, **extra}})


def _metric(name: str, own: dict[str, float | None], better: Any, unit: str, group: Any) -> Metric:
    def value(each: Sample) -> Score | None:
        return Score(own[each.case.id], "the judge failed") if each.case.id in own else None

    return Metric(name, group, f"{name} of a test.", better, value, unit=unit)
