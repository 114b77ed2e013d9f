"""Follow-ups that ask the last question again: of other papers, of another topic, or with what differs."""

from __future__ import annotations

import re

from assistant.anaphora import own_words
from assistant.conversation import Conversation, StandAlone, joined_names
from assistant.follow_up import Reading, speaks_of_a_setting, topic_of
from assistant.kind import read_kind
from assistant.plan import QuestionKind

_OTHERS = re.compile(r"(?:others?|(?:other|more|further|another)\s+\w+|more)", re.IGNORECASE)


def with_last_question(question: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Put the last question before one that says only what differs from it."""
    last = conversation.last
    assert last is not None
    named = () if speaks_of_a_setting(question) else tuple(conversation.known.mentioned(question))
    about = named or (last.papers if len(last.papers) <= 3 else ())
    text = f"{last.asked.rstrip()} {question}"
    if len(about) == 1 and (name := conversation.name(about[0])).casefold() not in text.casefold():
        text = f"{text.rstrip(' ?.')} ({name})?"
    return StandAlone(text, about, changed=True, why="goes on from the last question"), False


def of_another_topic(question: str, conversation: Conversation) -> StandAlone | None:
    """Ask a question about the whole collection, or one that found nothing, of another topic: “and about chess?”."""
    last = conversation.last
    assert last is not None
    kind = read_kind(last.asked)
    whole = kind in (QuestionKind.SURVEY, QuestionKind.COUNT)
    preposition, topic = topic_of(question)
    if not topic or (not whole and last.papers) or conversation.known.mentioned(question):
        return None
    asked = list(re.finditer(rf"\b{preposition}\b", last.asked, re.IGNORECASE)) if preposition else []
    if asked:
        text, search = f"{last.asked[: asked[-1].start()]}{preposition} {topic}?", ""
    elif whole and preposition in ("", "about", "on"):
        text = f"{'How many' if kind is QuestionKind.COUNT else 'Which'} papers are about {topic}?"
        search = ""
    elif not whole:
        text, search = f"{last.asked.rstrip()} {question}", topic
    else:
        return None
    return StandAlone(text, search=search, changed=True, why=f"the last question, asked of {topic}")


def others(question: str, reading: Reading, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Ask the last question again, or what of this one is new, of papers that weren't spoken of."""
    last = conversation.last
    assert last is not None
    said = question[reading.start : reading.end]
    asked = (
        f"{question[: reading.start]}{'papers' if _OTHERS.fullmatch(said) else said}{question[reading.end :]}"
    )
    adds = own_words(without_lean(question, reading))
    asks_papers = read_kind(question) is not read_kind(last.asked) is QuestionKind.LOOKUP
    text = f"{last.asked.rstrip()} {asked}" if adds or asks_papers else last.asked
    why = "asks for others than those spoken of"
    return StandAlone(text, without=last.papers, changed=True, why=why), False


def asked_of(picked: tuple[str, ...], conversation: Conversation) -> str:
    """Return the last question, asked of other papers."""
    last = conversation.last
    assert last is not None
    names = joined_names([conversation.name(id_) for id_ in picked])
    for id_ in (id_ for id_ in last.papers if id_ not in picked):
        name = conversation.name(id_)
        if (at := last.asked.casefold().find(name.casefold())) >= 0:
            return last.asked[:at] + names + last.asked[at + len(name) :]
    return (
        last.asked if names.casefold() in last.asked.casefold() else f"{last.asked.rstrip(' ?.')} ({names})?"
    )


def without_lean(question: str, reading: Reading) -> str:
    """Return a question without the words that lean on the conversation."""
    return f"{question[: reading.start].strip()} {question[reading.end :].strip()}".strip()
