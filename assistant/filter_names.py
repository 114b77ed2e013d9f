"""Venues, tags, files and identifiers that a question restricts papers to, where the collection has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.filter_context import MARK, PAPER, PAPERS, PUBLISHED, Place, capitals, runs
from assistant.filter_people import NamePhrase, people
from assistant.filters import Known
from assistant.venue_names import is_acronym, is_named

_AT = re.compile(
    rf"(?:\b(?P<verb>{PUBLISHED})\s+)?\b(?P<prep>at|in|from|by)\s+(?:the\s+)?(?=\S)", re.IGNORECASE
)
_OF_VENUE = re.compile(rf"(?<![\w-])(?P<venue>[A-Za-z][\w-]+)(?=[\s{MARK}]+{PAPERS}\b)")
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
_IDENTIFIER = re.compile(
    r"(?<![\w./-])(?P<kind>https?://(?:www\.|dx\.)?(?:doi\.org|arxiv\.org/(?:abs|pdf))/|doi:\s*|arxiv[:\s]\s*|pmid[:\s]\s*)?"
    r"(?P<id>10\.\d{4,9}/[^\s?!,;\"”]+|\d{4}\.\d{4,5}(?:v\d+)?|[a-z]+(?:-[a-z]+)?/\d{7}(?:v\d+)?|\d{4,8}"
    r"|p-[0-9a-f]{12})(?:\.pdf)?(?![\w/]|\.\d)",
    re.IGNORECASE,
)
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
    for match in _IDENTIFIER.finditer(text):
        kind, named = (match["kind"] or "").lower(), match["id"].rstrip(".")
        while named.endswith(")") and named.count(")") > named.count("("):
            named = named[:-1]
        place = Place(text[: match.start()], text[match.start("id") + len(named) :].removeprefix(".pdf"))
        if _ABOUT_ANOTHER.search(place.before) or (named.isdigit() and not kind.startswith("pmid")):
            continue
        told = re.search(rf"(?:\b{PAPER}|{MARK}.*)\s*$", place.before, re.IGNORECASE)
        if found := known.identified(f"pmid:{named}" if named.isdigit() else named):
            yield NamePhrase(place, "paper_ids", (found[0],), instead="" if told else "the paper")
        elif kind or named.startswith("10."):
            yield NamePhrase(place, "paper_ids", (named,), known=False)


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
                value[:1].isupper()
                and (start.beside or (place.outside and (prep == "at" or len(value.split()) == 1)))
            ):
                continue
            if _called(known, value, in_name=capitals(value) and (sure or prep == "at")):
                yield NamePhrase(place, "venues", (value,))
                break
    for match in _OF_VENUE.finditer(text):
        value = match["venue"]
        if (capitals(value) or is_acronym(value)) and _called(known, value, in_name=False):
            yield NamePhrase(Place.of(match), "venues", (value,))


def _called(known: Known, value: str, *, in_name: bool) -> bool:
    """Tell whether a venue is called so; with `in_name` one that has the words in its name will do."""
    return any(in_name or is_named(value, venue) for venue in known.values("venues", value))
