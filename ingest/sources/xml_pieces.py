"""XML text → pieces, cut before each start tag at which reading can begin anew after damage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from ingest.sources.xml_characters import mended

_PROLOG = re.compile(
    r"\ufeff?\s*(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)\s*)*", re.DOTALL | re.I
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_START_TAG = re.compile(r"<[^<>\"'/]*(?:(?:\"[^\"<]*\"|'[^'<]*')[^<>\"'/]*)*>")
DOCTYPE = -1
"""The level of what stands before the root."""


@dataclass(frozen=True)
class Shape:
    """Where a format's records are.

    `levels` are the local names of elements from the root down to the records; records without
    names are all children of the root, and `starts` is then how their start tags are told in text.
    `asides` are other elements that a reader needs, such as a volume's description. `parts` are
    names that are records' too, each with the record that it is a part of where it stands in it.
    """

    levels: tuple[tuple[str, ...], ...]
    asides: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    starts: str = ""


def root_name(sample: str) -> str:
    """Return the local name of the first element in the beginning of a text; empty if it isn't XML."""
    prolog = _PROLOG.match(sample)
    root = _ROOT.match(sample, prolog.end() if prolog else 0)
    return root[1] if root else ""


@dataclass(frozen=True)
class Piece:
    """A part of the text; `level` is that of the start tag which it begins with, if any."""

    text: str
    line: int
    level: int | None


def pieces(text: TextIO, shape: Shape) -> Iterator[Piece]:
    """Cut the text before each start tag at which reading could begin anew."""
    levels = {name: level for level, names in enumerate(shape.levels) for name in names}
    last = len(shape.levels) - 1
    levels |= dict.fromkeys(shape.asides, last)
    names = "|".join(map(re.escape, levels))
    start = re.compile(
        rf"<(?:[\w.-]+:)?(?P<name>{names})(?=[\s/>])|(?P<doctype><!DOCTYPE)"
        + (f"|{shape.starts}" if shape.starts else "")
    )
    line = 1
    for part, is_markup in mended(text):
        level: int | None = None
        done = 0
        for match in start.finditer(part) if is_markup else ():
            if match.start() > done:
                yield Piece(part[done : match.start()], line, level)
                line += part.count("\n", done, match.start())
            done = match.start()
            level = DOCTYPE if match["doctype"] else levels.get(match["name"] or "", last)
        yield Piece(part[done:], line, level)
        line += part.count("\n", done)


def whole_tag(text: str) -> str:
    """Return the start tag that a text begins with, on one line, if it is sound."""
    from lxml import etree

    found = _START_TAG.match(text)
    if not found:
        return ""
    tag = " ".join(found.group().split())
    parser = etree.XMLPullParser(resolve_entities=False, no_network=True)
    try:
        parser.feed(tag.encode())
    except etree.XMLSyntaxError:
        return ""
    return tag
