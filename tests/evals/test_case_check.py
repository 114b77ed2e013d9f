"""Checking cases against a store: what is an error, what a warning, and evidence named by position."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assistant.library import Library, Vectors
from assistant.library_rows import Embedded
from assistant.models import Paper
from assistant.store import Store
from evals.cases import Case, SentenceRef, sentence_digest
from evals.cases.check import PaperIndex, Problem, check_cases, locate, pin_evidence, resolve_case

LUMEN = "Lumen: Sparse Attention for Long Documents"
TRIM = "GraphTrim: One-Shot Pruning of Graph Networks"
POKER = "A Survey of Poker Agents Built on Language Models"
FASTER = "On the LongBench suite Lumen is 3.2 times faster than dense attention and loses 0.4% accuracy."


def case(**fields: Any) -> Case:
    given = {"id": "a", "type": "lookup", "question": "How fast is Lumen?", "gold": [LUMEN]}
    return Case.model_validate({**given, **fields})


def check(store: Store, *cases: Case) -> list[Problem]:
    return check_cases(cases, store.library)


def only(store: Store, *cases: Case) -> Problem:
    [problem] = check(store, *cases)
    return problem


def test_a_good_case_has_no_problem(store: Store) -> None:
    good = case(
        evidence=[FASTER, {"paper": LUMEN, "sentence": 3, "digest": sentence_digest(FASTER)}],
        facts=[{"fact": "3.2 times", "accept": ["3.2 times", "3.2x"]}],
        optional=[TRIM],
        related=[POKER],
        must_not=["as an AI"],
        history=[{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello."}],
    )
    unanswerable = case(id="b", gold=[], answerable=False, question="Who won the cup?", related=[LUMEN])
    assert check(store, good, unanswerable) == []


def test_a_paper_is_found_by_id_and_by_title_whatever_its_case_spacing_and_markup(store: Store) -> None:
    index = PaperIndex.of(store.library)
    [id_] = index.find(LUMEN)
    assert index.find(id_) == [id_]
    assert index.find("  lumen:  SPARSE attention for\tlong <i>Documents</i>") == [id_]
    assert index.find("Lumen") == []
    resolved, problems = resolve_case(case(gold=[LUMEN.upper(), id_], optional=[TRIM]), index)
    assert resolved.gold == (id_,)
    assert resolved.optional == tuple(index.find(TRIM))
    assert problems == []


def test_a_paper_that_is_not_there_is_an_error_that_suggests_a_near_title(store: Store) -> None:
    wrong = case(gold=["Lumen: Sparse Atention for Long Documents", TRIM])
    problem = only(store, wrong)
    assert (problem.case_id, problem.field, problem.severity) == ("a", "gold", "error")
    assert f"isn't in the store; is it {LUMEN!r}?" in problem.message
    resolved, _ = resolve_case(wrong, PaperIndex.of(store.library))
    assert len(resolved.gold) == 1
    far = only(store, case(gold=["Xylophone"]))
    assert far.message == "'Xylophone' isn't in the store"


@pytest.mark.parametrize("field", ["optional", "related"])
def test_every_list_of_papers_is_looked_up(store: Store, field: str) -> None:
    assert only(store, case(**{field: ["Nothing Like It"]})).field == field


def test_a_paper_that_is_gold_under_two_names_in_two_lists_is_an_error(store: Store) -> None:
    [id_] = PaperIndex.of(store.library).find(LUMEN)
    problem = only(store, case(related=[id_]))
    assert problem.field == "related"
    assert "gold too" in problem.message


def test_a_title_that_two_papers_share_is_an_error_that_names_their_ids() -> None:
    index = PaperIndex([("p1", "Attention"), ("p2", "ATTENTION"), ("p3", "Reefs")])
    resolved, [problem] = resolve_case(case(gold=["attention", "Reefs"]), index)
    assert resolved.gold == ("p3",)
    assert "2 papers: p1, p2; name it by id" in problem.message
    assert resolve_case(case(gold=["p2"]), index) == (case(gold=["p2"]), [])


def test_evidence_that_is_altered_is_shown_with_the_sentence_that_was_meant(store: Store) -> None:
    problem = only(store, case(evidence=[FASTER.replace("3.2", "3.5")]))
    assert (problem.field, problem.severity) == ("evidence", "error")
    assert f"near it is sentence 3 of {LUMEN!r}: {FASTER!r}" in problem.message


def test_evidence_from_a_paper_that_is_not_the_case_s_own_is_an_error(store: Store) -> None:
    words = "Iterative methods need 20 training runs for the same result."
    assert f"stands in {TRIM!r}, neither gold nor optional" in only(store, case(evidence=[words])).message
    assert check(store, case(evidence=[words], optional=[TRIM])) == []
    placed = only(store, case(evidence=[{"paper": TRIM, "sentence": 4}], related=[TRIM]))
    assert f"sentence 4 is of {TRIM!r}, neither gold nor optional" in placed.message


def test_a_position_that_is_not_there_or_not_the_sentence_meant_is_an_error(store: Store) -> None:
    beyond = only(store, case(evidence=[{"paper": LUMEN, "sentence": 9}]))
    assert "has 4 sentences, there is no sentence 9" in beyond.message
    moved = {"paper": LUMEN, "sentence": 2, "digest": sentence_digest(FASTER)}
    assert "the digest is that of sentence 3" in only(store, case(evidence=[moved])).message
    gone = {"paper": LUMEN, "sentence": 2, "digest": "00000000"}
    assert "the text has changed" in only(store, case(evidence=[gone])).message


def test_a_fact_that_nothing_in_the_papers_says_is_a_warning(store: Store) -> None:
    facts = [{"fact": "twice as fast", "accept": ["twice", "2x"]}, {"fact": "links", "accept": ["64"]}]
    problem = only(store, case(facts=facts))
    assert (problem.field, problem.severity) == ("facts", "warning")
    assert "'twice' or '2x'" in problem.message


def test_a_fact_may_stand_in_a_paper_s_record(store: Store) -> None:
    paper = Paper(id="p9", title="Kelp", abstract="Kelp grows.", authors=("Ada Byron",), year=2019)
    _put(store.library, paper)
    facts = [{"fact": "by Byron", "accept": ["Byron"]}, {"fact": "in 2019", "accept": ["2019"]}]
    assert check(store, case(gold=["p9"], facts=facts)) == []


def test_a_forbidden_string_that_a_gold_paper_holds_is_a_warning(store: Store) -> None:
    problem = only(store, case(must_not=["dense attention", "quadratic"]))
    assert (problem.field, problem.severity) == ("must_not", "warning")
    assert "'dense attention'" in problem.message


def test_an_answerable_case_needs_a_paper(store: Store) -> None:
    assert (only(store, case(gold=[])).field, only(store, case(gold=[])).severity) == ("gold", "error")
    assert only(store, case(gold=[], reference="Fast.")).severity == "warning"


def test_a_question_asked_twice_is_a_warning_and_an_error_where_it_can_and_cannot_be_answered(
    store: Store,
) -> None:
    again = case(id="b", question="how fast is lumen")
    twice = only(store, case(), again)
    assert (twice.case_id, twice.field, twice.severity) == ("b", "question", "warning")
    assert "a's question" in twice.message
    assert only(store, case(), again.model_copy(update={"gold": (), "answerable": False})).severity == "error"
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]
    assert check(store, case(), case(id="b", history=turns)) == []


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        (["user"], "ends with the user"),
        (["user", "user", "assistant"], "take turns"),
        (["assistant"], "take"),
    ],
)
def test_a_history_that_is_no_conversation_is_a_warning(store: Store, roles: list[str], says: str) -> None:
    history = [{"role": role, "content": "Hi"} for role in roles]
    problem = only(store, case(history=history))
    assert (problem.field, problem.severity) == ("history", "warning")
    assert says in problem.message


def test_pinning_replaces_words_by_positions_and_keeps_the_papers_names(store: Store) -> None:
    given = case(
        evidence=[
            "keeps only the 64 strongest links",
            "loses 0.4% accuracy. It does not need",
            {"paper": LUMEN, "sentence": 4, "digest": ""},
        ]
    )
    [pinned], problems = pin_evidence([given], store.library)
    assert problems == []
    assert all(isinstance(ref, SentenceRef) for ref in pinned.evidence)
    places = [(ref.paper, ref.sentence) for ref in pinned.evidence if not isinstance(ref, str)]
    assert places == [(LUMEN, 2), (LUMEN, 3), (LUMEN, 4)]  # the third piece is the fourth sentence again
    assert pinned.gold == given.gold
    assert check(store, pinned) == []


def test_pinning_keeps_words_that_stand_nowhere_and_says_so(store: Store) -> None:
    [kept], [problem] = pin_evidence([case(evidence=["Lumen is a bird."])], store.library)
    assert kept.evidence == ("Lumen is a bird.",)
    assert (problem.field, problem.severity) == ("evidence", "warning")


def test_quotes_are_compared_after_the_cleaning_that_papers_get() -> None:
    assert locate("error by 12.5\\% for", "lowers the error by 12.5% for weekly admissions")
    assert locate("error by 13% for", "lowers the error by 12.5% for weekly admissions") is None
    assert locate(" ", "anything") is None


def _put(library: Library, paper: Paper) -> None:
    nothing: Vectors = np.zeros((0, 384), dtype=np.float32)
    library.put([Embedded(paper, "print", (), nothing, nothing)])
