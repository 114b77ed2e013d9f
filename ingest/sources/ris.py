"""RIS as reference managers and databases write it, with the faults they write it with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TextIO

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.tag_borders import Borders
from ingest.sources.tag_record import Dialect, Values, read_dialect

if TYPE_CHECKING:
    from rispy import RisParser

_FIELD = re.compile(r"\s{0,3}([A-Z][A-Z0-9])  ?-(?:\s+|$)")
_START = re.compile(r"\s{0,3}TY  ?-")
_BORDERS = Borders(
    starts=_START,
    ends=re.compile(r"\s{0,3}ER  ?-\s*$"),
    tagged=re.compile(r"\s{0,3}[A-Z][A-Z0-9]  -(?:\s|$)"),
)
_LISTS = frozenset({"AU", "A1", "A2", "A3", "A4", "ED", "KW", "UR", "L1", "L2", "N1"})
"""Tags whose wrapped lines are values of their own; those of others go on with the value above."""
_TAGS = {
    "title": ("TI", "T1", "CT", "ST", "BT"),
    "abstract": ("AB", "N2"),
    "authors": ("AU", "A1", "A2", "ED"),
    "year": ("PY", "Y1", "YR", "DA"),
    "date": ("DA", "Y1", "PY"),
    "venue": ("JF", "T2", "JO", "BT", "JA", "J2", "JI", "J9", "T3", "SO"),
    "doi": ("DO", "DI", "M3"),
    "pmid": ("PM", "PMID"),
    "arxiv": ("AX", "T2", "JF", "JO", "M1", "N1", "AN", "SE", "ID"),
    "links": ("UR", "LK", "L2", "L3", "L1"),
    "notes": ("N1", "RN", "C2", "C6", "C7", "AN"),
    "kinds": ("M3", "DT"),
    "tags": ("KW", "DE"),
    "language": ("LA",),
}


def is_ris(sample: str) -> bool:
    """Tell whether a text holds RIS: near its beginning a field `TY  - `, or some fields and no `TY`."""
    lines = [line.lstrip("\ufeff") for line in sample[:8_000].splitlines() if line.strip("\ufeff \t")][:40]
    for at, line in enumerate(lines):
        if _START.match(line):
            return at + 1 == len(lines) or any(
                _FIELD.match(following) for following in lines[at + 1 : at + 4]
            )
    tags = [match[1] for line in lines[:10] if (match := _FIELD.match(line))]
    return len(tags) > 3 and bool(_FIELD.match(lines[0])) and bool({"TI", "T1"} & set(tags))


def read_ris(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read RIS.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        A record, or a rejection, for each record in it.
    """
    return read_dialect(RIS, text, source)


def _parse(lines: list[str]) -> Values:
    """Return a record's values by tag, as rispy reads them."""
    loose = bool(re.match(r"\s*TY -", lines[0]))  # a writer that saves a blank does so in every line
    logical = ["TY  - "]
    tag = "TY"
    for line in lines:
        field = _FIELD.match(line)
        if field and (loose or line.lstrip().startswith(f"{field[1]}  -")):
            tag = field[1]
            if tag not in ("TY", "ER"):
                logical.append(f"{tag}  - {line[field.end() :].strip()}")
        elif line.strip() and tag != "TY":
            if tag in _LISTS:
                logical.append(f"{tag}  - {line.strip()}")
            else:
                logical[-1] += f"\n{line.strip()}"
        elif tag in ("AB", "N2") and not line.strip():
            logical[-1] += "\n"
    records = _parser().parse_lines(iter([*logical, "ER  - "]))
    record = dict(records[0]) if records else {}
    record.pop("TY", None)
    values: dict[str, list[str]] = {name: value for name, value in record.items() if isinstance(value, list)}
    return _with_database_ids(values)


@lru_cache(maxsize=1)
def _parser() -> RisParser:
    """Return rispy's parser, told to keep every value of every tag under the tag's own name."""
    from rispy import RisParser

    known = {tag: tag for tags in _TAGS.values() for tag in tags} | {
        "TY": "TY",
        "ER": "ER",
        "DB": "DB",
        "DP": "DP",
    }
    return RisParser(
        mapping=known, list_tags=list(known), delimiter_tags_mapping={}, ignore=[], skip_unknown_tags=True
    )


def _with_database_ids(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Take the accession number for a PMID where the record comes from PubMed."""
    databases = " ".join(values.get("DB", []) + values.get("DP", [])).casefold()
    if re.search(r"medline|pubmed|\bnlm\b", databases):
        values["PMID"] = [
            number for number in values.get("AN", []) if re.fullmatch(r"\d{1,8}", number.strip())
        ]
    return values


RIS = Dialect("RIS", _BORDERS, _TAGS, _parse)
"""Research Information Systems' format."""
