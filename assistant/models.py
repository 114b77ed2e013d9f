"""The frozen types that cross packages: papers on the way in, answers on the way out."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from assistant.filters import NO_FILTERS, Filters
from assistant.papers import (
    CitedField,
    Frozen,
    IngestReport,
    Paper,
    Passage,
    Provenance,
    Rejected,
    Span,
)

__all__ = [
    "Answer",
    "AnswerStatus",
    "Citation",
    "CitedField",
    "Claim",
    "Evidence",
    "Frozen",
    "IngestReport",
    "Paper",
    "PaperRef",
    "Passage",
    "Provenance",
    "Ranked",
    "Rejected",
    "SourceRef",
    "Span",
    "Support",
    "Turn",
    "Usage",
    "Verdict",
]


class Turn(Frozen):
    """One message of a conversation; `paper_ids` are the papers that an answer cited."""

    role: Literal["user", "assistant"]
    content: str
    paper_ids: tuple[str, ...] = ()


class Ranked(Frozen):
    """A retrieved paper with its best passage, and why it ranks where it does.

    `score` lies in 0 to 1: how good the match is (docs/retrieval.md). The rest tells what it is made of; None where
    that wasn't found or read.
    """

    paper_id: str
    title: str
    score: float
    passage: str
    passage_id: str
    dense: float | None = None
    """Cosine of the nearest passage."""
    dense_rank: int | None = None
    """Place by vector, from 1."""
    lexical: float | None = None
    """BM25 score."""
    lexical_rank: int | None = None
    """Place by words, from 1."""
    lexical_share: float | None = None
    """The BM25 score as a share of what the question's words can bring at most."""
    covered: float | None = None
    """Share of the question's words that the paper has or comes near."""
    sentence: float | None = None
    """Cosine of its nearest sentence."""
    named: bool = False
    """Whether the question names it."""
    side: str = ""
    """The side of a comparison, or the part of a question, that it was found for."""
    rerank: float | None = None
    """What a reranker gave it."""


class Evidence(Frozen):
    """One sentence that may answer the question: `span` of the paper's abstract, and its score."""

    paper_id: str
    title: str
    quote: str
    span: Span
    score: float
    similarity: float
    """Cosine of the question and the sentence."""


class Verdict(StrEnum):
    """What checking a claim against the words it cites came to."""

    SUPPORTED = "supported"
    QUOTED = "quoted"
    """The claim is the authors' own words."""
    REPLACED = "replaced"
    """The model's sentence failed the check; the quote stands in its place."""
    DROPPED = "dropped"
    """The model's sentence failed the check, and nothing stands in its place."""


class Support(StrEnum):
    """What one citation says of the claim that cites it."""

    SUPPORTED = "supported"
    """It says so, all by itself."""
    PARTLY = "partly"
    """It says some of it; the claim's citations together say all."""
    NOT = "not"
    """It doesn't say so."""
    CONTRADICTED = "contradicted"
    """It says otherwise."""


class Citation(Frozen):
    """The words that a claim rests on: `paper.field(field)[start:end] == quote`, as `located` tells."""

    n: int = Field(ge=1)
    """The number shown, `[n]`: that of the paper in `Answer.sources`."""
    paper_id: str
    title: str
    quote: str
    start: int
    end: int
    field: CitedField = "abstract"
    exists: bool = True
    """Whether the collection has the paper."""
    located: bool = True
    """Whether the quote stands at its span, letter by letter."""
    support: Support = Support.SUPPORTED
    score: float = 1.0
    """How strongly these words alone support the claim, in 0 to 1."""
    why: str = ""
    """Why they do or don't."""


class Claim(Frozen):
    """One sentence of an answer, without its markers, and the words that support it."""

    text: str
    verdict: Verdict
    citations: tuple[Citation, ...] = ()
    score: float = 1.0
    """How strongly its citations together support it, in 0 to 1; 1 for a quote or a record."""
    draft: str = ""
    """What the model wrote, where that isn't what is shown."""
    why: str = ""
    """Why the check came out as it did."""


class SourceRef(Frozen):
    """A cited paper and the number that stands for it."""

    n: int
    paper_id: str
    title: str
    url: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    retracted: bool = False


class PaperRef(Frozen):
    """A paper that was found, with its score and its nearest passage."""

    paper_id: str
    title: str
    score: float
    passage: str = ""
    """The passage of its abstract that was found nearest."""


class AnswerStatus(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_IN_COLLECTION = "not_in_collection"
    FAILED = "failed"


class Usage(Frozen):
    """What the language model took: tokens read and written."""

    input_tokens: int = 0
    output_tokens: int = 0


class Answer(Frozen):
    """A whole answer. `text` is what a reader sees: the claims with their markers, then the notes."""

    status: AnswerStatus
    question: str
    standalone_question: str
    text: str
    summary: str = ""
    """Of a survey: how many papers are in, of how many."""
    filters: Filters = NO_FILTERS
    """What the search was restricted to, given or read off the question."""
    prompt_version: str = ""
    """Version of the wording that the language model was given; empty where none wrote."""
    model: str | None = None
    """Who wrote the sentences; None where they are quotes."""
    claims: tuple[Claim, ...] = ()
    notes: tuple[str, ...] = ()
    """What the answer says of itself: a field the collection lacks, a model that failed."""
    sources: tuple[SourceRef, ...] = ()
    retrieved: tuple[PaperRef, ...] = ()
    near_misses: tuple[PaperRef, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unknown_markers: tuple[str, ...] = ()
    """Markers that the model wrote and that stand for nothing; they are never shown."""
    usage: Usage | None = None
    answerability: float | None = None
    """How likely it is that the collection answers the question, in 0 to 1, before anything is written."""
    timings: dict[str, float] = Field(default_factory=dict)
    """Seconds by stage, and `total`."""
