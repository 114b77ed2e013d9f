"""Stable ids: the same paper gets the same id from every file and on every run."""

from __future__ import annotations

import hashlib
import re

from assistant.text import fold

_DOI = re.compile(r"(?<!\d)10\.\d{1,9}(?:\.\d+)*/[^\s\ud800-\udfff]+")
_DOI_OF_ARXIV = re.compile(r"10\.48550/arxiv\.(.+)")
_ARXIV_NEW = r"\d{4}\.\d{4,5}"
_ARXIV_OLD = r"[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:^|arxiv:\s*|/)({_ARXIV_NEW}|{_ARXIV_OLD})(?:v\d+)?(?:\.pdf)?(?:\s|\[|[?#/]|$)", re.I
)
_VERSION = re.compile(rf"(?:{_ARXIV_NEW}|{_ARXIV_OLD})v(\d{{1,3}})(?!\d)", re.I)
_PMID = re.compile(r"(?<!\d)\d{1,8}(?!\d)")
_UNSAFE = re.compile(r"[^a-z0-9./:_-]")
_TITLE_WORD = re.compile(r"[^\W_]+|[+#=]+")


def normalise_doi(text: str) -> str:
    """Return the bare DOI in lower case, or the empty string where `text` holds none.

    >>> normalise_doi("https://doi.org/10.1000/ABC.1.")
    '10.1000/abc.1'
    """
    found = _DOI.search(text.strip())
    if not found:
        return ""
    doi = found.group().rstrip(".,;\"'").lower()
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1]
    return doi


def normalise_arxiv_id(text: str) -> str:
    """Return the bare arXiv id without its version, or the empty string where `text` holds none.

    >>> normalise_arxiv_id("https://arxiv.org/pdf/2004.04906v3.pdf")
    '2004.04906'
    """
    found = _ARXIV.search(text.strip())
    return found[1].lower() if found else ""


def arxiv_version(text: str) -> int | None:
    """Return the version that an arXiv id or address names, None where it names none.

    >>> arxiv_version("arXiv:2004.04906v3")
    3
    """
    found = _VERSION.search(text)
    return int(found[1]) if found else None


def normalise_pmid(text: str) -> str:
    """Return the digits of a PubMed id, or the empty string where `text` holds none.

    >>> normalise_pmid("https://pubmed.ncbi.nlm.nih.gov/31452104/")
    '31452104'
    """
    found = _PMID.search(text)
    return found.group().lstrip("0") if found else ""


def identifier(text: str) -> str:
    """Return an identifier as `doi:…` or `arxiv:…`, or the empty string where `text` holds neither.

    >>> identifier("https://doi.org/10.48550/arXiv.2004.04906")
    'arxiv:2004.04906'
    """
    doi = normalise_doi(text)
    arxiv_id = arxiv_id_of_doi(doi) if doi else normalise_arxiv_id(text)
    if arxiv_id:
        return f"arxiv:{arxiv_id}"
    return f"doi:{doi}" if doi else ""


def arxiv_id_of_doi(doi: str) -> str:
    """Return the arXiv id that arXiv's own DOI stands for, else the empty string."""
    found = _DOI_OF_ARXIV.fullmatch(doi)
    return normalise_arxiv_id(found[1]) if found else ""


def title_key(title: str) -> str:
    """Return the title as it is compared: folded words, without punctuation and accents."""
    return " ".join(_TITLE_WORD.findall(fold(title))) or " ".join(title.split())


def paper_id(title: str, year: int | None, doi: str = "", arxiv_id: str = "") -> str:
    """Return a paper's id.

    Args:
        title: The cleaned title.
        year: Year of publication, where known.
        doi: A DOI as `normalise_doi` gives it.
        arxiv_id: An arXiv id as `normalise_arxiv_id` gives it.

    Returns:
        `doi:…`, else `arxiv:…`, else `p-` and twelve hexadecimal digits of title and year. An arXiv
        DOI counts as the arXiv id. Only characters that are safe in a shell and a URL: a DOI's
        others are written `~` and their code in hexadecimal.
    """
    arxiv_id = arxiv_id_of_doi(doi) or arxiv_id
    if doi and not arxiv_id_of_doi(doi):
        return "doi:" + _UNSAFE.sub(_escape, doi)
    if arxiv_id:
        return "arxiv:" + arxiv_id
    digest = hashlib.sha256(f"{title_key(title)}\n{year or ''}".encode()).hexdigest()
    return f"p-{digest[:12]}"


def _escape(match: re.Match[str]) -> str:
    return "".join(f"~{byte:02x}" for byte in match.group().encode("utf-8", "replace"))
