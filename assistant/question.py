"""What a question asks: its topic, and the facts about papers that stand in records, not in abstracts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.models import CitedField
from assistant.text import question_terms

_ABOUT_PAPERS = (
    r"(?=[^?]*\b(?:publish\w*|written|wrote|released?|appear\w*|come\s+out|papers?\b|from\s*\?*$))"
)
_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile("|".join(patterns), re.IGNORECASE))
    for name, patterns in (
        (
            "authors",
            (
                r"(?<![a-z]s\s)(?<!people\s)(?<!person\s)(?<!those\s)"  # “the people who wrote the questions”
                r"\b(?:who|whom|which\s+authors?)\s+(?:(?:has|have)\s+)?(?:wrote|written|authored|published)\b",
                r"\bwho(?:\s+(?:are|is|were)|['’]s)\s+the\s+(?:\w+\s+)?authors?(?!['’])(?:\s+of)?\b",
                r"\b(?:give|tell|send|show)\s+(?:me\s+|us\s+)?(?:the\s+)?authors\s+of\b",
                r"^(?:the\s+)?authors?\s+of\b",
                r"\bby\s+whom\b",
                r"\bwhose\s+(?:work|paper)\b",
                r"\b(?:list\s+(?:the|all)|names?\s+(?:of\s+)?the|(?:first|last|corresponding|lead))\s+authors?(?!['’])"
                r"(?:\s+of)?\b",
            ),
        ),
        (
            "year",
            (
                rf"\b(?:in\s+)?(?:what|which)\s+year\b{_ABOUT_PAPERS}(?:\s+(?:was|were|did|is)\b)?",
                r"\b(?:from\s+)?(?:what|which)\s+year\s+(?:is|was)\s+(?:it|this|that|the\s+(?:[\w-]+\s+)?(?:paper|study|article))\b"
                r"(?:\s+from\b)?",
                r"\bwhen\s+(?:was|were|did)\b(?=[^?]*\b(?:publish\w*|written|released?|appear\w*|come\s+out))",
                r"\bpublication\s+(?:date|year)",
            ),
        ),
        (
            "venue",
            (
                r"\bwhere\s+(?:was|were)\b(?=[^?]*\bpublished)",
                r"\bwhere\s+did\b(?=[^?]*\bappear)",
                r"(?:\b(?:at|in)\s+)?\b(?:what|which)\s+(?:conference|journal|venue)\s+(?:is|was)\b(?=[^?]*\b(?:paper|study|article|it)\b)",
                r"(?:\b(?:at|in)\s+)?\b(?:what|which)\s+(?:conference|journal|venue)s?\b(?=\s*(?:\?|$|was|were|did|publish))"
                r"(?:\s+(?:was|were|published)\b)?",
                r"\bpublication\s+venue",
            ),
        ),
        (
            "citation counts",
            (
                r"\bhow\s+(?:many\s+times|often)\b[^?]*\bcited\b(?!\s+by)",
                r"\bhow\s+many\s+citations\b",
                r"\bcitation\s+counts?\b",
            ),
        ),
        (
            "affiliations",
            (
                r"\b(?:which|what)\s+(?:university|universities|institutions?|compan(?:y|ies)|labs?|affiliations?)\b"
                r"(?=[^?]*\b(?:affiliat\w*|wrote|authors?|published))",
            ),
        ),
    )
)
_RECORDED: dict[str, CitedField] = {"authors": "authors", "year": "year", "venue": "venue"}
_ASKS = re.compile(r"\b(?:what|which|how|why|where|when|who)\b", re.IGNORECASE)
_ASKS_AT_START = re.compile(r"\s*(?:does|do|did|is|are|was|were|can|could|has|have)\b", re.IGNORECASE)
_LEFTOVER = re.compile(r"\b(?:published|written|wrote|appear(?:ed)?|released?|come\s+out)\b", re.IGNORECASE)

_FIELD = r"(?:(?:first\s+)?authors?|(?:publication\s+)?(?:year|date)|conference|journal|venue)"
_LISTED = re.compile(
    rf"(?:[:–—]|\s-)\s*(?P<fields>{_FIELD}(?:\s*(?:,|and|&|,\s*and)\s*(?:the\s+)?{_FIELD})*)\s*[?.!]*$",
    re.IGNORECASE,
)
"""“LoRA: authors and year?”"""

_LISTED_AS = (
    ("author", "authors"),
    ("year", "year"),
    ("date", "year"),
    ("conf", "venue"),
    ("journal", "venue"),
    ("venue", "venue"),
)
_LOOSE_ENDS = re.compile(r"(?:[\s,;]+(?:and|or|from|in))+$", re.IGNORECASE)


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
    if listed := _LISTED.search(topic):
        asked = list(dict.fromkeys(name for word, name in _LISTED_AS if word in listed["fields"].casefold()))
        topic = topic[: listed.start()]
    for name, pattern in _ASKED:
        if pattern.search(topic):
            asked += [] if name in asked else [name]
            topic = pattern.sub(" ", topic)
    if not asked:
        return Question(text, text, (), only_records=False)
    clauses = [clause for clause in re.split(r"[,;?]|\band\b", topic) if question_terms(clause)]
    rest_asks = any(_ASKS.search(clause) for clause in clauses) or any(map(_ASKS_AT_START.match, clauses[1:]))
    topic = " ".join((topic if rest_asks else _LEFTOVER.sub(" ", topic)).split()).strip(" ,;?.")
    topic = _LOOSE_ENDS.sub("", topic).strip(" ,;:?.") or text
    return Question(text, topic, tuple(asked), only_records=not rest_asks)


def recorded_field(asked: str) -> CitedField | None:
    """Return the field of a paper's record that holds what is asked; None where records have no such field."""
    return _RECORDED.get(asked)
