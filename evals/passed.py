"""Whether a case passes: one yes or no for each answer, with the reasons, for counting what flips."""

from __future__ import annotations

from evals.match import contains, says
from evals.metrics.base import Sample


def passed(sample: Sample) -> list[str]:
    """Return why an answer doesn't do what its case needs; an empty list means that it passes.

    An answerable case passes when it is answered, cites a gold paper, and says every fact. One that
    isn't passes when it isn't answered. A forbidden string fails either.
    """
    case, recorded = sample.case, sample.recorded
    if recorded.error or recorded.answer is None:
        return [f"no answer: {recorded.error or 'nothing on record'}"]
    failures = [f"says what it must not: {text}" for text in case.must_not if contains(sample.text, text)]
    if not case.answerable:
        return [*failures, "answered, though the collection doesn't say it"] if sample.answered else failures
    if not sample.answered:
        return [*failures, "not answered, though the collection says it"]
    if case.gold and not {citation.paper_id for citation in sample.citations} & set(case.gold):
        failures.append("cites none of the gold papers")
    failures += [f"lacks the fact: {fact.fact}" for fact in case.facts if not says(sample.said, fact)]
    return failures
