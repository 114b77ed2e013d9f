"""The tables of tags of Web of Science, MEDLINE and refer, and how each writes its lines."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.sources.tag_borders import Borders
from ingest.sources.tag_record import Dialect, Values

if TYPE_CHECKING:
    from rispy import WokParser

_WOS_FIELD = re.compile(r"([A-Z][A-Z0-9])(?: |$)")
_WOS_TAGS = {
    "title": ("TI",),
    "abstract": ("AB",),
    "authors": ("AF", "AU", "BF", "BA", "BE"),
    "groups": ("CA", "GP"),
    "year": ("PY", "EY"),
    "date": ("PD", "EA"),
    "venue": ("SO", "JI", "J9", "SE", "CT"),
    "doi": ("DI", "D2", "InspecID"),
    "pmid": ("PM",),
    "arxiv": ("UT", "AR"),
    "kinds": ("DT",),
    "tags": ("DE", "ID"),
    "language": ("LA",),
}
_WOS_LISTS = frozenset({"AF", "AU", "BF", "BA", "BE", "CA", "GP"})
_INSPEC_SCRIPT = re.compile(r" {0,3}/ {0,3}(su[bp]) {1,3}([^/]{1,20}?) {0,3}/")
_INSPEC_SECTION = re.compile(r"/\s+(?=[a-z])|//.*", re.DOTALL)

_MEDLINE_FIELD = re.compile(r"([A-Z]{2,4}) {0,2}- ?")
_MEDLINE_LINE = re.compile(r"[A-Z]{2,4} {0,2}-(?: |$)")
_MEDLINE_TAGS = {
    "title": ("TI", "BTI", "CTI", "TT"),
    "abstract": ("AB", "OAB"),
    "authors": ("FAU", "AU", "FED", "ED"),
    "groups": ("CN",),
    "year": ("DP", "DEP"),
    "date": ("DP", "DEP"),
    "venue": ("JT", "TA", "BTI", "CTI"),
    "doi": ("DOI", "LID", "AID"),
    "pmid": ("PMID",),
    "kinds": ("PT",),
    "retraction": ("RIN",),
    "related": ("UOF", "UIN", "RPF", "RPI"),
    "tags": ("OT", "MH"),
    "language": ("LA",),
}

_REFER_FIELD = re.compile(r"%([A-Z0-9@~!?#$&()*+^<>=\[\]:,])(?:\s|$)")
_REFER_TAGS = {
    "title": ("T", "!"),
    "abstract": ("X",),
    "authors": ("A", "E"),
    "year": ("D", "8"),
    "date": ("8", "D"),
    "venue": ("J", "B", "S"),
    "doi": ("R",),
    "pmid": ("PMID",),
    "arxiv": ("J", "M", "@", "Z", "("),
    "links": ("U", ">"),
    "notes": ("Z", "1", "2", "3"),
    "kinds": ("9",),
    "tags": ("K",),
    "language": ("G",),
}


def _parse_web_of_science(lines: list[str]) -> Values:
    """Return a record's values by tag, as rispy reads them."""
    logical: list[str] = []
    tag = ""
    for line in lines:
        if not line.strip():
            continue
        field = _WOS_FIELD.match(line)
        tag = field[1] if field else tag
        if field or not logical or tag in _WOS_LISTS:
            logical.append(line if field else f"   {line.strip()}")
        else:
            logical[-1] += f"\n{line.strip()}"
    if not logical or not logical[0].startswith("PT"):
        logical.insert(0, "PT J")
    records = _parser().parse_lines(iter([*logical, "ER"]))
    values = {
        tag: value
        for tag, value in (records[0] if records else {}).items()
        if isinstance(value, list) and tag
    }
    return _inspec(values) if any(text.startswith("INSPEC") for text in values.get("UT", [])) else values


@lru_cache(maxsize=1)
def _parser() -> WokParser:
    """Return rispy's parser, told to keep every value of every tag under the tag's own name."""
    from rispy import WokParser

    known = {tag: tag for tags in _WOS_TAGS.values() for tag in tags} | {"PT": "PT", "ER": "ER"}
    return WokParser(mapping=known, list_tags=[tag for tag in known if tag != "PT"], skip_unknown_tags=True)


def _inspec(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Read what Inspec writes its own way: subscripts, index terms in sections, the DOI among other ids."""
    for tag in ("TI", "AB", "DE"):
        values[tag] = [
            _INSPEC_SCRIPT.sub(r"<\1>\2</\1>", text.replace("\n", " ")) for text in values.get(tag, [])
        ]
    # Sections: treatment / controlled terms / free terms // codes / numbers / chemistry.
    values["DE"] = [
        "; ".join(section for section in _INSPEC_SECTION.split(text)[1:] if section) for text in values["DE"]
    ]
    values["InspecID"] = re.split(r"[\[\],\s]+", " ".join(values.pop("ID", [])))
    return values


def _parse_medline(lines: list[str]) -> Values:
    values: dict[str, list[str]] = {}
    tag = ""
    for line in lines:
        field = _MEDLINE_FIELD.match(line)
        if field and _MEDLINE_LINE.match(line):
            tag = field[1]
            values.setdefault(tag, []).append(line[field.end() :].strip())
        elif tag and line.strip():
            values[tag][-1] += f"\n{line.strip()}"
    for name in ("LID", "AID"):
        values[name] = [value for value in values.get(name, []) if "[doi]" in value]
    # `Term/*qualifier`: an asterisk marks what the paper is mostly about.
    values["MH"] = [" ".join(value.replace("*", "").split()) for value in values.get("MH", [])]
    values["OT"] = [value.lstrip("*") for value in values.get("OT", [])]
    return {name: value for name, value in values.items() if value}


def _parse_refer(lines: list[str]) -> Values:
    values: dict[str, list[str]] = {}
    tag = ""
    for line in lines:
        if field := _REFER_FIELD.match(line):
            tag = field[1]
            values.setdefault(tag, []).append(line[field.end() :].strip())
        elif tag and line.strip():
            values[tag][-1] += f"\n{line.strip()}"
    if any("pubmed" in name.casefold() or "medline" in name.casefold() for name in values.get("~", [])):
        values["PMID"] = [number for number in values.get("M", []) if re.fullmatch(r"\d{1,8}", number)]
    return values


WEB_OF_SCIENCE = Dialect(
    "Web of Science",
    Borders(
        starts=re.compile(r"PT [A-Z](?:\s|$)"),
        ends=re.compile(r"ER\s*$"),
        tagged=re.compile(r"(?!FN |VR |EF)[A-Z][A-Z0-9] \S"),
    ),
    _WOS_TAGS,
    _parse_web_of_science,
)
"""Web of Science's tagged text, and Inspec's of the same platform."""

MEDLINE = Dialect(
    "MEDLINE", Borders(starts=re.compile(r"PMID- ?"), tagged=_MEDLINE_LINE, blank_ends=True), _MEDLINE_TAGS,
    _parse_medline,
)  # fmt: skip
"""PubMed's export for citation managers, `.nbib`."""

REFER = Dialect(
    "EndNote", Borders(starts=re.compile(r"%0(?:\s|$)"), tagged=_REFER_FIELD), _REFER_TAGS, _parse_refer
)
"""The format of refer, which EndNote and many sites write: `%A`, `%T`."""
