"""Whether two records tell of one paper: by identifiers, or by title, year, authors and abstract."""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from collections.abc import Callable
from dataclasses import dataclass

from assistant.models import Paper
from assistant.text import STOPWORDS, fold
from ingest.identify import arxiv_id_of_doi, title_key

NEARLY_SAME_TITLE = 94.0
"""Least similarity, in percent, of two titles that are one title written differently (Levenshtein, normalised).
Measured by evals/bench/dedupe.py; docs/decisions/0014 has the figures."""

_CONTENT_WORD = re.compile(r"[^\W_]{4,}")
_SKETCH_SIZE = 64
SAME_ABSTRACT = 0.2
"""Least estimated Jaccard overlap of content words for two abstracts of one paper. Of 20,000 pairs of
machine-learning abstracts drawn at random all but one in a thousand measure under 0.15; half an
abstract measures 0.44 and more against the whole."""
_AFTER_SURNAME = re.compile(r"(?:[A-Z]\.?-?){1,3}|[JS]r\.?")
_NUMBER = re.compile(r"\d+|\b[ivx]+\b")


@dataclass(slots=True)
class Known:
    """What is kept of a paper to recognise it: about half a kilobyte, however long its abstract."""

    id: str
    title: str
    doi: str
    arxiv_id: str
    pmid: str
    year: int | None
    surnames: str
    first_author: str
    sketch: bytes

    def learn(self, other: Known) -> None:
        """Take over what another telling of the same paper knows and this one doesn't."""
        for name in ("doi", "arxiv_id", "pmid", "year", "surnames", "first_author", "sketch"):
            setattr(self, name, getattr(self, name) or getattr(other, name))


def describe(paper: Paper, *, abstract: bool = True) -> Known:
    """Return what tells a paper from others. arXiv's DOI is left out: the publication has its own.

    Args:
        paper: A cleaned paper.
        abstract: Whether its abstract is to be looked at; keys don't need it, and it takes longest.
    """
    surnames = [fold(surname(name)) for name in paper.authors if name.split()]
    return Known(
        id=paper.id,
        title=title_key(paper.title),
        doi="" if arxiv_id_of_doi(paper.doi) else paper.doi,
        arxiv_id=paper.arxiv_id,
        pmid=paper.pmid,
        year=paper.year,
        surnames=" ".join(surnames),
        first_author=surnames[0] if surnames else "",
        sketch=_sketch(paper.abstract) if abstract else b"",
    )


def surname(name: str) -> str:
    """Return the part of a name that papers are told apart by: the last word that isn't initials or `Jr.`.

    >>> surname("Jane A. Doe"), surname("Doe J.A."), surname("van der Berg J"), surname("Plato")
    ('Doe', 'Doe', 'Berg', 'Plato')
    """
    parts = name.split()
    while len(parts) > 1 and _AFTER_SURNAME.fullmatch(parts[-1]):
        parts.pop()
    return parts[-1]


Test = Callable[[Known, Known], bool]


def keys_and_tests(known: Known) -> list[tuple[str, Test]]:
    """Return the keys that a paper is looked up by, the surest first, each with what must hold besides.

    Identifiers come first, then the title, then pairs of the title's longest words with the first
    author's name, under which a title with a slip of the pen is found.
    """
    keys: list[tuple[str, Test]] = [
        (f"{kind}:{value}", same)
        for kind, value, same in (
            ("doi", known.doi, is_of_doi),
            ("arxiv", known.arxiv_id, shares_text),
            ("pmid", known.pmid, shares_text),
        )
        if value
    ]
    keys.append((f"title:{known.title}", may_be_same))
    if known.first_author:
        keys.extend((f"words:{known.first_author} {pair}", nearly_same) for pair in word_pairs(known.title))
    return keys


def word_pairs(title: str) -> list[str]:
    """Return the pairs of a folded title's three longest words: one slip leaves one of them whole."""
    longest = sorted(sorted(set(title.split()), key=lambda word: (-len(word), word))[:3])
    return [f"{a} {b}" for n, a in enumerate(longest) for b in longest[n + 1 :]]


def hashed(key: str) -> int:
    """Return a key as the signed 64-bit number that the library keeps; what it finds is compared in full."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def is_of_doi(known: Known, probe: Known) -> bool:
    """Tell whether two papers of one DOI are one: lists give all chapters of a book its DOI.

    They are where their titles are equal, or their abstracts alike; without abstracts to compare,
    where their titles share half their words and all their numbers.
    """
    if known.title == probe.title:
        return True
    if known.sketch and probe.sketch:
        return overlap(known.sketch, probe.sketch) >= SAME_ABSTRACT
    same_numbers = sorted(_NUMBER.findall(known.title)) == sorted(_NUMBER.findall(probe.title))
    return same_numbers and shares_text(known, probe)


def shares_text(known: Known, probe: Known) -> bool:
    """Tell whether two papers of one identifier are one, which a slip in a list may have given to another."""
    first, second = set(known.title.split()), set(probe.title.split())
    alike = len(first & second) * 2 >= min(len(first), len(second))
    return alike or bool(
        known.sketch and probe.sketch and overlap(known.sketch, probe.sketch) >= SAME_ABSTRACT
    )


def may_be_same(known: Known, probe: Known) -> bool:
    """Tell whether nothing speaks against two papers of one title being the same."""
    strangers = (
        known.surnames and probe.surnames and not set(known.surnames.split()) & set(probe.surnames.split())
    )
    return (
        not strangers
        and not _identified_apart(known, probe)
        and not _years_apart(known, probe)
        and overlap(known.sketch, probe.sketch) >= SAME_ABSTRACT
    )


def nearly_same(known: Known, probe: Known) -> bool:
    """Tell whether two papers of one first author are the same though their titles differ a little.

    Titles that differ in a number (“Part 2”, “Task 10”) are never the same. Where an abstract is
    missing, the year must agree.
    """
    if known.first_author != probe.first_author or _identified_apart(known, probe):
        return False
    if sorted(_NUMBER.findall(known.title)) != sorted(_NUMBER.findall(probe.title)):
        return False
    if title_likeness(known.title, probe.title) < NEARLY_SAME_TITLE or _years_apart(known, probe):
        return False
    if known.sketch and probe.sketch:
        return overlap(known.sketch, probe.sketch) >= SAME_ABSTRACT
    return known.year is not None and known.year == probe.year


def title_likeness(first: str, second: str) -> float:
    """Return how alike two folded titles are, in percent: Levenshtein similarity without blanks."""
    from rapidfuzz.distance import Levenshtein

    return 100 * Levenshtein.normalized_similarity(first.replace(" ", ""), second.replace(" ", ""))


def _identified_apart(known: Known, probe: Known) -> bool:
    pairs = ((known.doi, probe.doi), (known.arxiv_id, probe.arxiv_id), (known.pmid, probe.pmid))
    return any(first and second and first != second for first, second in pairs)


def _years_apart(known: Known, probe: Known) -> bool:
    return bool(known.year and probe.year and abs(known.year - probe.year) > 1)


def digest(text: str) -> int:
    """Return a 32-bit hash of a text, the same on every machine."""
    return zlib.crc32(text.encode())


def _sketch(abstract: str) -> bytes:
    """Return the smallest hashes of the abstract's content words: a sample that two texts can compare."""
    content = set(_CONTENT_WORD.findall(abstract.casefold())) - STOPWORDS
    return array("I", sorted(map(digest, content))[:_SKETCH_SIZE]).tobytes()


def overlap(first: bytes, second: bytes) -> float:
    """Estimate the Jaccard overlap of the words behind two sketches; 1 where either has none."""
    a, b = set(array("I", first)), set(array("I", second))
    if not a or not b:
        return 1.0
    sample = sorted(a | b)[:_SKETCH_SIZE]
    return sum(item in a and item in b for item in sample) / len(sample)
