"""Answers: whether cases pass, facts found, forbidden strings, length, language, and who wrote them."""

from __future__ import annotations

from functools import cache
from typing import Any

from assistant.models import Verdict
from assistant.text import words
from evals.cases.match import contains, says
from evals.metrics.base import Metric, Sample
from evals.runs.passed import passed

_LANGUAGE_TAG = "lang:"
_SURE = 0.9
"""Probability from which a detected language is believed; below it a short question tells too little."""


def answer_metrics() -> tuple[Metric, ...]:
    """Return the metrics of what answers say; likeness to a reference is among RAGAS's."""
    return (
        Metric("passed", "answers", "Share of cases that pass: answered, each of one or two gold papers (half of "
               "more) cited, every fact said, nothing forbidden; or rightly not answered.", "higher",
               lambda sample: float(not passed(sample))),
        Metric("failed", "answers", "Share of cases that ended in an error instead of an answer.", "lower",
               lambda sample: float(sample.recorded.answer is None)),
        Metric("stood_in", "answers", "Share of cases in which the language model failed and quotes stood in.", "lower",
               lambda sample: float(bool(sample.recorded.stood_in))),
        Metric("facts_found", "answers", "Share of a case's facts that the answer says, in any accepted form; "
               "cases with facts, unanswered ones count as 0.", "higher", _facts),
        Metric("evidence_in_budget", "answers", "Share of the sentences that hold the answer which were among those "
               "offered to the writer; cases with evidence.", "higher", _evidence_offered),
        Metric("forbidden_strings", "answers", "Share of answers that show something they must not; cases with such "
               "strings.", "lower", _forbidden),
        Metric("words", "answers", "Words of an answer, without markers and notes; answered cases.", "",
               lambda sample: float(len(words(sample.text))) if sample.answered else None, unit="words"),
        Metric("quoted", "answers", "Share of an answer's sentences that are the authors' own words; answered cases.",
               "", _quoted),
        Metric("questions_language", "answers", "Share of answers in the question's language; answered cases where "
               "both can be told.", "", _same_language),
    )  # fmt: skip


def _facts(sample: Sample) -> float | None:
    facts = sample.case.facts
    if not facts:
        return None
    return sum(says(sample.said, fact) for fact in facts) / len(facts) if sample.answered else 0.0


def _evidence_offered(sample: Sample) -> float | None:
    from evals.cases.evidence import evidence_spans

    wanted = evidence_spans(sample.case, sample.papers)
    if not wanted:
        return None
    offered = sample.recorded.answer.evidence if sample.recorded.answer else ()
    found = [
        any(e.paper_id == id_ and e.span.start < span.end and span.start < e.span.end for e in offered)
        for id_, span in wanted
    ]
    return sum(found) / len(found)


def _forbidden(sample: Sample) -> float | None:
    if not sample.case.must_not:
        return None
    return float(any(contains(sample.shown, text) for text in sample.case.must_not))


def _quoted(sample: Sample) -> float | None:
    answer = sample.recorded.answer
    if not sample.answered or answer is None or not answer.claims:
        return None
    own = (Verdict.QUOTED, Verdict.REPLACED)
    return sum(claim.verdict in own for claim in answer.claims) / len(answer.claims)


def _same_language(sample: Sample) -> float | None:
    if not sample.answered:
        return None
    tagged = [tag.removeprefix(_LANGUAGE_TAG) for tag in sample.case.tags if tag.startswith(_LANGUAGE_TAG)]
    asked = tagged[0] if tagged else language(sample.case.question)
    answered = language(sample.text)
    return None if asked is None or answered is None else float(asked == answered)


def language(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, None where it can't be told surely (py3langid)."""
    found, probability = _identifier().classify(text)
    return str(found) if probability >= _SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
