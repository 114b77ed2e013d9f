"""A saved web page, whole or a fragment: its structured data if it has any, else its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.columns import Asked
from ingest.sources.encodings import NotText
from ingest.sources.html_listings import listed_records
from ingest.sources.html_metadata import is_own_page, structured_records
from ingest.sources.page_blocks import BOLD, PARAGRAPH, Block, Table, read_blocks

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

LARGEST = 32_000_000
"""Characters of a page; pictures that are written into it don't count."""
_MOST_READ = 400_000_000
_MOST_TAGS = 2_000_000
_SURELY_ABSTRACT = 200
_CHUNK = 1 << 20
_DATA_ADDRESS = re.compile(r"data:[\w.+/-]{0,80};base64,[A-Za-z0-9+/=%\s]{64,}", re.IGNORECASE)
_WHOLE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:div|section|main|article|ul|ol|dl|table|p|h[1-6]|span|a|meta|center|header)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ONLY = re.compile(r"<(?:div|span|h[1-6]|li|td|br|dt|a\s[^<>]{0,300}href)\b", re.IGNORECASE)
_LEFT_OUT = frozenset(
    """script style noscript template svg math-renderer nav footer aside form button input select textarea iframe
    object audio video canvas head title dialog menu""".split()
)
_BLOCKS = frozenset(
    """address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6
    header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul br caption""".split()
)
_BOLD = frozenset({"b", "strong", "a"})
_AFTER_BOLD = " \t:—–-.·|"


def is_html(sample: str) -> bool:
    """Tell whether a text is an HTML page or a fragment of one."""
    text = sample.lstrip("\ufeff")
    if _WHOLE.match(text):
        return True
    return bool(_FRAGMENT.match(text)) and "xmlns" not in text[:300] and len(_HTML_ONLY.findall(text)) >= 2


def read_html(text: TextIO, source: str, asked: Asked | None = None) -> Iterator[Record | Rejected]:
    """Read the papers of a saved web page.

    Args:
        text: The open file.
        source: The file's path as given.
        asked: Which columns of tables the user named, and who hears how the others are understood.

    Yields:
        A record for each paper, and a rejection for each block of text that belongs to none. Of a
        page with structured data only that is told, if most of its papers have their abstracts.
    """
    soup = _parsed(text)
    if listed := list(listed_records(soup, source)):
        yield from listed
        return
    structured = list(structured_records(soup, source))
    with_abstract = sum(isinstance(item, Record) and bool(item.abstract) for item in structured)
    if structured and with_abstract * 2 >= len(structured):
        yield from structured
        return
    blocks = _blocks(soup)
    read = list(read_blocks(blocks, source, asked or Asked())) if blocks else []
    told = [item for item in read if isinstance(item, Record) and item.abstract]
    if structured and (len(told) <= with_abstract or is_own_page(structured)):
        yield from (_with_abstract(item, told) for item in structured)
    elif read:
        yield from read
    else:
        raise NotText("an HTML page without text: was it saved before it was loaded?")


def _with_abstract(item: Record | Rejected, told: list[Record]) -> Record | Rejected:
    """Give a paper without an abstract the one that the page's text has below its title.

    A short one may be anything, and one that names the title tells how to cite the paper.
    """
    if isinstance(item, Rejected) or item.abstract:
        return item
    title = " ".join(item.title.casefold().split())
    found = (
        other.abstract
        for other in told
        if " ".join(other.title.casefold().split()) == title
        and len(other.abstract) >= _SURELY_ABSTRACT
        and title not in " ".join(other.abstract.casefold().split())
    )
    return replace(item, abstract=next(found, ""))


def _parsed(text: TextIO) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    parts: list[str] = []
    total = kept = 0
    while chunk := text.read(_CHUNK):
        total += len(chunk)
        parts.append(chunk)
        if len(parts) > 32:
            parts = [_DATA_ADDRESS.sub("data:", "".join(parts))]
        kept = sum(map(len, parts))
        if kept > LARGEST + 33 * _CHUNK or total > _MOST_READ:
            break
    markup = _DATA_ADDRESS.sub("data:", "".join(parts))
    if len(markup) > LARGEST or total > _MOST_READ:
        raise NotText(f"an HTML page of more than {LARGEST // 1_000_000} million characters")
    if markup.count("<") > _MOST_TAGS:
        raise NotText(f"an HTML page of more than {_MOST_TAGS:,} tags")
    # The encoding is decided already; a declaration of another one in the page means nothing now.
    return BeautifulSoup(markup, "lxml")


def _blocks(soup: BeautifulSoup) -> list[Block | Table]:
    """Return the page's text in blocks, without menus, forms, scripts and what is hidden."""
    writer = _Writer()
    writer.walk(soup)
    return writer.blocks


class _Writer:
    """Turns a tree of tags into blocks, without recursion: pages may be nested as deep as they like."""

    def __init__(self) -> None:
        self.blocks: list[Block | Table] = []
        self._words: list[str] = []
        self._bold: list[str] = []
        self._links: list[str] = []
        self._level = PARAGRAPH

    def walk(self, root: Tag) -> None:
        """Visit every tag once, before and after what is in it."""
        from bs4.element import NavigableString, PreformattedString, Tag

        bold = 0
        path: list[tuple[Tag, object]] = [(root, iter(list(root.children)))]
        while path:
            tag, children = path[-1]
            child = next(children, None)  # type: ignore[call-overload]
            if child is None:
                path.pop()
                bold -= tag.name in _BOLD
                if tag.name in _BLOCKS:
                    self._end()
            elif isinstance(child, Tag):
                if child.name in _LEFT_OUT or _is_hidden(child):
                    continue
                if child.name == "table" and (table := _table(child)):
                    self._end()
                    self.blocks.append(table)
                    continue
                if child.name in _BLOCKS:
                    self._end()
                if re.fullmatch("h[1-6]", child.name):
                    self._level = int(child.name[1])
                elif child.name == "dt":
                    self._level = BOLD
                bold += child.name in _BOLD
                if isinstance(href := child.get("href"), str):
                    self._links.append(href.strip())
                path.append((child, iter(list(child.children))))
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                (self._bold if bold and not "".join(self._words).strip() else self._words).append(str(child))

    def _end(self) -> None:
        """End the block that is being collected. A title in bold, or linked, that begins one is a block of its own."""
        bold = " ".join("".join(self._bold).split())
        words = " ".join("".join(self._words).split())
        links = tuple(self._links)
        level, self._level = self._level, PARAGRAPH
        self._words, self._bold, self._links = [], [], []
        # `<b>Title of a paper</b>: …` and `<a>Title of a paper</a> …`, but not `<a>Some name</a> is …`
        if (
            level == PARAGRAPH
            and len(bold.split()) >= 3
            and not bold.endswith(":")
            and not words[:1].islower()
        ):
            self.blocks.append(Block(bold, BOLD, links))
            words, links = words.lstrip(_AFTER_BOLD), ()
        elif bold:
            words = f"{bold} {words}" if words[:1].isalnum() else f"{bold}{words}"
        if words.strip():
            self.blocks.append(Block(words.strip(), level, links))


def _is_hidden(tag: Tag) -> bool:
    if tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
        return True
    style = str(tag.get("style", "")).replace(" ", "").lower()
    return "display:none" in style or tag.get("role") in ("navigation", "banner", "contentinfo", "search")


def _table(tag: Tag) -> Table | None:
    """Return a table of data; None for one that only lays out the page."""
    if tag.find("table") or tag.find("article"):
        return None
    rows = [row.find_all(["td", "th"]) for row in tag.find_all("tr")]
    rows = [row for row in rows if row]
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    texts = tuple(tuple(" ".join(cell.get_text(" ").split()) for cell in row) for row in rows)
    links = tuple(
        tuple(str(link["href"]) for cell in row for link in cell.find_all("a", href=True)) for row in rows
    )
    return Table(texts, links)
