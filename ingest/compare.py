"""What is read against what is stored: which papers are new, changed, the same, or told of again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

from assistant.library import Telling
from assistant.models import Paper
from assistant.store import Store
from ingest.combine import combine
from ingest.dedupe import Matcher
from ingest.match import Known, describe, hashed, keys_and_tests
from ingest.raw import unpack
from ingest.records import to_paper
from ingest.versions import related_key

KEYS = "1"
"""Version of the keys that papers are found by; with a new one those of stored papers are made anew."""

Places = tuple[tuple[str, str], ...]
"""Places in sources, as (source, where)."""


@dataclass(frozen=True)
class Told:
    """One record as it was read, packed, and as a cleaned paper under an id of its own."""

    telling: Telling
    paper: Paper


@dataclass
class Change:
    """A paper that is new or says something else now, and what becomes of the records that told so."""

    paper: Paper
    fingerprint: str
    new: bool
    embed: bool
    """Whether its words changed; otherwise the vectors that are stored hold."""
    tellings: tuple[Telling, ...] = ()
    keys: tuple[int, ...] = ()
    records: int = 0
    """Records of this window that told of it."""
    met: bool = False
    """Whether an earlier window told of it and has been counted."""
    counted: bool = False
    """Whether it was counted as added or updated then."""
    forgotten: Places = ()
    """Places that told of it once and don't any more."""


@dataclass
class Compared:
    """What became of a window of records: papers to store, and those that only have to be noted."""

    changes: list[Change] = field(default_factory=list)
    noted: list[tuple[str, Telling]] = field(default_factory=list)
    """Tellings of papers that stay as they are."""
    forgotten: list[tuple[str, Places]] = field(default_factory=list)
    """Papers that stay as they are, with places that count no more for them."""
    keyed: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    """Keys of papers that stay as they are and were told of in other words."""
    unchanged: int = 0
    merged: int = 0


def fingerprint(paper: Paper) -> str:
    """Return a hash of all that a paper says, wherever it was read."""
    return hashlib.sha256(
        paper.model_dump_json(exclude={"provenance"}, exclude_defaults=True).encode()
    ).hexdigest()[:32]


def keys_of(papers: Iterable[Paper]) -> tuple[int, ...]:
    """Return the hashed keys that a paper is found by, given all its tellings."""
    found: dict[int, None] = {}
    for paper in papers:
        found |= {hashed(key): None for key, _ in keys_and_tests(describe(paper, abstract=False))}
        found |= {hashed(related_key(name)): None for name in paper.related}
    return tuple(found)


class StoredPapers:
    """A store's papers as the matcher looks them up."""

    def __init__(self, store: Store) -> None:
        self._library = store.library

    def present(self, keys: Sequence[int]) -> set[int]:
        """Return those of the keys that any paper has."""
        return self._library.tellings.known_keys(keys)

    def candidates(self, key: int) -> Iterator[Known]:
        """Yield the papers that a key may stand for."""
        for paper in self._library.papers(self._library.tellings.find(key)):
            yield describe(paper)

    def has(self, paper_id: str) -> bool:
        """Tell whether a paper has this id."""
        return self._library.tellings.fingerprint(paper_id) is not None


class Comparison:
    """Compares one ingest's records, window by window, with a store."""

    def __init__(self, store: Store, run: int) -> None:
        self._library = store.library
        self._tellings = store.library.tellings
        self._run = run
        self._matcher = Matcher(StoredPapers(store))

    def known_already(self, telling: Telling) -> str | None:
        """Return the stored paper that this place told of in these very words, None where it didn't."""
        return self._tellings.paper_at(telling.source, telling.where, telling.digest)

    def window(self, told: Sequence[Told | tuple[str, Telling]]) -> Compared:
        """Compare records, in the order in which they were read; known ones come with their paper's id."""
        result = Compared()
        by_paper: dict[str, list[Told]] = {}
        again: dict[str, list[Telling]] = {}
        for item in told:
            if isinstance(item, Told):
                by_paper.setdefault(self._place(item.paper), []).append(item)
            else:
                again.setdefault(item[0], []).append(item[1])
        self._matcher.forget()
        for paper_id in dict.fromkeys([*by_paper, *again]):
            known = again.get(paper_id, [])
            records = len(by_paper.get(paper_id, ())) + len(known)
            met = self._tellings.seen_in(paper_id, self._run)
            change, forgotten = None, Places()
            if paper_id in by_paper:
                change, keys, forgotten = self._change(paper_id, by_paper[paper_id], known)
                if change is None:
                    result.keyed.append((paper_id, keys))
            if change is None:
                new = [item.telling for item in by_paper.get(paper_id, ())]
                if forgotten:
                    result.forgotten.append((paper_id, forgotten))
                result.noted.extend((paper_id, telling) for telling in [*known, *new])
                result.unchanged += not met
                result.merged += records - (not met)
            else:
                change.records, change.met = records, met
                change.counted = self._tellings.changed_in(paper_id, self._run)
                result.changes.append(change)
        return result

    def without(self, paper_id: str, gone: Sequence[Telling]) -> Change | None:
        """Return what a paper says without some of its tellings; None where it says the same still."""
        places = tuple((telling.source, telling.where) for telling in gone)
        lost = set(places)
        left = [old for old in self._tellings.of(paper_id) if (old.source, old.where) not in lost]
        change, _ = self._combined(paper_id, left, {})
        if change is not None:
            change.forgotten, change.met = places, self._tellings.seen_in(paper_id, self._run)
            change.counted = not change.met or self._tellings.changed_in(paper_id, self._run)
        return change

    def _change(
        self, paper_id: str, told: Sequence[Told], known: Sequence[Telling]
    ) -> tuple[Change | None, tuple[int, ...], Places]:
        """Return the paper that its tellings make now, None where it is the one that is stored.

        Returns:
            The change, the keys that the paper is found by, and the places that count no more.
        """
        fresh = {(item.telling.source, item.telling.where): item.telling for item in told}
        fresh |= {(telling.source, telling.where): telling for telling in known}
        stored = {(old.source, old.where): old for old in self._tellings.of(paper_id)}
        digests = {old.digest for old in stored.values()}
        reworded = {telling.source for telling in fresh.values() if telling.digest not in digests}
        # A source that words its records anew is taken at its new word: what it said before counts no
        # more until it is read again. One that says what it said may have moved it to another line.
        kept = {
            place: old for place, old in stored.items() if old.run == self._run or old.source not in reworded
        }
        forgotten = tuple(place for place in stored if place not in kept and place not in fresh)
        papers = {(item.telling.source, item.telling.where): item.paper for item in told}
        change, keys = self._combined(paper_id, list((kept | fresh).values()), papers)
        if change is not None:
            change.tellings, change.forgotten = tuple(fresh.values()), forgotten
        return change, keys, forgotten

    def _combined(
        self, paper_id: str, tellings: Sequence[Telling], cleaned: dict[tuple[str, str], Paper]
    ) -> tuple[Change | None, tuple[int, ...]]:
        stored = self._library.paper(paper_id)
        papers = []
        for telling in sorted(tellings, key=_order):
            paper = cleaned.get((telling.source, telling.where)) or self._paper(telling, stored)
            if paper is not None:
                papers.append(paper)
        if not papers:
            return None, ()
        paper = reduce(combine, papers).model_copy(update={"id": paper_id})
        print_ = fingerprint(paper)
        keys = keys_of([paper, *papers] if len(papers) > 1 else [paper])
        if print_ == self._tellings.fingerprint(paper_id):
            return None, keys
        same_words = stored is not None and (stored.title, stored.abstract) == (paper.title, paper.abstract)
        return Change(paper, print_, new=stored is None, embed=not same_words, keys=keys), keys

    def _paper(self, telling: Telling, stored: Paper | None) -> Paper | None:
        """Return what a stored telling says; of one from before records were kept, what is stored."""
        record = unpack(telling)
        paper = to_paper(record) if record else stored
        return paper if isinstance(paper, Paper) else None

    def _place(self, paper: Paper) -> str:
        """Return the id of the paper that a record tells of.

        A stored paper that only this place ever told of is the same though its abstract be rewritten.
        Told at another place it may be a namesake, and the stored paper's record is still to come.
        """
        if not self._matcher.placed(paper.id) and not self._tellings.seen_in(paper.id, self._run):
            places = {(telling.source, telling.where) for telling in self._tellings.of(paper.id)}
            own = {(place.source, place.where) for place in paper.provenance}
            if places == own and not self._matcher.has_namesake(paper):
                return self._matcher.place_as(paper, paper.id)
        return self._matcher.place(paper).id


def _order(telling: Telling) -> tuple[str, tuple[tuple[bool, int, str], ...]]:
    """Order tellings by source and place, `line 2` before `line 10`, so that their order never depends on chance."""
    parts = re.findall(r"[0-9]+|[^0-9]+", telling.where)
    return telling.source, tuple(
        (not part.isdecimal(), len(part.lstrip("0")) if part.isdecimal() else 0, part) for part in parts
    )
