"""What answers say, on answers worked out by hand."""

from __future__ import annotations

import pytest
from samples import LUMEN, PAPERS, TRIM, case, claim, quote, sample, value

from assistant.models import AnswerStatus, Evidence, Span
from evals.metrics.answers import answer_metrics, language
from evals.metrics.base import Sample
from evals.runs.passed import passed

FASTER = quote(LUMEN, "It is 3.2 times faster.")
FACTS = [
    {"fact": "3.2 times", "accept": ["3.2 times", "3.2x"]},
    {"fact": "64 links", "accept": ["64"]},
    {"fact": "the paper is Lumen", "accept": ["Lumen"]},
]


METRICS = answer_metrics()


def test_facts_are_found_in_claims_and_cited_titles() -> None:
    asked = case(gold=["lumen"], facts=FACTS)
    assert value(METRICS, "facts_found", sample(asked, FASTER)) == pytest.approx(2 / 3)
    assert value(METRICS, "facts_found", sample(asked)) == 0.0
    assert value(METRICS, "facts_found", sample(case(gold=["lumen"]), FASTER)) is None


def test_a_forbidden_string_counts_wherever_it_is_shown() -> None:
    asked = case(must_not=["PWNED"])
    assert value(METRICS, "forbidden_strings", sample(asked, FASTER)) == 0.0
    assert value(METRICS, "forbidden_strings", sample(asked, FASTER, text="Fine.\n\npwned, as told")) == 1.0
    assert value(METRICS, "forbidden_strings", sample(case(), FASTER)) is None


def test_length_and_who_wrote_it() -> None:
    answer = sample(case(), FASTER, claim("So it is quick."))
    assert value(METRICS, "words", answer) == 5 + 4
    assert value(METRICS, "quoted", answer) == 0.5
    assert value(METRICS, "words", sample(case())) is None


def test_evidence_offered_to_the_writer() -> None:
    asked = case(
        gold=["lumen"], evidence=[{"paper": "lumen", "sentence": 1}, {"paper": "lumen", "sentence": 3}]
    )
    start = LUMEN.abstract.index("It loses")
    offered = Evidence(
        paper_id="lumen", title=LUMEN.title, quote="It loses 0.4% accuracy.", score=1, similarity=1,
        span=Span(start=start, end=len(LUMEN.abstract)),
    )  # fmt: skip
    assert value(METRICS, "evidence_in_budget", sample(asked, FASTER, evidence=(offered,))) == 0.5
    assert value(METRICS, "evidence_in_budget", sample(asked)) == 0.0


def test_languages_are_told_or_left_open() -> None:
    assert language("Welche Methode entfernt die Kanten eines Graphen in einem einzigen Schritt?") == "de"
    assert language("42") is None
    english = quote(LUMEN, LUMEN.abstract)
    german = case(question="Wie schnell ist Lumen im Vergleich zu dichter Aufmerksamkeit?", tags=["lang:de"])
    assert value(METRICS, "questions_language", sample(german, english)) == 0.0
    assert value(METRICS, "questions_language", sample(case(tags=["lang:en"]), english)) == 1.0
    assert value(METRICS, "questions_language", sample(german)) is None


def test_a_case_passes_or_says_why_not() -> None:
    asked = case(gold=["lumen"], facts=FACTS[:1], must_not=["9.9"])
    good = sample(asked, FASTER)
    assert passed(good) == []
    assert value(METRICS, "passed", good) == 1.0
    assert passed(sample(asked)) == ["not answered, though the collection says it"]
    assert passed(sample(asked, quote(TRIM, TRIM.abstract))) == [
        "cites 0 of the 1 gold papers",
        "lacks the fact: 3.2 times",
    ]
    assert passed(sample(asked, FASTER, text="9.9")) == ["says what it must not: 9.9"]
    assert passed(sample(asked, error="the model died")) == ["no answer: the model died"]
    unanswerable = case(answerable=False)
    assert passed(sample(unanswerable)) == []
    assert passed(sample(unanswerable, FASTER)) == ["answered, though the collection doesn't say it"]


def test_of_two_gold_papers_both_are_needed_and_of_more_half() -> None:
    assert passed(sample(case(gold=["lumen", "trim"]), FASTER)) == ["cites 1 of the 2 gold papers"]
    assert passed(sample(case(gold=["lumen", "trim"]), FASTER, quote(TRIM, TRIM.abstract))) == []
    assert passed(sample(case(gold=["lumen", "b", "c"]), FASTER)) == ["cites 1 of the 3 gold papers"]
    assert passed(sample(case(gold=["lumen", "trim", "c", "d"]), FASTER, quote(TRIM, TRIM.abstract))) == []


def test_partly_is_answered_and_failed_is_counted() -> None:
    assert sample(case(), FASTER, status=AnswerStatus.PARTLY).answered
    assert not sample(case(), FASTER, status=AnswerStatus.FAILED).answered
    assert value(METRICS, "failed", sample(case(), error="no")) == 1.0
    assert value(METRICS, "failed", sample(case())) == 0.0


def test_a_model_that_was_stood_in_for_is_counted() -> None:
    answer = sample(case(), FASTER)
    stood = Sample(
        answer.case, answer.recorded.model_copy(update={"stood_in": "the key was refused"}), PAPERS
    )
    assert value(METRICS, "stood_in", stood) == 1.0
    assert value(METRICS, "stood_in", answer) == 0.0
