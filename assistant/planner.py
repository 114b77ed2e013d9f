"""Makes the plan of a standalone question: its kind, the papers that it names, the sides that it compares."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.by_year import read_by_year
from assistant.filter_context import PUBLISHED
from assistant.filters import Filters
from assistant.kind import read_kind
from assistant.names import PaperNames
from assistant.parts import parts
from assistant.plan import Named, Plan, QuestionKind
from assistant.question import read_question
from assistant.sides import Side, compared
from assistant.survey_topic import telling

_PUBLISHED = re.compile(rf"\b(?:{PUBLISHED}|appear|come\s+out|write|publish)\b", re.IGNORECASE)


def make_plan(
    question: str,
    names: PaperNames,
    filters: Filters | None = None,
    topic: str | None = None,
) -> Plan:
    """Make the plan of a question.

    Args:
        question: The standalone question.
        names: The names of the collection's papers.
        filters: What the search is restricted to, given or understood.
        topic: The question without the words that the filters were understood from; the question itself where None.
    """
    rest = topic if topic and topic.strip() else question
    by_year, rest = read_by_year(rest)
    asked = read_question(rest)
    sure = [named for named in names.mentions(rest) if named.sure]
    plan = Plan(
        question=question,
        topic=asked.topic,
        kind=read_kind(question),
        named=tuple(named.paper_id for named in sure),
        filters=filters or Filters(),
        asked=asked.asked,
        only_records=asked.only_records,
        by_year=by_year,
    )
    if by_year and not plan.asked:
        return replace(plan, kind=QuestionKind.SURVEY)
    restricted = bool(plan.filters) or rest != question
    if restricted and plan.kind is QuestionKind.LOOKUP and not sure and not plan.asked:
        if not telling(_PUBLISHED.sub(" ", plan.topic)):  # “what appeared at NeurIPS 2020?”: all that is left
            return replace(
                plan, kind=QuestionKind.SURVEY, topic="papers" if telling(plan.topic) else plan.topic
            )
        plan = replace(plan, kind=read_kind(rest))  # “rope papers not by Hinton”
    if plan.kind is not QuestionKind.LOOKUP:
        return plan
    if double := parts(rest):
        return replace(plan, sides=double, kind=QuestionKind.NAMED if sure else QuestionKind.LOOKUP)
    if sides := compared(rest, _places(sure)):
        return replace(plan, sides=sides, kind=QuestionKind.COMPARE)
    return replace(plan, kind=QuestionKind.NAMED) if sure else plan


def _places(sure: list[Named]) -> list[Side]:
    return [Side(named.place, named.end) for named in sure]
