"""The same paper told twice: found, and made one that has the richest fields and every provenance."""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.models import Paper
from assistant.text import STOPWORDS, fold
from ingest.identify import arxiv_id_of_doi, paper_id, title_key

_CONTENT_WORD = re.compile(r"[^\W_]{4,}")
_SKETCH_SIZE = 64
_SAME_ABSTRACT = 0.2
"""Least estimated Jaccard overlap of content words for two abstracts of one paper. Of 20,000 pairs of
machine-learning abstracts drawn at random all but one in a thousand measure under 0.15; half an
abstract measures 0.44 and more against the whole."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Distinct papers, in the order in which they first came, and how many more told of them again."""

    papers: list[Paper]
    merged: int


@dataclass(slots=True)
class _Known:
    """What is kept of a paper to recognise it: about half a kilobyte, however long its abstract."""

    id: str
    title: str
    doi: str
    arxiv_id: str
    year: int | None
    surnames: str
    sketch: bytes


class Matcher:
    """Recognises papers that have come before, in memory that doesn't grow with their abstracts."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[_Known]] = {}
        self._ids: set[str] = set()

    def place(self, paper: Paper) -> Paper:
        """Return `paper` under the id that it is to be kept with.

        That is the id of an earlier paper where this is the same one: it shares its DOI or arXiv id,
        or its title with nothing that tells them apart. A namesake with another abstract gets an id
        of its own, drawn from its abstract.
        """
        probe = _describe(paper)
        keys = _keys(probe)
        known = self._find(probe, keys)
        if known is None:
            known = probe
            if probe.id in self._ids:
                probe.id = f"{paper.id}-{_digest(f'{paper.abstract} {probe.surnames} {paper.year}'):08x}"
            self._ids.add(probe.id)
        else:
            for name in ("doi", "arxiv_id", "year", "surnames", "sketch"):
                setattr(known, name, getattr(known, name) or getattr(probe, name))
        for key in keys:
            entries = self._by_key.setdefault(key, [])
            if not any(entry is known for entry in entries):
                entries.append(known)
        return paper if known.id == paper.id else paper.model_copy(update={"id": known.id})

    def has_namesake(self, paper: Paper) -> bool:
        """Tell whether another paper than the one of this id has the same title."""
        *_, title = _keys(_describe(paper))
        return any(known.id != paper.id for known in self._by_key.get(title, ()))

    def _find(self, probe: _Known, keys: list[str]) -> _Known | None:
        for key in keys:
            same = _shares_text if key != probe.title else _may_be_same
            for known in self._by_key.get(key, ()):
                if same(known, probe):
                    return known
        return None


def _describe(paper: Paper) -> _Known:
    """Return what tells a paper from others. arXiv's DOI is left out: the publication has its own."""
    return _Known(
        id=paper.id,
        title=title_key(paper.title),
        doi="" if arxiv_id_of_doi(paper.doi) else paper.doi,
        arxiv_id=paper.arxiv_id,
        year=paper.year,
        surnames=" ".join(fold(name.split()[-1]) for name in paper.authors if name.split()),
        sketch=_sketch(paper.abstract),
    )


def _keys(known: _Known) -> list[str]:
    """Return the keys a paper is looked up by, its title's last."""
    identifiers = [f"doi:{known.doi}"] if known.doi else []
    identifiers += [f"arxiv:{known.arxiv_id}"] if known.arxiv_id else []
    return [*identifiers, known.title]


def _shares_text(known: _Known, probe: _Known) -> bool:
    """Tell whether two papers of one identifier are one: lists give all papers of a book its DOI."""
    first, second = set(known.title.split()), set(probe.title.split())
    alike = len(first & second) * 2 >= min(len(first), len(second))
    return alike or bool(
        known.sketch and probe.sketch and _overlap(known.sketch, probe.sketch) >= _SAME_ABSTRACT
    )


def _may_be_same(known: _Known, probe: _Known) -> bool:
    """Tell whether nothing speaks against two papers of one title being the same."""
    differs = (
        (known.doi and probe.doi and known.doi != probe.doi)
        or (known.arxiv_id and probe.arxiv_id and known.arxiv_id != probe.arxiv_id)
        or (known.year and probe.year and abs(known.year - probe.year) > 1)
        or (
            known.surnames
            and probe.surnames
            and not set(known.surnames.split()) & set(probe.surnames.split())
        )
    )
    return not differs and _overlap(known.sketch, probe.sketch) >= _SAME_ABSTRACT


def _digest(text: str) -> int:
    return zlib.crc32(text.encode())


def _sketch(abstract: str) -> bytes:
    """Return the smallest hashes of the abstract's content words: a sample that two texts can compare."""
    content = set(_CONTENT_WORD.findall(abstract.casefold())) - STOPWORDS
    return array("I", sorted(map(_digest, content))[:_SKETCH_SIZE]).tobytes()


def _overlap(first: bytes, second: bytes) -> float:
    """Estimate the Jaccard overlap of the words behind two sketches; 1 where either has none."""
    a, b = set(array("I", first)), set(array("I", second))
    if not a or not b:
        return 1.0
    sample = sorted(a | b)[:_SKETCH_SIZE]
    return sum(item in a and item in b for item in sample) / len(sample)


def combine(first: Paper, second: Paper) -> Paper:
    """Return one paper of two tellings of it, under the id of the first.

    The authors' own abstract goes before a summary, then the longer before the shorter; lists are
    the longer one, tags and provenance both; any other field is the first's, else the second's.
    """
    best = max(
        first, second, key=lambda paper: (bool(paper.abstract), not paper.abstract_by, len(paper.abstract))
    )
    return first.model_copy(
        update={
            "title": first.title if len(first.title) >= len(second.title) else second.title,
            "abstract": best.abstract,
            "abstract_by": best.abstract_by,
            "authors": max(first.authors, second.authors, key=len),
            "year": first.year or second.year,
            "venue": first.venue or second.venue,
            "doi": min(first.doi, second.doi, key=lambda doi: (not doi, bool(arxiv_id_of_doi(doi)))),
            "arxiv_id": first.arxiv_id or second.arxiv_id,
            "url": first.url or second.url,
            "tags": tuple(dict.fromkeys(first.tags + second.tags)),
            "provenance": tuple(dict.fromkeys(first.provenance + second.provenance)),
        }
    )


def merge(papers: Iterable[Paper]) -> Merged:
    """Merge the papers that are the same, all in memory (`Matcher` and `combine` do it in a stream).

    The id of a merged paper is that of its richest form: a DOI found in a later telling counts.

    Args:
        papers: Papers in any order, each with its own provenance.
    """
    matcher = Matcher()
    kept: dict[str, Paper] = {}
    merged = 0
    for paper in papers:
        placed = matcher.place(paper)
        if placed.id in kept:
            merged += 1
            placed = combine(kept[placed.id], placed)
        kept[placed.id] = placed
    taken = set(kept)
    papers = []
    for paper in kept.values():
        best = paper_id(paper.title, paper.year, paper.doi, paper.arxiv_id)
        papers.append(paper if best in taken else paper.model_copy(update={"id": best}))
        taken.add(best)
    return Merged(papers, merged)
