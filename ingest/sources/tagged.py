"""Tagged text that isn't RIS: Web of Science and Inspec, PubMed's NBIB, EndNote's refer, and Ovid's long names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.ovid import OVID
from ingest.sources.tag_record import read_dialect
from ingest.sources.tagged_dialects import MEDLINE, REFER, WEB_OF_SCIENCE

_WEB_OF_SCIENCE = re.compile(
    r"\s*(?:FN [^\n]*\n\s*)?(?:VR [^\n]*\n\s*)?PT [A-Z](?:\s|$)|\s*FN [^\n]*\n\s*VR "
)
_MEDLINE = re.compile(r"\s*(?:PMID|PMC |OWN |STAT)- ?\S")
_REFER = re.compile(r"\s*%[0A-Z@] \S")
_REFER_FIELD = re.compile(r"^%[A-Z0-9@] \S", re.M)
_OVID = re.compile(r"\s*<\d{1,7}>[ \t]*\n[A-Z][A-Za-z ]{1,50}[ \t]*\n[ \t]+\S")


def _beginning(sample: str) -> str:
    return sample.lstrip("\ufeff \t\r\n").replace("\r\n", "\n").replace("\r", "\n")


def is_web_of_science(sample: str) -> bool:
    """Tell whether a text starts as Web of Science's export does, which Inspec's shares."""
    return bool(_WEB_OF_SCIENCE.match(_beginning(sample)))


def is_medline(sample: str) -> bool:
    """Tell whether a text starts with a record of PubMed's MEDLINE format."""
    return bool(_MEDLINE.match(_beginning(sample)))


def is_refer(sample: str) -> bool:
    """Tell whether a text starts with fields of refer and EndNote, `%0`, `%A`, `%T`."""
    text = _beginning(sample)
    return bool(_REFER.match(text)) and len(_REFER_FIELD.findall(text[:8_000])) > 1 and "\n%T " in f"\n{text}"


def is_ovid(sample: str) -> bool:
    """Tell whether a text starts with an Ovid record: its number, then a field's name on its own line."""
    return bool(_OVID.match(_beginning(sample)))


def read_web_of_science(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read an export of Web of Science or Inspec; a record or a rejection for each record."""
    return read_dialect(WEB_OF_SCIENCE, text, source)


def read_medline(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read PubMed's NBIB; a record or a rejection for each record."""
    return read_dialect(MEDLINE, text, source)


def read_refer(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read EndNote's refer; a record or a rejection for each record."""
    return read_dialect(REFER, text, source)


def read_ovid(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Read Ovid's records with long field names; a record or a rejection for each record."""
    return read_dialect(OVID, text, source)
