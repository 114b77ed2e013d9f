"""Citations: whether they exist, are located and verbatim; against gold papers; and as ALCE measures support."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.models import Citation, Claim, Paper
from evals.judging.support import Support
from evals.metrics.base import Metric, Sample

_ALCE = "(ALCE: Gao et al. 2023, arXiv 2305.14627)"


def citation_metrics(support: Support) -> tuple[Metric, ...]:
    """Return the metrics of citations; none calls a language model.

    Args:
        support: Tells whether quotes support a sentence, for ALCE's two.
    """
    cited = "; answers with a citation"
    gold = "; answerable cases with gold papers"
    alce_by = f"by {support.name} {_ALCE}"
    return (
        Metric("citations_exist", "citations", f"Share of citations whose paper is in the store{cited}.", "higher",
               lambda sample: _share(sample, _exists)),
        Metric("citations_located", "citations",
               f"Share of citations whose span lies within the text that they name{cited}.", "higher",
               lambda sample: _share(sample, is_located)),
        Metric("citations_verbatim", "citations",
               f"Share of citations whose quote is, letter for letter, what their span holds{cited}.", "higher",
               lambda sample: _share(sample, is_verbatim)),
        Metric("claims_cited", "citations", "Share of an answer's sentences that cite something; answers.", "higher",
               _claims_cited),
        Metric("citation_precision", "citations", f"Share of the cited papers that are gold; optional ones don't "
               f"count{cited}, and gold papers.", "higher", lambda sample: _against_gold(sample)[0]),
        Metric("citation_recall", "citations", f"Share of the gold papers that are cited{gold}.", "higher",
               lambda sample: _against_gold(sample)[1]),
        Metric("citation_f1", "citations", f"Harmonic mean of the two{gold}.", "higher",
               lambda sample: _against_gold(sample)[2]),
        Metric("evidence_cited", "citations", "Share of the sentences that hold the answer which are quoted, in whole "
               "or in part; cases with evidence.", "higher", _evidence_cited),
        Metric("alce_recall", "citations", f"Share of sentences that their citations support {alce_by}; answers.",
               "higher", _alce(support, 0)),
        Metric("alce_precision", "citations", "Share of citations that support their sentence alone, or that its "
               f"other citations can't do without {alce_by}; answers.", "higher", _alce(support, 1)),
    )  # fmt: skip


def precision_recall_f1(
    cited: set[str], gold: set[str], optional: set[str]
) -> tuple[float | None, float, float]:
    """Return precision, recall and F1 of cited papers; precision is None where nothing counts as cited."""
    counted = cited - optional
    right = len(cited & gold)
    recall = right / len(gold)
    if not counted:
        return None, recall, 0.0
    precision = right / len(counted)
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def alce(claim: Claim, support: Support) -> tuple[bool, list[bool]]:
    """Return whether a claim's citations support it together, and for each whether it's needed or enough."""
    quotes = [citation.quote for citation in claim.citations]
    titles = [citation.title for citation in claim.citations]
    if not quotes or not support(claim.text, quotes, titles):
        return False, [False] * len(quotes)
    if len(quotes) == 1:
        return True, [True]
    useful = []
    for n in range(len(quotes)):
        alone = support(claim.text, quotes[n : n + 1], titles[n : n + 1])
        useful.append(
            alone or not support(claim.text, quotes[:n] + quotes[n + 1 :], titles[:n] + titles[n + 1 :])
        )
    return True, useful


def is_located(citation: Citation, papers: Mapping[str, Paper]) -> bool:
    """Tell whether a citation's span lies within the text that it names."""
    paper = papers.get(citation.paper_id)
    return paper is not None and 0 <= citation.start < citation.end <= len(paper.field(citation.field))


def is_verbatim(citation: Citation, papers: Mapping[str, Paper]) -> bool:
    """Tell whether a citation's quote is, letter for letter, what its span holds."""
    paper = papers.get(citation.paper_id)
    if paper is None or not citation.quote:
        return False
    return paper.field(citation.field)[citation.start : citation.end] == citation.quote


def _exists(citation: Citation, papers: Mapping[str, Paper]) -> bool:
    return citation.paper_id in papers


def _share(sample: Sample, true_of: Callable[[Citation, Mapping[str, Paper]], bool]) -> float | None:
    found = [true_of(citation, sample.papers) for citation in sample.citations]
    return sum(found) / len(found) if found else None


def _claims_cited(sample: Sample) -> float | None:
    answer = sample.recorded.answer
    if answer is None or not answer.claims:
        return None
    return sum(bool(claim.citations) for claim in answer.claims) / len(answer.claims)


def _against_gold(sample: Sample) -> tuple[float | None, float | None, float | None]:
    case = sample.case
    if not case.gold:
        return None, None, None
    cited = {citation.paper_id for citation in sample.citations} if sample.answered else set()
    return precision_recall_f1(cited, set(case.gold), set(case.optional))


def _evidence_cited(sample: Sample) -> float | None:
    from evals.cases.evidence import evidence_spans

    wanted = evidence_spans(sample.case, sample.papers)
    if not wanted:
        return None
    quoted = [citation for citation in sample.citations if citation.field == "abstract"]
    found = [
        any(item.paper_id == paper and item.start < span.end and span.start < item.end for item in quoted)
        for paper, span in wanted
    ]
    return sum(found) / len(found)


def _alce(support: Support, which: int) -> Callable[[Sample], float | None]:
    def value(sample: Sample) -> float | None:
        answer = sample.recorded.answer
        if answer is None or not answer.claims:
            return None
        checked = [alce(claim, support) for claim in answer.claims]
        if which == 0:
            return sum(together for together, _ in checked) / len(checked)
        useful = [each for _, several in checked for each in several]
        return sum(useful) / len(useful) if useful else None

    return value
