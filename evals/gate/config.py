"""What a run must reach: the thresholds and rules of a gate, read strictly from TOML."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import UsageError
from evals.cases import explain

Kind = Literal["least", "most", "drop"]
_KINDS: tuple[Kind, ...] = ("least", "most", "drop")
_HINT = "evals/gate/gate.toml shows every table and rule, with comments"
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Rules(BaseModel):
    """What holds beside the thresholds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    judged_by: Literal["figure", "interval"] = "figure"
    """Whether a figure itself must reach `least` and `most`, or it's enough that its interval touches them."""
    hard_margin: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """How far beyond the allowed fall a share fails, however noisy it is; without it only the interval counts."""
    passed_alpha: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Fails where more cases were lost than won and McNemar's p is below this."""
    require_baseline: bool = False
    require_same_cases: bool = True
    require_same_store: bool = True
    least_cases: Annotated[int, Field(ge=1)] = 1
    most_missing: Share = 0.0
    """Share of missing values that a metric named here may have."""
    most_lost: Share = 0.1
    """Share of the baseline's values that a metric with a `drop` may have lost: few cases prove little."""
    judge: str = ""
    """The only judge that the thresholds were made for; any where empty."""
    must_pass: list[str] = Field(default_factory=list)
    """Ids of cases that have to pass always."""


@dataclass(frozen=True)
class Threshold:
    """One figure's limit: a value to reach, one not to exceed, or how far it may fall below the baseline's."""

    kind: Kind
    metric: str
    type: str
    """A type of case; empty for all."""
    value: float
    margin: float | None = None
    """For `drop`: the figure's own hard margin."""

    @property
    def label(self) -> str:
        """The figure that is meant."""
        return f"{self.metric} of {self.type}" if self.type else self.metric

    @property
    def name(self) -> str:
        """The figure and its limit."""
        how = "may get worse by" if self.kind == "drop" else f"at {self.kind}"
        return f"{self.label} {how} {self.value:g}"


@dataclass(frozen=True)
class GateConfig:
    """A gate as its file describes it."""

    path: Path
    thresholds: tuple[Threshold, ...]
    rules: Rules

    def of(self, kind: Kind) -> list[Threshold]:
        """Return the thresholds of a kind."""
        return [threshold for threshold in self.thresholds if threshold.kind == kind]


def load_config(path: Path) -> GateConfig:
    """Read a gate's configuration.

    Args:
        path: TOML with the tables `least`, `most`, `drop` (each also by type, `[least.lookup]`) and `rules`.

    Raises:
        UsageError: It can't be read, names something unknown, holds a wrong value, or asks for nothing.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read as a gate: {error}", "name a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: isn't TOML: {error}", _HINT) from error
    for name in data:
        if name not in (*_KINDS, "rules"):
            close = difflib.get_close_matches(name, (*_KINDS, "rules"), n=1)
            meant = f"; {close[0]} is meant?" if close else ""
            raise UsageError(
                f"{path}: {name}: no such table; there are least, most, drop, rules{meant}", _HINT
            )
    found = [threshold for kind in _KINDS for threshold in _thresholds(path, kind, data.get(kind, {}))]
    rules = _rules(path, data.get("rules", {}))
    if not found and not rules.must_pass and rules.passed_alpha is None:
        raise UsageError(f"{path}: asks for nothing, so every run would pass", _HINT)
    return GateConfig(path, tuple(found), rules)


def _rules(path: Path, table: Any) -> Rules:
    try:
        return Rules.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"{path}: rules: {explain(error)}", _HINT) from error


def _thresholds(path: Path, kind: Kind, table: Any) -> Iterator[Threshold]:
    if not isinstance(table, Mapping):
        raise UsageError(f"{path}: {kind}: must be a table, [{kind}]", _HINT)
    for name, value in table.items():
        if isinstance(value, Mapping) and not _is_allowance(kind, value):
            if not value:
                raise UsageError(f"{path}: {kind}.{name}: names no metric", _HINT)
            for metric, own in value.items():
                yield _threshold(path, kind, metric, name, own)
        else:
            yield _threshold(path, kind, name, "", value)


def _is_allowance(kind: Kind, value: Mapping[str, Any]) -> bool:
    """Tell `ndcg = {allowed = 0.02, margin = 0.1}` from a table of a type's metrics."""
    return kind == "drop" and "allowed" in value


def _threshold(path: Path, kind: Kind, metric: str, type_: str, value: Any) -> Threshold:
    key = ".".join(filter(None, (kind, type_, metric)))
    margin = None
    if isinstance(value, Mapping) and _is_allowance(kind, value):
        if unknown := sorted(value.keys() - {"allowed", "margin"}):
            raise UsageError(f"{path}: {key}: unknown: {', '.join(unknown)}; it takes allowed, margin", _HINT)
        if "margin" in value:
            margin = _number(path, f"{key}.margin", value["margin"], least=0)
        key, value = f"{key}.allowed", value["allowed"]
    number = _number(path, key, value, least=0 if kind == "drop" else None)
    return Threshold(kind, metric, type_, number, margin)


def _number(path: Path, key: str, value: Any, least: float | None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"{path}: {key} = {value!r}: must be a number", _HINT)
    if least is not None and value < least:
        raise UsageError(f"{path}: {key} = {value}: must not be below {least:g}", _HINT)
    return float(value)
