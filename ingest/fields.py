"""The names under which files keep a paper's fields, and the shapes their values come in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ingest.names import split_names, unescaped, unreverse

ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "primarytitle", "ti"),
    "abstract": (
        "abstract", "paperabstract", "abstracttext", "abstractnote", "abstractinvertedindex", "ab",
        "summary", "text", "description",
    ),
    "authors": ("authorfullnames", "authors", "author", "authorships", "authornames", "creators", "creator", "au"),
    "year": (
        "year", "publicationyear", "pubyear", "publishedyear", "py", "date", "published", "publicationdate",
        "publisheddate", "datepublished", "pubdate", "dateissued", "issued", "issuedate", "onlinedate",
    ),
    "date": (
        "publicationdate", "publisheddate", "datepublished", "published", "date", "pubdate", "dateissued", "issued",
        "coverdate", "issuedate", "onlinedate", "da", "dp",
    ),
    "venue": (
        "venue", "journal", "booktitle", "journalref", "conference", "containertitle", "publicationvenue",
        "journaltitle", "sourcetitle", "publicationtitle", "journalbook", "journalname", "proceedingstitle",
        "conferencename", "conferencetitle", "proceeding", "proceedings", "meetingname", "series",
    ),
    "doi": ("doi", "paperdoi"),
    "arxiv_id": ("arxivid", "arxiv", "eprint", "arxivurl"),
    "pmid": ("pmid", "pubmedid", "pubmed"),
    "url": (
        "url", "link", "paperurl", "landingpage", "landingpageurl", "articleurl", "externalurl", "urlabs", "pdfurl",
        "urlpdf", "pdflink", "urls",
    ),
    "tags": (
        "tags", "keywords", "keyword", "authorkeywords", "manualtags", "categories", "fieldsofstudy", "subjects",
        "topics", "labels", "indexkeywords", "automatictags", "meshterms", "tasks",
    ),
    "language": ("language", "lang", "languageoforiginaldocument", "la"),
    "retracted": ("isretracted", "retracted"),
    "retraction_note": ("retractionnote", "retractionreason"),
    "related": ("related", "relatedidentifiers", "otherversions"),
    "extracted": ("extracted",),
    "abstract_by": ("abstractby", "summaryby"),
}  # fmt: skip
"""Field → the keys that may hold it, the best first. Keys are compared as `fold_key` gives them."""

_FIELD_OF = {alias: name for name, aliases in reversed(ALIASES.items()) for alias in aliases}
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_NO_VALUE = frozenset({"", "nan", "none", "null", "n/a", "na", "-", "\\n"})
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")
_NAME_KEYS = ("name", "displayname", "fullname", "authorname", "title", "value")
_NAME_PARTS = (("given", "family"), ("first", "last"), ("firstname", "lastname"), ("forename", "surname"))
_LANGUAGES = {
    spelled: code
    for code, spellings in {
        "en": "eng english", "de": "ger deu german deutsch", "fr": "fre fra french français",
        "es": "spa spanish español", "pt": "por portuguese português", "it": "ita italian italiano",
        "zh": "chi zho chinese 中文", "ja": "jpn japanese 日本語", "ru": "rus russian русский",
        "ko": "kor korean 한국어", "pl": "pol polish polski", "nl": "dut nld dutch nederlands",
        "tr": "tur turkish türkçe", "sv": "swe swedish svenska", "ar": "ara arabic", "cs": "cze ces czech",
    }.items()
    for spelled in spellings.split()
}  # fmt: skip
_CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]{2,})?")  # arXiv's: cs.CL, hep-ph


def fold_key(key: str) -> str:
    """Return a key or column name in the form that `ALIASES` uses: `Paper Title` → `papertitle`."""
    return _NOT_ALPHANUMERIC.sub("", key).casefold()


def field_of(key: str) -> str | None:
    """Return the field that a key or column stands for, or None."""
    return _FIELD_OF.get(fold_key(key))


def fold_mapping(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's values under folded keys; ids kept in an inner object come along."""
    folded: dict[str, Any] = {}
    for key, value in record.items():
        name = fold_key(str(key))
        if name in ("externalids", "ids", "identifiers") and isinstance(value, Mapping):
            folded = fold_mapping(value) | folded
        elif value is not None:
            folded[name] = value
    return folded


def first_value(folded: Mapping[str, Any], field: str) -> Any:
    """Return the first value for `field` that isn't empty, or None."""
    for alias in ALIASES[field]:
        value = folded.get(alias)
        if value is not None and value not in ([], {}) and str(value).strip().casefold() not in _NO_VALUE:
            return value
    return None


def as_text(value: Any) -> str:
    """Return a value as text: a string, a number, a list of paragraphs, or a named object.

    An inverted index (word → positions, as OpenAlex keeps abstracts) is put back in order.
    """
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return "" if value.strip().casefold() in _NO_VALUE else value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        if value and all(isinstance(places, list) for places in value.values()):
            words = [
                (place, str(word)) for word, places in value.items() for place in places if type(place) is int
            ]
            return " ".join(word for _, word in sorted(words))
        return as_name(value)
    return " ".join(filter(None, (as_text(item) for item in value)))


def as_name(value: Any) -> str:
    """Return the name of an author or venue given as text or as an object."""
    if not isinstance(value, Mapping):
        return as_text(value).strip()
    folded = {fold_key(str(key)): inner for key, inner in value.items()}
    for inner in ("author", "source"):
        if isinstance(folded.get(inner), Mapping):
            return as_name(folded[inner])
    for given, family in _NAME_PARTS:
        if isinstance(folded.get(family), str):
            return f"{as_text(folded.get(given))} {folded[family]}".strip()
    return next((str(folded[key]).strip() for key in _NAME_KEYS if isinstance(folded.get(key), str)), "")


def as_names(value: Any) -> tuple[str, ...]:
    """Return authors as given: a list of names or objects, or one string of names.

    `Last, First` comes out as `First Last`; how a string is parted, `ingest.names` tells.
    """
    if isinstance(value, list | tuple):
        names = [unreverse(as_name(item)) for item in value]
    elif isinstance(value, Mapping):
        names = [as_name(value)]
    else:
        names = split_names(as_text(value))
    return tuple(dict.fromkeys(name for name in names if name))


def as_year(value: Any) -> int | None:
    """Return the year in a number, a date in any writing, or a list that starts with one."""
    if isinstance(value, Mapping):
        value = next(iter(value.values()), None)
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    found = _YEAR.search(str(value)) if isinstance(value, int | str) else None
    return int(found[1]) if found else None


def as_flag(value: Any) -> bool:
    """Return whether a value says yes."""
    return value is True or str(value).strip().casefold() in ("true", "yes", "y", "1")


def as_language(text: str) -> str:
    """Return a language as ISO 639-1 where its name or code is a common one, else as it is told."""
    name = text.strip().casefold().replace("_", "-")
    base = name.partition("-")[0]
    return _LANGUAGES.get(base, base if len(base) == 2 else name)


def as_tags(value: Any) -> tuple[str, ...]:
    """Return keywords as given: a list, or a string parted by `;`, `,` (Chinese or not) or arXiv's blanks."""
    if isinstance(value, list | tuple):
        tags = [as_name(item) for item in value]
    else:
        text = unescaped(as_text(value))
        words = text.split()
        is_categories = len(words) > 1 and all(_CATEGORY.fullmatch(word) for word in words) and "." in text
        tags = (
            words
            if is_categories
            else re.split("[;；、|]" if ";" in text or "；" in text else "[,，、|]", text)
        )
    return tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
