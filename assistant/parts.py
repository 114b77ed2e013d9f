"""The parts of a question that asks two things: each is searched for by itself, and the rankings merged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.models import Ranked
from assistant.own_names import WORD, is_coined
from assistant.phrases import pieces

FEWEST_PIECES = 4
"""Telling words from which a part of a question that names nothing is searched for by itself."""

ASKS_WITHIN = 6
"""Words from a part's start within which it must ask."""

SHORT_QUESTION, SHORT_SENTENCE = 10, 3
"""Words up to which a text that asks nothing may be a search, as in “A vs B”: without a full stop, and with one."""

_ASKING = re.compile(
    r"\?|(?:^|[.:;–—-]\s+|,\s+(?:and|but)\s+)(?:please\s+|and\s+|so\s+)?(?:how|what|which|who|whose|where|when|why|is|are|do|does|did|was|were"
    r"|can|could|compare|contrast|set|tell|summari[sz]e|explain|describe|list|give|show|find|name)\b|\bdifferences?\s+between\b|\b(?:please|pls|thanks|me)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:,\s*(?:and\s+|or\s+)?|;\s*|\s+and\s+(?:also\s+)?|\?\s+(?:and\s+)?)(?=(?:at|in|on|by|for|to|from|with)?\s*(?:what|which|who|whose|where|when|why|how)\b)"
    r"|(?:,\s*(?:and\s+)?|;\s*|\?\s+(?:and\s+)?)(?=(?:is|are|does|do|did|was|were|can|could|has|have)\s+(?!(?:it|they|he|she|that|this|there)\b))",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:what|which|who|whose|where|when|why|how)\b|^(?:and\s+)?(?:is|are|does|do|did|was|were|can|could|has|have)\b",
    re.I,
)
_LEANS = re.compile(
    r"\b(?:it|its|they|their|them|this|that|these|those|he|she|same|each|both|either|(?:the|that|this)\s+one)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"^(?:when|where|whose|which)\s+(?!(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|\w+\s+(?:is|are|was|were|do|does|did|has|have))\b)"
    r"(?=(?:i|we|you|they|there|it|the|an?)\b|\w+ing\b|[\w-]+ing\b)",
    re.IGNORECASE,
)
"""“When I prune it, …”, “… when there are many”: a clause that asks nothing."""

_INTRODUCES = re.compile(
    r"^[^:]{0,40}\b(?:two|three|couple|quick|questions?|things?)\b[^:]{0,30}:\s*", re.IGNORECASE
)


def states(text: str) -> bool:
    """Tell whether a text states something, as a claim or a summary does, rather than asks, bids or searches."""
    most = SHORT_SENTENCE if text.rstrip().endswith(".") else SHORT_QUESTION
    return len(text.split()) > most and not _ASKING.search(text)


def parts(question: str) -> tuple[str, ...]:
    """Return the parts of a question that asks two things or more, those that can be searched for by themselves.

    A part that leans on another (“and who wrote it”) is none; where fewer than two are left there are none.
    """
    if states(question):
        return ()
    text = _INTRODUCES.sub("", question)
    found = [part.strip(" ,;?.") for part in _PART.split(text)]
    asking = [
        part
        for part in found
        if _ASKS.search(" ".join(part.split()[:ASKS_WITHIN])) and not _SUBORDINATE.match(part)
    ]
    if len(asking) < 2:
        return ()
    own = [part for part in asking if _stands_alone(part)]
    return tuple(own) if len(own) > 1 else ()


def interleave(
    per_side: Sequence[Sequence[Ranked]], whole: Sequence[Ranked], k: int, first: Sequence[str] = ()
) -> list[Ranked]:
    """Merge the rankings of the sides with the whole question's, so that none crowds out another.

    Args:
        per_side: For each side its ranking, best first.
        whole: The ranking for the whole question.
        k: How many papers at the most.
        first: Ids of papers that come before all others, as those that the question names for sure.

    Returns:
        The papers, each once: those of `first`, then the whole question's best, each side's best, the whole
        question's second and so on. Their scores are the best that any ranking gave, put in falling order.
    """
    best: dict[str, Ranked] = {}
    order = list(first)
    lists = [whole, *per_side]
    for ranked in (item for each in lists for item in each):
        known = best.get(ranked.paper_id)
        if known is None or ranked.score > known.score:
            best[ranked.paper_id] = ranked
    for place in range(max(map(len, lists), default=0)):
        order += [each[place].paper_id for each in lists if place < len(each)]
    chosen = [best[paper_id] for paper_id in dict.fromkeys(order) if paper_id in best][:k]
    scores = sorted((item.score for item in chosen), reverse=True)
    return [item.model_copy(update={"score": score}) for item, score in zip(chosen, scores, strict=True)]


def _stands_alone(part: str) -> bool:
    """Tell whether a part can be searched for by itself."""
    said = pieces(part)
    names = any(is_coined(token) and len(token) > 2 for token in WORD.findall(part))
    return not _LEANS.search(part) and len(said) > 1 and (names or len(said) >= FEWEST_PIECES)
