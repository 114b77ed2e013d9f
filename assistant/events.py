"""What `Assistant.events` yields, in this order: understood, evidence, (delta* claim)*, finished."""

from __future__ import annotations

from typing import Literal

from assistant.filters import NO_FILTERS, Filters
from assistant.models import Answer, Claim, Evidence, Frozen, Ranked, SourceRef


class Understood(Frozen):
    """The question as it will be searched for."""

    kind: Literal["understood"] = "understood"
    standalone_question: str
    question_kind: str = "lookup"
    """How it will be answered, as `plan.QuestionKind` names it."""
    filters: Filters = NO_FILTERS
    """What the search is restricted to, given and read off the question together."""
    read_filters: Filters = NO_FILTERS
    """What of it was read off the question."""


class EvidenceFound(Frozen):
    """The papers and sentences found; milliseconds after the question, before any word is written."""

    kind: Literal["evidence"] = "evidence"
    retrieved: tuple[Ranked, ...]
    evidence: tuple[Evidence, ...]
    summary: str = ""
    """Of a survey: how many papers are in, of how many."""


class DraftDelta(Frozen):
    """The next words of the sentence being written: unchecked, without markers."""

    kind: Literal["delta"] = "delta"
    text: str


class ClaimReady(Frozen):
    """A finished sentence with its verdict; it takes the place of the deltas since the last one.

    `sources` are the numbered papers so far; numbers never change once shown.
    """

    kind: Literal["claim"] = "claim"
    claim: Claim
    sources: tuple[SourceRef, ...]


class Finished(Frozen):
    """The whole answer; what it says replaces all that was shown before."""

    kind: Literal["finished"] = "finished"
    answer: Answer


Event = Understood | EvidenceFound | DraftDelta | ClaimReady | Finished
