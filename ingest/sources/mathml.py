"""MathML → a line of text that keeps what is above, below and over what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEEPEST = 40
_SIMPLE = re.compile(r"[^\W_]+|[+-]?\d+(?:\.\d+)?|\W")
_UNSEEN = re.compile("[\u2061-\u2064\u200b]")  # function application, invisible times and the like


def math_text(element: Element, depth: int = 0) -> str:
    """Return a MathML element as text: `x^2`, `a_{i+1}`, `1/(n+1)`, `sqrt(x)`, `^129Xe`."""
    tag: Any = element.tag
    if not isinstance(tag, str):
        return ""
    name = tag.rpartition("}")[2].rpartition(":")[2]
    if depth > _DEEPEST:
        return " ".join("".join(map(str, element.itertext())).split())
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        text = _UNSEEN.sub("", element.text or "").replace("\u00a0", " ")
        return " " if name == "mspace" or text.isspace() else " ".join(text.split())
    parts = [math_text(child, depth + 1) for child in children]
    write = _WRITERS.get(name)
    if name == "mmultiscripts":
        return _multiscripts([_name(child) for child in children], parts)
    if name == "semantics":
        return parts[0]
    return write(parts) if write and len(parts) == _ARGUMENTS.get(name, len(parts)) else _row(parts)


_ACCENTS = {
    ".": "\u0307", "˙": "\u0307", "¯": "\u0304", "‾": "\u0304", "ˉ": "\u0304", "_": "\u0304", "^": "\u0302",
    "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7", "¨": "\u0308", "..": "\u0308",
}  # fmt: skip


def _name(element: Element) -> str:
    tag: Any = element.tag
    return str(tag).rpartition("}")[2].rpartition(":")[2]


def _row(parts: Sequence[str]) -> str:
    return "".join(parts)


def _script(mark: str, text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    return f"{mark}{text}" if _SIMPLE.fullmatch(text) else f"{mark}{{{text}}}"


def _group(text: str) -> str:
    text = text.strip()
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _accent(parts: Sequence[str]) -> str:
    """Put a mark onto a letter; what is above anything else is written as a power."""
    mark = _ACCENTS.get(parts[1].strip())
    if mark and len(parts[0].strip()) == 1:
        return unicodedata.normalize("NFC", parts[0].strip() + mark)
    return parts[0] + _script("^", parts[1])


def _multiscripts(names: Sequence[str], parts: Sequence[str]) -> str:
    after, before = list(parts[1:]), []
    if "mprescripts" in names:
        at = names.index("mprescripts")
        after, before = list(parts[1:at]), list(parts[at + 1 :])

    def written(scripts: Sequence[str]) -> str:
        return "".join(_script("_^"[place % 2], script) for place, script in enumerate(scripts))

    # With one script before the base some programs leave out the place of the other.
    return written(["", *before] if len(before) == 1 else before) + parts[0] + written(after)


_WRITERS: dict[str, Callable[[Sequence[str]], str]] = {
    "msup": lambda parts: parts[0] + _script("^", parts[1]),
    "msub": lambda parts: parts[0] + _script("_", parts[1]),
    "msubsup": lambda parts: parts[0] + _script("_", parts[1]) + _script("^", parts[2]),
    "munder": lambda parts: parts[0] + _script("_", parts[1]),
    "mover": _accent,
    "munderover": lambda parts: parts[0] + _script("_", parts[1]) + _script("^", parts[2]),
    "mfrac": lambda parts: f"{_group(parts[0])}/{_group(parts[1])}",
    "msqrt": lambda parts: f"sqrt({_row(parts).strip()})",
    "mroot": lambda parts: f"root({parts[0].strip()}, {parts[1].strip()})",
    "mfenced": lambda parts: f"({', '.join(part.strip() for part in parts)})",
    "mtr": lambda parts: ", ".join(part.strip() for part in parts),
    "mtable": lambda parts: "; ".join(part.strip() for part in parts),
}
_ARGUMENTS = {
    "msup": 2,
    "msub": 2,
    "munder": 2,
    "mover": 2,
    "mfrac": 2,
    "mroot": 2,
    "msubsup": 3,
    "munderover": 3,
}
