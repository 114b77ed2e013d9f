"""All metrics that need no judge, in the order in which they are shown; the one place that lists them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.embedding import SentenceEmbeddings
from evals.judging.support import Support, own_check
from evals.metrics.abstention import abstention_metrics
from evals.metrics.answers import answer_metrics
from evals.metrics.base import AnyMetric, Sample
from evals.metrics.citations import citation_metrics
from evals.metrics.ragas_plain import ragas_plain_metrics
from evals.metrics.retrieval import retrieval_metrics
from evals.metrics.speed import speed_metrics


def all_metrics(
    embedder: SentenceEmbeddings,
    *,
    samples: Sequence[Sample] = (),
    price: tuple[float, float] | None = None,
    support: Support | None = None,
) -> tuple[AnyMetric, ...]:
    """Return every metric that is computed without a language model.

    Args:
        embedder: For similarity to references, and for the check of support.
        samples: The cases that will be scored: their texts are embedded in one go.
        price: Dollars per million tokens read and written.
        support: Tells whether quotes support a sentence; paperchat's own check where None.
    """
    return (
        *answer_metrics(),
        *citation_metrics(support or own_check(embedder)),
        *retrieval_metrics(),
        *abstention_metrics(),
        *ragas_plain_metrics(embedder, samples),
        *speed_metrics(price),
    )
