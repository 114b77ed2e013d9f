"""XML of any size, a record at a time: nothing is loaded or expanded, and damage costs only what it touches."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from assistant.models import Rejected
from ingest.records import ENDS_EARLY
from ingest.sources.xml_pieces import Piece, Shape, pieces, whole_tag

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LONGEST_RECORD = 16_000_000
"""Characters; where no record ends within so many, something else than a list of papers is read."""

_ENTITY_DECLARED = re.compile(r"<!ENTITY\s", re.I)
_CONTENT_AFTER_THE_END = 5  # libxml2's XML_ERR_DOCUMENT_END


@dataclass(frozen=True)
class Found:
    """A record's element, or an aside: valid until the next one is asked for."""

    element: Element
    where: str
    is_aside: bool = False


def local_name(element: Element) -> str:
    """Return an element's name without namespace or prefix; empty for a comment."""
    tag: Any = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def read_xml(text: TextIO, source: str, shape: Shape) -> Iterator[Found | Rejected]:
    """Read the records of an XML text.

    Entities are never expanded: a text that declares some is refused. Where the XML is damaged, one
    rejection says so, and reading goes on at the next record.

    Args:
        text: The open file; an encoding that it declares is of no account any more.
        source: The file's path as given.
        shape: Where the records are.

    Yields:
        Each record's element, which is emptied afterwards, or a rejection.
    """
    reader = _Reader(source, shape)
    for piece in pieces(text, shape):
        if not reader.count and _ENTITY_DECLARED.search(piece.text):
            reason = "its XML declares entities of its own, which are not expanded: nothing was read"
            yield Rejected(file=source, where=f"line {piece.line}", reason=reason)
            return
        yield from reader.take(piece)
    yield from reader.end()


@dataclass(frozen=True)
class _Damage:
    reason: str
    line: int
    at_the_end: bool = False
    """The document was complete: what follows is another one, or no XML."""


class _Reader:
    """A parser, begun anew after each damage, and what is known of the place where it stands."""

    def __init__(self, source: str, shape: Shape) -> None:
        self.count = 0
        self._source = source
        self._shape = shape
        self._last = len(shape.levels) - 1
        self._parser: Any = None
        self._first_line = 1
        self._begun_at: Piece | None = None
        self._awaited: Piece | None = None  # begins with a start tag that the parser has yet to report
        self._open: Element | None = None
        self._where = ""
        self._skipping = False
        self._unended = 0
        self._opened: dict[int, str] = {}

    def take(self, piece: Piece) -> Iterator[Found | Rejected]:
        """Parse a piece; yield the records that end in it, and what is wrong with it."""
        if self._skipping and piece.level is None:
            return
        if self._parser is None or self._skipping:
            self._begin(piece)
        damage = yield from self._feed(piece)
        if damage and piece.level is not None and self._begun_at is not piece and self._awaits(piece):
            # What came before is damaged, or ended; this piece may be sound.
            rejected, inside = self._rejected(damage), self._open is not None
            another_document = damage.at_the_end and (piece.level <= 0 or not self._opened)
            if inside:
                yield rejected
            self._begin(piece)
            again = yield from self._feed(piece)
            if not (inside or again or another_document):
                yield rejected
            damage = again
        if damage:
            yield self._rejected(damage)
            self._skipping = True
        elif piece.level is not None and 0 <= piece.level < self._last and (tag := whole_tag(piece.text)):
            self._opened[piece.level] = tag

    def end(self) -> Iterator[Rejected]:
        """Yield what is wrong with the end."""
        from lxml import etree

        if self._parser is None:
            yield Rejected(file=self._source, where="whole file", reason="no XML")
        elif not self._skipping:
            try:
                self._parser.close()
            except etree.XMLSyntaxError as caught:
                error: Any = caught  # the stubs know little of it
                if self._open is not None:
                    reason = f"{ENDS_EARLY} in the middle of this record"
                    yield Rejected(file=self._source, where=self._where, reason=reason)
                elif (fatal := error.error_log.filter_from_fatals()) and (self._opened or not self.count):
                    line = self._first_line + max(fatal[-1].line, 1) - 1
                    reason = f"{ENDS_EARLY} before its XML does: records may be missing"
                    yield Rejected(file=self._source, where=f"line {line}", reason=reason)

    def _begin(self, piece: Piece) -> None:
        """Begin a new parser at a piece, inside the elements that were open there."""
        from lxml import etree

        names = self._shape.levels[self._last] + self._shape.asides
        is_first = self._parser is None
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in names] if self._shape.levels[self._last] else None,
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self._first_line, self._begun_at = piece.line, piece
        self._open, self._awaited, self._skipping, self._unended = None, None, False, 0
        for level in range(0 if is_first else max(piece.level or 0, 0)):
            self._parser.feed(self._opened.get(level, f"<{self._shape.levels[level][0]}>").encode())
        list(self._parser.read_events())

    def _feed(self, piece: Piece) -> Generator[Found | Rejected, None, _Damage | None]:
        from lxml import etree

        damage = None
        if piece.level is not None:
            self._awaited = piece
        try:
            self._parser.feed(piece.text.encode())
        except etree.XMLSyntaxError as caught:
            error: Any = caught
            line = self._line_of(error)
            message = (error.msg or "").partition(", line ")[0]
            damage = _Damage(f"damaged XML: {message}", line, error.code == _CONTENT_AFTER_THE_END)
        for event, element in self._parser.read_events():
            if event == "start":
                if not self._starts(element):
                    return _Damage(
                        f"damaged XML: this record has no end before line {piece.line}", piece.line
                    )
            elif self._open is not None and element is self._open:
                is_aside = local_name(element) in self._shape.asides
                yield Found(element, self._where, is_aside)
                self._open, self._unended = None, 0
                _forget(element)
        self._unended += len(piece.text)
        if damage is None and self._unended > LONGEST_RECORD:
            damage = _Damage(f"no record ends within {LONGEST_RECORD:,} characters", piece.line)
        return damage

    def _starts(self, element: Element) -> bool:
        """Note that an element has begun; return False where a record begins inside a record."""
        awaited, self._awaited = self._awaited, None
        parent = element.getparent()
        if self._open is not None:
            is_part = parent is not None and (local_name(element), local_name(parent)) in self._shape.parts
            if awaited is not None and awaited.level == self._last and not is_part:
                self._awaited = awaited
                return False
            return True
        named = self._shape.levels[self._last]
        if named or (parent is not None and parent.getparent() is None):
            at: Any = element.sourceline
            line = self._first_line + int(at or 1) - 1
            self._open, self._where = element, f"line {line}"
            if local_name(element) not in self._shape.asides:
                self.count += 1
                self._where = f"record {self.count}, line {line}"
        return True

    def _line_of(self, error: Any) -> int:
        return self._first_line + max(int(error.lineno or 1), 1) - 1

    def _awaits(self, piece: Piece) -> bool:
        return self._awaited is piece or piece.level != self._last

    def _rejected(self, damage: _Damage) -> Rejected:
        where = f"line {damage.line}" if self._open is None else self._where
        reason = damage.reason
        if self._open is not None and f"line {damage.line}" not in reason:
            reason += f" (line {damage.line})"
        return Rejected(file=self._source, where=where, reason=reason)


def _forget(element: Element) -> None:
    """Free a record's memory, and that of all before it."""
    clear: Any = element.clear  # its option is missing in the stubs
    clear(keep_tail=True)
    current: Element | None = element
    while current is not None:
        parent = current.getparent()
        while parent is not None and current.getprevious() is not None:
            del parent[0]
        current = parent
