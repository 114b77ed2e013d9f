"""The rules that make a follow-up stand alone: what it leans on, put in its place by name."""

from __future__ import annotations

import re

from assistant.anaphora import own_words
from assistant.ask_again import (
    asked_of,
    of_another_topic,
    others,
    restricted,
    with_last_question,
    without_lean,
)
from assistant.conversation import Conversation, StandAlone, joined_names
from assistant.follow_up import VERBS, Lean, Reading, read_follow_up

_OF_WHICH = re.compile(
    r"\W*(?:(?:and|so|ok)\W+)?(?P<which>how\s+many|which|what|any|some)(?:\s+ones?)?(?:\s+of\s+.*)?$",
    re.IGNORECASE,
)

_OF_THESE = re.compile(r"\bof\s+(?:these|those)\b", re.IGNORECASE)
_PICKS = (Lean.OTHERS, Lean.ORDINAL, Lean.WHICH_OF, Lean.OTHER, Lean.ALL)
_MOST_NAMED = 4
"""Papers that a question is made to name; a longer row of titles tells nothing."""

FEW = 3
"""How near, as a rank, a paper must be to a question whose list isn't there."""


def resolve(question: str, conversation: Conversation) -> StandAlone:
    """Return an earlier question made to stand alone."""
    return by_rule(question, conversation)[0]


def by_rule(question: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Return a question made to stand alone, and whether names stand for all it leaned on."""
    reading = read_follow_up(question)
    if conversation.last is None:
        return StandAlone(question), True
    if reading.lean not in _PICKS:
        meant = reading.rest if reading.lean is Lean.CORRECTION else question
        if found := restricted(meant, conversation):
            return found, True
    if reading.lean is Lean.NOTHING:
        return StandAlone(question), True
    if reading.lean is Lean.CORRECTION:
        return corrected(reading.rest or question, conversation)
    if reading.lean is Lean.OTHERS:
        return others(question, reading, conversation)
    if picked := _picked(reading, conversation):
        return _about_picked(question, reading, picked, conversation)
    if reading.lean is Lean.REST and (another := of_another_topic(question, conversation)):
        return another, True
    if reading.lean is Lean.WHICH_OF and _OF_THESE.search(question):
        return StandAlone(question), True  # there is no list: these are all papers
    no_list = reading.lean in (Lean.OTHER, Lean.WHICH_OF) and len(own_words(question)) < FEW
    if reading.lean is Lean.REST or no_list:
        return with_last_question(question, conversation)
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
    last, only = conversation.last, reading.lean is Lean.WHICH_OF
    names = (
        joined_names([conversation.name(id_) for id_ in picked])
        if len(picked) <= _MOST_NAMED
        else f"these {len(picked)} papers"
    )
    said = question[reading.start : reading.end]
    text = question[: reading.start] + (_which(said, names) if only else names) + question[reading.end :]
    why = f"“{said.strip()}”: {names}"
    rest = without_lean(question, reading)
    if not only and not own_words(rest) and not VERBS.search(rest) and last and last.listing is None:
        text = asked_of(picked, conversation)
    search = without_lean(question, reading) if only or len(picked) > 1 else ""
    of_papers = _of_papers(question, reading) if only else ""
    found = StandAlone(text, picked, only=only, search=search, of_papers=of_papers, changed=True, why=why)
    return found, True


def _about_one(question: str, reading: Reading, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Put the name of what was last spoken of where a pronoun stands, or at the end."""
    focus = conversation.focus(question)
    if not focus:
        return with_last_question(question, conversation)
    anaphor, last = reading.anaphor, conversation.last
    several = anaphor is not None and anaphor.plural and last is not None and 1 < len(last.papers) <= 3
    about = focus if several and not _last_one(conversation) else focus[:1]
    name = joined_names([conversation.name(id_) for id_ in about])
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
    search = without_lean(question, reading) if len(about) > 1 else ""
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


def corrected(meant: str, conversation: Conversation) -> tuple[StandAlone, bool]:
    """Ask the last question again, of the paper that was meant."""
    known, last = conversation.known, conversation.last
    assert last is not None
    if last.listing is not None and (another := of_another_topic(meant, conversation)):
        return another, True
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
        why = f"not {joined_names([conversation.name(id_) for id_ in before])}, but “{meant}”"
        return StandAlone(text, without=tuple(before), changed=True, why=why), False
    name = conversation.name(picked[0])
    text = asked_of(picked, conversation)
    if "?" in meant or len(own_words(meant)) > 3:
        text = f"{text} {meant}"
    return StandAlone(text, picked, changed=True, why=f"“{meant}” means {name}"), True


def _of_papers(question: str, reading: Reading) -> str:
    """Return “which papers …” for “which of them …”; empty where the words that lean aren't of that shape."""
    head = _OF_WHICH.match(question[reading.start : reading.end])
    if head is None:
        return ""
    return f"{question[: reading.start]}{head['which']} papers{question[reading.end :]}"


def _which(said: str, names: str) -> str:
    """Return “which of them” with names for “them”."""
    head, of, _ = said.rpartition(" of ")
    return f"{head} of {names}" if of else f"{said.rstrip()} of {names}"
