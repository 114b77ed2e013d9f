"""What a metric is: a value for one recorded case, or a statistic over many; never an average with holes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.models import AnswerStatus, Citation, Paper
from evals.cases import Case
from evals.runs.record import Recorded
from evals.stats import Statistic

Better = Literal["higher", "lower", ""]
Group = Literal["retrieval", "citations", "answers", "abstention", "ragas", "judged", "speed"]


@dataclass(frozen=True)
class Sample:
    """One case with its recorded answer; `papers` are those that the whole run speaks of, by id."""

    case: Case
    recorded: Recorded
    papers: dict[str, Paper]

    @property
    def answered(self) -> bool:
        """Whether there is an answer that says something, and not that the collection doesn't."""
        answer = self.recorded.answer
        said = (AnswerStatus.ANSWERED, AnswerStatus.PARTLY)
        return answer is not None and answer.status in said

    @property
    def text(self) -> str:
        """What the answer claims, without markers, notes and near misses; empty where it says nothing."""
        answer = self.recorded.answer
        return " ".join(claim.text for claim in answer.claims) if answer else ""

    @property
    def shown(self) -> str:
        """Everything that a reader sees of the answer, notes and near misses included."""
        return self.recorded.answer.text if self.recorded.answer else ""

    @property
    def said(self) -> str:
        """What facts are looked for in: the claims and the titles that they cite."""
        return " ".join((self.text, *dict.fromkeys(citation.title for citation in self.citations)))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of the answer, in order, with repeats."""
        answer = self.recorded.answer
        return tuple(citation for claim in answer.claims for citation in claim.citations) if answer else ()


@dataclass(frozen=True)
class Score:
    """A metric's value for one case: None where it should have one and has none, `why` tells the reason."""

    value: float | None
    why: str = ""


@dataclass(frozen=True)
class Metric:
    """A metric with a value for each case; its figure is the mean.

    Attributes:
        name: Snake case, unique; `precision@5` where the field writes a cut-off.
        group: The family it is shown with.
        about: One sentence for a reader: what it counts and over which cases; with its source where it has one.
        better: Which way is better; empty where neither is.
        value: The case's value; None where the metric doesn't apply to the case.
        unit: `s`, `tokens`, `$`; empty for shares in 0 to 1.
    """

    name: str
    group: Group
    about: str
    better: Better
    value: Callable[[Sample], Score | float | None]
    unit: str = ""


@dataclass(frozen=True)
class PooledMetric:
    """A metric over all cases together, such as F1 or a percentile.

    Attributes:
        row: What a case contributes; None where it contributes nothing. All rows have the same length.
        statistic: From the rows, shape (cases, columns), to the figure; nan where they don't allow it.
        name, group, about, better, unit: As for `Metric`.
        with_answerable: Whether the figure of one type of unanswerable case is taken against the answerable
            cases of all types, which it has none of itself.
        by_type: Whether it is told for each type of case too.
    """

    name: str
    group: Group
    about: str
    better: Better
    row: Callable[[Sample], tuple[float, ...] | None]
    statistic: Statistic
    unit: str = ""
    with_answerable: bool = False
    by_type: bool = True


AnyMetric = Metric | PooledMetric
