"""The rules that make a follow-up stand alone: what it leans on, put in its place by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.anaphora import own_words
from assistant.conversation import Conversation
from assistant.follow_up import Lean, Reading, read_follow_up, speaks_of_a_setting, topic_of
from assistant.kind import read_kind
from assistant.plan import QuestionKind

FEW = 3
"""How near, as a rank, a paper must be to a question whose list isn't there."""


@dataclass(frozen=True)
class StandAlone:
    """A question that can be understood without the conversation.

    Attributes:
        question: The question; as it was asked where it stood alone already.
        about: Ids of the papers that it is surely about, in its order: they belong before all others.
        only: Whether it asks for some of these and no others (“which of them…”).
        without: Ids of papers that are already known: it asks for others (“any others?”).
        search: What to search for, where that isn't the question: among named papers their names tell nothing.
        changed: Whether it was made to stand alone.
        why: How it was understood, for `--explain`.
    """

    question: str
    about: tuple[str, ...] = ()
    only: bool = False
    without: tuple[str, ...] = ()
    search: str = ""
    changed: bool = False
    why: str = ""


def resolve(question: str, conversation: Conversation) -> tuple[str, tuple[str, ...]]:
    """Return an earlier question made to stand alone, and what it is about."""
    found, _ = by_rule(question, conversation)
    return found.question, found.about


def by_rule(question: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Return a question made to stand alone, and whether names stand for all it leaned on."""
    reading = read_follow_up(question)
    if reading.lean is Lean.NOTHING or conversation.last is None:
        return StandAlone(question), True
    if reading.lean is Lean.CORRECTION:
        return _corrected(reading.rest or question, conversation)
    if reading.lean is Lean.OTHERS:
        return _others(question, reading, conversation)
    if picked := _picked(reading, conversation):
        return _about_picked(question, reading, picked, conversation)
    if reading.lean is Lean.REST and (another := _of_another_topic(question, conversation)):
        return another, True
    no_list = reading.lean in (Lean.OTHER, Lean.WHICH_OF) and len(own_words(question)) < FEW
    if reading.lean is Lean.REST or no_list:
        return _with_last_question(question, conversation)
    if reading.lean is not Lean.ONE:
        return _perhaps(question, reading.near or FEW, conversation), False
    named = conversation.known.mentioned(question)
    if named and (
        reading.anaphor is None or question[reading.start : reading.end].casefold() in ("they", "their")
    ):
        return StandAlone(question), True
    return _about_one(question, reading, conversation)


def _picked(reading: Reading, conversation: Conversation) -> tuple[str, ...]:
    """Return the papers that a question picks out of a list; none where there is no such list."""
    places = reading.places
    if reading.lean is Lean.ORDINAL:
        listed = conversation.listed(max(2, *(place + 1 if place >= 0 else -place for place in places)))
        return tuple(listed[place] for place in places) if listed else ()
    if reading.lean in (Lean.ALL, Lean.WHICH_OF):
        return conversation.listed(max(2, len(places)))[: len(places) or None]
    if reading.lean is Lean.OTHER:
        spoken = _last_one(conversation)
        return tuple(id_ for id_ in conversation.listed() if id_ not in spoken)[:1] if spoken else ()
    return ()


def _last_one(conversation: Conversation) -> tuple[str, ...]:
    """Return the one paper that the last exchange was about; none where it was about several."""
    last = conversation.last
    if last is None:
        return ()
    asked_for = tuple(id_ for id_ in conversation.known.mentioned(last.asked) if id_ in last.papers)
    return next((ids for ids in (last.papers, asked_for) if len(ids) == 1), ())


def _about_picked(
    question: str, reading: Reading, picked: tuple[str, ...], conversation: Conversation
) -> tuple[StandAlone, bool]:
    names = _joined([conversation.name(id_) for id_ in picked])
    only = reading.lean is Lean.WHICH_OF
    said = question[reading.start : reading.end]
    text = question[: reading.start] + (_which(said, names) if only else names) + question[reading.end :]
    why = f"“{said.strip()}”: {names}"
    if not only and not own_words(question[: reading.start] + question[reading.end :]):
        text = f"{_asked_of(picked, conversation)} {text}".strip()
    search = _without(question, reading.start, reading.end) if only or len(picked) > 1 else ""
    return StandAlone(text, picked, only=only, search=search, changed=True, why=why), True


def _about_one(question: str, reading: Reading, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Put the name of what was last spoken of where a pronoun stands, or at the end."""
    focus = conversation.focus(question)
    if not focus:
        return _with_last_question(question, conversation)
    anaphor, last = reading.anaphor, conversation.last
    several = anaphor is not None and anaphor.plural and last is not None and 1 < len(last.papers) <= 3
    about = focus if several and not _last_one(conversation) else focus[:1]
    name = _joined([conversation.name(id_) for id_ in about])
    named = [id_ for id_ in conversation.known.mentioned(question) if id_ not in about]
    if anaphor is None or anaphor.place or reading.lean is not Lean.ONE:
        text, said = f"{question.rstrip(' ?.')} ({name})?", question
    else:
        said = question[anaphor.start : anaphor.end]
        if said.casefold().startswith("the authors"):
            name_there = f"the authors of {name}"
        else:
            name_there = f"{name}’s" if anaphor.possessive else name
        text = question[: anaphor.start] + name_there + question[anaphor.end :]
    search = _without(question, reading.start, reading.end) if len(about) > 1 else ""
    found = StandAlone(text, (*about, *named), search=search, changed=True, why=f"“{said.strip()}”: {name}")
    return found, anaphor is not None and not anaphor.place


def _perhaps(question: str, near: int, conversation: Conversation) -> StandAlone:
    """Take a question to be about what was last spoken of only if that is among the nearest to it anyway."""
    known = conversation.known
    if known.mentioned(question):
        return StandAlone(question)
    nearest = list(known.find(question, ()))[:near]
    about = tuple(id_ for id_ in conversation.focus(question) if id_ in nearest)[:1]
    if not about:
        return StandAlone(question)
    name = conversation.name(about[0])
    text = f"{question.rstrip(' ?.')} ({name})?"
    return StandAlone(
        text, about, changed=True, why=f"goes on about {name}, which is among the nearest papers"
    )


def _with_last_question(question: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Put the last question before one that says only what differs from it."""
    last = conversation.last
    assert last is not None
    named = () if speaks_of_a_setting(question) else tuple(conversation.known.mentioned(question))
    about = named or (last.papers if len(last.papers) <= 3 else ())
    text = f"{last.asked.rstrip()} {question}"
    if len(about) == 1 and (name := conversation.name(about[0])).casefold() not in text.casefold():
        text = f"{text.rstrip(' ?.')} ({name})?"
    return StandAlone(text, about, changed=True, why="goes on from the last question"), False


def _of_another_topic(question: str, conversation: Conversation) -> StandAlone | None:
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


def _others(question: str, reading: Reading, conversation: Conversation) -> tuple[StandAlone, bool]:
    last = conversation.last
    assert last is not None
    text = f"{last.asked.rstrip()} {question}"
    why = "asks for others than those spoken of"
    return StandAlone(text, without=last.papers, changed=True, why=why), False


def _corrected(meant: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Ask the last question again, of the paper that was meant."""
    known, last = conversation.known, conversation.last
    assert last is not None
    reading = read_follow_up(meant)
    before = set(_last_one(conversation))
    picked = _picked(reading, conversation) or tuple(
        id_ for id_ in known.mentioned(meant)[:1] if id_ not in before
    )
    spoken = [id_ for id_ in conversation.all_papers() if id_ not in before]
    if not picked and spoken:
        picked = tuple(id_ for id_ in known.find(meant, spoken) if id_ in spoken)[:1]
    if not picked:
        text = f"{last.asked.rstrip()} {meant}"
        why = f"not {_joined([conversation.name(id_) for id_ in before])}, but “{meant}”"
        return StandAlone(text, without=tuple(before), changed=True, why=why), False
    name = conversation.name(picked[0])
    text = _asked_of(picked, conversation)
    if "?" in meant or len(own_words(meant)) > 3:
        text = f"{text} {meant}"
    return StandAlone(text, picked, changed=True, why=f"“{meant}” means {name}"), True


def _asked_of(picked: tuple[str, ...], conversation: Conversation) -> str:
    """Return the last question, asked of other papers."""
    last = conversation.last
    assert last is not None
    names = _joined([conversation.name(id_) for id_ in picked])
    for id_ in (id_ for id_ in last.papers if id_ not in picked):
        name = conversation.name(id_)
        if (at := last.asked.casefold().find(name.casefold())) >= 0:
            return last.asked[:at] + names + last.asked[at + len(name) :]
    return (
        last.asked if names.casefold() in last.asked.casefold() else f"{last.asked.rstrip(' ?.')} ({names})?"
    )


def _without(question: str, start: int, end: int) -> str:
    return f"{question[:start].strip()} {question[end:].strip()}".strip()


def _which(said: str, names: str) -> str:
    """Return “which of them” with names for “them”."""
    head, of, _ = said.rpartition(" of ")
    return f"{head} of {names}" if of else f"{said.rstrip()} of {names}"


def _joined(names: Sequence[str]) -> str:
    return (
        names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "the last"
    )
