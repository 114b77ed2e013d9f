"""The frozen types that cross packages: papers on the way in, answers on the way out."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Frozen(BaseModel):
    """Base of all of them: immutable, and strict about field names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A half-open range of characters, `text[start:end]`."""

    start: int = Field(ge=0)
    end: int

    @model_validator(mode="after")
    def _not_reversed(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"span ends at {self.end} before it starts at {self.start}")
        return self

    def of(self, text: str) -> str:
        """Return the words that the span covers in `text`."""
        return text[self.start : self.end]


class Provenance(Frozen):
    """Where a paper was read: `source` names the file or feed, `where` the line or record in it."""

    source: str
    where: str


class Paper(Frozen):
    """One paper: its title and abstract, and what else its sources tell.

    `abstract` is the cleaned text that every span refers to. It is empty for a title-only paper.
    """

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv_id: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    abstract_by: str = ""
    """Who wrote the abstract, where it isn't the authors: a summary says so wherever it is shown."""
    provenance: tuple[Provenance, ...] = ()

    @property
    def link(self) -> str:
        """The best web address of the paper, empty where none is known."""
        if self.url:
            return self.url
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://arxiv.org/abs/{self.arxiv_id}" if self.arxiv_id else ""

    def field(self, name: CitedField) -> str:
        """Return the text that a citation's `field` refers to; spans count in it."""
        if name == "authors":
            return ", ".join(self.authors)
        if name == "year":
            return "" if self.year is None else str(self.year)
        return str(getattr(self, name))


CitedField = Literal["abstract", "title", "authors", "year", "venue"]


class Passage(Frozen):
    """A run of whole sentences of one abstract that fits the embedder's window with the title.

    `id` is `paper_id#n`. A title-only paper has one passage with an empty span.
    """

    id: str
    paper_id: str
    n: int
    span: Span
    sentences: tuple[Span, ...]


class Turn(Frozen):
    """One message of a conversation; `paper_ids` are the papers that an answer cited."""

    role: Literal["user", "assistant"]
    content: str
    paper_ids: tuple[str, ...] = ()


class Ranked(Frozen):
    """A retrieved paper with its best passage, and why it ranks where it does.

    `score` is the reciprocal-rank fusion score scaled so that first place in both lists is 1.
    `dense` is a cosine, `lexical` a BM25 score; None where that list didn't hold the paper.
    """

    paper_id: str
    title: str
    score: float
    passage: str
    passage_id: str
    dense: float | None = None
    lexical: float | None = None


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


class Citation(Frozen):
    """The words that a claim rests on: `paper.field(field)[start:end] == quote`, always."""

    n: int = Field(ge=1)
    """The number shown, `[n]`: that of the paper in `Answer.sources`."""
    paper_id: str
    title: str
    quote: str
    start: int
    end: int
    field: CitedField = "abstract"


class Claim(Frozen):
    """One sentence of an answer, without its markers, and the words that support it."""

    text: str
    verdict: Verdict
    citations: tuple[Citation, ...] = ()
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


class PaperRef(Frozen):
    """A paper that was found, with its score, without the text."""

    paper_id: str
    title: str
    score: float


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


class Rejected(Frozen):
    """A file or record that wasn't taken: where it stands and why."""

    file: str
    where: str
    reason: str


class IngestReport(Frozen):
    """What an ingest did, counted in papers."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: tuple[Rejected, ...] = ()
    interrupted: bool = False
    """Whether it was stopped early; what is counted as added or updated is stored all the same."""
    seconds: float = 0.0
