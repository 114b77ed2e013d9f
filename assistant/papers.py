"""What a collection holds, as frozen types: papers, their passages, where they were read, and an ingest's report."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_REJECTED = 10_000
"""Rejections that a report lists; more are counted."""


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
    date: str = ""
    """Day or month of publication, `YYYY-MM-DD` or `YYYY-MM` (ISO 8601); empty where only a year is known."""
    venue: str = ""
    doi: str = ""
    arxiv_id: str = ""
    """Without its version."""
    arxiv_version: int | None = None
    pmid: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    """The language that a source gives, as an ISO 639-1 code where it has one."""
    retracted: bool = False
    retraction_note: str = ""
    related: tuple[str, ...] = ()
    """Other versions of the work that a source names, such as its preprint: `doi:…` or `arxiv:…`."""
    extracted: bool = False
    """Whether title and abstract were taken from a PDF's pages, where a program had to guess them."""
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
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else ""

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


class Rejected(Frozen):
    """A file or record that wasn't taken: where it stands and why."""

    file: str
    where: str
    reason: str


class IngestReport(Frozen):
    """What an ingest did. Each record read is counted once: read = added + updated + unchanged + merged + rejected.

    A file that is no papers file counts as one record, read and rejected.
    """

    read: int = 0
    added: int = 0
    updated: int = 0
    """Stored papers of which a source now tells something else or more."""
    unchanged: int = 0
    merged: int = 0
    """Records that told again of a paper that an earlier record of this ingest told of."""
    rejected: tuple[Rejected, ...] = ()
    """Each, up to `MOST_REJECTED`."""
    rejected_more: int = 0
    """Rejected beyond those listed."""
    removed: int = 0
    """Stored papers that left the source and were removed; only with `--sync`."""
    notes: tuple[str, ...] = ()
    """What else a reader should know: how columns were understood, what wasn't removed and why."""
    dry_run: bool = False
    """Whether nothing was stored: the counts tell what would happen."""
    interrupted: bool = False
    """Whether it was stopped early; what is counted is stored all the same."""
    seconds: float = 0.0

    @model_validator(mode="after")
    def _every_record_has_one_outcome(self) -> Self:
        outcomes = self.added + self.updated + self.unchanged + self.merged
        outcomes += len(self.rejected) + self.rejected_more
        if self.read != outcomes:
            raise ValueError(f"{self.read} records were read and {outcomes} are accounted for")
        return self
