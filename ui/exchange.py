"""One question and what has come of it so far: the page's state, advanced by events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.events import ClaimReady, DraftDelta, Event, EvidenceFound, Finished, Understood
from assistant.filters import Filters
from assistant.models import Answer, Claim, Evidence, Paper, Ranked, SourceRef, Turn, Verdict

SEARCHING = "Searching the collection…"


@dataclass(frozen=True)
class Problem:
    """What went wrong, and what to do about it."""

    message: str
    hint: str = ""


@dataclass(frozen=True)
class Exchange:
    """A question with all that is known of its answer; `number` counts from 1 in the chat."""

    number: int
    question: str
    waiting: str = SEARCHING
    standalone: str = ""
    filters: Filters = field(default_factory=Filters)
    """What the search was restricted to."""
    read_filters: Filters = field(default_factory=Filters)
    """What of it was read off the question."""
    summary: str = ""
    """What a survey came to, in one sentence."""
    evidence: tuple[Evidence, ...] = ()
    retrieved: tuple[Ranked, ...] = ()
    draft: str = ""
    claims: tuple[Claim, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    answer: Answer | None = None
    problem: Problem | None = None
    stopped: bool = False
    papers: Mapping[str, Paper | None] = field(default_factory=dict)
    """The stored papers by id, as far as they were looked up; None where the store holds none."""

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and self.problem is None and not self.stopped


def advance(exchange: Exchange, event: Event) -> Exchange:
    """Return the exchange after one more event."""
    if isinstance(event, Understood):
        return replace(
            exchange,
            standalone=event.standalone_question,
            filters=event.filters,
            read_filters=event.read_filters,
            waiting=SEARCHING,
        )
    if isinstance(event, EvidenceFound):
        papers = len({item.paper_id for item in event.evidence})
        found = (
            f"Reading {papers} paper{'' if papers == 1 else 's'}…" if papers else "Looking at what was found…"
        )
        return replace(
            exchange,
            summary=event.summary,
            evidence=event.evidence,
            retrieved=event.retrieved,
            waiting=found,
        )
    if isinstance(event, DraftDelta):
        return replace(exchange, draft=exchange.draft + event.text)
    if isinstance(event, ClaimReady):
        return replace(exchange, draft="", claims=(*exchange.claims, event.claim), sources=event.sources)
    assert isinstance(event, Finished)
    answer = event.answer
    return replace(
        exchange,
        answer=answer,
        standalone=answer.standalone_question,
        summary=answer.summary,
        claims=answer.claims,
        sources=answer.sources,
        evidence=answer.evidence or exchange.evidence,
        draft="",
    )


def turns(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return the conversation as the assistant reads it; a question that got nothing is left out."""
    history: list[Turn] = []
    for exchange in exchanges:
        text = exchange.answer.text if exchange.answer else _claims_text(exchange.claims)
        if text:
            cited = tuple(source.paper_id for source in exchange.sources)
            history.append(Turn(role="user", content=exchange.question))
            history.append(Turn(role="assistant", content=text, paper_ids=cited))
    return tuple(history)


def _claims_text(claims: Sequence[Claim]) -> str:
    return " ".join(claim.text for claim in claims if claim.verdict != Verdict.DROPPED)
