"""From checked claims to an answer: source numbers that never change once shown, records, and the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.by_year import ByYear
from assistant.models import Citation, Claim, Evidence, Paper, PaperRef, SourceRef, Verdict
from assistant.question import recorded_field

NOTHING_PASSED = "Nothing that the language model wrote passed its check; these are quotes."
STOOD_IN = "the papers’ own words stand here instead"
"""How a note ends that tells of a language model which failed."""
VERBATIM = "the authors’ own words"
NOT_IN_COLLECTION = "The collection doesn’t say."

_RECORD_SENTENCES = {
    "authors": "“{title}” is by {value}.",
    "year": "“{title}” is from {value}.",
    "venue": "“{title}” appeared at {value}.",
}
_LACKING = {
    "authors": "This collection has no author names, so who wrote a paper can’t be told from it.",
    "year": "This collection has no years of publication.",
    "venue": "This collection has no journals or conferences.",
    "citation counts": "A collection holds no citation counts.",
    "affiliations": "A collection holds no affiliations of authors.",
}


class SourceNumbers:
    """Numbers papers from 1 in the order in which they are first cited."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceRef] = {}

    def copy(self) -> SourceNumbers:
        """Return numbers that stand as these do now."""
        twin = SourceNumbers()
        twin._sources = dict(self._sources)
        return twin

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The papers numbered so far."""
        return tuple(self._sources.values())

    def number(self, paper: Paper) -> int:
        """Return a paper's number, giving it the next where it has none."""
        if paper.id not in self._sources:
            self._sources[paper.id] = SourceRef(
                n=len(self._sources) + 1,
                paper_id=paper.id,
                title=paper.title,
                url=paper.link,
                authors=paper.authors,
                year=paper.year,
                venue=paper.venue,
                retracted=paper.retracted,
            )
        return self._sources[paper.id].n

    def cite(self, item: Evidence, paper: Paper) -> Citation:
        """Return the citation of an evidence sentence; the quote is cut from the stored abstract."""
        quote = item.span.of(paper.abstract)
        return Citation(
            n=self.number(paper), paper_id=paper.id, title=paper.title, quote=quote,
            start=item.span.start, end=item.span.end, why=VERBATIM,
        )  # fmt: skip


def quote_claim(
    item: Evidence, paper: Paper, numbers: SourceNumbers, *, draft: str = "", why: str = ""
) -> Claim:
    """Return the authors' own words as a claim; with a `draft`, as what stands in its place."""
    citation = numbers.cite(item, paper)
    verdict = Verdict.REPLACED if draft else Verdict.QUOTED
    return Claim(text=citation.quote, verdict=verdict, citations=(citation,), draft=draft, why=why)


def answer_from_records(
    asked: Iterable[str], paper: Paper | None, fields: set[str], numbers: SourceNumbers
) -> tuple[list[Claim], list[str]]:
    """Answer what a question asks about a paper's record, such as who wrote it.

    Args:
        asked: What is asked, as `question.read_question` names it.
        paper: The paper that the question is about; None where that isn't clear.
        fields: The fields that at least one paper of the collection has.
        numbers: The answer's source numbers.

    Returns:
        Claims that cite the record, and a note for each thing that can't be told.
    """
    claims, notes = [], []
    for name in asked:
        field = recorded_field(name)
        if field is None or field not in fields:
            notes.append(_LACKING[name])
        elif paper is not None and (value := paper.field(field)):
            citation = Citation(
                n=numbers.number(paper), paper_id=paper.id, title=paper.title, quote=value,
                start=0, end=len(value), field=field, why="from the record",
            )  # fmt: skip
            shown = _enumerate(paper.authors) if field == "authors" else value
            text = _RECORD_SENTENCES[field].format(title=paper.title, value=shown)
            claims.append(
                Claim(text=text, verdict=Verdict.SUPPORTED, citations=(citation,), why="from the record")
            )
        elif paper is not None:
            notes.append(f"The record of “{paper.title}” has no {name}.")
    return claims, notes


def title_claim(paper: Paper, numbers: SourceNumbers) -> Claim:
    """Return a paper's title as a claim, for a paper that has nothing else to be quoted."""
    citation = Citation(
        n=numbers.number(paper), paper_id=paper.id, title=paper.title, quote=paper.title,
        start=0, end=len(paper.title), field="title", why=VERBATIM,
    )  # fmt: skip
    return Claim(
        text=paper.title,
        verdict=Verdict.QUOTED,
        citations=(citation,),
        why="nothing else of it can be quoted",
    )


def survey_summary(
    topic: str,
    taken: int,
    maybe: int,
    kept: int,
    total: int,
    listed: int,
    *,
    at_least: bool = False,
    scope: int = 0,
    known: int = 0,
    by_year: ByYear | None = None,
) -> str:
    """Return the sentence that tells how many papers a survey found, of how many.

    Args:
        topic: What was surveyed; empty where nothing but a filter was asked for.
        taken: How many papers are in.
        maybe: How many more may be.
        kept: How many papers there were to choose from: those that the filters leave.
        total: How many papers the collection has.
        listed: How many of those that are in the answer lists.
        at_least: Whether others must be expected to be in too.
        scope: How many papers were spoken of, where it was asked of these; 0 where of all.
        by_year: The order by year in which they are listed, where one was asked for.
        known: How many of those to choose from were spoken of, where it was asked for others; 0 where for all.
    """
    rest = f" {listed:,} of them are listed here." if listed < taken else ""
    if by_year is not None and taken:
        which = "newest" if by_year.newest else "oldest"
        rest = f" The {which} is listed here." if by_year.single else f"{rest} The {which} come first."
    others = " other" if known else ""
    if scope:
        whole, all_kept = f"these {scope:,}{_papers(scope)}", kept == scope
    else:
        left = total - known
        whole, all_kept = f"the {left:,}{others}{_papers(left)} here", kept == total
    if not topic and all_kept and not scope and not known and by_year is None:
        return f"The collection has {total:,}{_papers(total)}.{rest}"
    if not topic and by_year is not None and taken == kept and (all_kept or scope == kept):
        which = "newest" if by_year.newest else "oldest"
        return f"Of {whole} the {which} {'is' if by_year.single else 'are'} listed here."
    count = f"{'At least ' if at_least else ''}{taken:,}" if taken else "None"
    if not topic:
        return f"{count} of {whole} {'fit' if taken > 1 else 'fits'} the filters.{rest}"
    if not all_kept and not kept:
        return f"None of {whole} fits the filters."
    among = (
        whole if all_kept else f"the {kept - known:,}{others}{_papers(kept - known)} that the filters leave"
    )
    are = "are" if taken > 1 else "is"
    more = f"; {maybe:,} more may be" if maybe and taken else f"; {maybe:,} may be" if maybe else ""
    return f"{count} of {among} {are} about “{topic}”{more}.{rest}"


def _papers(count: int) -> str:
    return " paper" if count == 1 else " papers"


def answer_text(
    claims: Sequence[Claim], notes: Sequence[str], near_misses: Sequence[PaperRef], summary: str = ""
) -> str:
    """Return what a reader sees: a survey's summary, claims with markers, quotes under their title, then notes."""
    if not claims:
        nearest = "; ".join(f"“{paper.title}”" for paper in near_misses)
        parts = [summary or NOT_IN_COLLECTION, *notes]
        return " ".join(parts) + (f"\nNearest papers: {nearest}" if nearest else "")
    paragraphs: list[str] = [summary] if summary else []
    last: tuple[str, bool] | None = None
    for claim in claims:
        quoted = claim.verdict is Verdict.QUOTED
        paper_id = claim.citations[0].paper_id if claim.citations else ""
        shown = f"“{claim.text}”" if claim.verdict in (Verdict.QUOTED, Verdict.REPLACED) else claim.text
        shown = f"{shown} {markers(claim)}".rstrip()
        if quoted and last != (paper_id, True):
            paragraphs.append(f"{claim.citations[0].title}: {shown}")
        elif last is not None and quoted == last[1]:
            paragraphs[-1] += f" {shown}"
        else:
            paragraphs.append(shown)
        last = (paper_id, quoted)
    return "\n\n".join([*paragraphs, *([" ".join(notes)] if notes else [])])


def left_out(sentences: int) -> str:
    """Return the note that tells of sentences which nothing supports."""
    if sentences == 1:
        return "One sentence that the language model wrote had no support and is left out."
    return f"{sentences} sentences that the language model wrote had no support and are left out."


def not_there(claims: int) -> str:
    """Return the note that tells of claims whose cited words the store doesn't have."""
    if claims == 1:
        return "One sentence cites words that aren’t in the collection any more and is left out."
    return f"{claims} sentences cite words that aren’t in the collection any more and are left out."


def markers(claim: Claim) -> str:
    """Return the markers of a claim's sources, each once: `[1][3]`."""
    return "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))


def _enumerate(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
