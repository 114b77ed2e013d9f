"""RAGAS's metrics that need a judge: what each counts, what it is given of a case, and asking it for a value."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.embedding import SentenceEmbeddings
from evals.judging.judge import Judge, JudgeFailed, Tally
from evals.judging.ragas_llm import ragas_llm
from evals.metrics.base import Better, Sample

if TYPE_CHECKING:
    from ragas.metrics.collections.base import BaseMetric

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class JudgedMetric:
    """One of RAGAS's metrics that need a judge.

    Attributes:
        about: One sentence for a reader.
        needs: What it must be given: `response`, `reference`, `retrieved_contexts`.
        build: Makes RAGAS's metric from the judge, the embedder and the inputs.
        asks: Names of the inputs that its `ascore` takes; those that are absent are left out.
        better: Which way is better.
    """

    about: str
    needs: tuple[str, ...]
    build: Callable[[Any, Any, dict[str, Any]], BaseMetric]
    asks: tuple[str, ...]
    better: Better = "higher"


def _faithfulness(llm: Any, embedding: Any, inputs: dict[str, Any]) -> BaseMetric:
    from ragas.metrics.collections import Faithfulness

    return Faithfulness(llm=llm)


def _relevancy(llm: Any, embedding: Any, inputs: dict[str, Any]) -> BaseMetric:
    from ragas.metrics.collections import AnswerRelevancy

    # A judge that takes the likeliest words would write the same question three times.
    return AnswerRelevancy(llm=llm, embeddings=embedding, strictness=1)


def _precision(llm: Any, embedding: Any, inputs: dict[str, Any]) -> BaseMetric:
    from ragas.metrics import collections

    if "reference" in inputs:
        return collections.ContextPrecisionWithReference(llm=llm)
    return collections.ContextPrecisionWithoutReference(llm=llm)


def _recall(llm: Any, embedding: Any, inputs: dict[str, Any]) -> BaseMetric:
    from ragas.metrics.collections import ContextRecall

    return ContextRecall(llm=llm)


def _correctness(llm: Any, embedding: Any, inputs: dict[str, Any]) -> BaseMetric:
    from ragas.metrics.collections import FactualCorrectness

    return FactualCorrectness(llm=llm)


def _noise(llm: Any, embedding: Any, inputs: dict[str, Any]) -> BaseMetric:
    from ragas.metrics.collections import NoiseSensitivity

    return NoiseSensitivity(llm=llm)


JUDGED: dict[str, JudgedMetric] = {
    "faithfulness": JudgedMetric(
        "Share of the statements in an answer that follow from the sentences it was written from",
        ("response", "retrieved_contexts"), _faithfulness, ("user_input", "response", "retrieved_contexts")),
    "answer_relevancy": JudgedMetric(
        "Cosine of the question and one that the judge makes from the answer, 0 where it is evasive or below 0",
        ("response",), _relevancy, ("user_input", "response")),
    "context_recall": JudgedMetric(
        "Share of the statements in the reference that follow from the sentences found",
        ("reference", "retrieved_contexts"), _recall, ("user_input", "retrieved_contexts", "reference")),
    "factual_correctness": JudgedMetric(
        "F1 of the claims in the answer and in the reference",
        ("response", "reference"), _correctness, ("response", "reference")),
    "context_precision": JudgedMetric(
        "Average precision of the papers offered that help to the reference; to the answer where there is none",
        ("retrieved_contexts",), _precision, ("user_input", "retrieved_contexts", "reference")),
    "noise_sensitivity": JudgedMetric(
        "Share of the answer's statements that are wrong by the reference and come from relevant papers",
        ("response", "reference", "retrieved_contexts"), _noise,
        ("user_input", "response", "reference", "retrieved_contexts"), better="lower"),
}  # fmt: skip
"""By RAGAS's own name, the cheaper and more telling ones first."""
_LACKS = {
    "response": "not answered",
    "reference": "no reference answer, or one that only says that there is none",
    "retrieved_contexts": "no sentences were found",
}


def texts_of(sample: Sample) -> dict[str, Any]:
    """Return a case's texts by RAGAS's names; what there isn't is absent.

    The contexts are the sentences that the answer was to be written from, one text a paper under its title,
    with what the answer cites of the paper's record. A reference of a case that can't be answered only says
    so, and is absent too.
    """
    answer, case = sample.recorded.answer, sample.case
    found: dict[str, Any] = {"user_input": answer.standalone_question if answer else case.question}
    if sample.answered and sample.text.strip():
        found["response"] = sample.text
    if case.reference and case.answerable:
        found["reference"] = case.reference
    papers: dict[str, list[str]] = {}
    for item in answer.evidence if answer else ():
        papers.setdefault(item.paper_id, [item.title]).append(item.quote)
    for cited in sample.citations:
        if cited.field != "abstract":
            line = f"{cited.field.capitalize()}: {cited.quote}"
            lines = papers.setdefault(cited.paper_id, [cited.title])
            if cited.field != "title" and line not in lines:
                lines.append(line)
    if papers:
        found["retrieved_contexts"] = ["\n".join(lines) for lines in papers.values()]
    return found


def inputs_of(name: str, sample: Sample) -> dict[str, Any] | str:
    """Return what a metric is given of a case, or why it doesn't apply."""
    metric, texts = JUDGED[name], texts_of(sample)
    for needed in metric.needs:
        if needed not in texts:
            return _LACKS[needed]
    inputs = {key: texts[key] for key in metric.asks if key in texts}
    if name == "context_precision" and "reference" not in inputs:
        if "response" not in texts:
            return f"{_LACKS['reference']}, and {_LACKS['response']}"
        inputs["response"] = texts["response"]
    return inputs


def digest_of(name: str, inputs: dict[str, Any]) -> str:
    """Return a digest of what is judged, so that a value isn't taken for another text's."""
    return hashlib.sha256(json.dumps([name, inputs], sort_keys=True).encode()).hexdigest()[:16]


def ask_ragas(
    name: str, inputs: dict[str, Any], judge: Judge, embedder: SentenceEmbeddings, tally: Tally
) -> float:
    """Compute one of RAGAS's judged metrics.

    Args:
        name: A key of `JUDGED`.
        inputs: What `inputs_of` returns.
        judge: Who judges.
        embedder: For answer relevancy.
        tally: What the judge took is added here.

    Returns:
        A value in 0 to 1.

    Raises:
        JudgeFailed: The judge gave no usable reply, or RAGAS's value is none.
        Exception: Whatever else RAGAS makes of the replies.
    """
    from evals.judging.ragas_embeddings import RagasEmbeddings

    metric = JUDGED[name].build(ragas_llm(judge, tally), RagasEmbeddings(embedder), inputs)
    value = float(asyncio.run(metric.ascore(**inputs)).value)
    if name == "answer_relevancy" and value < 0:
        value = 0.0
    if not math.isfinite(value) or not -_TOLERANCE <= value <= 1 + _TOLERANCE:
        raise JudgeFailed(f"RAGAS made {value} of the judge's replies")
    return round(min(1.0, max(0.0, value)), 6)
