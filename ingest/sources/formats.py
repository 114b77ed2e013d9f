"""The formats that papers are read from, in the order in which a text's beginning is tried against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources.acl_xml import is_acl_xml, read_acl_xml
from ingest.sources.arxiv_atom import is_arxiv_atom, read_arxiv_atom
from ingest.sources.bibtex import is_bibtex, read_bibtex
from ingest.sources.encodings import NotText
from ingest.sources.endnote_xml import is_endnote_xml, read_endnote_xml
from ingest.sources.html_page import is_html, read_html
from ingest.sources.json_document import is_json_document, read_json_document
from ingest.sources.json_lines import is_json_lines, read_json_lines
from ingest.sources.markdown_page import is_markdown, read_markdown
from ingest.sources.page import is_page, read_page
from ingest.sources.pubmed_xml import is_pubmed_xml, read_pubmed_xml
from ingest.sources.ris import is_ris, read_ris
from ingest.sources.table import is_table, read_table
from ingest.sources.tagged import (
    is_medline,
    is_ovid,
    is_refer,
    is_web_of_science,
    read_medline,
    read_ovid,
    read_refer,
    read_web_of_science,
)
from ingest.sources.xml_other import is_other_xml, read_other_xml
from ingest.sources.zotero_rdf import is_zotero_rdf, read_zotero_rdf


@dataclass(frozen=True)
class Format:
    """A format: how it is recognised in the beginning of a text, and how it is read."""

    name: str
    recognises: Callable[[str], bool]
    read: Callable[..., Iterator[Record | Rejected]]
    """Takes the open text and the file's name; where there may be tables, also what was asked of columns."""
    has_columns: bool = False


FORMATS: tuple[Format, ...] = (
    Format("PubMed (XML)", is_pubmed_xml, read_pubmed_xml),
    Format("EndNote (XML)", is_endnote_xml, read_endnote_xml),
    Format("arXiv (Atom)", is_arxiv_atom, read_arxiv_atom),
    Format("ACL Anthology (XML)", is_acl_xml, read_acl_xml),
    Format("Zotero (RDF)", is_zotero_rdf, read_zotero_rdf),
    Format("web page (HTML)", is_html, read_html, has_columns=True),
    Format("XML of another kind", is_other_xml, read_other_xml),
    Format("JSON Lines", is_json_lines, read_json_lines),
    Format("JSON", is_json_document, read_json_document),
    Format("PubMed (NBIB)", is_medline, read_medline),
    Format("Web of Science", is_web_of_science, read_web_of_science),
    Format("RIS", is_ris, read_ris),
    Format("Ovid", is_ovid, read_ovid),
    Format("EndNote (refer)", is_refer, read_refer),
    Format("BibTeX", is_bibtex, read_bibtex),
    Format("Markdown page", is_markdown, read_markdown, has_columns=True),
    Format("table (CSV, TSV)", is_table, read_table, has_columns=True),
    Format("copied web page", is_page, read_page),  # the least certain: tried last
)
"""The formats in the order in which they are tried."""

_YAML = re.compile(r"\s*(?:---[^\n]*\n\s*)?[\w-]+:[ \t]*\r?\n(?:[ \t]+|- )(?:- )?[\w-]+:(?:\s|$)")

READABLE = (
    "read are pages of papers as text, Markdown or HTML, JSON, CSV, Excel, BibTeX, RIS, EndNote, PubMed, "
    "Web of Science, Ovid, arXiv, ACL Anthology, Zotero and PDF"
)


def find_format(sample: str, columns: Mapping[str, str] | None = None) -> Format:
    """Return the format of a text.

    Args:
        sample: The text's beginning.
        columns: Field → the column of a table that the user says holds it.

    Raises:
        NotText: It is in no format that is read; the message says what it looks like.
    """
    for known in FORMATS:
        if known.read is read_page and _YAML.match(sample.lstrip("\ufeff")):
            raise NotText(f"looks like YAML; {READABLE}")
        by_columns = columns and known.read is read_table and is_table(sample, columns)
        if by_columns or known.recognises(sample):
            return known
    raise NotText(f"unknown kind of text; {READABLE}")
