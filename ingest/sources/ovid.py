"""Ovid's records: a number in angle brackets, then each field's name on a line and its value indented below."""

from __future__ import annotations

import re

from ingest.dates import as_date
from ingest.sources.tag_borders import Borders
from ingest.sources.tag_record import Dialect, Values

_NUMBER = re.compile(r"<\d{1,7}>\s*$")
_NAME = re.compile(r"[A-Z][A-Za-z/ ()-]{1,60}[:.]?\s*$")
_KIND = re.compile(r"(?<!\s)\s{0,5}\[([A-Z][A-Za-z ,&-]{2,40})\]\.?$")  # `Title.[Article]`
_AFFILIATION = re.compile(r"(?:[\s,]{0,5}(?:\d{1,3}|\(\d{1,3}\)|[*+]))+$")
_TAGS = {
    "title": ("title", "ti", "original title", "book title"),
    "abstract": ("abstract", "ab"),
    "authors": ("author", "authors", "au", "authors full name", "author name"),
    "groups": ("corporate author", "institutional author"),
    "year": ("publication year", "year of publication", "yr", "source date"),
    "date": ("date of publication", "publication date", "source date"),
    "venue": ("journal name", "journal title", "journal", "source title", "source name"),
    "doi": ("doi number", "digital object identifier", "doi", "do", "article identifier", "link to the ovid full text"),
    "pmid": ("pubmed id", "pmid"),
    "links": ("url", "web site", "link to the external link resolver"),
    "notes": ("notes", "comments", "unique identifier"),
    "kinds": ("publication type", "document type", "pt", "title kind"),
    "retraction": ("retraction in",),
    "tags": (
        "author keywords", "keywords", "keyword heading", "key phrase identifiers", "mesh subject headings",
        "subject headings", "heading words", "index terms", "kw", "mh",
    ),
    "language": ("language", "la", "lg"),
}  # fmt: skip


def _parse(lines: list[str]) -> Values:
    """Return a record's values by field name in lower case."""
    values: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if not line.strip() or _NUMBER.match(line):
            continue
        if not line[0].isspace() and _NAME.match(line):
            name = line.strip().rstrip(":.").casefold()
            values.setdefault(name, []).append("")
        elif name:
            values[name][-1] = f"{values[name][-1]}\n{line.strip()}".strip("\n")
    for title in ("title", "ti"):
        for text in values.get(title, []):
            if kind := _KIND.search(text):
                values[title] = [text[: kind.start()]]
                values["title kind"] = [kind[1]]
    for people in ("author", "authors", "au", "authors full name"):
        values[people] = _names(values.get(people, []))
    for listed in _TAGS["tags"]:
        values[listed] = [text.rstrip(".") for text in values.get(listed, [])]
    values["language"] = [text.rstrip(".") for text in values.get("language", [])]
    if sources := values.get("source", values.get("so", [])):
        journal, _, rest = " ".join(sources[0].split()).partition(". ")
        values["source title"] = [journal.rstrip(".")]
        values["source date"] = [as_date(rest.rsplit(", ", 1)[-1].rstrip(".")) or as_date(rest[-60:])]
    return {field: found for field, found in values.items() if found}


def _names(values: list[str]) -> list[str]:
    """Return the names in some values, without the numbers of affiliations after them."""
    names = [name.strip(" .") for value in values for name in re.split(r"[;\n]", value)]
    return [name[:-40] + _AFFILIATION.sub("", name[-40:]) for name in names if name]


OVID = Dialect("Ovid", Borders(starts=_NUMBER, tagged=_NUMBER), _TAGS, _parse)
"""Ovid's citations with all fields, as text."""
