"""Cases: the questions of an evaluation with what a good answer needs, as validated JSON Lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.errors import UsageError
from assistant.models import Turn
from assistant.text import fold, words

_HINT = "docs/evals.md shows the fields of a case"


class Kept(BaseModel):
    """Base of what a case file holds: immutable, and fields that it doesn't know are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Fact(Kept):
    """Something that a good answer says; it counts when any of the surface forms occurs as whole words."""

    fact: str = Field(min_length=1)
    accept: tuple[str, ...] = Field(min_length=1)

    @field_validator("accept")
    @classmethod
    def _says_something(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for form in value:
            if not words(form):
                raise ValueError(f"{form!r} holds no word that an answer could be searched for")
        return value


class SentenceRef(Kept):
    """A sentence named by its position: the nth of a paper's abstract, counted from 1.

    `digest` is `sentence_digest` of the sentence meant, so that a text that has changed is noticed.
    """

    paper: str = Field(min_length=1)
    sentence: int = Field(ge=1)
    digest: str = ""


class Case(Kept):
    """One question, and what is known of its answer.

    `gold`, `optional` and `related` name papers by id or exact title: those that a good answer cites,
    those that it may cite, and those that are near the topic and don't answer. `evidence` holds
    verbatim sentences or positions of them. A case that isn't answerable has no gold papers.
    """

    id: str = Field(min_length=1)
    type: str = Field(min_length=1)
    question: str = Field(min_length=1)
    history: tuple[Turn, ...] = ()
    gold: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    evidence: tuple[SentenceRef | str, ...] = ()
    reference: str = ""
    answerable: bool = True
    must_not: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.question.strip():
            raise ValueError("the question is blank")
        if not self.answerable and (self.gold or self.facts):
            raise ValueError(
                "it isn't answerable, yet it has gold papers or facts; papers near it are `related`"
            )
        if both := set(self.gold) & {*self.optional, *self.related}:
            raise ValueError(f"a gold paper is optional or related too: {', '.join(sorted(both))}")
        return self


def load_cases(path: Path) -> list[Case]:
    """Read a file of cases.

    Args:
        path: JSON Lines in UTF-8, one case a line; blank lines are skipped.

    Raises:
        UsageError: The file can't be read, a line isn't a case, an id occurs twice, or there is no case.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read as cases: {error}", "name a file of JSON Lines") from error
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            raise UsageError(f"{path}, line {number}: {explain(error)}", _HINT) from error
        if case.id in seen:
            first = seen[case.id]
            raise UsageError(f"{path}, line {number}: the id {case.id!r} is line {first}'s too", "rename one")
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise UsageError(f"{path}: holds no case", _HINT)
    return cases


def dump_cases(cases: Iterable[Case], path: Path) -> int:
    """Write cases as JSON Lines, without the fields that are at their default; return how many."""
    rows = [case.model_dump(mode="json", exclude_defaults=True) for case in cases]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror}", "name another file") from error
    return len(rows)


def fingerprint(cases: Sequence[Case]) -> str:
    """Return a digest that is the same for the same cases in whatever order."""
    rows = sorted(json.dumps(case.model_dump(mode="json"), sort_keys=True) for case in cases)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def sentence_digest(sentence: str) -> str:
    """Return the first 8 hexadecimal digits of the SHA-256 of a sentence's words, case and spacing aside."""
    return hashlib.sha256(" ".join(words(fold(sentence))).encode()).hexdigest()[:8]


def explain(error: ValidationError) -> str:
    """Tell a validation error in one line: each field with what is wrong."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'case'}: {item['msg']}" for item in error.errors()
    )
