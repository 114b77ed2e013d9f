"""A follow-up question made to stand alone: by rule where the rule is sure, else by the model if there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.models import Turn
from assistant.text import QUESTION_WORDS, STOPWORDS, question_terms, words

_NOUN = (
    r"(?:paper|study|work|method|approach|model|framework|technique|algorithm|system|benchmark|dataset|"
    r"tool|authors?|one|ones|idea)"
)
_ORDINALS = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "latter": 1, "last": -1}
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b(?!\s+own\b)", re.IGNORECASE)
_PRONOUN = re.compile(
    rf"\b(?:(?:this|that|these|those|the\s+same)\s+{_NOUN}|it|they|them|this|that|these|those)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;]|\b(?:and|but|or)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\b(?:do|does|did|can|could|will|would|is|are|was|were|has|have)\s+(.+)$", re.IGNORECASE
)
_THEY = re.compile(r"\b(?:it|they|them)\b", re.IGNORECASE)
_DEFINITE = re.compile(rf"\bthe\s+{_NOUN}\b(?!\s+(?:of|for|that|which|by|in|on|with)\b)", re.IGNORECASE)
_ORDINAL = re.compile(
    rf"\bthe\s+(?P<which>{'|'.join(_ORDINALS)})"
    rf"(?:\s+{_NOUN}\b|(?=\s*(?:[?.,;!]|$|is\b|was\b|does\b|did\b|do\b|has\b|uses?\b|compress|say|show)))",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    r"^\s*(?:and|but|or|so|also|what\s+about|how\s+about|why|how\s+so|how\s+come|why\s+not)\b", re.I
)
_ENDS_DEFINITE = re.compile(r"\bthe\s+\w+\s*\??\s*$", re.IGNORECASE)
_THAT = re.compile(r"\b(?:does|do|did|is|was|can|could|would|will|has)\s+(?:that|this)\b", re.IGNORECASE)
_COLLECTION = re.compile(
    r"\b(?:these|those|the|your)\s+(?:papers|studies|articles|abstracts|collection)\b", re.I
)
_DUMMY = re.compile(
    r"\b(?:is|was|does|did|do|can|how|what|that)\s+it\s+(?:possible|true|that|take)\b", re.IGNORECASE
)
_NAME_LENGTH = 60


def is_follow_up(question: str) -> bool:
    """Tell whether a question leans on what was said before; “these papers” are the collection."""
    question = _COLLECTION.sub(" ", question)
    if _ELLIPSIS.search(question) or _ORDINAL.search(question):
        return True
    first = _POSSESSIVE.search(question) or _THEY.search(question)
    if first and _names_its_noun(question[: first.start()]):
        return False
    if _POSSESSIVE.search(question):
        return True
    if _THAT.search(question) and not _DUMMY.search(question):
        return True
    if (_PRONOUN.search(question) and not _DUMMY.search(question)) or _DEFINITE.search(question):
        return _own_topic(question) <= 4 or bool(re.search(r"\b(?:it|they|them)\b", question, re.IGNORECASE))
    most = 2 if _ENDS_DEFINITE.search(question) else 1
    return _own_topic(question) <= most


def _names_its_noun(before: str) -> bool:
    """Tell whether what stands before a pronoun names what it stands for: in a clause before, or as a subject.

    “What is LoRA and how does | it work”, “How do transformers share | their weights”; not “How fast is | it”.
    """
    clause = _CLAUSE.search(before)
    subject = _SUBJECT.search(before)
    return bool(
        (clause and _own_topic(before[: clause.start()])) or (subject and _own_topic(subject.group(1)))
    )


def stand_alone(
    question: str,
    history: Sequence[Turn],
    title_of: Callable[[str], str | None],
    find: Callable[[str], Sequence[str]],
    ask_model: Callable[[str, Sequence[Turn]], str | None] | None = None,
) -> str:
    """Return a question that can be understood without the conversation.

    Args:
        question: The question as asked.
        history: What was said before, oldest first.
        title_of: A paper's title by its id.
        find: Ids of the papers nearest to an earlier question, for turns that name none.
        ask_model: Asks a language model to rewrite; None where there is none, it returns None if it fails.

    Returns:
        The question itself where it stands alone already.
    """
    if not history or not is_follow_up(question):
        return question
    if _ELLIPSIS.search(question) and not _PRONOUN.search(question) and not _ORDINAL.search(question):
        rewritten = ask_model(question, history) if ask_model else None
        return rewritten or _with_last_question(question, history)
    subjects = _subjects(history, title_of, find)
    if not subjects:
        rewritten = ask_model(question, history) if ask_model else None
        return rewritten or _with_last_question(question, history)
    if match := _ORDINAL.search(question):
        place = _ORDINALS[match.group("which").lower()]
        if -len(subjects) <= place < len(subjects):
            return _splice(question, match, subjects[place])
    name = subjects[0]
    if match := _POSSESSIVE.search(question):
        return _splice(question, match, f"{name}’s")
    for pattern in (_PRONOUN, _DEFINITE):
        if match := pattern.search(question):
            return _splice(question, match, name)
    return f"{question.rstrip(' ?.')} ({name})?"


def short_name(title: str) -> str:
    """Return what a paper is called for short: the part before the colon if it is a name, else the title quoted."""
    head, colon, _ = title.partition(":")
    if colon and len(head.split()) <= 4:
        return head.strip()
    shown = title if len(title) <= _NAME_LENGTH else title[:_NAME_LENGTH].rsplit(" ", 1)[0] + "…"
    return f"“{shown}”"


def _subjects(
    history: Sequence[Turn], title_of: Callable[[str], str | None], find: Callable[[str], Sequence[str]]
) -> list[str]:
    """Return short names of the papers last spoken of: those cited, else those nearest to the last questions."""
    for turn in reversed(history):
        if turn.role == "assistant" and turn.paper_ids:
            return [short_name(title) for id_ in turn.paper_ids if (title := title_of(id_))]
    asked = [turn.content for turn in history if turn.role == "user"]
    said = [turn.content for turn in history if turn.role == "assistant"]
    if not asked:
        return []
    found = find(" ".join([*asked[-2:], *said[-1:]])[:1500])
    return [short_name(title) for id_ in found if (title := title_of(id_))]


def _with_last_question(question: str, history: Sequence[Turn]) -> str:
    asked = [turn.content for turn in history if turn.role == "user"]
    return f"{asked[-1].rstrip()} {question}" if asked else question


def _own_topic(question: str) -> int:
    """Return how many words of a question carry a topic of its own."""
    generic = {"paper", "method", "approach", "model", "framework", "technique", "work", "results", "result"}
    return len([w for w in words(question) if w not in STOPWORDS | QUESTION_WORDS | generic]) if question_terms(
        question
    ) else 0  # fmt: skip


def _splice(question: str, match: re.Match[str], name: str) -> str:
    return question[: match.start()] + name + question[match.end() :]
