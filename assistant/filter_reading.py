"""Filters that a question states in words: “papers since 2023 by Hinton on dropout”.

It is conservative. Words are understood only where they stand beside papers or outside what the question is
about, and a name only where the collection has it. What isn't understood stays in the question and is searched for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.filter_context import MARK, Place, asks_whether, tidied
from assistant.filter_names import name_phrases
from assistant.filter_notes import checked, unknown
from assistant.filter_people import NamePhrase
from assistant.filter_years import YearPhrase, year_phrases
from assistant.filters import FilterField, Filters, Known
from assistant.text import words

_LONGEST = 1000
"""Characters of a question that filters are looked for in; longer ones are pasted texts."""


@dataclass(frozen=True)
class Reading:
    """What a question restricts.

    Attributes:
        filters: The restrictions that were understood and can be applied.
        topic: The question without the words that state them.
        notes: What a reader should know: a field that the collection lacks, a name that it doesn't have.
    """

    filters: Filters
    topic: str
    notes: tuple[str, ...] = ()


@dataclass
class _Found:
    """The question so far, with marks for what was understood, and the restrictions."""

    text: str
    since: int | None = None
    until: int | None = None
    names: dict[FilterField, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def filters(self) -> Filters:
        lists: dict[str, Any] = {name: tuple(dict.fromkeys(values)) for name, values in self.names.items()}
        return Filters(since=self.since, until=self.until, **lists)

    def mark(self, place: Place, instead: str = "") -> None:
        """Put a mark where words were understood."""
        kept = len(place.before) - place.glue
        before, glue, after = place.before[:kept], place.before[kept:], place.after.lstrip(" ")
        after = after.removeprefix(")") if "(" in glue else after
        self.text = f"{before.rstrip(' ')} {instead}{MARK} {after}"


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
    topic = tidied(found.text)
    return Reading(filters, topic if words(topic) else question, (*found.notes, *notes))


def _found(text: str, known: Known, today: date, *, years: bool = True) -> _Found:
    whether = asks_whether(text)
    found = _Found(text)
    while _read_name(found, known, whether) or (years and _read_years(found, known, today, whether)):
        if found.since is not None and found.until is not None and found.since > found.until:
            return _found(text, known, today, years=False)  # “before 2015 and after 2020” compares
    return found


def _restricts_whether(place: Place) -> bool:
    """Tell whether words restrict papers even in a question whether something is so: “Do papers by Hinton …?”."""
    return place.beside and not place.definite


def _read_name(found: _Found, known: Known, whether: bool) -> bool:
    for phrase in name_phrases(found.text, known):
        if whether and phrase.field != "paper_ids" and not _restricts_whether(phrase.place):
            continue
        if phrase.known:
            found.names.setdefault(phrase.field, []).extend(phrase.values)
            found.mark(phrase.place, phrase.instead)
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
        if _restricts(phrase, known) and not _clashes(found, phrase):
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
