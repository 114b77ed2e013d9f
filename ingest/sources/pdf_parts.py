"""Which of a page's printed lines are the title, and which the abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.sources.page_furniture import is_names
from ingest.sources.pdf_lines import Line

_LONGEST_TITLE = 400
_MOST_TITLE_LINES = 6
_NO_TITLE = re.compile(
    r"(?:arxiv:|https?://|doi[:\s]|www\.|vol(?:ume)?\b\.?\s*\d|issn|published|received|accepted|copyright|©|\d+$"
    r"|proceedings of|journal of|preprint$|research article$|original (?:article|paper|research)$|review$"
    r"|open access$|article$|letter$|contents lists|abstract$|introduction$|page \d|technical report$)",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"(?:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|a ?b ?s ?t ?r ?a ?c ?t \(en\))\s*(?P<mark>[.:—–-]+)?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_END = re.compile(
    r"(?:(?:\d{1,2}|I)?[.:)]?\s*introduction\b|key\s?-?words?\b|index terms\b|ccs concepts\b"
    r"|categories and subject|general terms\b|acm reference|jel (?:classification|codes?)\b|msc\b|pacs\b"
    r"|(?:©|copyright\b|permission to make)|abbreviations\b|highlights\b|correspondence\b|\*?corresponding author"
    r"|received[:\s]|accepted[:\s]|table of contents|contents$|mathematics subject|subject(?:s| classification)?:)",
    re.IGNORECASE,
)
_LONGEST_ABSTRACT = 6_000
_FOOTNOTE = re.compile(r"[∗*†‡§¶\d]{1,2}\s?[A-Z].{0,200}|\d{1,4}|arxiv:.*", re.IGNORECASE)


def title_of(lines: Sequence[Line]) -> str:
    """Return the title: the largest print in the upper part of the first page, however many lines it takes.

    Args:
        lines: The first page's lines.

    Returns:
        The title, empty where nothing stands out.
    """
    printed = [line for line in lines if line.upright and any(char.isalpha() for char in line.text)]
    if not printed:
        return ""
    top, bottom = max(line.top for line in printed), min(line.top for line in printed)
    upper = [line for line in printed if line.top >= top - 0.55 * max(top - bottom, 1.0)]
    before = _before_abstract(upper) or upper
    candidates = [line for line in before if not _NO_TITLE.match(line.text) and len(line.text) > 2]
    for size in sorted({round(line.size, 1) for line in candidates}, reverse=True):
        title = _of_size(candidates, size)
        if len(title.split()) >= 2 and sum(map(str.isalpha, title)) > 5 and not is_names(title):
            return title
    return ""


def _before_abstract(lines: Sequence[Line]) -> list[Line]:
    ordered = sorted(lines, key=lambda line: -line.top)
    for position, line in enumerate(ordered):
        if _heading(line) is not None:
            return ordered[:position]
    return ordered


def _of_size(lines: Sequence[Line], size: float) -> str:
    """Return the first lines of a size that stand together; a line of another size or a wide gap ends them."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda line: (-line.top, line.left)):
        same = abs(line.size - size) <= max(0.6, 0.06 * size)
        if not found:
            if same:
                found.append(line)
            continue
        gap = found[-1].top - line.top
        if not same or gap > 2.2 * size or line.bold != found[0].bold or len(found) >= _MOST_TITLE_LINES:
            break
        found.append(line)
    title = "\n".join(line.text for line in found)
    return title if len(title) <= _LONGEST_TITLE else ""


def _heading(line: Line) -> str | None:
    """Return what follows the heading `Abstract` on its line, None for a line that has no such heading."""
    found = _ABSTRACT.match(line.text)
    if found is None or not line.upright:
        return None
    rest = found["rest"].strip()
    # "Abstract—We study…" and "Abstract We study…", but not "Summary of results".
    return rest if not rest or found["mark"] or (rest[0].isupper() and len(rest) > 20) else None


def abstract_of(lines: Sequence[Line], title: str) -> str:
    """Return the abstract: from its heading to the next one, to the key words or to the introduction.

    Args:
        lines: The lines in reading order.
        title: The title, which is left out where there is no heading.

    Returns:
        The abstract, a line of print a line; empty where there is no heading of one.
    """
    for position, line in enumerate(lines):
        rest = _heading(line)
        if rest is not None:
            found = _body(lines, position, rest)
            if len(found) > 80:
                return found
    return ""


def _body(lines: Sequence[Line], position: int, rest: str) -> str:
    head = lines[position]
    following = [line for line in lines[position + 1 :] if line.upright]
    body = [rest] if rest else []
    # The first line of the text tells its size; a heading in it is larger, or bold where the text isn't.
    model = head if rest else next((line for line in following if line.page == head.page), head)
    length = len(rest)
    last = head
    for line in following:
        if (
            line.page == head.page == last.page
            and line.top > last.top + model.size
            and line.left <= head.right
        ):
            break  # back to the top of the same column
        if _END.match(line.text) or length > _LONGEST_ABSTRACT:
            break
        if body and (line.size > model.size * 1.12 or (line.bold and not model.bold and len(line.text) < 60)):
            break
        if line.size < model.size * 0.85 or (
            body and _FOOTNOTE.fullmatch(line.text) and line.size < model.size * 0.95
        ):
            continue  # a footnote, or a page's number
        if body and _numbered(line.text) and body[-1].rstrip().endswith((".", "!", "?")):
            break
        body.append(line.text)
        length += len(line.text)
        last = line
    return "\n".join(body)


def _numbered(text: str) -> bool:
    """Tell whether a line is a numbered heading: `1 Background`, `I. MOTIVATION`."""
    return re.fullmatch(r"(?:1|I)[.:)]?\s+[A-Z][\w ,:&-]{2,60}", text) is not None
