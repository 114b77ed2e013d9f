"""A run's scores: every metric over all cases, by type of case, and for each case alone; saved as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import UsageError
from evals.metrics.base import AnyMetric, Metric, PooledMetric, Sample, Score
from evals.runs.passed import NO_ANSWER, passed
from evals.runs.record import SCORES as SCORES
from evals.runs.record import Run, RunInfo, answers_digest, replace_text
from evals.stats import Estimate, mean_interval, statistic_interval

_DIGITS = 4


class Summary(BaseModel):
    """A figure with its 95% interval; `n` cases have a value, `missing` should have one and have none."""

    model_config = ConfigDict(frozen=True)

    mean: float | None
    """The mean, or the pooled statistic; None where no case allows one."""
    low: float | None
    high: float | None
    n: int
    missing: int = 0


class MetricScores(BaseModel):
    """One metric's figures."""

    model_config = ConfigDict(frozen=True)

    group: str
    about: str
    better: str
    unit: str = ""
    all: Summary
    by_type: dict[str, Summary]


class CaseScores(BaseModel):
    """One case's values by metric; None where a value is missing, and `why` says for what reason."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    passed: bool
    failures: tuple[str, ...] = ()
    """Why it didn't pass."""
    values: dict[str, float | None] = Field(default_factory=dict)
    why: dict[str, str] = Field(default_factory=dict)


class Scores(BaseModel):
    """All scores of one run."""

    model_config = ConfigDict(frozen=True)

    run: RunInfo
    answers: str = ""
    """Digest of the answers that were scored."""
    judge: str | None = None
    """The language model that judged the metrics which need one; None where there are none."""
    metrics: dict[str, MetricScores]
    cases: list[CaseScores]


def samples_of(run: Run) -> list[Sample]:
    """Return a run's cases with their answers."""
    return [Sample(case, run.answers[case.id], run.papers) for case in run.cases]


def score_run(run: Run, metrics: Iterable[AnyMetric], judge: str | None = None) -> Scores:
    """Compute every metric over a saved run; no answering model is called."""
    samples = samples_of(run)
    types = sorted({sample.case.type for sample in samples})
    values: dict[str, dict[str, float | None]] = {sample.case.id: {} for sample in samples}
    why: dict[str, dict[str, str]] = {sample.case.id: {} for sample in samples}
    found: dict[str, MetricScores] = {}
    for metric in metrics:
        scores = _scores(metric, samples)
        for id_, score in scores.items():
            values[id_][metric.name] = None if score.value is None else round(score.value, _DIGITS)
            if score.why:
                why[id_][metric.name] = score.why
        every = _summary(metric, samples, scores)
        if every.n == every.missing == 0:
            continue  # it applies to no case
        by_type = {type_: _summary(metric, _of_type(metric, type_, samples), scores) for type_ in types}
        found[metric.name] = MetricScores(
            group=metric.group,
            about=metric.about,
            better=metric.better,
            unit=metric.unit,
            all=every,
            by_type={type_: summary for type_, summary in by_type.items() if summary.n or summary.missing},
        )
    cases = []
    for sample in samples:
        failures = passed(sample)
        id_ = sample.case.id
        cases.append(
            CaseScores(id=id_, type=sample.case.type, passed=not failures, failures=tuple(failures),
                       values=values[id_], why=why[id_])
        )  # fmt: skip
    return Scores(run=run.info, answers=answers_digest(run.folder), judge=judge, metrics=found, cases=cases)


def baseline_of(scores: Scores) -> Scores:
    """Return scores fit to be kept with a project: without settings, places, reasons' texts, and times.

    How long things took says more of the machine than of the answers.
    """
    run = scores.run.model_copy(
        update={
            "store": Path(scores.run.store).name,
            "settings": {},
            "cases_file": Path(scores.run.cases_file).name,
        }
    )
    kept = {name: metric for name, metric in scores.metrics.items() if metric.group != "speed"}
    cases = [
        case.model_copy(
            update={
                "why": {},
                "failures": tuple(
                    NO_ANSWER if failure.startswith(NO_ANSWER) else failure for failure in case.failures
                ),
                "values": {name: case.values[name] for name in kept if name in case.values},
            }
        )
        for case in scores.cases
    ]
    return scores.model_copy(update={"run": run, "metrics": kept, "cases": cases})


def save_scores(scores: Scores, path: Path) -> None:
    """Write scores as JSON: a line a metric and a line a case, so that changes of a kept file can be read."""
    parts = scores.model_dump(mode="json")
    metrics, cases = parts.pop("metrics"), parts.pop("cases")

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = [f"{line(name)}: {line(value)}" for name, value in parts.items()]
    lines.append('"metrics": {\n' + ",\n".join(f"{line(k)}: {line(v)}" for k, v in metrics.items()) + "\n}")
    lines.append('"cases": [\n' + ",\n".join(map(line, cases)) + "\n]")
    replace_text(path, "{" + ",\n".join(lines) + "}\n")


def load_scores(path: Path) -> Scores:
    """Read scores from a run's folder, or from a file of scores such as a baseline.

    Raises:
        UsageError: There are none, or they are damaged.
    """
    file = path / SCORES if path.is_dir() else path
    try:
        scores = Scores.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{file}: can't be read: {error.strerror}", "`paperchat eval score RUN` makes a run's scores"
        ) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file}: isn't a file of scores: {str(error).splitlines()[0]}",
            "`paperchat eval score RUN` makes one",
        ) from error
    if path.is_dir() and (digest := answers_digest(path)) and scores.answers != digest:
        raise UsageError(
            f"{file}: scores other answers than those beside it",
            f"`paperchat eval score {path}` scores these",
        )
    return scores


def _of_type(metric: AnyMetric, type_: str, samples: Sequence[Sample]) -> list[Sample]:
    """Return the cases of a type; with all answerable ones where the metric needs both kinds."""
    if isinstance(metric, PooledMetric) and not metric.by_type:
        return []
    own = [sample for sample in samples if sample.case.type == type_]
    if isinstance(metric, PooledMetric) and metric.with_answerable:
        unanswerable = [sample for sample in own if not sample.case.answerable]
        return unanswerable + [sample for sample in samples if sample.case.answerable] if unanswerable else []
    return own


def _scores(metric: AnyMetric, samples: Sequence[Sample]) -> dict[str, Score]:
    """Return each case's score of a metric; a pooled one has none."""
    if isinstance(metric, PooledMetric):
        return {}
    scores: dict[str, Score] = {}
    for sample in samples:
        value = metric.value(sample)
        if value is None:
            continue
        score = value if isinstance(value, Score) else Score(float(value))
        if score.value is not None and not math.isfinite(score.value):
            score = Score(None, score.why or "the value isn't a number")
        scores[sample.case.id] = score
    return scores


def _summary(metric: AnyMetric, samples: Sequence[Sample], scores: dict[str, Score]) -> Summary:
    estimate: Estimate | None
    missing = 0
    if isinstance(metric, Metric):
        applied = [scores[sample.case.id] for sample in samples if sample.case.id in scores]
        estimate = mean_interval([score.value for score in applied if score.value is not None])
        missing = sum(score.value is None for score in applied)
    else:
        rows = [row for sample in samples if (row := metric.row(sample)) is not None]
        estimate = statistic_interval(np.array(rows, dtype=np.float64), metric.statistic) if rows else None
    if estimate is None:
        return Summary(mean=None, low=None, high=None, n=0, missing=missing)
    value, low, high = (round(x, _DIGITS) for x in (estimate.value, estimate.low, estimate.high))
    return Summary(mean=value, low=low, high=high, n=estimate.n, missing=missing)
