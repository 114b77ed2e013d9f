"""Claims that a reader labelled by what their evidence says, as validated JSON Lines."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from assistant.errors import UsageError
from evals.cases import Kept, explain

SHIPPED = Path(__file__).with_name("labels") / "claims.jsonl"
_HINT = "evals/judging/labels/README.md shows the fields of a labelled claim"


class Label(StrEnum):
    """What evidence says of a claim."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    NOT_SUPPORTED = "not_supported"
    CONTRADICTED = "contradicted"


class LabelledClaim(Kept):
    """A claim, the words that it should rest on, and what a reader says of the two."""

    id: str = Field(min_length=1)
    claim: str
    evidence: tuple[str, ...] = Field(min_length=1)
    title: str = ""
    label: Label
    kind: str = ""
    why: str = ""

    @field_validator("claim")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the claim is blank")
        return value

    @field_validator("evidence")
    @classmethod
    def _quotes_something(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(quote.strip() for quote in value):
            raise ValueError("a sentence of the evidence is blank")
        return value


def load_labels(path: Path) -> list[LabelledClaim]:
    """Read labelled claims: JSON Lines in UTF-8, one claim a line; blank lines are skipped.

    Raises:
        UsageError: The file can't be read, a line isn't a labelled claim, an id occurs twice, or there is none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read as labels: {error}", "name a file of JSON Lines") from error
    found: dict[str, LabelledClaim] = {}
    places: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            claim = LabelledClaim.model_validate_json(line)
        except ValidationError as error:
            said = explain(error).removeprefix("case: ")
            raise UsageError(f"{path}, line {number}: {said}", _HINT) from error
        if first := places.get(claim.id):
            raise UsageError(
                f"{path}, line {number}: the id {claim.id!r} is line {first}'s too", "rename one"
            )
        found[claim.id], places[claim.id] = claim, number
    if not found:
        raise UsageError(f"{path}: holds no labelled claim", _HINT)
    return list(found.values())
