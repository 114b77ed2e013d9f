"""Whether a case passes: one yes or no for each answer, with the reasons, for counting what flips."""

from __future__ import annotations

from evals.cases.match import contains, says
from evals.metrics.base import Sample

NO_ANSWER = "no answer"
MANY = 3
"""Gold papers from which half of them will do."""


def passed(sample: Sample) -> list[str]:
    """Return why an answer doesn't do what its case needs; an empty list means that it passes.

    An answerable case passes when it is answered, cites its gold papers (each of one or two, half of
    more, as a survey may have), and says every fact. One that isn't passes when it isn't answered. A
    forbidden string anywhere in what is shown fails either.
    """
    case, recorded = sample.case, sample.recorded
    if recorded.error or recorded.answer is None:
        return [f"{NO_ANSWER}: {recorded.error or 'nothing on record'}"]
    failures = [f"says what it must not: {text}" for text in case.must_not if contains(sample.shown, text)]
    if not case.answerable:
        return [*failures, "answered, though the collection doesn't say it"] if sample.answered else failures
    if not sample.answered:
        return [*failures, "not answered, though the collection says it"]
    cited = {citation.paper_id for citation in sample.citations} & set(case.gold)
    if case.gold and len(cited) < (len(case.gold) if len(case.gold) < MANY else len(case.gold) / 2):
        failures.append(f"cites {len(cited)} of the {len(case.gold)} gold papers")
    failures += [f"lacks the fact: {fact.fact}" for fact in case.facts if not says(sample.said, fact)]
    return failures
