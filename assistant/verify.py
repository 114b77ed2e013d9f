"""A claim against the words it cites: what can be compared is compared exactly, then the meaning.

A number, name, negation, direction or strong word of the claim that the cited words lack fails it,
whatever else matches: similarity tells what a sentence is about, not whether it is so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.facts import SPELLED, facts, has_name, joined
from assistant.models import Support
from assistant.polarity import contradiction
from assistant.text import terms

SUPPORT_THRESHOLD = 0.6
"""Least share of the claim's terms in the cited words, and least mean of it with their cosine."""

LEAST_SHARED = 0.3
"""Least share of a claim's terms in words that say some of it."""

FEWEST = 2
"""Terms, a number counted as one, below which a sentence says nothing: one word may be in any evidence."""

_AMOUNTS = frozenset(terms(f"percent hundred thousand million billion trillion {' '.join(SPELLED)}"))
"""Words that belong to numbers, which are compared exactly and in whatever form."""

_QUOTED = re.compile(r"[“\"]([^“”\"]{3,}?)[”\"]")

_COMPARISON = re.compile(
    r"\b([A-Z][\w-]*)\W+(?:\w+\W+){0,4}?(?:outperform|beat|exceed|surpass|(?:\w+er|more|less|worse)\s+(?:\w+\s+)?than)"
    r"(?:s|es|ed)?\s+(?:the\s+)?([A-Z][\w-]*)"
)


FaultKind = Literal["number", "name", "quoted", "negation", "direction", "comparison", "strong"]
CONTRADICTS: tuple[FaultKind, ...] = ("negation", "direction", "comparison")
"""Faults of a claim that says otherwise than its evidence, not merely more."""


@dataclass(frozen=True)
class Fault:
    """What a claim says that its evidence doesn't, in plain words."""

    kind: FaultKind
    why: str


@dataclass(frozen=True)
class Check:
    """What a check came to: whether the words support the claim, how strongly, why, and whether they say otherwise."""

    supported: bool
    score: float
    why: str
    contradicted: bool = False


def check_claim(
    claim: str, quotes: Sequence[str], titles: Sequence[str], similarity: float | None = None
) -> Check:
    """Check one sentence against the quotes that it cites.

    Args:
        claim: The sentence, without markers.
        quotes: The cited sentences, verbatim.
        titles: The titles of their papers; they may supply names, not numbers.
        similarity: Cosine of the claim and the nearest quote, where there is a model to tell.

    Returns:
        The verdict with a score in 0 to 1 and its reason in plain words.
    """
    if not quotes:
        return Check(False, 0.0, "it cites nothing")
    fault = next(faults(claim, quotes, titles), None)
    if fault is not None:
        return Check(False, 0.0, fault.why, fault.kind in CONTRADICTS)
    return _check_meaning(claim, " ".join((*quotes, *titles)), similarity)


def faults(claim: str, quotes: Sequence[str], titles: Sequence[str]) -> Iterator[Fault]:
    """Yield all that can be told exactly against a claim, given the quotes that it cites and their papers' titles."""
    evidence, named = " ".join(quotes), " ".join((*quotes, *titles))
    said, known = facts(claim), facts(evidence)
    if missing := sorted(said.numbers - known.numbers):
        yield Fault("number", f"{_list(missing)} isn't in the cited words")
    if missing := sorted(name for name in said.names if not has_name(name, named)):
        yield Fault("name", f"{_list(missing)} isn't in the cited words")
    if missing := [phrase for phrase in _QUOTED.findall(claim) if joined(phrase) not in joined(named)]:
        yield Fault("quoted", f"“{missing[0]}” isn't in the cited words")
    if told := contradiction(claim, evidence):
        yield Fault(*told)
    if any(pair[::-1] in _compared(evidence) for pair in _compared(claim) - _compared(evidence)):
        yield Fault("comparison", "it compares the other way round than the cited words")
    if missing := sorted(said.strong - facts(named).strong):
        yield Fault("strong", f"“{_list(missing)}” is stronger than the cited words")


def support(claim: str, quote: str, title: str, alone: Check) -> Support:
    """Return what one citation of a claim says of it.

    Args:
        claim: The sentence, without markers.
        quote: The cited words.
        title: Their paper's title.
        alone: What checking the claim against these words alone came to.
    """
    if alone.supported or alone.contradicted:
        return Support.SUPPORTED if alone.supported else Support.CONTRADICTED
    return Support.PARTLY if shared(claim, f"{quote} {title}") >= LEAST_SHARED else Support.NOT


def shared(claim: str, evidence: str) -> float:
    """Return the share of a claim's terms that evidence has, in 0 to 1; numbers aside, which are compared exactly."""
    stems = _stems(claim)
    return len(stems & set(terms(evidence))) / len(stems) if stems else 0.0


def _stems(claim: str) -> set[str]:
    """Return a claim's terms without its numbers."""
    return {term for term in terms(claim) if not any(char.isdigit() for char in term)} - _AMOUNTS


def _compared(text: str) -> set[tuple[str, str]]:
    """Return the pairs of names that a text compares directly: “A outperforms B”, “A is faster than B”."""
    return set(_COMPARISON.findall(text))


def _check_meaning(claim: str, evidence: str, similarity: float | None) -> Check:
    stems = _stems(claim)
    if not stems or len(stems) + bool(facts(claim).numbers) < FEWEST:
        return Check(False, 0.0, "it says nothing that can be checked")
    recall = shared(claim, evidence)
    score = recall if similarity is None else (recall + max(0.0, similarity)) / 2
    if recall < SUPPORT_THRESHOLD or score < SUPPORT_THRESHOLD:
        return Check(False, round(score, 4), f"the cited words share too little with it ({score:.2f})")
    return Check(
        True,
        round(score, 4),
        f"its numbers and names are in the cited words, which say the same ({score:.2f})",
    )


def _list(missing: Sequence[str]) -> str:
    return ", ".join(missing)
