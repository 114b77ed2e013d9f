"""A question's plan: its kind, what it names and compares, what it asks of records, and its filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.filters import Filters
from assistant.models import Paper
from assistant.name_index import NameIndex
from assistant.names import PaperNames
from assistant.plan import Plan, QuestionKind
from assistant.planner import make_plan
from evals.cases import load_cases

PAPERS = [
    Paper(id="kelp", title="KelpNet: Nets of Rope", abstract="We present KelpNet.", authors=("Ada Fenwick",)),
    Paper(id="wave", title="WaveFit: Hulls for Storms", abstract="We introduce WaveFit."),
    Paper(id="mast", title="Straight Masts Break Later", abstract="Masts break."),
]


@pytest.fixture(scope="module")
def names() -> PaperNames:
    return PaperNames(NameIndex.build(None, PAPERS), lambda _: 1)


@pytest.mark.parametrize(
    ("question", "kind", "named"),
    [
        ("Why do masts break in winter storms?", QuestionKind.LOOKUP, ()),
        ("What does KelpNet cost?", QuestionKind.NAMED, ("kelp",)),
        ("What does the straight masts paper say?", QuestionKind.NAMED, ("mast",)),
        ("How do WaveFit and KelpNet differ?", QuestionKind.COMPARE, ("wave", "kelp")),
        ("Which papers mention KelpNet?", QuestionKind.SURVEY, ("kelp",)),
        ("How many papers are about storms?", QuestionKind.COUNT, ()),
    ],
)
def test_kinds_of_questions(
    names: PaperNames, question: str, kind: QuestionKind, named: tuple[str, ...]
) -> None:
    plan = make_plan(question, names)
    assert (plan.kind, plan.named) == (kind, named)
    assert bool(plan.sides) == (kind is QuestionKind.COMPARE)


def test_a_double_question_keeps_its_kind_and_has_its_parts_as_sides(names: PaperNames) -> None:
    plan = make_plan(
        "Why do wooden masts break at sea, and how many ropes does a ferry of steel need?", names
    )
    assert plan.kind is QuestionKind.LOOKUP
    assert plan.sides == ("Why do wooden masts break at sea", "how many ropes does a ferry of steel need")


def test_what_is_asked_of_records_is_kept(names: PaperNames) -> None:
    plan = make_plan("who wrote the KelpNet paper?", names)
    assert (plan.asked, plan.only_records, plan.named) == (("authors",), True, ("kelp",))
    assert "wrote" not in plan.topic


def test_filters_are_kept_and_their_words_name_nothing(names: PaperNames) -> None:
    filters = Filters(since=2020, authors=("Fenwick",))
    whole = "papers by Fenwick since 2020 on rope"
    plan = make_plan(whole, names, filters, topic="papers on rope")
    assert plan == Plan(
        question=whole,
        topic="papers on rope",
        kind=QuestionKind.SURVEY,
        filters=filters,
    )


def test_a_question_that_was_all_filter_is_its_own_topic(names: PaperNames) -> None:
    assert make_plan("papers since 2020", names, Filters(since=2020), topic=" ").topic == "papers since 2020"


@pytest.mark.parametrize(
    ("question", "filters", "topic"),
    [
        ("What was published in Ropes 2021?", Filters(venues=("Ropes",)), "What was published?"),
        ("rope papers not by Fenwick", Filters(), "rope papers"),
        ("papers not by Fenwick", Filters(), "papers"),
        ("what did Fenwick write?", Filters(authors=("Fenwick",)), "what?"),
    ],
)
def test_a_question_that_only_restricts_asks_for_all_that_is_left(
    names: PaperNames, question: str, filters: Filters, topic: str
) -> None:
    plan = make_plan(question, names, filters, topic)
    assert plan.kind is QuestionKind.SURVEY
    assert "publish" not in plan.topic


@pytest.mark.parametrize(
    ("question", "kind", "named"),
    [
        ("compare 1810.00001 and 2101.00002", QuestionKind.COMPARE, ("kelp", "wave")),
        ("difference between 1810.00001v2 and 2101.00002", QuestionKind.COMPARE, ("kelp", "wave")),
        ("Summarize https://arxiv.org/pdf/2101.00002v4", QuestionKind.NAMED, ("wave",)),
        ("explain 1810.00001", QuestionKind.NAMED, ("kelp",)),
        ("What does doi:10.1000/mast say?", QuestionKind.NAMED, ("mast",)),
        ("What does 10.1000/nothing say of 2020 masts?", QuestionKind.LOOKUP, ()),
    ],
)
def test_identifiers_name_papers(question: str, kind: QuestionKind, named: tuple[str, ...]) -> None:
    ids = {"1810.00001v2": ["kelp"], "1810.00001": ["kelp"], "2101.00002": ["wave"], "2101.00002v4": ["wave"]}
    ids["10.1000/mast"] = ["mast"]
    known = PaperNames(NameIndex.build(None, PAPERS), lambda _: 1, identified=lambda text: ids.get(text, []))
    plan = make_plan(question, known)
    assert (plan.kind, plan.named) == (kind, named)
    assert bool(plan.sides) == (kind is QuestionKind.COMPARE)


def test_an_identifier_behind_a_name_is_a_part_of_it() -> None:
    ids = {"1810.00001": ["kelp"]}
    known = PaperNames(NameIndex.build(None, PAPERS), lambda _: 1, identified=lambda text: ids.get(text, []))
    plan = make_plan("compare KelpNet (1810.00001) with WaveFit", known)
    assert plan.sides == ("compare KelpNet (1810.00001)", "compare with WaveFit")


def test_names_that_are_not_sure_are_told_but_not_taken(names: PaperNames) -> None:
    plan = make_plan("How strong is rope in nets of kelp?", names)
    assert plan.named == ()
    assert plan.kind is QuestionKind.LOOKUP


def test_kinds_of_the_cases_over_the_demo_papers(names: PaperNames) -> None:
    """Nearly every case that wants all papers is read so, and hardly any other."""
    wanted = {"survey": QuestionKind.SURVEY, "count": QuestionKind.COUNT}
    cases = [case for case in load_cases(Path("evals/cases/demo.jsonl")) if not case.history]
    surveys = [case for case in cases if case.type in wanted]
    others = [case for case in cases if case.type not in {*wanted, "record", "other_language"}]
    right = [case for case in surveys if make_plan(case.question, names).kind is wanted[case.type]]
    wrong = [case for case in others if make_plan(case.question, names).kind in wanted.values()]
    assert len(right) >= 0.9 * len(surveys)
    assert not wrong, [case.question for case in wrong]
