"""An answer in the making: what the steps have found so far, and the Answer that it becomes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant import prompts
from assistant.abstain import Signals, answerability
from assistant.compose import SourceNumbers, answer_text
from assistant.filters import NO_FILTERS, Filters
from assistant.models import Answer, AnswerStatus, Claim, Evidence, PaperRef, Ranked, Usage

NEAR_MISSES = 3


@dataclass
class Work:
    """One question's work; the pipeline's steps fill it in."""

    question: str
    standalone: str = ""
    filters: Filters = NO_FILTERS
    ranked: list[Ranked] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    """Ids of the papers that the question names, or goes on about."""
    sides: tuple[tuple[str, ...], ...] = ()
    """Ids of the papers that each side of the question is quoted from."""
    summary: str = ""
    """What a survey came to, in one sentence."""
    evidence: list[Evidence] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Markers that stand for no evidence."""
    signals: Signals | None = None
    dropped: int = 0
    """Sentences of the model that nothing supports."""
    missing: bool = False
    """Whether a part of the question can't be answered."""
    model: str | None = None
    usage: Usage | None = None
    timings: dict[str, float] = field(default_factory=dict)
    numbers: SourceNumbers = field(default_factory=SourceNumbers)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Note the seconds that a block takes."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings[stage] = time.perf_counter() - started

    def finish(self) -> Answer:
        """Return the answer that this work has come to."""
        found = tuple(
            PaperRef(paper_id=r.paper_id, title=r.title, score=r.score, passage=r.passage)
            for r in self.ranked
        )
        if not self.claims:
            status = AnswerStatus.NOT_IN_COLLECTION
        else:
            status = AnswerStatus.PARTLY if self.missing else AnswerStatus.ANSWERED
        misses = () if self.claims else found[:NEAR_MISSES]
        return Answer(
            status=status,
            question=self.question,
            standalone_question=self.standalone,
            summary=self.summary,
            text=answer_text(self.claims, self.notes, misses, self.summary),
            filters=self.filters,
            prompt_version=prompts.VERSION if self.model else "",
            model=self.model,
            claims=tuple(self.claims),
            notes=tuple(self.notes),
            sources=self.numbers.sources,
            retrieved=found,
            near_misses=misses,
            evidence=tuple(self.evidence),
            unknown_markers=tuple(dict.fromkeys(self.unknown)),
            usage=self.usage,
            answerability=None if self.signals is None else round(answerability(self.signals), 4),
            timings={stage: round(seconds, 4) for stage, seconds in self.timings.items()},
        )
