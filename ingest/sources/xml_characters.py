"""XML as programs write it → XML that a strict parser takes: entities known, stray characters escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import TextIO
from xml.sax.saxutils import escape

_CHUNK = 65_536
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_FORBIDDEN_CHARACTER = re.compile(f"[{_FORBIDDEN}]")
# Mixed into one pass: a reference, an ampersand or angle bracket that is only text, what XML forbids.
_SUSPECT = re.compile(
    r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));"
    r"|(?P<ampersand>&)"
    r"|(?P<angle><(?![A-Za-z_:/!?\u0080-\ud7ff\uf900-\U0010ffff]))"
    r"|(?P<bracket>\]\]>)"
    r"|(?P<declaration><\?xml\s[^<>]*>)"
    f"|[{_FORBIDDEN}]"
)
_CDATA_START, _CDATA_END = "<![CDATA[", "]]>"
_UNFINISHED = re.compile(r"(?:<[^<>&]{0,200}|&[^;&<\s]{0,40}|\]{1,2}|\r)\Z")
"""What may go on in the next chunk, and must not be judged before."""


def mended(text: TextIO) -> Iterator[tuple[str, bool]]:
    """Read XML text and mend what would stop a parser though its meaning is plain.

    HTML's named entities become their characters; ampersands and angle brackets that begin nothing
    are escaped, unknown entities with them; characters that XML forbids become blanks. Declarations
    of an encoding go: the text is decoded already. Line ends become `\\n`, and their number stays.

    Args:
        text: The open file.

    Yields:
        A part of the text, and whether it is markup; if not, it is inside a CDATA section.
    """
    held = ""
    in_cdata = False
    while True:
        chunk = text.read(_CHUNK)
        held += chunk
        unfinished = _UNFINISHED.search(held, max(0, len(held) - 256)) if chunk else None
        cut = unfinished.start() if unfinished else len(held)
        part, held = held[:cut].replace("\r\n", "\n").replace("\r", "\n"), held[cut:]
        while part:
            mark = _CDATA_END if in_cdata else _CDATA_START
            at = part.find(mark)
            end = len(part) if at < 0 else at + len(mark)
            piece, part = part[:end], part[end:]
            yield (
                (_FORBIDDEN_CHARACTER.sub(" ", piece) if in_cdata else _SUSPECT.sub(_mend, piece)),
                not in_cdata,
            )
            in_cdata ^= at >= 0
        if not chunk:
            return


def _mend(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind in ("decimal", "hexadecimal"):
        code = int(match[kind], 10 if kind == "decimal" else 16)
        allowed = code <= 0x10FFFF and (code >= 0x20 or code in (9, 10, 13)) and not 0xD800 <= code <= 0xDFFF
        return match.group() if allowed and code not in (0xFFFE, 0xFFFF) else " "
    if kind == "name":
        name = match["name"]
        if name in _XML_NAMES:
            return match.group()
        characters = html5.get(f"{name};")
        return f"&amp;{name};" if characters is None else escape(characters, {'"': "&quot;"})
    if kind == "declaration":
        return "\n" * match.group().count("\n")
    return {"ampersand": "&amp;", "angle": "&lt;", "bracket": "]]&gt;"}.get(kind or "", " ")
