"""Follow-ups that ask the last question again: of other papers, of another topic, or with what differs."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.anaphora import own_words
from assistant.by_year import in_order
from assistant.conversation import Conversation, StandAlone, joined_names
from assistant.filters import Filters
from assistant.follow_up import Reading, speaks_of_a_setting, topic_of
from assistant.kind import read_kind
from assistant.list_talk import Listing, may_restrict, read_restriction, replaced
from assistant.plan import QuestionKind

_OTHERS = re.compile(r"(?:others?|(?:other|more|further|another)\s+\w+|more)", re.IGNORECASE)
_PAPERS = re.compile(r"\bpapers\b", re.IGNORECASE)


def list_again(question: str, filters: Filters, listing: Listing, why: str) -> StandAlone:
    """Ask for a list again: of the same papers as before, with these filters."""
    if not listing.scope:
        return StandAlone(question, filters=filters, changed=True, why=why)
    told = _PAPERS.sub(f"of these {len(listing.scope)} papers", question, count=1)
    return StandAlone(
        told, listing.scope, only=True, of_papers=question, filters=filters, changed=True, why=why
    )


def restricted(question: str, conversation: Conversation) -> StandAlone | None:
    """Ask for the last list again where a question only says what restricts it: “and since 2020?”, “by Lin?”."""
    listing = conversation.listing()
    if listing is None or not may_restrict(question):
        return None
    if ordered := in_order(listing.question, question):
        return list_again(ordered, listing.filters, listing, "the last question, by year")
    said = read_restriction(question, listing, conversation.known.restricts)
    if not said:
        return None
    filters = replaced(listing.filters, said)
    return list_again(listing.question, filters, listing, "the last question, restricted otherwise")


def with_last_question(question: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Put the last question before one that says only what differs from it."""
    last = conversation.last
    assert last is not None
    if last.listing is not None:
        text = f"{last.listing.question.rstrip()} {question}"
        return list_again(text, last.listing.filters, last.listing, "goes on from the last question"), False
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
    preposition, topic = topic_of(question)
    if not topic or (last.listing is None and last.papers) or conversation.known.mentioned(question):
        return None
    why = f"the last question, asked of {topic}"
    asked = last.asked if last.listing is None else last.listing.question
    places = list(re.finditer(rf"\b{preposition}\b", asked, re.IGNORECASE)) if preposition else []
    text = f"{asked[: places[-1].start()]}{preposition} {topic}?" if places else ""
    if last.listing is not None:
        if not text and preposition not in ("", "about", "on"):
            return None
        return list_again(text or last.listing.of(topic), last.listing.filters, last.listing, why)
    if text:
        return StandAlone(text, changed=True, why=why)
    return StandAlone(f"{last.asked.rstrip()} {question}", search=topic, changed=True, why=why)


def others(question: str, reading: Reading, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Ask the last question again, or what of this one is new, of papers that weren't spoken of."""
    last = conversation.last
    assert last is not None
    why = "asks for others than those spoken of"
    said = question[reading.start : reading.end]
    papers = "papers" if _OTHERS.fullmatch(said) else said
    asked = f"{question[: reading.start]}{papers}{question[reading.end :]}"
    rest = without_lean(question, reading)
    listing = last.listing
    if listing is not None:
        filters = listing.filters
        if adds := read_restriction(rest, listing, conversation.known.restricts):
            filters, rest = replaced(filters, adds), ""
        text = f"{listing.question.rstrip()} {asked}" if own_words(rest) else listing.question
        return replace(list_again(text, filters, listing, why), without=last.papers), False
    asks_papers = read_kind(question) is not QuestionKind.LOOKUP
    text = f"{last.asked.rstrip()} {asked}" if own_words(rest) or asks_papers else last.asked
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
