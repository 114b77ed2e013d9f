"""What a question asks: its topic, and the facts about papers that stand in records, not in abstracts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.models import CitedField
from assistant.text import question_terms

_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("authors",
         r"\b(?:who|whom)\s+(?:(?:has|have)\s+)?(?:wrote|written|authored|published|are\s+the\s+(?:\w+\s+)?authors?(?:\s+of)?|"
         r"is\s+the\s+(?:\w+\s+)?authors?(?:\s+of)?)\b|^(?:the\s+)?authors?\s+of\b|\b(?:by\s+whom|whose\s+(?:work|paper)|"
         r"(?:first|last|corresponding|lead|which|list\s+(?:the|all)|names?\s+(?:of\s+)?the)\s+authors?(?:\s+of)?)\b"),
        ("year",
         r"\b(?:(?:in\s+)?(?:what|which)\s+year\b(?:\s+(?:was|were|did)\b)?|"
         r"when\s+(?:was|were|did)\b(?=[^?]*\b(?:publish\w*|written|released?|appear\w*|come\s+out))|"
         r"publication\s+(?:date|year))"),
        ("venue",
         r"\b(?:where\s+(?:was|were)\b(?=[^?]*\bpublished)|"
         r"(?:at|in)?\s*(?:what|which)\s+(?:conference|journal|venue)s?\b(?:\s+(?:was|were|published)\b)?|"
         r"publication\s+venue)"),
        ("citation counts",
         r"\bhow\s+(?:many\s+times|often)\b[^?]*\bcited\b|\bhow\s+many\s+citations\b|\bcitation\s+counts?\b"),
        ("affiliations",
         r"\b(?:which|what)\s+(?:university|universities|institutions?|compan(?:y|ies)|labs?|affiliations?)\b"
         r"(?=[^?]*\b(?:from|affiliat\w*|wrote|authors?|published))"),
    )
)  # fmt: skip
_RECORDED: dict[str, CitedField] = {"authors": "authors", "year": "year", "venue": "venue"}
_ASKS = re.compile(r"\b(?:what|which|how|why|where|when|who)\b", re.IGNORECASE)
_ASKS_AT_START = re.compile(r"\s*(?:does|do|did|is|are|was|were|can|could|has|have)\b", re.IGNORECASE)
_LEFTOVER = re.compile(r"\b(?:published|written|wrote|appear(?:ed)?|released?|come\s+out)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A standalone question, read.

    `topic` is what to search for; `asked` names the record fields it wants (authors, year…);
    `only_records` tells that it wants nothing else.
    """

    text: str
    topic: str
    asked: tuple[str, ...]
    only_records: bool

    @property
    def terms(self) -> list[str]:
        """The terms of the topic."""
        return question_terms(self.topic)


def read_question(text: str) -> Question:
    """Read a standalone question."""
    topic = text
    asked = []
    for name, pattern in _ASKED:
        if pattern.search(topic):
            asked.append(name)
            topic = pattern.sub(" ", topic)
    if not asked:
        return Question(text, text, (), only_records=False)
    clauses = [clause for clause in re.split(r"[,;?]|\band\b", topic) if question_terms(clause)]
    rest_asks = any(_ASKS.search(clause) for clause in clauses) or any(map(_ASKS_AT_START.match, clauses[1:]))
    topic = " ".join((topic if rest_asks else _LEFTOVER.sub(" ", topic)).split()).strip(" ,;?.") or text
    return Question(text, topic, tuple(asked), only_records=not rest_asks)


def recorded_field(asked: str) -> CitedField | None:
    """Return the field of a paper's record that holds what is asked; None where records have no such field."""
    return _RECORDED.get(asked)
