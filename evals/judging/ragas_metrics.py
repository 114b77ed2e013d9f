"""What a judge said of a run as metrics: its values, and what it failed at as missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.judging.ragas_asked import JUDGED, digest_of, inputs_of
from evals.judging.record import JudgedValue, read_judged
from evals.judging.record import judges_of as judges_of
from evals.metrics.base import Metric, Sample, Score


def judged_metrics(folder: Path, name: str) -> list[Metric]:
    """Return a judge's values on record as metrics; those of which it was asked for none are left out.

    A value that the judge failed at is missing, with the reason. A case that wasn't asked about has none.
    """
    rows = read_judged(folder, name)
    found = []
    for metric, spec in JUDGED.items():
        own = {case: row for (case, of), row in rows.items() if of == metric}
        if own:
            versions = ", ".join(sorted({row.ragas for row in own.values()}))
            about = f"{spec.about}, as a judge says (RAGAS {versions}); cases that were judged."
            value = _reading(metric, own)
            found.append(Metric(f"ragas_{metric}", "judged", about, spec.better, value))
    return found


def _reading(metric: str, rows: dict[str, JudgedValue]) -> Callable[[Sample], Score | None]:
    def value(sample: Sample) -> Score | None:
        row, inputs = rows.get(sample.case.id), inputs_of(metric, sample)
        if row is None or isinstance(inputs, str):
            return None
        if row.inputs != digest_of(metric, inputs):
            return Score(None, "other texts than these were judged: judge again")
        return Score(row.value, row.why)

    return value
