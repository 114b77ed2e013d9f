"""Whether cases fit the store that they ask about: papers, evidence, facts, duplicates, conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from assistant.library import Library
from assistant.models import Paper, Span
from assistant.text import fold, sentences, words
from evals.cases import Case, SentenceRef, sentence_digest
from evals.cases.match import contains, says
from evals.cases.papers import PaperIndex, Problem, resolve_case
from ingest.clean import clean

__all__ = ["PaperIndex", "Problem", "check_cases", "pin_evidence", "resolve_case"]

_NEAR = 70
"""How alike, of 100, a sentence must be to be shown as the one that was meant."""

Read = Callable[[str], Paper | None]


def check_cases(cases: Sequence[Case], library: Library) -> list[Problem]:
    """Return what is wrong with cases over a store, in the order of the cases.

    Args:
        cases: Cases as they are in their file.
        library: The papers that they ask about.

    Returns:
        Errors: papers and evidence that aren't there, or aren't the case's own; no gold paper where an
        answer is wanted; one question that can and can't be answered. Warnings: facts that nothing in
        their papers says, forbidden words that stand in them, duplicates, odd conversations.
    """
    index = PaperIndex.of(library)
    read = cache(library.paper)
    twice = _duplicates(cases)
    found: list[Problem] = []
    for case in cases:
        resolved, unresolved = resolve_case(case, index)
        papers = _own_papers(resolved, read)
        found += [*unresolved, *twice.get(case.id, ()), *_shape(case)]
        found += _evidence(resolved, papers, index, read)
        found += _facts(resolved, papers)
        found += _forbidden(resolved, papers)
    return found


def pin_evidence(cases: Sequence[Case], library: Library) -> tuple[list[Case], list[Problem]]:
    """Name evidence by sentence position instead of its words, so that a case holds none of a paper's text.

    Args:
        cases: Cases as they are in their file.
        library: The papers that they ask about.

    Returns:
        The cases, papers named as before, each position with its sentence's digest; and a warning for each
        piece of evidence that is kept in its words because they stand in no abstract of the case's papers.
    """
    index = PaperIndex.of(library)
    read = cache(library.paper)
    pinned: list[Case] = []
    problems: list[Problem] = []
    for case in cases:
        own = _named_papers(case, index, read)
        evidence: dict[SentenceRef | str, None] = {}  # each once, in order
        for item in case.evidence:
            if isinstance(item, SentenceRef):
                evidence[_with_digest(item, index, read)] = None
                continue
            for name, paper in own:
                if span := locate(item, paper.abstract):
                    evidence.update(dict.fromkeys(positions(paper, span, name)))
                    break
            else:
                evidence[item] = None
                message = f"kept in its words, which stand in no abstract of its papers: {_short(item)!r}"
                problems.append(Problem(case.id, "evidence", message, "warning"))
        pinned.append(case.model_copy(update={"evidence": tuple(evidence)}))
    return pinned, problems


def locate(quote: str, text: str) -> Span | None:
    """Return where a quote stands in a cleaned text, word for word once it is cleaned too; None: nowhere."""
    for form in _forms(quote):
        if form and (start := text.find(form)) >= 0:
            return Span(start=start, end=start + len(form))
    return None


@lru_cache(maxsize=256)
def _forms(quote: str) -> tuple[str, ...]:
    return quote.strip(), clean(quote)


def positions(paper: Paper, span: Span, name: str = "") -> list[SentenceRef]:
    """Return the sentences of a paper that a span of its abstract touches; the paper is called `name`, or its id."""
    spans = enumerate(sentences(paper.abstract), start=1)
    return [
        SentenceRef(paper=name or paper.id, sentence=n, digest=sentence_digest(at.of(paper.abstract)))
        for n, at in spans
        if at.start < span.end and span.start < at.end
    ]


def _own_papers(resolved: Case, read: Read) -> list[Paper]:
    return [paper for id_ in (*resolved.gold, *resolved.optional) if (paper := read(id_))]


def _named_papers(case: Case, index: PaperIndex, read: Read) -> list[tuple[str, Paper]]:
    """Return the gold and optional papers that can be found, each with the name that the case gives it."""
    found = [(name, index.find(name)) for name in (*case.gold, *case.optional)]
    return [(name, paper) for name, ids in found if len(ids) == 1 and (paper := read(ids[0]))]


def _with_digest(ref: SentenceRef, index: PaperIndex, read: Read) -> SentenceRef:
    ids = index.find(ref.paper)
    paper = read(ids[0]) if len(ids) == 1 and not ref.digest else None
    spans = sentences(paper.abstract) if paper else []
    if paper and ref.sentence <= len(spans):
        digest = sentence_digest(spans[ref.sentence - 1].of(paper.abstract))
        return ref.model_copy(update={"digest": digest})
    return ref


def _shape(case: Case) -> Iterator[Problem]:
    if case.answerable and not case.gold:
        if case.reference or case.facts:
            message = "no paper is named, so retrieval and citations can't be measured"
            yield Problem(case.id, "gold", message, "warning")
        else:
            yield Problem(case.id, "gold", "it is answerable, yet nothing says by which paper")
    roles = [turn.role for turn in case.history]
    if roles and roles[-1] != "assistant":
        message = "the history ends with the user, so two questions follow each other"
        yield Problem(case.id, "history", message, "warning")
    if roles and (roles[0] != "user" or any(a == b for a, b in pairwise(roles))):
        message = f"user and assistant don't take turns: {', '.join(roles)}"
        yield Problem(case.id, "history", message, "warning")


def _duplicates(cases: Iterable[Case]) -> dict[str, list[Problem]]:
    """Return the problems of cases whose question, in the same conversation, is an earlier case's too."""
    first: dict[tuple[str, ...], Case] = {}
    found: dict[str, list[Problem]] = {}
    for case in cases:
        said = (*(turn.content for turn in case.history), case.question)
        earlier = first.setdefault(tuple(" ".join(words(text)) for text in said), case)
        if earlier is case:
            continue
        if earlier.answerable == case.answerable:
            problem = Problem(case.id, "question", f"it is {earlier.id}'s question too", "warning")
        else:
            can = "can" if earlier.answerable else "can't"
            problem = Problem(
                case.id, "question", f"it is {earlier.id}'s question too, which {can} be answered"
            )
        found.setdefault(case.id, []).append(problem)
    return found


def _evidence(resolved: Case, papers: list[Paper], index: PaperIndex, read: Read) -> Iterator[Problem]:
    own = {paper.id: paper for paper in papers}
    for item in resolved.evidence:
        if isinstance(item, str):
            if not any(locate(item, paper.abstract) for paper in papers):
                yield Problem(resolved.id, "evidence", _not_found(item, papers, index, read))
        elif item.paper not in own:
            message = (
                f"sentence {item.sentence} is of {index.titles[item.paper]!r}, neither gold nor optional"
            )
            yield Problem(resolved.id, "evidence", message)
        elif why := _misplaced(item, own[item.paper]):
            yield Problem(resolved.id, "evidence", why)


def _misplaced(ref: SentenceRef, paper: Paper) -> str:
    """Tell what is wrong with a sentence's position or digest; empty where nothing is."""
    texts = [span.of(paper.abstract) for span in sentences(paper.abstract)]
    same = [n for n, text in enumerate(texts, start=1) if sentence_digest(text) == ref.digest]
    elsewhere = f"; the digest is that of sentence {same[0]}" if same else ""
    if ref.sentence > len(texts):
        return f"{paper.title!r} has {len(texts)} sentences, there is no sentence {ref.sentence}{elsewhere}"
    if ref.digest and ref.sentence not in same:
        changed = elsewhere or "; no sentence has this digest, so the text has changed"
        return f"sentence {ref.sentence} of {paper.title!r} isn't the one that was meant{changed}"
    return ""


def _not_found(quote: str, papers: list[Paper], index: PaperIndex, read: Read) -> str:
    """Tell that a quote isn't in the case's papers, and where it may be or what it may have been."""
    for id_, title in index.titles.items():
        if (paper := read(id_)) and locate(quote, paper.abstract):
            return f"{_short(quote)!r} stands in {title!r}, neither gold nor optional"
    from rapidfuzz import fuzz  # only wanted where something is wrong

    wanted = fold(clean(quote))
    near: tuple[float, str] = (_NEAR, "")
    for paper in papers:
        for n, span in enumerate(sentences(paper.abstract), start=1):
            text = span.of(paper.abstract)
            score = max(fuzz.ratio(wanted, fold(text)), fuzz.partial_ratio(wanted, fold(text)))
            if score > near[0]:
                near = (score, f"; near it is sentence {n} of {paper.title!r}: {_short(text, 200)!r}")
    return f"{_short(quote)!r} stands in no abstract of its papers{near[1]}"


def _facts(resolved: Case, papers: list[Paper]) -> Iterator[Problem]:
    texts = [item for item in resolved.evidence if isinstance(item, str)]
    for paper in papers:
        texts += [paper.title, paper.abstract, ", ".join(paper.authors), str(paper.year or ""), paper.venue]
    for fact in resolved.facts if papers else ():
        if not any(says(text, fact) for text in texts):
            message = f"{fact.fact!r}: nothing in its papers says {' or '.join(map(repr, fact.accept))}"
            yield Problem(resolved.id, "facts", f"{message}, so an answer from them can't either", "warning")


def _forbidden(resolved: Case, papers: list[Paper]) -> Iterator[Problem]:
    for paper in papers:
        for form in resolved.must_not if paper.id in resolved.gold else ():
            if contains(f"{paper.title}. {paper.abstract}", form):
                message = f"{form!r} is forbidden, yet it stands in {paper.title!r}"
                yield Problem(resolved.id, "must_not", message, "warning")


def _short(text: str, most: int = 100) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
