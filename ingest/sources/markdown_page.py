"""A saved Markdown page of papers: headings, lists, bold titles and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.columns import Asked
from ingest.sources.encodings import NotText
from ingest.sources.page import is_page
from ingest.sources.page_blocks import BOLD, PARAGRAPH, Block, Table, read_blocks

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LARGEST = 16_000_000
_HEADING = re.compile(r" {0,3}#{1,6}\s+\S.*")
_UNDERLINE = re.compile(r" {0,3}(?:={3,}|-{3,})\s*")
_BOLD_START = re.compile(r"\s*(?:[-*+]\s+|\d{1,3}[.)]\s+|>\s*)?(?:\*\*|__)(?=\S).{3,400}?(?:\*\*|__)")
_LINK_START = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)]|#{1,6})?\s*!?\[[^\]]{2,400}\]\([^)\s]{1,500}\)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|\d{1,3}[.)]\s+|>\s*)+|\*\*|__|`|!?\[|\]\([^)\s]{0,500}\)|\|")
_FORMULA = re.compile(r"\$(?![\s\d])[^$\n]{1,300}(?<!\s)\$(?!\d)|\\\([^\n]{1,300}?\\\)")
_CODE = re.compile(r"\s*(?:```|~~~)")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[ \t]*\n")
_AFTER_BOLD = " \t:—–-.·|"


def is_markdown(sample: str) -> bool:
    """Tell whether a text is a page written in Markdown.

    It has headings, lines that begin in bold or with a link, or a table; and it reads as a page of
    papers once the marks are taken away, which no program or settings file does.
    """
    every = sample.lstrip("\ufeff").splitlines()[:1000]
    lines = [line for line in every if line.strip()][:400]
    marked = sum(bool(_BOLD_START.match(line) or _LINK_START.match(line)) for line in lines)
    # `# …` on its own among blank lines is a heading; above a line of code it is a comment.
    marked += sum(
        bool(_HEADING.fullmatch(line)) and (line.lstrip().startswith("##") or not below.strip())
        for line, below in pairwise(every)
    )
    marked += sum(
        bool(_UNDERLINE.fullmatch(line)) and before.strip() != "" and not before.startswith("-")
        for before, line in pairwise(lines)
    )
    if any(
        "|" in before and _RULE.fullmatch(line) and line.count("|") and _same_cells(before, line)
        for before, line in pairwise(lines[:50])
    ):
        return True
    if not marked or marked * 20 < len(lines) or any(_CODE.match(line) for line in lines[:1]):
        return False
    return is_page("\n".join(_MARKS.sub("", line) for line in lines))


def _same_cells(header: str, rule: str) -> bool:
    return header.strip().strip("|").count("|") == rule.strip().strip("|").count("|")


def read_markdown(text: TextIO, source: str, asked: Asked | None = None) -> Iterator[Record | Rejected]:
    """Read the papers of a Markdown page.

    Args:
        text: The open file.
        source: The file's path as given.
        asked: Which columns of tables the user named, and who hears how the others are understood.

    Yields:
        A record for each paper, and a rejection for each line that belongs to none.
    """
    from markdown_it import MarkdownIt

    markup = text.read(LARGEST + 1)
    if len(markup) > LARGEST:
        raise NotText(f"a Markdown page of more than {LARGEST // 1_000_000} million characters")
    markup = markup.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if front := _FRONT_MATTER.match(markup):
        last = front.group().count("\n")
        yield Rejected(file=source, where=f"lines 1 to {last}", reason="front matter of the page, not read")
        markup = markup[front.end() :]
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.inline.ruler.before("escape", "formula", _take_formula)
    blocks = list(_blocks(parser.parse(markup)))
    if not blocks:
        raise NotText("a Markdown page without text")
    yield from read_blocks(blocks, source, asked or Asked())


def _take_formula(state: StateInline, silent: bool) -> bool:
    """Take a formula in dollar signs as it is: its stars, bars and backslashes are no Markdown."""
    found = _FORMULA.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    if not silent:
        state.push("text", "", 0).content = found.group()
    state.pos = found.end()
    return True


def _blocks(tokens: Sequence[Token]) -> Iterator[Block | Table]:
    """Yield the page's blocks; a title in bold, or linked, at the start of one is a block of its own."""
    level = PARAGRAPH
    rows: list[tuple[str, ...]] | None = None
    row: list[str] = []
    row_links: list[str] = []
    links_of_rows: list[tuple[str, ...]] = []
    start = 0
    for token in tokens:
        number = token.map[0] + 1 if token.map else 0
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = PARAGRAPH
        elif token.type == "table_open":
            rows, links_of_rows, start = [], [], number
        elif token.type == "tr_open":
            row, row_links = [], []
        elif token.type == "tr_close" and rows is not None:
            rows.append(tuple(row))
            links_of_rows.append(tuple(row_links))
        elif token.type == "table_close" and rows is not None:
            yield Table(tuple(rows), tuple(links_of_rows), start)
            rows = None
        elif token.type == "inline" and rows is not None:
            _, words, links = _inline(token)
            row.append(words)
            row_links += links
        elif token.type == "inline":
            yield from _paragraph(token, level, number)
        elif token.type in ("fence", "code_block", "html_block"):
            words = _without_tags(token.content) if token.type == "html_block" else token.content
            if words.split():
                yield Block(" ".join(words.split()), PARAGRAPH, (), number)


def _paragraph(token: Token, level: int, number: int) -> Iterator[Block]:
    title, rest, links = _inline(token, split=level == PARAGRAPH)
    if title:
        yield Block(title, BOLD, tuple(links), number)
        links = []
        rest = rest.lstrip(_AFTER_BOLD)
    if rest:
        yield Block(rest, level, tuple(links), number)


def _inline(token: Token, split: bool = False) -> tuple[str, str, list[str]]:
    """Return the title that a paragraph begins with, in bold or linked; its other words; its links."""
    title: list[str] = []
    words: list[str] = []
    links: list[str] = []
    marked = 0
    for child in token.children or []:
        if child.type in ("strong_open", "link_open"):
            marked += 1
            links += [str(child.attrs["href"])] if child.type == "link_open" else []
        elif child.type in ("strong_close", "link_close"):
            marked -= 1
        elif child.type in ("softbreak", "hardbreak"):
            (title if marked and not words else words).append("\n" if child.type == "hardbreak" else " ")
        elif child.type in ("text", "code_inline") or (child.type == "text_special"):
            into = title if marked and not "".join(words).strip() else words
            into.append(child.content)
    lead, rest = " ".join("".join(title).split()), " ".join("".join(words).split())
    if split and len(lead.split()) >= 3 and not lead.endswith(":") and not rest[:1].islower():
        return lead, rest, links
    return "", f"{lead} {rest}".strip() if rest[:1].isalnum() else f"{lead}{rest}", links


def _without_tags(markup: str) -> str:
    from bs4 import BeautifulSoup

    return BeautifulSoup(markup, "lxml").get_text(" ")
