"""What is read against what is stored: which papers are new, changed, the same, or told of again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.models import Paper, Provenance, Rejected
from assistant.store import Store
from ingest.dedupe import Matcher, combine


@dataclass
class Tally:
    """What an ingest has come to so far, and which papers it has met."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    done: int = 0
    total: int = 0
    seen: set[str] = field(default_factory=set)
    matcher: Matcher = field(default_factory=Matcher)


@dataclass(frozen=True)
class Changed:
    """A paper to embed, and whether the store doesn't have it yet."""

    paper: Paper
    fingerprint: str
    new: bool


def fingerprint(paper: Paper) -> str:
    """Return a hash of all that a paper says, wherever it was read."""
    return hashlib.sha256(paper.model_dump_json(exclude={"provenance"}).encode()).hexdigest()[:32]


def sort_out(papers: Iterable[Paper], store: Store, tally: Tally) -> list[Changed]:
    """Compare papers with what is stored; return those to embed, each once."""
    library = store.library
    known = library.fingerprints()
    changed: dict[str, Paper] = {}
    places: dict[str, list[Provenance]] = {}
    for read in papers:
        paper = _place(read, store, tally)
        again = paper.id in tally.seen
        tally.seen.add(paper.id)
        places.setdefault(paper.id, []).extend(paper.provenance)
        before = changed.get(paper.id) or (library.paper(paper.id) if paper.id in known else None)
        tally.merged += again
        if before is not None and (again or _from_elsewhere(before, paper)):
            paper = combine(before, paper)
        if known.get(paper.id) == fingerprint(paper):
            tally.unchanged += not again
            continue
        tally.unchanged -= again and paper.id in known and paper.id not in changed
        changed[paper.id] = paper
    for paper_id, found in places.items():
        if paper_id not in changed:
            library.add_provenance(paper_id, found)
    return [Changed(paper, fingerprint(paper), paper.id not in known) for paper in changed.values()]


def _place(paper: Paper, store: Store, tally: Tally) -> Paper:
    """Return a paper under the id of the one that it is the same as, if any.

    A stored paper that only this source ever told of is the same though its abstract be rewritten.
    """
    if paper.id not in tally.seen:
        stored = store.library.paper(paper.id)
        alone = stored is not None and not _from_elsewhere(stored, paper)
        if alone and not tally.matcher.has_namesake(paper):
            return paper
    return tally.matcher.place(paper)


def _from_elsewhere(stored: Paper, paper: Paper) -> bool:
    """Tell whether a stored paper was also read from another source than this one."""
    return bool({place.source for place in stored.provenance} - {place.source for place in paper.provenance})
