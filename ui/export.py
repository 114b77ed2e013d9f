"""Papers as files that other tools read: JSON Lines, BibTeX, RIS and CSV; paperchat reads them all back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.models import Paper
from assistant.text import STOPWORDS, fold

_LATEX_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_LATEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_COLUMNS = (
    "id", "title", "abstract", "authors", "year", "date", "venue", "doi", "arxiv_id", "pmid", "url", "tags",
    "language", "retracted", "retraction_note", "related", "extracted", "abstract_by",
)  # fmt: skip


def json_lines(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a line of JSON for each paper, with every field that it has."""
    for paper in papers:
        yield json.dumps(_row(paper), ensure_ascii=False) + "\n"


def bibtex(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a BibTeX entry for each paper, with keys such as `doe2021pruning`, each given once."""
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    taken: dict[str, int] = {}
    for paper in papers:
        fields = [Field(name, value) for name, value in _bibtex_fields(paper)]
        kind = "article" if paper.venue else "misc"
        library = Library()
        library.add(Entry(kind, citation_key(paper, taken), fields))
        yield write_string(library) + "\n"


def ris(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a RIS record for each paper."""
    import rispy

    class Plain(rispy.RisWriter):  # type: ignore[misc]
        def set_header(self, count: int) -> str:  # no running number before a record
            return ""

    for paper in papers:
        yield rispy.dumps([_ris_fields(paper)], implementation=Plain).rstrip("\n") + "\n\n"


def comma_separated(papers: Iterable[Paper]) -> Iterator[str]:
    """Yield a table's header, then a row for each paper; lists are parted by semicolons."""
    for row in (dict(zip(_COLUMNS, _COLUMNS, strict=True)), *map(_row, papers)):
        line = io.StringIO()
        cells = (row.get(name, "") for name in _COLUMNS)
        csv.writer(line).writerow("; ".join(cell) if isinstance(cell, list) else cell for cell in cells)
        yield line.getvalue()


FORMATS: dict[str, Callable[[Iterable[Paper]], Iterator[str]]] = {
    "jsonl": json_lines,
    "bibtex": bibtex,
    "ris": ris,
    "csv": comma_separated,
}
"""The formats by the names that the command line takes."""


def citation_key(paper: Paper, taken: dict[str, int]) -> str:
    """Return a BibTeX key that isn't taken yet, and take it.

    It is the first author's surname, the year and the title's first telling word.

    Args:
        paper: The paper.
        taken: The keys given so far, each with the last number that was put behind it.
    """
    surname = re.sub(r"\W", "", fold(paper.authors[0].split()[-1])) if paper.authors else ""
    words = [word for word in re.findall(r"[^\W\d_]{2,}", fold(paper.title)) if word not in STOPWORDS]
    base = f"{surname}{paper.year or ''}{words[0] if words else ''}" or "paper"
    base = base.encode("ascii", "ignore").decode() or "paper"
    key, n = base, taken.get(base, 0)
    while key in taken:
        n += 1
        key = f"{base}-{n + 1}"
    taken[base] = n
    taken[key] = 0
    return key


def _row(paper: Paper) -> dict[str, Any]:
    """Return a paper's fields by name, without the empty ones; an arXiv id carries its version."""
    row = paper.model_dump(mode="json", exclude={"provenance", "arxiv_version"}, exclude_defaults=True)
    if paper.arxiv_version:
        row["arxiv_id"] = _versioned(paper)
    return row


def _versioned(paper: Paper) -> str:
    return paper.arxiv_id + (f"v{paper.arxiv_version}" if paper.arxiv_version else "")


def _escape(text: str) -> str:
    return _LATEX_SPECIAL.sub(lambda found: _LATEX_ESCAPES.get(found[0], f"\\{found[0]}"), text)


def _bibtex_fields(paper: Paper) -> Iterator[tuple[str, str]]:
    year, month = [*paper.date.split("-"), "", ""][:2]
    told = (
        ("title", f"{{{_escape(paper.title)}}}"),
        ("author", " and ".join(map(_bibtex_name, paper.authors))),
        ("year", str(paper.year or year)),
        ("date", paper.date),
        ("month", _MONTHS[int(month) - 1] if month else ""),
        ("journal", _escape(paper.venue)),
        ("doi", paper.doi),
        ("eprint", _versioned(paper) if paper.arxiv_id else ""),
        ("archiveprefix", "arXiv" if paper.arxiv_id else ""),
        ("pmid", paper.pmid),
        ("url", paper.url),
        ("keywords", _escape(", ".join(paper.tags))),
        ("langid", paper.language),
        ("note", _escape(_note(paper))),
        ("abstract", _escape(paper.abstract)),
    )
    for name, value in told:
        if value and value != "{}":
            yield name, value


def _bibtex_name(name: str) -> str:
    """Return a name as `Last, First`; one word is a group's or a single name and stays whole."""
    first, _, last = _escape(name).rpartition(" ")
    return f"{last}, {first}" if first else f"{{{last}}}"


def _note(paper: Paper) -> str:
    notes = []
    if paper.retracted:
        note = paper.retraction_note
        notes.append(note if note.casefold().startswith("retract") else f"Retracted: {note}".rstrip(": "))
    if paper.abstract_by:
        notes.append(f"The abstract is a summary by {paper.abstract_by}")
    return "; ".join(notes)


def _ris_fields(paper: Paper) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type_of_reference": "JOUR" if paper.venue else "GEN",
        "title": paper.title,
        "authors": [
            f"{name.rpartition(' ')[2]}, {name.rpartition(' ')[0]}".rstrip(", ") for name in paper.authors
        ],
        "year": str(paper.year or ""),
        "date": paper.date.replace("-", "/"),
        "secondary_title": paper.venue,
        "doi": paper.doi,
        "accession_number": f"arXiv:{_versioned(paper)}" if paper.arxiv_id else "",
        "urls": [paper.url] if paper.url else [],
        "keywords": list(paper.tags),
        "language": paper.language,
        "notes": list(filter(None, (_note(paper), f"PMID: {paper.pmid}" if paper.pmid else ""))),
        "abstract": paper.abstract,
    }
    return {name: value for name, value in told.items() if value}
