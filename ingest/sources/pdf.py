"""A PDF of a paper: title and abstract as its first pages are laid out, DOI and arXiv id as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_names, as_year
from ingest.identify import arxiv_id_of_doi, arxiv_version, normalise_arxiv_id, normalise_doi
from ingest.records import Record, checked
from ingest.sources.encodings import NotText
from ingest.sources.pdf_layout import read_lines_of
from ingest.sources.pdf_parts import abstract_of, title_of

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
_ARXIV = re.compile(
    r"arXiv:\s*(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft word|powerpoint|document\d*$|.*\.(?:docx?|tex|dvi|pdf|indd|qxd|ps)$|.*(?:\\|/)\w+$|\W*$)",
    re.IGNORECASE,
)


def read_pdf(file: BinaryIO, source: str) -> Iterator[Record | Rejected]:
    """Read the paper that a PDF is.

    Args:
        file: The open file.
        source: The file's path as given.

    Yields:
        One record, marked as extracted.

    Raises:
        NotText: It is encrypted, damaged or scanned, or its first page shows no title.
    """
    lines, told = read_lines_of(file)
    first = [line for line in lines if line.page == 0]
    printed = "\n".join(line.text for line in first)
    if sum(char.isalpha() for char in printed) < 20:
        pictures = "scanned: its first page is a picture of text" if told.get("pictures") else "without text"
        raise NotText(f"a PDF {pictures}, so there is no title to read")
    shown = title_of(first)
    stated = _stated_title(told, printed)
    record = Record(
        title=stated or shown,
        source=source,
        where="page 1",
        abstract=abstract_of(lines, stated or shown),
        authors=_authors(told),
        extracted=True,
        **_identity(printed, told),
    )
    if not record.title:
        raise NotText("a PDF whose first page shows no title")
    yield checked(record, ["text without a title"])


def _stated_title(told: dict[str, Any], printed: str) -> str:
    """Return the title in the file's metadata if the first page shows it too: many hold another's, or a file name."""
    title = " ".join(str(told.get("Title") or "").split())
    if len(title.split()) < 2 or _NO_TITLE.match(title):
        return ""
    return title if _letters(title) in _letters(printed) else ""


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _authors(told: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors in the metadata, if they are people's names: programs fill in the user's account."""
    text = " ".join(str(told.get("Author") or "").split())
    names = as_names(text) if 3 < len(text) < 2000 else ()
    return names if all(len(name.split()) > 1 and not re.search(r"[\d@\\/]", name) for name in names) else ()


def _identity(printed: str, told: dict[str, Any]) -> dict[str, Any]:
    arxiv = _ARXIV.search(printed)
    doi = _one_doi(printed) or normalise_doi(str(told.get("doi") or told.get("DOI") or ""))
    arxiv_id = arxiv[1] if arxiv else arxiv_id_of_doi(doi)
    stamp = (
        re.search(re.escape(arxiv[0]) + r".{0,40}?(\d{1,2} [A-Z][a-z]{2} \d{4})", printed) if arxiv else None
    )
    date = as_date(stamp[1]) if stamp else ""
    version = arxiv_version(arxiv_id)
    known = normalise_arxiv_id(arxiv_id)
    return {
        "doi": doi,
        "arxiv_id": f"{known}v{version}" if known and version else known,
        "date": date,
        "year": as_year(date),
    }


def _one_doi(printed: str) -> str:
    """Return the DOI that the first page prints; none where there are several: some are of papers it cites."""
    dois = {normalise_doi(found) for found in _DOI.findall(printed)} - {""}
    return next(iter(dois)) if len(dois) == 1 else ""
