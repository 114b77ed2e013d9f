"""What a question leaves out: “papers not by Hinton”, “except those from 2020”, “by anyone but Hinton”.

The words behind a negation restrict papers just where they would without it. So the negation is taken out, and what
restricts papers at its place is what they must not match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.filter_context import PAPERS, PUBLISHED, Place
from assistant.filter_names import name_phrases
from assistant.filter_people import NamePhrase
from assistant.filter_years import YearPhrase, year_phrases
from assistant.filters import Filters, Known
from assistant.text import words

Phrase = NamePhrase | YearPhrase

_KINDS = r"(?:authors?|person|people|others|years?|venues?|conferences?|journals?)"
_WRITE = r"(?:ever\s+)?(?:(?:co-?)?author|write|written|wrote|publish)"
_NOT = (
    r"(?:\b(?:do|does|did)\s*(?:n['’]t|\bnot|\bnever)\s+(?:(?:come|appear|stem)(?:\s+out)?|(?:show|list|give|include|want|need)"
    r"(?:\s+(?:me|us))?)"
    rf"|\b(?:did|has|have|had)\s*(?:n['’]t|\bnot|\bnever)(?=\s+{_WRITE})|n['’]t|\b(?:not|never|neither)\b)"
    r"(?!\s+(?:only|just|yet|necessarily|before|older|newer|later)\b)"
)
_OUT = (
    r"\b(?:except(?:ing)?(?:\s+for)?|exclud(?:e|ing)|without|(?:other|rather)\s+than|(?:apart|aside)\s+from|besides"
    r"|outside(?:\s+of)?|instead\s+of|leav(?:e|ing)\s+out|omit(?:ting)?|ignor(?:e|ing)|skip(?:ping)?"
    r"|(?:(?<=\ball\s)|(?<=thing\s))but|but(?=\s+(?:those|ones)\b))\b"
)
_BUT = r"(?:but|not|except(?:\s+for)?|excluding|(?:other|rather)\s+than|apart\s+from|besides)"
_OBJECT = (
    rf"(?:\s+(?:all|any|of|the|those|these|ones?|(?:any|every)thing|been|{PAPERS}))*"
    r"(?:\s+(?:that|which)(?:\s+(?:are|is|was|were|have\s+been))?)?\s+"
)
_LEAD = r"[\s,(]*(?:\b(?:and|but)\s+(?:(?:that|which|who)\s+)?(?:(?:are|is|was|were|have|has|had)\s*)*)?"
_NO = rf"(?:^|(?<=[,;:.?!(])|\bbut\b)\s*no(?=\s+(?:more\s+)?{PAPERS}\b)"
_NEGATION = re.compile(
    rf"\b(?P<prep>by|from|in|at|of)\s+(?:(?:(?:any|every|all)\w*(?:\s+other)?(?:\s+{_KINDS})?|{_KINDS})\s+{_BUT}"
    r"|other\s+than|neither|not)(?:\s+(?:by|from|in|at|of))?\s+"
    rf"|\b(?:any|every)(?:one|body|where)\s+{_BUT}\s+"
    rf"|{_LEAD}(?:{_NOT}|{_OUT}|{_NO}){_OBJECT}",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:{_NOT}|{_OUT}|{_NO})(?:{_OBJECT}|\s+)(?:{PUBLISHED}\s+)?[\s(]*$"
    rf"|{_OUT}(?:\s+(?:all|any|the))*\s+(?:{PAPERS}|those|ones)\b[^,;:.?!]*$",
    re.IGNORECASE,
)
_VERB = re.compile(rf"\s*(?:{PUBLISHED}\s*)?", re.IGNORECASE)
_WRITES = re.compile(_WRITE, re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,\s*(?P<listed>or|nor|and)?|\b(?P<word>or|nor|and))\b\s*(?:not\s+)?(?=\S)")
_OWNED = re.compile(r"(?:\S+\s+){0,2}?\S+?['’]s(?=\s*(?:[?.!,;]|$))")
_NAME = re.compile(r"(?:the\s+)?(?:[a-z]*[A-Z]|\d{4}\b)")
_GUESSED = ("from", "by")
_ITS_PAPERS = re.compile(rf"^\s*(?:{PAPERS}|ones|as\s+(?:(?:an?|the)\s+)?(?:co-?)?authors?)\b", re.IGNORECASE)


def is_negated(place: Place) -> bool:
    """Tell whether a negation stands before words."""
    return bool(_BEFORE.search(place.before))


@dataclass(frozen=True)
class _LeftOut:
    """What papers must not match, and the question before and after the words that say so."""

    before: str
    after: str
    filters: Filters


@dataclass(frozen=True)
class Exclusions:
    """Reads what papers questions leave out.

    Attributes:
        known: What the collection can be filtered by.
        today: What “the last three years” are counted from.
        accepts: Tells whether words may restrict papers in the question; such with an unknown name can't.
    """

    known: Known
    today: date
    accepts: Callable[[Phrase], bool]

    def read(self, text: str) -> tuple[str, tuple[Filters, ...]] | None:
        """Read the first words of a question, with marks for what was understood, that leave papers out.

        Returns:
            The question with a mark in their place, and what papers must not match, any one of it; None where it
            leaves out nothing.
        """
        for negation in _NEGATION.finditer(text):
            given = negation["prep"] or ""
            before, after = text[: negation.start()], text[negation.end() :]
            alone = not before.strip()  # “anyone but Hinton”
            before = "papers" if alone else before
            one = self._read_one(before, after, (given,), guess=not given)
            found = []
            while one is not None:
                found.append(one.filters)
                before, after = one.before, one.after
                if (joined := _JOINED.match(after)) is None:
                    break
                any_of = (joined["word"] or joined["listed"]) in ("or", "nor")
                preps = ("", given) if any_of else ()
                one = self._read_one(before, after[joined.end() :], preps, guess=True)
            if found:
                after = after.removeprefix(")") if negation[0].count("(") > negation[0].count(")") else after
                before = before.removeprefix("papers") if alone and words(after) else before
                return f"{before} {after}", tuple(found)
        return None

    def _read_one(self, before: str, after: str, preps: tuple[str, ...], *, guess: bool) -> _LeftOut | None:
        """Return what restricts papers where two pieces of a question meet, with one of some prepositions between.

        With `guess` it may also be one that the question leaves out before a name or a year: “except NeurIPS”.
        """
        if owned := _OWNED.match(after):
            after = f"{owned[0]} papers{after[owned.end() :]}"
        start = len(before.rstrip()) + 1
        guesses = _GUESSED if guess and _NAME.match(after) else ()
        for prep, guessed in [*((each, False) for each in preps), *((each, True) for each in guesses)]:
            text = f"{before.rstrip()} {prep}{' ' if prep else ''}{after}"
            for phrase in self._phrases(text, guessed=guessed):
                if _at(phrase, text, start, after) and self.accepts(phrase):
                    head, tail = phrase.place.marked()
                    years, tail = self._year_behind(head, tail)
                    tail = _ITS_PAPERS.sub("", tail, count=1)
                    return _LeftOut(head, tail, _filters(phrase, years))
        return None

    def _phrases(self, text: str, *, guessed: bool) -> Iterator[Phrase]:
        for phrase in name_phrases(text, self.known):
            acronym = phrase.field == "authors" and phrase.values[0].isupper()  # “models other than BERT”
            if not guessed or (phrase.known and not acronym):
                yield phrase
        yield from year_phrases(text, self.today)

    def _year_behind(self, head: str, tail: str) -> tuple[YearPhrase | None, str]:
        """Return the year that stands right behind, and what follows it: “not from NeurIPS 2020”."""
        for phrase in year_phrases(f"{head} {tail}", self.today):
            if len(phrase.place.before) == len(head) and phrase.text[:1].isdigit():
                return phrase, phrase.place.after
        return None, tail


def _at(phrase: Phrase, text: str, start: int, after: str) -> bool:
    """Tell whether a phrase begins at a place, but for a verb such as “published”, or spans it: “did … not write”."""
    begins = len(phrase.place.before)
    if _VERB.fullmatch(text[min(begins, start) : max(begins, start)]):
        return True
    return begins < start and bool(_WRITES.match(after)) and len(phrase.place.after) < len(after)


def _filters(phrase: Phrase, years: YearPhrase | None) -> Filters:
    if isinstance(phrase, YearPhrase):
        return Filters(since=phrase.since, until=phrase.until)
    bounds: dict[str, Any] = {"since": years.since, "until": years.until} if years else {}
    return Filters(**{phrase.field: phrase.values}, **bounds)
