"""Authors that a question restricts papers to: “papers by Hinton and Salakhutdinov”, “Hinton's papers”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.filter_context import MARK, PAPERS, PUBLISHED, Place, capitals, has_papers, runs
from assistant.filters import FilterField, Known
from assistant.text import fold

_PARTICLES = frozenset("al bin da de del della den der di dos la le ten van von".split())
_STOPS = (
    frozenset(
        """a about after among an and any are as at before but by can could did do does during for from has have how i
    except neither nor not
    if in into is it of on or over published since so than that the then there they this to until using was we were what
    when where which while who whose will with within would you""".split()
    )
    - _PARTICLES
)
_NOBODY = frozenset(
    "author authors citation citations country date different topic using venue whom year years".split()
)
_BY = re.compile(
    rf"(?:\b(?P<verb>{PUBLISHED})\s+)?\b(?P<prep>by|from|of)\s+(?:authors?\s+)?(?P<both>both\s+)?(?=\S)",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"(?:\w+ed|begun|bought|brought|built|caught|chosen|done|drawn|driven|found|given|held|hidden|kept|known|led|lost|made"
    r"|meant|met|run|said|seen|sent|set|shown|sold|taken|taught|thought|told|won)\s*$",
    re.IGNORECASE,
)
_ENDS_NAME = re.compile(rf"\s*(?:$|[^\w\s]|(?:{'|'.join(sorted(_STOPS))})\b)", re.IGNORECASE)
"""What follows a name without capitals: “papers by young divers” are by nobody."""
_AND = re.compile(
    r"\s*(?:,\s*(?:and|or)?|\b(?:and|or|together\s+with|along\s+with)\b|&)\s*(?:by\s+)?(?=\S)", re.IGNORECASE
)
_GIVEN = re.compile(r",\s*(?P<given>[A-Z](?:\.|[\w’'-]*)(?:[\s-]*[A-Z](?:\.|[\w’'-]*))*)")
"""The given names of “Hinton, Geoffrey E.”."""
_EVERY = re.compile(r"\b(?:together|along)\s+with\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_ET_AL = re.compile(r"\s*,?\s*et\.?\s*al\b\.?(?P<year>\s*,?\s*[(\[]?(?:19|20)\d\d\b)?", re.IGNORECASE)
"""“papers by Liu et al.”; with a year it is a citation, and names one paper."""
_OWNS = re.compile(
    rf"(?P<who>(?<![\w’'-])[^\W\d_][\w.-]*(?:\s+[^\W\d_][\w.’'-]*){{0,3}}?)(?:['’]s|(?<=s)['’])"
    rf"(?=\s+(?:\w+\s+){{0,2}}?{PAPERS}\b)"
)
_WROTE = re.compile(
    rf"(?:(?P<papers>\b{PAPERS}\s+)(?:(?:that|which)\s+)?(?:(?:did|has|have)\s+)?|\b(?:did|has|have|does)\s+)"
    r"(?P<who>[^\s,?]+(?:\s+[^\s,?]+){0,4}?)\s+(?:ever\s+|has\s+|have\s+)?"
    r"(?:(?:co-?)?author(?:ed)?|wrote|write|written|publish(?:ed)?)\b(?!\s+(?:the|this|that)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NamePhrase:
    """Words of a question that restrict papers to names.

    Attributes:
        place: Where they stand.
        field: What is restricted.
        values: The names; any of them will do, unless `every` is set.
        known: Whether the collection has them.
        every: Whether papers must match each of the names; otherwise any will do.
    """

    place: Place
    field: FilterField
    values: tuple[str, ...]
    known: bool = True
    every: bool = False


def people(text: str, known: Known) -> Iterator[NamePhrase]:
    """Yield the words of a question, with marks for what was understood, that restrict papers to authors.

    An author is only understood where the collection has one of that name. A written-out name beside
    papers that it doesn't have is given as unknown, after all that it has.
    """
    strangers = []
    for match in _BY.finditer(text):
        start = match.start("prep")
        place = Place(text[:start], text[match.end() :])
        by = match["prep"].lower() == "by"
        beside = place.beside or place.published
        if match["verb"]:
            start = match.start() if beside else start
        apart = by and not match["verb"] and not _PARTICIPLE.search(place.before) and has_papers(place.before)
        if not beside and not apart:
            continue
        names, end = _names(text, match.end(), known, written=not (beside and by))
        if others := _ET_AL.match(text, end):
            if others["year"]:
                continue
            end = others.end()
        if names:
            said = text[match.end() : end]
            joint = bool(match["both"]) or (match["verb"] or "")[:2].lower() == "co"
            every = bool(_EVERY.search(said)) or (joint and not _OR.search(said))
            yield NamePhrase(
                Place(text[:start], text[end:]), "authors", names, every=every and len(names) > 1
            )
        elif beside and by and (name := _stranger(text, match.end())):
            strangers.append(
                NamePhrase(
                    Place(text[:start], text[match.end() + len(name) :]), "authors", (name,), known=False
                )
            )
    yield from _of_persons(text, known)
    yield from strangers


def _names(text: str, start: int, known: Known, *, written: bool) -> tuple[tuple[str, ...], int]:
    """Return the known names that begin at a place with nothing but “and” between, and where they end."""
    names: list[str] = []
    end = start
    while True:
        for stop, value in runs(text, start, _STOPS, most=5):
            alone = value[:1].isupper() or _ENDS_NAME.match(text, stop)
            if alone and _may_be_name(value, written=written) and known.has("authors", value):
                given = _GIVEN.match(text, stop)
                if given and _is_given(value, given["given"], known):
                    value, stop = f"{value}, {given['given']}", given.end()
                names.append(value)
                end = stop
                break
        else:
            break
        if not (joint := _AND.match(text, end)):
            break
        start = joint.end()
    return tuple(names), end


def _is_given(surname: str, given: str, known: Known) -> bool:
    """Tell whether what stands behind a surname and a comma is the given name, and no other author."""
    return not known.has("authors", given) and known.has("authors", f"{surname}, {given}")


def _of_persons(text: str, known: Known) -> Iterator[NamePhrase]:
    """Yield “Hinton's” before papers, and “did Hinton write” or “papers that Hinton wrote” in a question for papers."""
    for pattern in (_OWNS, _WROTE):
        for match in pattern.finditer(text):
            papers = match["papers"] if pattern is _WROTE else None
            if pattern is _WROTE and not has_papers(text[: match.start("who")]):
                continue
            words = match["who"].split()
            for skipped in range(len(words)):
                value = " ".join(words[skipped:])
                if not _may_be_name(value, written=skipped > 0 or pattern is _OWNS or bool(papers)):
                    continue
                if known.has("authors", value):
                    start = match.start() + len(papers or "")
                    if skipped or pattern is _OWNS:
                        start = match.end("who") - len(value)
                    yield NamePhrase(Place(text[:start], text[match.end() :].lstrip()), "authors", (value,))
                    break


def _may_be_name(value: str, *, written: bool) -> bool:
    """Tell whether words can be a name; `written` asks for capitals."""
    words = value.split()
    if fold(words[0]) in _NOBODY or words[-1] in _PARTICLES or MARK in value:
        return False
    return not written or (words[-1][:1].isupper() and (words[0][:1].isupper() or words[0] in _PARTICLES))


def _stranger(text: str, start: int) -> str:
    """Return what is written as a name, the empty string where nothing is."""
    for _, value in runs(text, start, _STOPS, most=4):
        words = value.split()
        if len(words) > 1 and _may_be_name(value, written=True) and not capitals(words[-1]):
            return value if all(word[:1].isupper() or word in _PARTICLES for word in words) else ""
        if len(words) == 1 and value.istitle():
            return value
    return ""
