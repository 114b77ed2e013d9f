"""RAGAS's metrics that need no language model, over a saved run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from assistant.embedding import SentenceEmbeddings
from evals.metrics.base import Metric, Sample

_ANSWERED = "; RAGAS, without a judge; answered cases with a reference."
_BY_IDS = "; RAGAS's ID-based metric, without a judge; cases with gold papers"


def ragas_plain_metrics(embedder: SentenceEmbeddings, samples: Iterable[Sample] = ()) -> tuple[Metric, ...]:
    """Return likeness to references, and ID-based and text-based context metrics.

    RAGAS keeps the context metrics in an interface that it calls deprecated, without a successor yet; they
    are written anew (`evals/judging/ragas_own.py`) in its current one.

    Args:
        embedder: For semantic similarity.
        samples: The cases that the metrics will be asked about, where they are known: their texts are
            embedded together, several times as fast as one by one.
    """
    expected = [
        text for sample in samples if _compared(sample) for text in (sample.case.reference, sample.text)
    ]

    @cache
    def similarity() -> Any:
        from ragas.metrics.collections import SemanticSimilarity

        from evals.judging.ragas_embeddings import RagasEmbeddings

        return SemanticSimilarity(embeddings=RagasEmbeddings(embedder, expected))

    return (
        Metric("ragas_semantic_similarity", "ragas", f"Cosine of answer and reference{_ANSWERED}", "higher",
               _against_reference(similarity)),
        Metric("ragas_rouge_l", "ragas", f"ROUGE-L F1 of answer and reference{_ANSWERED}", "higher",
               _against_reference(_collection("RougeScore"))),
        Metric("ragas_string_similarity", "ragas", "One less the normalised Levenshtein distance of answer and "
               f"reference{_ANSWERED}", "higher", _against_reference(_collection("NonLLMStringSimilarity"))),
        Metric("ragas_id_context_precision", "ragas", "Share of the retrieved papers that are gold; optional ones "
               f"don't count{_BY_IDS} where something that counts was retrieved.", "higher",
               _of_ids("IdContextPrecision", needs_found=True)),
        Metric("ragas_id_context_recall", "ragas", f"Share of the gold papers that are retrieved{_BY_IDS}.", "higher",
               _of_ids("IdContextRecall")),
        Metric("ragas_text_context_recall", "ragas", "Share of the sentences that hold the answer which are, nearly "
               "letter for letter, among those offered to the writer; RAGAS, without a judge; cases with evidence.",
               "higher", _of_texts),
    )  # fmt: skip


def _collection(name: str) -> Callable[[], Any]:
    @cache
    def make() -> Any:
        from ragas.metrics import collections

        return getattr(collections, name)()

    return make


@cache
def _own(name: str) -> Any:
    from evals.judging import ragas_own

    return getattr(ragas_own, name)()


def _value(metric: Any, **inputs: Any) -> float:
    return float(asyncio.run(metric.ascore(**inputs)).value)


def _compared(sample: Sample) -> bool:
    return bool(sample.answered and sample.text and sample.case.reference)


def _against_reference(metric: Callable[[], Any]) -> Callable[[Sample], float | None]:
    def value(sample: Sample) -> float | None:
        if not _compared(sample):
            return None
        return _value(metric(), reference=sample.case.reference, response=sample.text)

    return value


def _of_ids(name: str, *, needs_found: bool = False) -> Callable[[Sample], float | None]:
    def value(sample: Sample) -> float | None:
        gold, optional = list(sample.case.gold), sample.case.optional
        found = [item.paper_id for item in sample.recorded.passages if item.paper_id not in optional]
        if not gold or (needs_found and not found):
            return None
        return _value(_own(name), retrieved_context_ids=found, reference_context_ids=gold)

    return value


def _of_texts(sample: Sample) -> float | None:
    from evals.cases.evidence import evidence_spans

    spans = evidence_spans(sample.case, sample.papers)
    if not spans:
        return None
    wanted = [span.of(sample.papers[id_].abstract) for id_, span in spans]
    answer = sample.recorded.answer
    offered = [item.quote for item in answer.evidence] if answer else []
    return _value(_own("TextContextRecall"), retrieved_contexts=offered, reference_contexts=wanted)
