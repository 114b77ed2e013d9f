"""Drafts of cases from a collection, by templates and without any model, for a person to reword and accept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from assistant.errors import UsageError
from assistant.library import Library
from assistant.text import fold, question_terms, terms
from evals.cases import Case
from evals.cases.make_with_model import Drafted, draft_with_model
from evals.cases.match import contains
from evals.cases.phrases import Readable, Terms, figures, read_papers

__all__ = ["Drafted", "draft_cases", "draft_with_model"]

Fields = dict[str, Any]

_TURNS = (
    "lookup", "number", "named_paper", "near_miss", "lookup", "compare", "number", "survey", "lookup",
    "out_of_domain", "number", "named_paper",
)  # fmt: skip
"""Whose turn it is to give a draft, over and over; a kind that has no more is passed over."""

_VERBS = {"study": "studies"}
_NOT_TOLD = (
    ("Who funded {}?", ("fund", "grant", "sponsor")),
    ("Under which licence is the code of {} published?", ("licen", "open-source", "open source")),
    ("How many hours of computing did {} need?", ("hour", "gpu", "minute")),
    ("How many people annotated the data for {}?", ("annotat", "crowd", "labeler", "labeller")),
    ("Which programming language does {} use?", ("python", "java", "c++", "rust", "program")),
    ("How much money did {} cost?", ("cost", "dollar", "$", "budget", "price")),
)
"""What a reader may ask of a paper, with beginnings of words that an abstract which tells it would have."""

_ELSEWHERE = (
    "How long should I boil an egg so that the yolk stays soft?",
    "Who won the football World Cup in 1998?",
    "What is the capital of Mongolia?",
    "How do I renew a passport?",
    "Which vitamins are in spinach?",
    "What time does the next train to Lisbon leave?",
    "Who painted the ceiling of the Sistine Chapel?",
    "How do I get a red wine stain out of a carpet?",
    "Which tyre pressure does my bicycle need?",
    "How tall is Mount Kilimanjaro?",
    "What is a good recipe for onion soup?",
    "When was the Eiffel Tower built?",
)


def draft_cases(library: Library, number: int) -> list[Case]:
    """Draft cases of several kinds, spread over a collection.

    Args:
        library: The papers to ask about.
        number: How many cases are wanted.

    Returns:
        At most so many cases, the same ones for the same papers; each has the tag `draft` and says
        `reviewed: false`. Fewer where the papers give no more.

    Raises:
        UsageError: There are no papers.
    """
    papers = read_papers(library.papers())
    if not papers:
        raise UsageError(
            f"{library.folder}: there are no papers to ask about", "`paperchat ingest FILE` adds some"
        )
    found = Terms(papers)
    kinds: dict[str, Iterator[Fields]] = {
        "lookup": _lookups(_turned(papers, 0)),
        "number": _numbers(_turned(papers, 1), found),
        "named_paper": _named(_turned(papers, 2), found),
        "compare": _compares(found),
        "survey": _surveys(papers, found),
        "near_miss": _near_misses(_turned(papers, 3)),
        "out_of_domain": _elsewhere(papers),
    }
    drafts: dict[str, list[Fields]] = {kind: [] for kind in kinds}
    asked: set[str] = set()
    left = set(kinds)
    while left and len(asked) < number:
        for kind in _TURNS:
            if len(asked) == number:
                break
            fields = next((item for item in kinds[kind] if fold(item["question"]) not in asked), None)
            if fields is None:
                left.discard(kind)
            else:
                asked.add(fold(fields["question"]))
                drafts[kind].append(fields)
    return [_case(kind, n, fields) for kind, rows in drafts.items() for n, fields in enumerate(rows, start=1)]


def _case(kind: str, n: int, fields: Fields) -> Case:
    given = {"id": f"{kind.replace('_', '-')}-{n}", "type": kind, "tags": ["draft"], "reviewed": False}
    return Case.model_validate({**given, **fields})


def _turned(papers: Sequence[Readable], quarter: int) -> list[Readable]:
    """Return the papers from another one on for each kind, so that few drafts are all about the same papers."""
    start = len(papers) * quarter // 4
    return [*papers[start:], *papers[:start]]


def _lookups(papers: Sequence[Readable]) -> Iterator[Fields]:
    for each in papers:
        if each.does:
            n, verb, thing = each.does
            method = [{"fact": f"it is {each.short}", "accept": [each.short]}] if each.short else []
            yield {
                "question": f"Which paper {_VERBS.get(verb, verb + 's')} {thing}?",
                "gold": [each.name],
                "facts": method,
                "evidence": [each.ref(n)],
                "reference": each.text(n),
            }


def _numbers(papers: Sequence[Readable], found: Terms) -> Iterator[Fields]:
    for each in papers:
        for n in range(len(each.spans)):
            values = figures(each.text(n))
            about = [term for term in found.of(each.text(n)) if term not in fold(each.paper.title)]
            if not values or not about or len(values) > 4:
                continue
            what = "figure does" if len(values) == 1 else "figures does"
            yield {
                "question": f"What {what} {each.called} give for {' and '.join(about[:2])}?",
                "gold": [each.name],
                "facts": [{"fact": value, "accept": _spellings(value)} for value in values],
                "evidence": [each.ref(n)],
                "reference": each.text(n),
            }
            break  # one of each paper


def _spellings(figure: str) -> list[str]:
    return list(dict.fromkeys((figure, figure.replace(",", ""))))


def _named(papers: Sequence[Readable], found: Terms) -> Iterator[Fields]:
    for each in papers:
        if each.does:
            n, _, thing = each.does
            question = (
                f"What is {each.short}, and what is it for?" if each.short else f"What does {each.called} do?"
            )
            yield {
                "question": question,
                "gold": [each.name],
                "facts": [{"fact": term, "accept": [term]} for term in found.of(thing)[:1]],
                "evidence": [each.ref(n)],
                "reference": each.text(n),
            }


def _compares(found: Terms) -> Iterator[Fields]:
    used: set[str] = set()
    for stems in found.shared(2, 6):
        sharing = [each for each in found.papers[stems].values() if each.does and each.paper.id not in used]
        for one, other in list(combinations(sharing, 2))[:1]:
            used |= {one.paper.id, other.paper.id}
            told = [(each, each.does[0]) for each in (one, other) if each.does]
            yield {
                "question": f"How do {one.called} and {other.called} differ in what they do about "
                f"{found.written(stems)}?",
                "gold": [one.name, other.name],
                "facts": [
                    {"fact": term, "accept": [term]}
                    for each in (one, other)
                    if each.does
                    for term in found.of(each.does[2])[:1]
                ],
                "evidence": [each.ref(n) for each, n in told],
                "reference": " ".join(each.text(n) for each, n in told),
            }


def _surveys(papers: Sequence[Readable], found: Terms) -> Iterator[Fields]:
    used: set[frozenset[str]] = set()
    for stems in found.shared(3, max(4, min(12, len(papers) // 5))):
        written = found.written(stems)
        ids = set(found.papers[stems])
        # Also where it is part of a hyphenated word: a survey's gold must be complete.
        ids |= {
            each.paper.id
            for each in papers
            if contains(f"{each.paper.title}. {each.paper.abstract}", written)
        }
        if any(len(ids & other) * 2 > len(ids) for other in used):
            continue  # the same papers under another term
        used.add(frozenset(ids))
        yield {
            "question": f"Which papers deal with {written}?",
            "gold": [each.name for each in papers if each.paper.id in ids],
        }


def _near_misses(papers: Sequence[Readable]) -> Iterator[Fields]:
    for number, each in enumerate(papers):
        text = f"{each.paper.title} {each.paper.abstract}".casefold()
        turned = [*_NOT_TOLD[number % len(_NOT_TOLD) :], *_NOT_TOLD[: number % len(_NOT_TOLD)]]
        for question, signs in turned:
            if not any(sign in text for sign in signs):
                fields = {
                    "question": question.format(each.called),
                    "related": [each.name],
                    "answerable": False,
                }
                yield {**fields, "reference": "Its abstract doesn't tell."}
                break


def _elsewhere(papers: Sequence[Readable]) -> Iterator[Fields]:
    """Yield questions from everyday life of which no paper has two terms."""
    known = [set(terms(f"{each.paper.title} {each.paper.abstract}")) for each in papers]
    for question in _ELSEWHERE:
        wanted = set(question_terms(question))
        if all(len(wanted & has) < 2 for has in known):
            yield {"question": question, "answerable": False}
