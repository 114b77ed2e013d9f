"""A case as a report shows it: what was asked, answered and expected, and why it failed."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.models import Answer, Claim, Ranked, Turn
from evals.cases import Case
from evals.cases.match import contains, says
from evals.metrics.base import Sample
from evals.report.text import figure, one_line
from evals.runs.record import Recorded, Run
from evals.runs.scores import CaseScores, Scores, samples_of

_STATUS = {
    "answered": "answered",
    "partly": "answered in part",
    "not_in_collection": "not in the collection, it says",
    "failed": "failed",
}


@dataclass(frozen=True)
class PaperView:
    """A paper that a case speaks of: where it ranks, and whether the answer cites it."""

    id: str
    title: str
    abstract: str
    year: int | None
    rank: int | None
    cited: bool


@dataclass(frozen=True)
class ValueView:
    """A metric's value for a case; `why` tells the reason where it is missing or where there is one."""

    name: str
    value: float | None
    shown: str
    why: str


@dataclass(frozen=True)
class EvidenceView:
    """A sentence that was offered as evidence."""

    title: str
    quote: str
    score: float
    gold: bool


@dataclass(frozen=True)
class CaseView:
    """One case with everything that a reader needs to judge it."""

    number: int
    case: Case
    scores: CaseScores
    recorded: Recorded
    outcome: str
    """passed, failed or error."""
    status: str
    gold: tuple[PaperView, ...]
    optional: tuple[PaperView, ...]
    related: tuple[PaperView, ...]
    wanted: tuple[str, ...]
    """The sentences that hold the answer."""
    evidence: tuple[EvidenceView, ...]
    facts: tuple[tuple[str, bool], ...]
    forbidden: tuple[tuple[str, bool], ...]
    values: tuple[ValueView, ...]

    @property
    def answer(self) -> Answer | None:
        """What was answered; None where that ended in an error."""
        return self.recorded.answer

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The answer's sentences."""
        return self.answer.claims if self.answer else ()

    @property
    def history(self) -> tuple[Turn, ...]:
        """The conversation before the question."""
        return self.case.history

    @property
    def retrieved(self) -> tuple[Ranked, ...]:
        """The papers that were found, best first."""
        return self.recorded.passages

    @property
    def gold_ids(self) -> frozenset[str]:
        """The ids of the gold papers."""
        return frozenset(self.case.gold)

    def value(self, name: str) -> ValueView | None:
        """Return a metric's value, None where it doesn't apply."""
        return next((value for value in self.values if value.name == name), None)


def case_views(run: Run, scores: Scores) -> list[CaseView]:
    """Return a run's cases in their order, numbered from 1; those without scores are left out."""
    known = {case.id: case for case in scores.cases}
    samples = [sample for sample in samples_of(run) if sample.case.id in known]
    return [
        _view(number, sample, known[sample.case.id], scores) for number, sample in enumerate(samples, start=1)
    ]


def _view(number: int, sample: Sample, own: CaseScores, scores: Scores) -> CaseView:
    case, recorded, answer = sample.case, sample.recorded, sample.recorded.answer
    return CaseView(
        number=number,
        case=case,
        scores=own,
        recorded=recorded,
        outcome="passed" if own.passed else "failed" if answer else "error",
        status=_STATUS[answer.status.value] if answer else "no answer",
        gold=_papers(sample, case.gold),
        optional=_papers(sample, case.optional),
        related=_papers(sample, case.related),
        wanted=_wanted(sample),
        evidence=tuple(
            EvidenceView(item.title, item.quote, item.score, item.paper_id in case.gold)
            for item in (answer.evidence if answer else ())
        ),
        facts=tuple((fact.fact, says(sample.said, fact)) for fact in case.facts),
        forbidden=tuple((text, contains(sample.shown, text)) for text in case.must_not),
        values=tuple(
            ValueView(name, value, figure(value, _unit(scores, name)), one_line(own.why.get(name, "")))
            for name, value in own.values.items()
        ),
    )


def _papers(sample: Sample, ids: tuple[str, ...]) -> tuple[PaperView, ...]:
    ranks = {
        item.paper_id: rank for rank, item in reversed(list(enumerate(sample.recorded.passages, start=1)))
    }
    cited = {citation.paper_id for citation in sample.citations}
    found = []
    for id_ in ids:
        paper = sample.papers.get(id_)
        title, abstract, year = (paper.title, paper.abstract, paper.year) if paper else (id_, "", None)
        found.append(PaperView(id_, title, abstract, year, ranks.get(id_), id_ in cited))
    return tuple(found)


def _wanted(sample: Sample) -> tuple[str, ...]:
    from evals.cases.evidence import evidence_spans

    return tuple(
        span.of(sample.papers[paper].abstract) for paper, span in evidence_spans(sample.case, sample.papers)
    )


def _unit(scores: Scores, name: str) -> str:
    return scores.metrics[name].unit if name in scores.metrics else ""
