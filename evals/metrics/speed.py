"""Cost and speed: percentiles of each stage's seconds, tokens read and written, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from evals.metrics.base import AnyMetric, Metric, PooledMetric, Sample
from evals.stats import Statistic, Values

WHOLE = "seconds"
STAGES = ("understand", "retrieve", "answer", "first_words")
_MILLION = 1_000_000


def speed_metrics(price: tuple[float, float] | None = None) -> tuple[AnyMetric, ...]:
    """Return the metrics of time, tokens and money.

    Args:
        price: Dollars per million tokens read and written; without it money isn't told.
    """
    found: list[AnyMetric] = []
    for name, seconds, about in _clocks():
        for percent in (50, 95):
            found.append(
                PooledMetric(
                    f"{name}_p{percent}", "speed", f"{about}: {percent}th percentile.", "lower",
                    _row_of(seconds), _percentile(percent), unit="s", by_type=name == WHOLE,
                )
            )  # fmt: skip
    found += [
        Metric("tokens_read", "speed", "Tokens that the language model read for an answer.", "lower",
               lambda sample: _tokens(sample, 0), unit="tokens"),
        Metric("tokens_written", "speed", "Tokens that the language model wrote for an answer.", "lower",
               lambda sample: _tokens(sample, 1), unit="tokens"),
    ]  # fmt: skip
    if price is not None:
        found.append(
            Metric("dollars", "speed", f"What an answer cost, at ${price[0]:g} and ${price[1]:g} per million tokens "
                   "read and written; answers without a language model cost nothing.", "lower",
                   _dollars(price), unit="$")
        )  # fmt: skip
    return tuple(found)


def _clocks() -> Sequence[tuple[str, Callable[[Sample], float | None], str]]:
    stages = [
        (f"seconds_{stage}", _stage(stage), f"Seconds of the stage “{stage.replace('_', ' ')}”")
        for stage in STAGES
    ]
    return (
        (WHOLE, lambda sample: sample.recorded.seconds, "Seconds from the question to the whole answer"),
        ("seconds_evidence", lambda sample: sample.recorded.evidence_seconds,
         "Seconds from the question to the evidence, which is shown at once"),
        *stages,
    )  # fmt: skip


def _stage(name: str) -> Callable[[Sample], float | None]:
    return lambda sample: sample.recorded.answer.timings.get(name) if sample.recorded.answer else None


def _row_of(seconds: Callable[[Sample], float | None]) -> Callable[[Sample], tuple[float, ...] | None]:
    def row(sample: Sample) -> tuple[float, ...] | None:
        value = seconds(sample)
        return None if value is None else (value,)

    return row


def _percentile(percent: int) -> Statistic:
    def statistic(rows: Values) -> float:
        return float(np.percentile(rows[:, 0], percent))

    return statistic


def _tokens(sample: Sample, which: int) -> float | None:
    usage = sample.recorded.answer.usage if sample.recorded.answer else None
    return None if usage is None else float((usage.input_tokens, usage.output_tokens)[which])


def _dollars(price: tuple[float, float]) -> Callable[[Sample], float | None]:
    def value(sample: Sample) -> float | None:
        if sample.recorded.answer is None:
            return None
        read, written = _tokens(sample, 0) or 0.0, _tokens(sample, 1) or 0.0
        return (read * price[0] + written * price[1]) / _MILLION

    return value
