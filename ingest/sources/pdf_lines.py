"""A page's letters put together: to lines of print, and to columns in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

_GUTTER = 1.2
"""How wide a space between two words on a height parts columns, in letter sizes."""


@dataclass(frozen=True)
class Line:
    """A line of print.

    Attributes:
        text: Its words.
        size: The height of most of its letters, in points.
        left: Where it begins, in points from the left edge.
        right: Where it ends.
        top: How high it stands, in points from the lower edge.
        page: The page, from 0.
        bold: Whether most of it is bold.
        upright: False for print that is turned on its side, as arXiv's stamp is.
    """

    text: str
    size: float
    left: float
    right: float
    top: float
    page: int = 0
    bold: bool = False
    upright: bool = True


@dataclass(frozen=True)
class Letter:
    """A letter as it is drawn: its edges and its base line in points, and how it looks."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    upright: bool


def join_letters(letters: Sequence[Letter], page: int) -> list[Line]:
    """Join letters to lines: those on one height, without a space between them as wide as a gutter."""
    lines: list[Line] = []
    turned = [letter for letter in letters if not letter.upright]
    if turned:
        lines.append(Line("".join(letter.text for letter in turned), 0, 0, 0, 0, page, upright=False))
    rows: list[list[Letter]] = []
    for letter in sorted(
        (each for each in letters if each.upright), key=lambda each: (-each.base, each.left)
    ):
        # Signs set high or low belong to the line of the letters beside them.
        if rows and abs(rows[-1][0].base - letter.base) <= 0.35 * max(rows[-1][0].size, letter.size):
            rows[-1].append(letter)
        else:
            rows.append([letter])
    for row in rows:
        row.sort(key=lambda each: each.left)
        piece: list[Letter] = []
        for letter in row:
            if piece and letter.left - _end(piece) > _GUTTER * max(letter.size, piece[-1].size):
                lines += _line(piece, page)
                piece = []
            piece.append(letter)
        lines += _line(piece, page)
    return lines


def _end(piece: Sequence[Letter]) -> float:
    return next((each.right for each in reversed(piece) if not each.text.isspace()), piece[0].left)


def _line(piece: Sequence[Letter], page: int) -> Iterator[Line]:
    printed = [each for each in piece if not each.text.isspace()]
    if not printed:
        return
    words = ""
    last: Letter | None = None
    for letter in piece:
        if last is not None and not words.endswith(" ") and letter.left - last.right > 0.15 * letter.size:
            words += " "
        words += " " if letter.text.isspace() else letter.text
        last = letter
    size = median(each.size for each in printed)
    bold = sum(each.bold for each in printed) * 2 > len(printed)
    base = median(each.base for each in printed)
    text = " ".join(words.split())
    yield Line(text, size, printed[0].left, max(each.right for each in printed), base + size, page, bold)


def in_columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Put a page's lines in reading order: what spans the page, then the left column, then the right one."""
    printed = [line for line in lines if line.upright]
    turned = [line for line in lines if not line.upright]
    if not printed:
        return [turned]
    left, right = min(line.left for line in printed), max(line.right for line in printed)
    middle = (left + right) / 2
    slack = 0.02 * (right - left)
    in_left = [line for line in printed if line.right < middle + slack]
    in_right = [line for line in printed if line.left > middle - slack]
    if min(len(in_left), len(in_right)) < 8:
        return [sorted(printed, key=lambda line: -line.top), turned]
    # Lines across both columns part the page in bands; each is read column after column.
    groups: list[list[Line]] = [[]]
    band_left: list[Line] = []
    band_right: list[Line] = []
    for line in sorted(printed, key=lambda line: -line.top):
        if line.right < middle + slack:
            band_left.append(line)
        elif line.left > middle - slack:
            band_right.append(line)
        else:
            groups += [band_left, band_right, [line]]
            band_left, band_right = [], []
    return [group for group in [*groups, band_left, band_right, turned] if group]
