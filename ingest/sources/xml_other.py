"""XML that holds no papers, or in a way that isn't known: refused by the name of its first element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from assistant.models import Rejected
from ingest.records import Record, rejected
from ingest.sources.xml_pieces import root_name

_SAMPLE = 65_536
_XML = re.compile(r"\ufeff?\s*(?:<\?xml\b|<!--|<[\w:.-]+(?:\s[^<>]*)?>\s*<)")
_READ = "PubMed, EndNote, arXiv (Atom), ACL Anthology and Zotero (RDF)"


def is_other_xml(sample: str) -> bool:
    """Tell XML, if it isn't a web page; to be asked after the formats that are read."""
    return _XML.match(sample) is not None and root_name(sample).casefold() not in ("", "html", "head", "body")


def read_other_xml(text: TextIO, source: str) -> Iterator[Record | Rejected]:
    """Refuse a text, and say what its first element is.

    Args:
        text: The open file.
        source: The file's path as given.

    Yields:
        One rejection.
    """
    root = root_name(text.read(_SAMPLE))
    yield rejected(
        source, "whole file", f"XML of another kind: it begins with <{root}>; read is XML of {_READ}"
    )
