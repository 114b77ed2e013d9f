"""The small parts of the page's HTML. Every text that comes in is escaped here and nowhere else.

Gradio shows HTML through its Markdown component, which sanitises it. A block starts with a block
tag and holds no line break, so Markdown reads nothing inside it; blank lines part the blocks, and
a block that stays the same keeps its place on the page while others change.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_COMMAND = re.compile(r"`([^`]+)`")
_CONTEXT = 90
"""Characters kept on each side of a mark while an abstract is folded."""
_OPENING = 220
"""Characters kept of a folded abstract without marks."""


@dataclass(frozen=True)
class Mark:
    """A stretch of a text to be marked, `text[start:end]`."""

    start: int
    end: int


def escape(text: str) -> str:
    """Return a text as HTML that shows exactly its characters, on one line.

    `$` and `%` are escaped too: the Markdown component gives them meanings of its own.
    """
    safe = html.escape(text.replace("\0", "\ufffd"), quote=True)
    safe = safe.replace("$", "&#36;").replace("%", "&#37;")
    return _LINE_BREAK.sub("&#10;", safe)


def prose(text: str) -> str:
    """Return one of paperchat's own sentences as HTML: `commands` in backticks become code."""
    return _COMMAND.sub(r"<code>\1</code>", escape(text))


def sentence(text: str) -> str:
    """Return a message with a capital letter, unless it begins with a name of something."""
    begins_with_word = re.match(r"(?!paperchat\b)[a-z]+(?=[\s,])", text)
    return text[:1].upper() + text[1:] if begins_with_word else text


def blocks(parts: Iterable[str]) -> str:
    """Join blocks so that each is one of its own to Markdown; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def link(content: str, url: str) -> str:
    """Return HTML linked to an address, or as it is where that isn't a web address."""
    try:
        is_web = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        is_web = False
    if not is_web:
        return content
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{content}</a>'


def merge(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks in order, those that overlap or touch made one."""
    merged: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        if merged and mark.start <= merged[-1].end:
            merged[-1] = Mark(merged[-1].start, max(merged[-1].end, mark.end))
        else:
            merged.append(mark)
    return merged


def marked(text: str, marks: Sequence[Mark], anchor: str, *, fold: bool = False) -> str:
    """Return a text as HTML with stretches of it in `<mark>`.

    Args:
        text: Any text.
        marks: Where to mark; those that reach outside the text are cut to it.
        anchor: Prefix of the ids: the words that start at 12 get the id `anchor-at-12`, also where
            their mark began earlier.
        fold: Whether to wrap what lies far from the marks in `<span class="fold">`, which the page
            hides until the reader asks for the whole text.
    """
    inside = [Mark(min(mark.start, len(text)), min(mark.end, len(text))) for mark in marks]
    merged = merge(mark for mark in inside if mark.start < mark.end)
    if not merged:
        return _folded(text, 0, _OPENING) if fold else escape(text)
    starts = {mark.start for mark in inside}
    parts: list[str] = []
    at = 0
    for mark in merged:
        before, after = (_CONTEXT if at else 0), _CONTEXT
        plain = text[at : mark.start]
        parts.append(_folded(plain, after, before) if fold else escape(plain))
        parts.append(_mark(text, mark, sorted(starts), anchor))
        at = mark.end
    parts.append(_folded(text[at:], 0, _CONTEXT) if fold else escape(text[at:]))
    return "".join(parts)


def _mark(text: str, mark: Mark, starts: Sequence[int], anchor: str) -> str:
    cuts = [start for start in starts if mark.start < start < mark.end]
    pieces = []
    for start, end in zip((mark.start, *cuts), (*cuts, mark.end), strict=True):
        piece = escape(text[start:end])
        pieces.append(piece if start == mark.start else f'<span id="{anchor}-at-{start}">{piece}</span>')
    return f'<mark id="{anchor}-at-{mark.start}">{"".join(pieces)}</mark>'


def _folded(text: str, keep_end: int, keep_start: int) -> str:
    """Hide the middle of a text, at word boundaries, where that hides more than a few words."""
    first = text.rfind(" ", 0, keep_start + 1) if keep_start else 0
    last = text.find(" ", len(text) - keep_end) if keep_end else len(text)
    first, last = max(first, 0), last if last >= 0 else len(text)
    if last - first < _CONTEXT:
        return escape(text)
    hidden = f'<span class="gap"></span><span class="fold">{escape(text[first:last])}</span>'
    return f"{escape(text[:first])}{hidden}{escape(text[last:])}"
