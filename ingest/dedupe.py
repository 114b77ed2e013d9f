"""The same paper told twice: recognised, whether it came a moment ago or is stored since last year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.models import Paper
from ingest.combine import combine
from ingest.identify import paper_id
from ingest.match import Known, describe, digest, hashed, keys_and_tests


@dataclass(frozen=True, slots=True)
class Merged:
    """Distinct papers, in the order in which they first came, and how many more told of them again."""

    papers: list[Paper]
    merged: int


MOST_NAMESAKES = 64
"""Papers of a window looked at for one key, as of the stored ones; else titles such as “Editorial” are quadratic."""


class Stored(Protocol):
    """Papers that came before, found by keys."""

    def present(self, keys: Sequence[int]) -> set[int]:
        """Return those of the keys that any paper has."""

    def candidates(self, key: int) -> Iterable[Known]:
        """Return the papers that a key may stand for."""

    def has(self, paper_id: str) -> bool:
        """Tell whether a paper has this id."""


class Nothing:
    """A store without papers."""

    def present(self, keys: Sequence[int]) -> set[int]:
        """Return none."""
        return set()

    def candidates(self, key: int) -> Iterable[Known]:
        """Return none."""
        return ()

    def has(self, paper_id: str) -> bool:
        """Tell that there is none."""
        return False


class Matcher:
    """Recognises papers that have come before: those placed since the last `forget`, and the stored ones."""

    def __init__(self, stored: Stored | None = None) -> None:
        """Begin with the papers of a store, or with none."""
        self._stored = stored or Nothing()
        self._by_key: dict[int, list[Known]] = {}
        self._known: dict[str, Known] = {}
        self._looked_up: dict[int, list[Known]] = {}

    def place(self, paper: Paper) -> Paper:
        """Return `paper` under the id that it is to be kept with.

        That is the id of an earlier paper where this is the same one: it shares its DOI, arXiv id or
        PMID, or its title, or nearly its title and its first author, with nothing that tells them
        apart. A namesake with another abstract gets an id of its own, drawn from its abstract.
        """
        probe = describe(paper)
        known = self._find(probe)
        if known is None:
            known = probe
            if self._taken(probe.id):
                told = f"{probe.title} {paper.abstract} {probe.surnames} {paper.year} {paper.pmid}"
                probe.id = f"{paper.id}-{digest(told):08x}"
        else:
            known.learn(probe)
        self._keep(known, probe)
        return paper if known.id == paper.id else paper.model_copy(update={"id": known.id})

    def place_as(self, paper: Paper, paper_id_: str) -> str:
        """Take `paper` for the one of this id, whatever it says; return the id."""
        probe = describe(paper)
        probe.id = paper_id_
        self._keep(probe, probe)
        return paper_id_

    def placed(self, paper_id_: str) -> bool:
        """Tell whether a paper was placed under this id since the last `forget`."""
        return paper_id_ in self._known

    def _keep(self, known: Known, probe: Known) -> None:
        """Let a paper be found under the keys of one of its tellings."""
        self._known[known.id] = known
        for key, _ in keys_and_tests(probe):
            entries = self._by_key.setdefault(hashed(key), [])
            if len(entries) < MOST_NAMESAKES and not any(entry is known for entry in entries):
                entries.append(known)

    def has_namesake(self, paper: Paper) -> bool:
        """Tell whether another paper than the one of this id has the same title."""
        key = f"title:{describe(paper, abstract=False).title}"
        return any(known.id != paper.id for known in self._candidates(hashed(key)))

    def forget(self) -> None:
        """Forget the papers placed so far: they are stored now, and found there."""
        self._by_key.clear()
        self._known.clear()
        self._looked_up.clear()

    def _find(self, probe: Known) -> Known | None:
        keys = [(hashed(key), same) for key, same in keys_and_tests(probe)]
        present = self._stored.present([key for key, _ in keys])
        for key, same in keys:
            for known in self._candidates(key, stored=key in present):
                if same(known, probe):
                    return known
        return None

    def _candidates(self, key: int, *, stored: bool = True) -> Iterator[Known]:
        placed = self._by_key.get(key, ())
        yield from placed
        if not stored:
            return
        if key not in self._looked_up:  # the store doesn't change before `forget`
            self._looked_up[key] = list(self._stored.candidates(key))
        for known in self._looked_up[key]:
            fresher = self._known.get(known.id)
            if fresher is None:
                yield known
            elif not any(entry is fresher for entry in placed):
                yield fresher

    def _taken(self, paper_id_: str) -> bool:
        return paper_id_ in self._known or self._stored.has(paper_id_)


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
