"""Made-up cases with answers, for tests of metrics; every value in the tests is worked out from these by hand."""

from __future__ import annotations

from typing import Any

from assistant.models import Answer, AnswerStatus, Citation, Claim, Paper, Ranked, Verdict
from evals.cases import Case
from evals.metrics.base import AnyMetric, Metric, PooledMetric, Sample, Score
from evals.runs.record import Recorded

LUMEN = Paper(
    id="lumen",
    title="Lumen: Fast Attention",
    abstract="Lumen keeps 64 links per token. It is 3.2 times faster. It loses 0.4% accuracy.",
    authors=("Ada Byron", "Emil Post"),
    year=2021,
)
TRIM = Paper(id="trim", title="Trim: Pruning Graphs", abstract="Trim removes edges in one shot.")
REEF = Paper(id="reef", title="Reef Cover from Space", abstract="The estimate agrees at 112 of 120 sites.")
PAPERS = {paper.id: paper for paper in (LUMEN, TRIM, REEF)}


def cite(paper: Paper, quote: str, **fields: Any) -> Citation:
    start = paper.abstract.find(quote)
    given = {"quote": quote, "start": start, "end": start + len(quote), **fields}
    return Citation(n=1, paper_id=paper.id, title=paper.title, **given)


def claim(text: str, *citations: Citation, verdict: Verdict = Verdict.SUPPORTED) -> Claim:
    return Claim(text=text, verdict=verdict, citations=citations)


def quote(paper: Paper, words: str) -> Claim:
    return claim(words, cite(paper, words), verdict=Verdict.QUOTED)


def case(**fields: Any) -> Case:
    return Case.model_validate({"id": "c1", "type": "lookup", "question": "How fast is Lumen?", **fields})


def sample(
    asked: Case,
    *claims: Claim,
    found: tuple[str, ...] = (),
    status: AnswerStatus | None = None,
    text: str | None = None,
    error: str = "",
    seconds: float = 1.0,
    **answer: Any,
) -> Sample:
    """Return a case with an answer of these claims; without any the collection doesn't say."""
    status = status or (AnswerStatus.ANSWERED if claims else AnswerStatus.NOT_IN_COLLECTION)
    shown = " ".join(each.text for each in claims) or "The collection doesn’t say."
    given = Answer(
        status=status, question=asked.question, standalone_question=asked.question,
        text=shown if text is None else text, claims=claims, **answer,
    )  # fmt: skip
    passages = tuple(
        Ranked(paper_id=id_, title=id_, score=1 / n, passage="", passage_id=f"{id_}#0")
        for n, id_ in enumerate(found, start=1)
    )
    recorded = Recorded(
        id=asked.id, answer=None if error else given, passages=passages, seconds=seconds, error=error
    )
    return Sample(asked, recorded, PAPERS)


def named(metrics: tuple[AnyMetric, ...], name: str) -> Any:
    """Return the metric of a name."""
    [found] = [metric for metric in metrics if metric.name == name]
    return found


def value(metrics: tuple[AnyMetric, ...], name: str, of: Sample) -> float | None:
    """Return a metric's value for one case."""
    metric = named(metrics, name)
    assert isinstance(metric, Metric)
    found = metric.value(of)
    return found.value if isinstance(found, Score) else found


def pooled(metrics: tuple[AnyMetric, ...], name: str, *samples: Sample) -> float:
    """Return a pooled metric's figure."""
    import numpy as np

    metric = named(metrics, name)
    assert isinstance(metric, PooledMetric)
    rows = [row for each in samples if (row := metric.row(each)) is not None]
    return metric.statistic(np.array(rows, dtype=np.float64))
