"""The blocks of a marked-up page: headings, paragraphs and tables, read as papers.

Where the page's headings are titles of papers they are taken at their word. Else the blocks are read
as the text of a copied page, which finds titles without any marking.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from assistant.models import Rejected
from ingest.fields import as_names
from ingest.records import Record, checked, record_from
from ingest.sources.columns import Asked, ColumnMap
from ingest.sources.page import read_page
from ingest.sources.page_furniture import is_names
from ingest.sources.page_identity import identified, is_identity
from ingest.sources.page_lines import Line

PARAGRAPH = 9
"""The level of a block that is no heading; headings have 1 to 6, and lines set in bold 7."""
BOLD = 7
_FEWEST_WORDS = 4
_LABELS = ("authors:", "author:", "by ")


@dataclass(frozen=True)
class Block:
    """A line or paragraph of a page, in one line.

    Attributes:
        text: Its words.
        level: How high a heading it is; `PARAGRAPH` for none.
        links: The addresses that it links to.
        number: The line of the file that it begins in, 0 where that isn't known.
    """

    text: str
    level: int = PARAGRAPH
    links: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class Table:
    """A table of a page: cells of text, and the links in each row."""

    rows: tuple[tuple[str, ...], ...]
    links: tuple[tuple[str, ...], ...]
    number: int = 0


def read_blocks(blocks: Sequence[Block | Table], source: str, asked: Asked) -> Iterator[Record | Rejected]:
    """Read the papers of a page.

    Args:
        blocks: The page from top to bottom.
        source: The file's path as given.
        asked: Which columns of tables the user named, and who hears how the others are understood.

    Yields:
        A record for each paper; a rejection for each block that belongs to none.
    """
    lines: list[Block] = []
    tables: list[Table] = []
    for block in blocks:
        if isinstance(block, Block):
            lines.append(block)
        elif ColumnMap(block.rows[0] if block.rows else (), asked.columns).fault:
            lines += [
                Block(" | ".join(filter(None, row)), PARAGRAPH, links, block.number)
                for row, links in zip(block.rows, block.links, strict=True)
            ]
        else:
            tables.append(block)
    for table in tables:
        yield from _read_rows(table, source, asked)
    lines = [line for line in lines if line.text]
    level = title_level(lines)
    if level:
        yield from _by_headings(lines, level, source)
    elif lines and not (tables and not any(Line(1, line.text).as_abstract > 0 for line in lines)):
        yield from _as_text(lines, source)
    else:
        for number, line in enumerate(lines, 1):
            yield _noise(line, number, source)


def title_level(blocks: Sequence[Block]) -> int:
    """Return the level of headings that are papers' titles, 0 where none is.

    They are if there are two or more, most of them with prose below, and worded as titles are.
    """
    for level in range(1, BOLD + 1):
        titles = [at for at, block in enumerate(blocks) if _is_title(block, level)]
        if len(titles) < 2 or median(len(blocks[at].text.split()) for at in titles) < _FEWEST_WORDS:
            continue
        with_prose = 0
        for at, following in zip(titles, [*titles[1:], len(blocks)], strict=True):
            with_prose += any(_is_prose(block) for block in blocks[at + 1 : following])
        if with_prose * 2 > len(titles):
            return level
    return 0


def _is_title(block: Block, level: int) -> bool:
    return block.level == level and not Line(1, block.text).furniture and len(block.text) <= 400


def _is_prose(block: Block) -> bool:
    line = Line(1, block.text)
    return (
        block.level == PARAGRAPH and line.as_abstract > max(0.0, line.as_noise) and not is_names(block.text)
    )


def _by_headings(blocks: Sequence[Block], level: int, source: str) -> Iterator[Record | Rejected]:
    starts = [at for at, block in enumerate(blocks) if _is_title(block, level)]
    for at, block in enumerate(blocks[: starts[0]], 1):
        yield _noise(block, at, source)
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        title = blocks[start]
        prose: list[str] = []
        authors: tuple[str, ...] = ()
        noise: list[Rejected] = []
        near: list[Block] = [title]
        over = False
        for at, block in enumerate(blocks[start + 1 : end], start + 2):
            over = over or block.level < level  # a heading above titles begins another part of the page
            if not over and _is_prose(block):
                prose.append(block.text)
            elif not over and not authors and (names := _names(block.text)):
                authors = names
            elif not over and is_identity(block.text, block.links):
                near.append(block)
            else:
                noise.append(_noise(block, at, source))
        record = Record(title.text, source, _where(title, start + 1), "\n\n".join(prose), authors)
        known = identified(record, title.links, [link for block in near[1:] for link in block.links])
        yield checked(known, ["a heading"])
        yield from noise


def _names(text: str) -> tuple[str, ...]:
    """Return the authors that a line lists and nothing else; none where it isn't such a line."""
    label = next((label for label in _LABELS if text.lower().startswith(label)), "")
    names = text[len(label) :].strip()
    return as_names(names) if is_names(names) or (label and label != "by " and len(names) < 2000) else ()


def _as_text(blocks: Sequence[Block], source: str) -> Iterator[Record | Rejected]:
    """Read the blocks as a copied page; then give each paper the identity that its links tell."""
    text = io.StringIO("\n\n".join(block.text for block in blocks))  # block N stands in line 2N - 1
    pending: tuple[Record, int] | None = None
    held: list[Rejected] = []

    def finished(end: int) -> Iterator[Record | Rejected]:
        if pending is not None:
            record, start = pending
            others = [block for block in blocks[start + 1 : end] if is_identity(block.text, block.links)]
            links = [link for block in others for link in block.links]
            yield identified(record, blocks[start].links, links)
        yield from held

    for item in read_page(text, source):
        at = (int(item.where.split()[1]) - 1) // 2 if item.where.split()[1].isdigit() else 0
        if isinstance(item, Record):
            yield from finished(at)
            held = []
            pending = (replace(item, where=_where(blocks[at], at + 1)), at)
        elif item.where.startswith("lines "):
            held.append(item.model_copy(update={"where": "all of its text"}))
        elif pending is None or not is_identity(blocks[at].text, blocks[at].links):
            held.append(item.model_copy(update={"where": _where(blocks[at], at + 1)}))
    yield from finished(len(blocks))


def _read_rows(table: Table, source: str, asked: Asked) -> Iterator[Record | Rejected]:
    columns = ColumnMap(table.rows[0], asked.columns)
    asked.met = True
    asked.note(f"{source}, a table: {columns.describe()}")
    for position, (row, links) in enumerate(zip(table.rows[1:], table.links[1:], strict=True), 2):
        where = f"line {table.number + position}" if table.number else f"row {position} of a table"
        item = record_from(columns.values(row), source, where)
        yield identified(item, links, ()) if isinstance(item, Record) else item


def _where(block: Block, position: int) -> str:
    return f"line {block.number}" if block.number else f"paragraph {position}"


def _noise(block: Block, position: int, source: str) -> Rejected:
    shown = block.text if len(block.text) <= 80 else block.text[:79] + "…"
    return Rejected(file=source, where=_where(block, position), reason=f"page noise: {shown}")
