"""The first pages of a PDF as lines of print, within bounds of time and size."""

from __future__ import annotations

import time
import zlib
from typing import Any, BinaryIO

from ingest.sources.encodings import NotText
from ingest.sources.pdf_lines import Letter, Line, in_columns, join_letters

PAGES = 2
LARGEST = 512 << 20
_LARGEST_PAGE = 32 << 20
"""Bytes of drawing commands of a page; a page of text has some ten thousand."""
_MOST_LETTERS = 60_000
_SECONDS = 20.0


class _TooLong(Exception):
    """A page takes too long, or has more letters than any page of print."""


def read_lines_of(file: BinaryIO) -> tuple[list[Line], dict[str, Any]]:
    """Read the first pages.

    Args:
        file: The open PDF.

    Returns:
        The lines in reading order, column after column; and the document's own entries, with
        `pictures` for whether its pages show any.

    Raises:
        NotText: It is encrypted or damaged, or its pages are far too large to be print.
    """
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    if file.seek(0, 2) > LARGEST:
        raise NotText(f"a PDF of more than {LARGEST >> 20} MB")
    file.seek(0)
    lines: list[Line] = []
    read = 0
    try:
        document = PDFDocument(PDFParser(file))
        told = _entries(document)
        for number, page in enumerate(PDFPage.create_pages(document)):
            if number == PAGES:
                break
            _check_size(page)
            letters, pictures = _letters(page)
            told["pictures"] = told.get("pictures") or pictures
            lines += [line for column in in_columns(join_letters(letters, number)) for line in column]
            read += 1
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise NotText("an encrypted PDF: save it without a password") from error
    except _TooLong as error:
        if not lines:
            raise NotText(str(error)) from error
    except (KeyboardInterrupt, SystemExit, NotText, MemoryError, OSError):
        raise
    except Exception as error:  # damaged files make the library fail in any way there is
        if not lines:
            said = " ".join(str(error).split())[:120] or type(error).__name__
            raise NotText(f"a damaged PDF: {said}") from error
    if not read:
        raise NotText("a damaged PDF: it has no pages")
    return lines, told


def _entries(document: Any) -> dict[str, Any]:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    told: dict[str, Any] = {}
    for entries in document.info:
        for key, value in (entries or {}).items():
            value = resolve1(value)
            if isinstance(value, bytes):
                told.setdefault(str(key), decode_text(value))
    return told


def _check_size(page: Any) -> None:
    """Unpack the page's drawing commands with a limit; the library has none."""
    from pdfminer.pdftypes import PDFStream, resolve1

    for reference in page.contents:
        stream = resolve1(reference)
        raw = stream.rawdata if isinstance(stream, PDFStream) else None
        if raw and len(raw) > _LARGEST_PAGE // 1000:
            unpacker = zlib.decompressobj()
            try:
                unpacker.decompress(raw, _LARGEST_PAGE)
            except zlib.error:
                continue  # packed in another way, or damaged: the library tells
            if unpacker.unconsumed_tail:
                raise _TooLong("a PDF whose first page isn't print: its drawing is far too large")


def _letters(page: Any) -> tuple[list[Letter], bool]:
    """Return the letters that a page shows, as they are drawn; and whether it shows pictures."""
    from pdfminer.converter import PDFLayoutAnalyzer
    from pdfminer.layout import LTChar, LTFigure, LTImage
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager

    until = time.monotonic() + _SECONDS
    found: list[Letter] = []

    class Device(PDFLayoutAnalyzer):
        """Keeps the letters, and minds the time."""

        pictures = False

        def receive_layout(self, ltpage: Any) -> None:
            waiting = [ltpage]
            while waiting:
                for item in waiting.pop():
                    if isinstance(item, LTChar):
                        a, b = item.matrix[0], item.matrix[1]
                        bold = any(word in str(item.fontname).lower() for word in ("bold", "black", "cmbx"))
                        base = item.matrix[5]
                        letter = Letter(
                            item.get_text(), item.x0, item.x1, base, item.size, bold, abs(a) > abs(b)
                        )
                        found.append(letter)
                    elif isinstance(item, LTFigure):
                        waiting.append(item)
                    elif isinstance(item, LTImage):
                        self.pictures = True

        def render_char(self, *args: Any, **kwargs: Any) -> float:
            self._mind()
            return super().render_char(*args, **kwargs)

        def paint_path(self, *args: Any, **kwargs: Any) -> None:
            self._mind(0)

        _count = 0

        def _mind(self, letters: int = 1) -> None:
            self._count += letters
            if self._count > _MOST_LETTERS or time.monotonic() > until:
                raise _TooLong("a PDF whose first page isn't print: it has far too many signs")

    resources = PDFResourceManager(caching=False)
    device = Device(resources, laparams=None)
    PDFPageInterpreter(resources, device).process_page(page)
    return found, device.pictures
