"""Whether what an answer cites is there: every citation is looked up in the store once more before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.models import Citation, Claim, Paper


def located(claims: Sequence[Claim], papers: Iterable[Paper]) -> list[Claim]:
    """Return claims with what the store says of each citation: whether its paper exists and its quote stands there.

    Args:
        claims: The claims of an answer.
        papers: The cited papers, as the store has them now.
    """
    stored = {paper.id: paper for paper in papers}
    return [
        claim.model_copy(update={"citations": tuple(_looked_up(each, stored) for each in claim.citations)})
        for claim in claims
    ]


def holds(claim: Claim) -> bool:
    """Tell whether a claim cites anything, and all that it cites is there: a claim with no citation is no claim."""
    return bool(claim.citations) and all(each.exists and each.located for each in claim.citations)


def _looked_up(citation: Citation, stored: Mapping[str, Paper]) -> Citation:
    paper = stored.get(citation.paper_id)
    text = "" if paper is None else paper.field(citation.field)
    there = bool(citation.quote) and text[citation.start : citation.end] == citation.quote
    return citation.model_copy(update={"exists": paper is not None, "located": there})
