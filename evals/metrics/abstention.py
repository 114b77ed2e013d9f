"""Abstention: whether “the collection doesn't say” comes when it should, and only then."""

from __future__ import annotations

import numpy as np

from evals.metrics.base import Metric, PooledMetric, Sample
from evals.stats import Values

_NAN = float("nan")
_CASES = "; by kind: that kind of unanswerable question against all answerable ones"


def abstention_metrics() -> tuple[Metric | PooledMetric, ...]:
    """Return precision, recall, F1 and AUROC of not answering; not answered is the positive class."""
    return (
        Metric("abstention_right", "abstention",
               "Share of cases that are answered if answerable, and not answered if not; a failed one is neither.",
               "higher",
               lambda sample: float(_refused(sample) != sample.case.answerable)),
        PooledMetric("abstention_precision", "abstention", "Share of the questions not answered that are "
                     f"unanswerable{_CASES}.", "higher", _row, _precision, with_answerable=True),
        PooledMetric("abstention_recall", "abstention", f"Share of the unanswerable questions not answered{_CASES}.",
                     "higher", _row, _recall, with_answerable=True),
        PooledMetric("abstention_f1", "abstention", f"Harmonic mean of the two{_CASES}.", "higher", _row, _f1,
                     with_answerable=True),
        PooledMetric("abstention_auroc", "abstention", "How well the answerability that was estimated before anything "
                     f"was written tells the two apart; 0.5 is chance{_CASES}.", "higher", _scored_row, _auroc,
                     with_answerable=True),
    )  # fmt: skip


def _row(sample: Sample) -> tuple[float, ...] | None:
    """Return (is unanswerable, wasn't answered)."""
    return float(not sample.case.answerable), float(_refused(sample))


def _refused(sample: Sample) -> bool:
    """Tell whether the question wasn't answered; a case that ended in an error counts as the wrong of the two."""
    if sample.recorded.answer is None:
        return sample.case.answerable
    return not sample.answered


def _scored_row(sample: Sample) -> tuple[float, ...] | None:
    answer = sample.recorded.answer
    if answer is None or answer.answerability is None:
        return None
    return float(not sample.case.answerable), 1.0 - answer.answerability


def _precision(rows: Values) -> float:
    refused = rows[:, 1] == 1
    return float(rows[refused, 0].mean()) if refused.any() else _NAN


def _recall(rows: Values) -> float:
    wanted = rows[:, 0] == 1
    return float(rows[wanted, 1].mean()) if wanted.any() else _NAN


def _f1(rows: Values) -> float:
    """Return 2·TP / (2·TP + FP + FN); undefined where no question is unanswerable."""
    if not rows[:, 0].any():
        return _NAN
    both = float((rows[:, 0] * rows[:, 1]).sum())
    return 2 * both / float(rows[:, 0].sum() + rows[:, 1].sum())


def _auroc(rows: Values) -> float:
    """Return the chance that an unanswerable question scores above an answerable one, ties half (Fawcett 2006)."""
    from scipy.stats import rankdata

    positive = rows[:, 0] == 1
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return _NAN
    ranks = np.asarray(rankdata(rows[:, 1]))
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no))
