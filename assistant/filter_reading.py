"""Filters that a question states in words: “papers since 2023 by Hinton on dropout”.

It is conservative. Words are understood only where they stand beside papers or outside what the question is
about, and a name only where the collection has it. What isn't understood stays in the question and is searched for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.filter_context import MARK, Place, asks_whether, tidied
from assistant.filter_names import name_phrases
from assistant.filter_negation import Exclusions, is_negated
from assistant.filter_notes import checked, checked_excluded, unknown
from assistant.filter_people import NamePhrase
from assistant.filter_years import YearPhrase, year_phrases
from assistant.filters import FilterField, Filters, Known
from assistant.text import words

_LONGEST = 1000
"""Characters of a question that filters are looked for in; longer ones are pasted texts."""

_OF_WHAT = r"(?:(?:publication\s+)?(?:years?|dates?)(?:\s+of\s+publication)?|venues?|conferences?|journals?|authors?)"
_UNRESTRICTED = re.compile(
    rf"(?:\b(?:of|from|in|at|by)\s+(?:any|all|every|whatever|whichever)\s+{_OF_WHAT}"
    r"|\b(?:by|from)\s+(?:anyone|anybody|anywhere)"
    rf"|(?<=[,;({MARK}])\s*(?:(?:and|or)\s+)?(?:any|all|every)\s+{_OF_WHAT}"
    rf"|\b(?:(?:regardless|irrespective)\s+of|no\s+matter|whatever|whichever)\s+(?:(?:what|which|the|of)\s+)*{_OF_WHAT})"
    r"\b(?!\s+(?:but|except|excluding|other|apart|besides|of)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """What a question restricts.

    Attributes:
        filters: The restrictions that were understood and can be applied.
        topic: The question without the words that state them.
        notes: What a reader should know: a field that the collection lacks, a name it doesn't have, papers left out.
        excluded: What papers must not match: one that matches any of these is left out.
        also: What a paper must match as well, each of them: “by both Hinton and Salakhutdinov”.
    """

    filters: Filters
    topic: str
    notes: tuple[str, ...] = ()
    excluded: tuple[Filters, ...] = ()
    also: tuple[Filters, ...] = ()


@dataclass
class _Found:
    """The question so far, with marks for what was understood, and the restrictions."""

    text: str
    since: int | None = None
    until: int | None = None
    names: dict[FilterField, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    excluded: list[Filters] = field(default_factory=list)
    also: list[Filters] = field(default_factory=list)

    @property
    def filters(self) -> Filters:
        lists: dict[str, Any] = {name: tuple(dict.fromkeys(values)) for name, values in self.names.items()}
        return Filters(since=self.since, until=self.until, **lists)

    def mark(self, place: Place) -> None:
        """Put a mark where words were understood."""
        self.text = " ".join(place.marked())


def read_filters(question: str, known: Known, today: date) -> Reading:
    """Read what a question restricts.

    Args:
        question: A standalone question.
        known: What the collection can be filtered by.
        today: What “the last three years” are counted from.
    """
    text = " ".join(question.replace(MARK, " ").split())
    if len(text) > _LONGEST:
        return Reading(Filters(), question)
    found = _found(text, known, today)
    if MARK not in found.text:
        return Reading(Filters(), question, tuple(found.notes))
    filters, notes = checked(found.filters, known)
    excluded, left_out = checked_excluded(found.excluded, known)
    topic = tidied(found.text)
    return Reading(
        filters,
        topic if words(topic) else question,
        (*found.notes, *notes, *left_out),
        excluded,
        tuple(found.also) if filters.authors else (),
    )


def _found(text: str, known: Known, today: date, *, years: bool = True) -> _Found:
    whether = asks_whether(text)
    found = _Found(text)
    while (
        _read_excluded(found, known, today, whether)
        or _read_name(found, known, whether)
        or (years and _read_years(found, known, today, whether))
        or _read_unrestricted(found, whether)
    ):
        if found.since is not None and found.until is not None and found.since > found.until:
            return _found(text, known, today, years=False)  # “before 2015 and after 2020” compares
    return found


def _restricts_whether(place: Place) -> bool:
    """Tell whether words restrict papers even in a question whether something is so: “Do papers by Hinton …?”."""
    return place.beside and not place.definite


def _read_excluded(found: _Found, known: Known, today: date, whether: bool) -> bool:
    def accepts(phrase: NamePhrase | YearPhrase) -> bool:
        if whether and not _restricts_whether(phrase.place):
            return False
        if isinstance(phrase, YearPhrase):
            return _restricts(phrase, known)
        if not phrase.known:
            _note(found, phrase, known)
        return phrase.known

    read = Exclusions(known, today, accepts).read(found.text)
    if read is not None:
        found.text = read[0]
        found.excluded += read[1]
    return read is not None


def _read_unrestricted(found: _Found, whether: bool) -> bool:
    """Take out words such as “of any year”, which restrict nothing."""
    for match in _UNRESTRICTED.finditer(found.text):
        place = Place.of(match)
        if not whether and (place.beside or place.outside):
            found.mark(place)
            return True
    return False


def _read_name(found: _Found, known: Known, whether: bool) -> bool:
    for phrase in name_phrases(found.text, known):
        if whether and phrase.field != "paper_ids" and not _restricts_whether(phrase.place):
            continue
        if phrase.known and is_negated(phrase.place):
            continue
        if phrase.known:
            if phrase.every:
                found.also += [Filters(**{phrase.field: (value,)}) for value in phrase.values]
            found.names.setdefault(phrase.field, []).extend(phrase.values)
            found.mark(phrase.place)
            return True
        _note(found, phrase, known)
    return False


def _note(found: _Found, phrase: NamePhrase, known: Known) -> None:
    name = phrase.values[0]
    if (
        phrase.field == "authors"
        and " " not in name
        and "authors" in known.fields()
        and not known.nearest("authors", name)
    ):
        return  # one word may be anything: a publisher, a company
    note = unknown(phrase.field, name, known)
    if note not in found.notes:
        found.notes.append(note)


def _read_years(found: _Found, known: Known, today: date, whether: bool) -> bool:
    for phrase in year_phrases(found.text, today):
        if whether and not _restricts_whether(phrase.place):
            continue
        if _restricts(phrase, known) and not is_negated(phrase.place) and not _clashes(found, phrase):
            found.since = found.since if phrase.since is None else phrase.since
            found.until = found.until if phrase.until is None else phrase.until
            found.mark(phrase.place)
            return True
    return False


def _restricts(phrase: YearPhrase, known: Known) -> bool:
    """Tell whether years may restrict papers: apart from the word, only years that papers have."""
    years = known.years()
    if phrase.beside or years is None:
        return True
    return (phrase.since or years[0]) <= years[1] and (phrase.until or years[1]) >= years[0]


def _clashes(found: _Found, phrase: YearPhrase) -> bool:
    """Tell whether a phrase bounds again what is bounded: then it is about something else."""
    return (phrase.since is not None and found.since is not None) or (
        phrase.until is not None and found.until is not None
    )
