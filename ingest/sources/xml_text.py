"""The text of an XML element, with that of its markup which changes what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.sources.mathml import math_text
from ingest.sources.xml_stream import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEEPEST = 60
_SCRIPTS = {"sup": "sup", "superscript": "sup", "sub": "sub", "subscript": "sub", "inf": "sub"}
_BREAKS = frozenset({"br", "p", "par", "title", "sec", "list", "list-item", "div", "li"})
_UNDERLINED = {"<": "≤", ">": "≥", "+": "±", "=": "≡"}  # how a typewriter writes them


def inline_text(element: Element | None, depth: int = 0) -> str:
    """Return an element's text as `ingest.clean` takes it.

    Raised and lowered text keeps its tags, since 10<sup>5</sup> isn't 105; MathML and TeX become
    formulas; other markup goes, and its text stays.
    """
    if element is None:
        return ""
    if depth > _DEEPEST:
        return "".join(map(str, element.itertext()))
    parts = [element.text or ""]
    for child in element:
        parts += [_marked(child, depth + 1), child.tail or ""]
    return "".join(parts)


def _marked(element: Element, depth: int) -> str:
    name = local_name(element)
    if name == "math":
        return math_text(element)
    text = inline_text(element, depth)
    if name == "tex-math":
        return f"${text.strip()}$" if text.strip() else ""
    # EndNote keeps what is raised in an attribute: <style face="superscript">.
    script = _SCRIPTS.get(name) or next(
        (tag for face, tag in _SCRIPTS.items() if face in str(element.get("face", "")).split()), None
    )
    if script:
        return f"<{script}>{text}</{script}>" if text.strip() else text
    if name in ("u", "underline"):
        return _UNDERLINED.get(text.strip(), text)
    return f"\n{text}\n" if name in _BREAKS else text


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element at a path of local names, whatever the namespaces."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local_name(inner) == name), None)
    return element


def children(element: Element | None, *path: str) -> list[Element]:
    """Return all elements at a path of local names, in their order."""
    found = [] if element is None else [element]
    for name in path:
        found = [inner for outer in found for inner in outer if local_name(inner) == name]
    return found


def text_at(element: Element | None, *path: str) -> str:
    """Return the text, on one line, of the first element at a path of local names."""
    return " ".join(inline_text(child(element, *path)).split())
