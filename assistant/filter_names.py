"""Venues, tags, files and identifiers that a question restricts papers to, where the collection has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.filter_context import MARK, PAPER, PAPERS, PUBLISHED, Place, capitals, runs
from assistant.filter_people import NamePhrase, people
from assistant.filters import Known
from assistant.identifiers import identifiers
from assistant.venue_names import is_acronym, is_named

_VENUE = r"(?-i:venue|journal|conference|proceedings)"
_AT = re.compile(
    rf"(?:\b(?P<verb>{PUBLISHED})\s+)?\b(?P<prep>at|in|from|by)\s+(?:the\s+)?(?:{_VENUE}\s+(?!of\b|on\b))?(?=\S)",
    re.IGNORECASE,
)
_OF_VENUE = re.compile(rf"(?<![\w-])(?P<venue>[A-Za-z][\w-]+)(?=[\s{MARK}]+{PAPERS}\b)")
_CALLED_VENUE = re.compile(rf"\s+{_VENUE}\b", re.IGNORECASE)
_YEAR = re.compile(r"\s(?:19|20)\d\d$")
_TAGGED = re.compile(
    rf"(?P<papers>\b{PAPERS}(?:\s+\w+){{0,6}}\s+|^\W*)?"
    r"(?P<tagged>\b(?:(?:that|which)\s+)?(?:(?:is|are|was|were)\s+)?(?:tagged|labell?ed"
    r"|(?:with|in|under|from)\s+(?:the\s+)?(?:arxiv\s+)?(?:tags?|keywords?|labels?|categor(?:y|ies)))"
    r"\s+(?:as\s+|with\s+|by\s+)?)[\"“'‘]?(?=\S)",
    re.IGNORECASE,
)
_CATEGORY = re.compile(
    r"(?:\b(?:in|from|of)\s+)?(?<![\w.-])(?P<tag>[a-z]+(?:-[a-z]+)?\.[A-Z]{2})(?![\w-])(?!\.\w)"
)
_TAG_STOPS = frozenset("and at before by from in on or published since that which with".split())
_FILE = re.compile(
    r"\b(?:in|from)\s+(?:the\s+)?(?:file\s+|source\s+)?[\"“'‘]?(?P<file>[^\s\"“”?,]*\w\.\w{2,8})(?![\w/])[\"”'’]?",
    re.IGNORECASE,
)
_PAPERS_BEFORE = re.compile(rf"(?:\b{PAPERS}|{MARK}\s*(?:,|and|or)?)[\s(:]*$", re.IGNORECASE)
_ABOUT_ANOTHER = re.compile(
    r"\b(?:cit(?:e|es|ed|ing)|extend\w*|improv\w*|refer\w*|buil[dt]\w*|follow\w*|like|similar|related|than|compar\w*"
    rf"|respond\w*)(?:\s+(?:up|on|upon|to|in|from|with|the|{PAPER}))*\s*$",
    re.IGNORECASE,
)


def name_phrases(text: str, known: Known) -> Iterator[NamePhrase]:
    """Yield the words of a question, with marks for what was understood, that restrict papers to names."""
    yield from _identifiers(text, known)
    yield from _tags(text, known)
    for match in _FILE.finditer(text):
        if known.has("sources", match["file"]):
            yield NamePhrase(Place.of(match), "sources", (match["file"],))
    yield from _venues(text, known)
    yield from people(text, known)


def _identifiers(text: str, known: Known) -> Iterator[NamePhrase]:
    """Yield identifiers of papers that are spoken of as such; elsewhere they name what is asked about."""
    for named in identifiers(text):
        place = Place(text[: named.start], text[named.end :])
        if _ABOUT_ANOTHER.search(place.before):
            continue
        if found := known.identified(named.value):
            if _PAPERS_BEFORE.search(place.before):
                yield NamePhrase(place, "paper_ids", (found[0],))
        elif named.cued:
            yield NamePhrase(place, "paper_ids", (named.value.removeprefix("pmid:"),), known=False)


def _tags(text: str, known: Known) -> Iterator[NamePhrase]:
    for match in _TAGGED.finditer(text):
        before = text[: match.start("tagged")]
        if match["papers"] is None and not Place(before, "").beside:
            continue
        for end, value in runs(text, match.end(), _TAG_STOPS, most=5):
            if known.has("tags", value.strip("'‘’")):
                place = Place(before.rstrip("\"“'‘"), text[end:].lstrip("\"”'’"))
                yield NamePhrase(place, "tags", (value.strip("'‘’"),))
                break
        else:
            if "tags" not in known.fields() and (first := next(runs(text, match.end(), _TAG_STOPS, 1), None)):
                yield NamePhrase(Place(before, text[first[0] :]), "tags", (first[1],), known=False)
    for match in _CATEGORY.finditer(text):
        place = Place.of(match)
        of_papers = re.match(rf"\s+(?:{PAPERS}|{PAPER})\b", place.after)
        if (of_papers or place.beside or place.outside) and known.has("tags", match["tag"]):
            yield NamePhrase(place, "tags", (match["tag"],))


def _venues(text: str, known: Known) -> Iterator[NamePhrase]:
    for match in _AT.finditer(text):
        prep = match["prep"].lower()
        start = Place(text[: match.start("prep")], "")
        sure = start.published or (prep == "at" and start.beside)
        if prep == "by" and not start.published:
            continue
        for end, value in runs(text, match.end(), frozenset(), most=12):
            place = Place(start.before, text[end:])
            if _YEAR.search(value) and "year" in known.fields():
                continue  # the year is read by itself
            if not sure and not (
                not value.split()[0].islower()
                and (start.beside or (place.outside and (prep == "at" or len(value.split()) == 1)))
            ):
                continue
            if _called(known, value, in_name=capitals(value) and (sure or prep == "at")):
                behind = _CALLED_VENUE.match(place.after)
                place = Place(place.before, place.after[behind.end() if behind else 0 :])
                yield NamePhrase(place, "venues", (value,))
                break
    for match in _OF_VENUE.finditer(text):
        value = match["venue"]
        if (capitals(value) or is_acronym(value)) and _called(known, value, in_name=False):
            yield NamePhrase(Place.of(match), "venues", (value,))


def _called(known: Known, value: str, *, in_name: bool) -> bool:
    """Tell whether a venue is called so; with `in_name` one that has the words in its name will do."""
    return any(in_name or is_named(value, venue) for venue in known.values("venues", value))
