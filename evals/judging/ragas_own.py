"""The project's metrics of citations, facts, abstention and retrieval as RAGAS metrics, for experiments in RAGAS.

They take plain values, such as `ragas_rows` makes of a saved run, and call what computes the project's own
figures. Importing this module imports RAGAS. A metric that doesn't apply to a row gives nan, and its reason
says why: RAGAS drops a row from an experiment when a metric raises.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ragas.metrics.collections.base import BaseMetric
from ragas.metrics.result import MetricResult

from assistant.models import Citation, Paper
from evals.cases import Fact
from evals.cases.evidence import evidence_spans
from evals.cases.match import says
from evals.judging.ragas_asked import texts_of
from evals.metrics.base import Sample
from evals.metrics.citations import is_verbatim, precision_recall_f1
from evals.runs.record import Run
from evals.runs.scores import samples_of

LIKE = 0.5
"""Likeness above which two texts are taken for the same one, as in RAGAS."""


class CitationsVerbatim(BaseMetric):
    """Share of citations whose quote is, letter for letter, what their span of the abstract holds."""

    def __init__(self, name: str = "citations_verbatim", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self, citations: Sequence[Mapping[str, Any]], abstracts: Mapping[str, str]
    ) -> MetricResult:
        """Return the share.

        Args:
            citations: Each with `paper_id`, `quote`, `start` and `end`.
            abstracts: By paper id.
        """
        papers = {id_: Paper(id=id_, title=id_, abstract=text) for id_, text in abstracts.items()}
        cited = [_citation(each) for each in citations if each.get("field", "abstract") == "abstract"]
        wrong = [each.quote for each in cited if not is_verbatim(each, papers)]
        if not cited:
            return _nothing("no abstract is cited")
        return _share(len(cited) - len(wrong), len(cited), f"not verbatim: {wrong}" if wrong else "")


class CitationPrecision(BaseMetric):
    """Share of the cited papers that are among the reference papers; optional ones don't count."""

    def __init__(self, name: str = "citation_precision", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self,
        citations: Sequence[Mapping[str, Any]],
        reference_ids: Sequence[str],
        optional_ids: Sequence[str] = (),
    ) -> MetricResult:
        """Return the share; see `CitationsVerbatim` for citations."""
        return _cited(citations, reference_ids, optional_ids, 0)


class CitationRecall(BaseMetric):
    """Share of the reference papers that are cited."""

    def __init__(self, name: str = "citation_recall", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self,
        citations: Sequence[Mapping[str, Any]],
        reference_ids: Sequence[str],
        optional_ids: Sequence[str] = (),
    ) -> MetricResult:
        """Return the share; see `CitationsVerbatim` for citations."""
        return _cited(citations, reference_ids, optional_ids, 1)


class FactsFound(BaseMetric):
    """Share of facts that a response says, in any accepted form."""

    def __init__(self, name: str = "facts_found", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self, response: str, facts: Sequence[Mapping[str, Any]], citations: Sequence[Mapping[str, Any]] = ()
    ) -> MetricResult:
        """Return the share.

        Args:
            response: What is said.
            facts: Each with `fact` and `accept`, the surface forms.
            citations: The `title` of what is cited counts as said.
        """
        if not facts:
            return _nothing("no facts are asked for")
        titles = dict.fromkeys(str(each.get("title", "")) for each in citations)
        said = " ".join((response, *titles)) if response else ""
        wanted = [Fact.model_validate(dict(fact)) for fact in facts]
        lacking = [fact.fact for fact in wanted if not says(said, fact)]
        return _share(len(wanted) - len(lacking), len(wanted), f"lacks {lacking}" if lacking else "")


class AbstentionCorrect(BaseMetric):
    """Whether a question is answered if it can be, and not answered if it can't."""

    def __init__(self, name: str = "abstention_right", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(self, answered: bool, answerable: bool) -> MetricResult:  # type: ignore[override]
        """Return 1 or 0."""
        told = ("answered" if answered else "not answered", "can" if answerable else "can't")
        return MetricResult(value=float(answered == answerable), reason=f"{told[0]}, and it {told[1]} be")


class IdContextPrecision(BaseMetric):
    """Share of the retrieved ids that are reference ids, as RAGAS's deprecated IDBasedContextPrecision."""

    def __init__(self, name: str = "id_context_precision", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self, retrieved_context_ids: Sequence[str | int], reference_context_ids: Sequence[str | int]
    ) -> MetricResult:
        """Return the share; nan where nothing was retrieved."""
        found, wanted = set(map(str, retrieved_context_ids)), set(map(str, reference_context_ids))
        return _share(len(found & wanted), len(found)) if found else _nothing("nothing was retrieved")


class IdContextRecall(BaseMetric):
    """Share of the reference ids that are retrieved, as RAGAS's deprecated IDBasedContextRecall."""

    def __init__(self, name: str = "id_context_recall", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self, retrieved_context_ids: Sequence[str | int], reference_context_ids: Sequence[str | int]
    ) -> MetricResult:
        """Return the share; nan where there is no reference."""
        found, wanted = set(map(str, retrieved_context_ids)), set(map(str, reference_context_ids))
        return _share(len(found & wanted), len(wanted)) if wanted else _nothing("there is no reference")


class TextContextRecall(BaseMetric):
    """Share of the reference texts that are retrieved, near enough, as RAGAS's deprecated NonLLMContextRecall."""

    def __init__(self, name: str = "text_context_recall", **options: Any) -> None:
        super().__init__(name=name, **options)

    async def ascore(  # type: ignore[override]
        self, retrieved_contexts: Sequence[str], reference_contexts: Sequence[str]
    ) -> MetricResult:
        """Return the share; two texts are alike by one less their normalised Levenshtein distance."""
        from rapidfuzz.distance import Levenshtein

        if not reference_contexts:
            return _nothing("there is no reference")
        found = [
            any(Levenshtein.normalized_similarity(text, wanted) > LIKE for text in retrieved_contexts)
            for wanted in reference_contexts
        ]
        return _share(sum(found), len(found))


def ragas_rows(run: Run) -> list[dict[str, Any]]:
    """Return a saved run as rows of a RAGAS dataset: RAGAS's own columns, and those that these metrics take."""
    return [_row(sample) for sample in samples_of(run)]


def _row(sample: Sample) -> dict[str, Any]:
    case, answer, texts = sample.case, sample.recorded.answer, texts_of(sample)
    cited = list(dict.fromkeys(each.paper_id for each in sample.citations))
    return {
        "id": case.id,
        "user_input": texts["user_input"],
        "response": texts.get("response", ""),
        "reference": texts.get("reference", ""),
        "retrieved_contexts": texts.get("retrieved_contexts", []),
        "reference_contexts": [
            span.of(sample.papers[id_].abstract) for id_, span in evidence_spans(case, sample.papers)
        ],
        "retrieved_context_ids": list(dict.fromkeys(each.paper_id for each in answer.evidence))
        if answer
        else [],
        "reference_context_ids": list(case.gold),
        "citations": [each.model_dump(mode="json") for each in sample.citations],
        "abstracts": {id_: sample.papers[id_].abstract for id_ in cited if id_ in sample.papers},
        "reference_ids": list(case.gold),
        "optional_ids": list(case.optional),
        "facts": [{"fact": fact.fact, "accept": list(fact.accept)} for fact in case.facts],
        "answered": sample.answered,
        "answerable": case.answerable,
    }


def _citation(given: Mapping[str, Any]) -> Citation:
    return Citation.model_validate({"n": 1, "title": "", **given})


def _cited(
    citations: Sequence[Mapping[str, Any]], reference: Sequence[str], optional: Sequence[str], which: int
) -> MetricResult:
    if not reference:
        return _nothing("there are no reference papers")
    cited = {str(each["paper_id"]) for each in citations}
    value = precision_recall_f1(cited, set(reference), set(optional))[which]
    if value is None:
        return _nothing("no paper that counts is cited")
    return MetricResult(value=value, reason=f"cited {sorted(cited)}")


def _share(part: int, of: int, reason: str = "") -> MetricResult:
    return MetricResult(value=part / of, reason=reason or f"{part} of {of}")


def _nothing(reason: str) -> MetricResult:
    return MetricResult(value=math.nan, reason=f"doesn't apply: {reason}")
