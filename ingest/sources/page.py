"""A web page of papers copied as text: title, abstract, title, abstract, and the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from assistant.models import Rejected
from ingest.records import MAX_CHARACTERS, Record
from ingest.sources.files import read_lines
from ingest.sources.page_labels import Label, label_lines
from ingest.sources.page_lines import Line

_WIDEST_COLUMN = 130
"""Characters; a longer line wasn't wrapped by hand or by a terminal."""
_LONGEST_BLOCK = 500
_HELD_BACK = 1_000
_NO_PROSE = re.compile(
    r"[#/{}<>|$`\\;]|[-*+] |[-+](?=[a-z])|[-+]{3} |\d{4}-\d\d-\d\d[T ]\d\d:|@@ |[A-Z][A-Z0-9]{1,3} *- "
    r"|[a-z][\w-]*:(?:\s|$)"
    r"|\d\d:\d\d:\d\d[,.]\d+ --> |\[\d+\] |(?:FROM|RUN|COPY|WORKDIR|ENV|ENTRYPOINT|CMD|EXPOSE) "
    r"|(?:From|To|Cc|Subject|Date|Received|Message-ID|Content-[\w-]+|MIME-Version): "
    r"|(?:import|from|def|class|function|var|let|const|return|if|else)\b.*[:;({]$|[\w.-]+\s*=\s*\S|.*[{};\\]$"
)
"""How lines of programs, logs, settings, subtitles, mail, tagged records and Markdown begin or end."""


def is_page(sample: str) -> bool:
    """Tell whether a text may be a page of papers: most of its lines read as words do."""
    lines = [line.strip() for line in sample.splitlines() if line.strip()][:400]
    unlike = sum(bool(_NO_PROSE.match(line)) for line in lines)
    return bool(lines) and unlike * 4 <= len(lines) and any(len(line.split()) > 3 for line in lines)


def read_page(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read the papers of a copied page.

    Args:
        text: The page, with line ends of any kind.
        source: The file's path as given.

    Yields:
        A record for each title, with its abstract if it has one; a rejection for each line that
        belongs to no paper. Together they hold every line of the page.
    """
    held: list[Rejected] = []  # until the first paper shows that this is a page of papers at all
    is_page = False
    for item in _assemble(text, source):
        if isinstance(item, Rejected) and not is_page:
            held.append(item)
            is_page = len(held) > _HELD_BACK
            continue
        is_page = True
        yield from held
        held = []
        yield item
    if is_page or len(held) < 10:
        yield from held
    else:
        first, last = held[0].where.split()[1], held[-1].where.split()[-1]
        yield Rejected(
            file=source, where=f"lines {first} to {last}", reason="no papers recognised in this text"
        )


def _assemble(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Put labelled lines together to records."""
    title: Line | None = None
    title_text = ""
    paragraphs: list[str] = []

    def finished() -> Iterator[Record | Rejected]:
        if title is not None:
            yield _record(title_text, paragraphs, source, title.number)

    for line, label in label_lines(_lines(text)):
        if label in (Label.TITLE, Label.LONE_TITLE):
            yield from finished()
            title, title_text, paragraphs = line, line.text, []
        elif label is Label.TITLE_GOES_ON:
            title_text += "\n" + line.text
        elif label is Label.ABSTRACT and title is not None:
            paragraphs.append(line.text)
        elif label is Label.GAP:
            yield _rejected(line, source)
        else:
            yield from finished()
            title = None
            yield _rejected(line, source, "an abstract without a title: " if label is Label.ABSTRACT else "")
    yield from finished()


def _record(title: str, paragraphs: list[str], source: str, number: int) -> Record | Rejected:
    abstract = "\n\n".join(paragraphs)
    where = f"line {number}"
    if len(abstract) > MAX_CHARACTERS:
        return Rejected(file=source, where=where, reason=f"{len(abstract):,} characters: no abstract")
    return Record(title=title, source=source, where=where, abstract=abstract)


def _rejected(line: Line, source: str, what: str = "") -> Rejected:
    shown = " ".join(line.text.split())
    shown = shown if len(shown) <= 80 else shown[:79] + "…"
    reason = f"{what}{shown}" if what else f"page noise: {shown}"
    last = line.number + line.text.count("\n")
    where = f"line {line.number}" if last == line.number else f"lines {line.number} to {last}"
    return Rejected(file=source, where=where, reason=reason)


def _lines(text: TextIO) -> Iterator[Line]:
    """Yield the page's lines without the blank ones; lines that are surely one are joined."""
    block: list[tuple[int, str]] = []
    after_blank = True
    for number, raw, _ in read_lines(text):
        stripped = raw.strip().strip("\ufeff")
        if stripped:
            block.append((number, stripped))
        if block and (not stripped or len(block) >= _LONGEST_BLOCK):
            yield from _join_wrapped(block, after_blank)
            after_blank, block = not stripped, []
    yield from _join_wrapped(block, after_blank)


def _join_wrapped(block: Iterable[tuple[int, str]], after_blank: bool) -> Iterator[Line]:
    """Join the lines of a block that a narrow column parted, where there is no doubt.

    There is none if the second goes on in lower case or the first ends on a word like `of`. The
    other breaks are told to the labelling: `wrapped` where the next word wouldn't have fitted.
    """
    block = list(block)
    width = max((len(text) for _, text in block), default=0)
    current: Line | None = None
    last = ""
    for number, text in block:
        narrow = width <= _WIDEST_COLUMN and len(block) > 1
        wrapped = bool(narrow and last and len(last) + 1 + len(text.split()[0]) > width)
        line = Line(number, text, glued=current is not None or not after_blank, wrapped=wrapped)
        goes_on = (
            current is not None
            and narrow
            and not current.furniture
            and (wrapped or not line.furniture)
            and (current.needs_more or (text[0].islower() and (wrapped or current.unfinished)))
        )
        if current is not None and goes_on:
            current = Line(current.number, f"{current.text}\n{text}", current.glued, current.wrapped)
        else:
            if current is not None:
                yield current
            current = line
        last = text
    if current is not None:
        yield current
