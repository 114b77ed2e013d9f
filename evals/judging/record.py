"""What judges said of a run, `judged-*.jsonl` in its folder: a line a value, whole even after a kill."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.runs.lines import read_lines


class JudgedValue(BaseModel):
    """One line of the record: what a judge made of one case by one metric; `why` tells a failure's reason."""

    model_config = ConfigDict(frozen=True, extra="allow")

    case: str
    metric: str
    judge: str
    value: float | None
    why: str = ""
    attempts: int = 0
    """Calls of the judge."""
    retries: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    ragas: str = ""
    """RAGAS's version."""
    inputs: str = ""
    """Digest of the texts that were judged."""


def judged_file(folder: Path, name: str) -> Path:
    """Return the file of a judge's values; names that come to the same file share it."""
    slug = re.sub(r"[^\w.]+", "-", name).strip("-.")[:80] or hashlib.sha256(name.encode()).hexdigest()[:8]
    return folder / f"judged-{slug}.jsonl"


def judges_of(folder: Path) -> list[str]:
    """Return the names of the judges that a run's folder holds values of."""
    return sorted({row.judge for path in folder.glob("judged-*.jsonl") for row in _rows(path)})


def read_judged(folder: Path, name: str) -> dict[tuple[str, str], JudgedValue]:
    """Return a judge's latest value by case and metric; a last line that a kill has torn is left out.

    Raises:
        UsageError: A line before the last is damaged.
    """
    rows = _rows(judged_file(folder, name))
    return {(row.case, row.metric): row for row in rows if row.judge == name}


def _rows(path: Path) -> Iterator[JudgedValue]:
    return read_lines(
        path, JudgedValue, "a judged value", "remove that line: judging again asks for its value"
    )
