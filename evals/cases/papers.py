"""The papers that cases name, by id or exact title, found in a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.library import Library
from assistant.text import fold
from evals.cases import Case, SentenceRef
from ingest.clean import clean

_ALIKE = 75
"""How alike, of 100, a title must be to be suggested for one that isn't there."""


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a case; an error makes its measurements wrong, a warning may."""

    case_id: str
    field: str
    message: str
    severity: Literal["error", "warning"] = "error"


class PaperIndex:
    """The ids and titles of a store; titles are compared cleaned, with case, accents and spacing aside."""

    def __init__(self, titles: Iterable[tuple[str, str]]) -> None:
        self.titles = dict(titles)
        self._by_title: dict[str, list[str]] = {}
        for id_, title in self.titles.items():
            self._by_title.setdefault(title_form(title), []).append(id_)

    @classmethod
    def of(cls, library: Library) -> PaperIndex:
        """Return the index of an open library."""
        return cls(library.titles())

    def find(self, name: str) -> list[str]:
        """Return the ids that a name stands for: one, none, or several where papers share a title."""
        return [name] if name in self.titles else list(self._by_title.get(title_form(name), ()))

    def nearest(self, name: str) -> str:
        """Return the title or id most like a name, empty where none is like it."""
        from rapidfuzz import fuzz, process  # only wanted where something is wrong

        wanted = title_form(name)
        id_ = process.extractOne(name, list(self.titles), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        title = process.extractOne(wanted, list(self._by_title), scorer=fuzz.WRatio, score_cutoff=_ALIKE)
        if title and (not id_ or title[1] >= id_[1]):
            return self.titles[self._by_title[title[0]][0]]
        return id_[0] if id_ else ""

    def why_not(self, name: str) -> str:
        """Tell why a name doesn't stand for one paper; empty where it does."""
        ids = self.find(name)
        if len(ids) == 1:
            return ""
        if ids:
            return f"{name!r} is the title of {len(ids)} papers: {', '.join(ids)}; name it by id"
        near = self.nearest(name)
        return f"{name!r} isn't in the store" + (f"; is it {near!r}?" if near else "")


def title_form(title: str) -> str:
    """Return a title as titles are compared."""
    return " ".join(fold(clean(title)).split())


def resolve_case(case: Case, index: PaperIndex) -> tuple[Case, list[Problem]]:
    """Return a case with its papers as ids.

    Args:
        case: A case that names papers by id or title.
        index: What the store holds.

    Returns:
        The case with each paper once, and without those that can't be found; and a problem for each of these,
        and for each paper that is gold and in another list too.
    """
    problems: list[Problem] = []

    def ids(field: str, names: Iterable[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            if why := index.why_not(name):
                problems.append(Problem(case.id, field, why))
            else:
                found[index.find(name)[0]] = None
        return tuple(found)

    papers = {field: ids(field, getattr(case, field)) for field in ("gold", "optional", "related")}
    for field in ("optional", "related"):
        for id_ in sorted({*papers["gold"]} & {*papers[field]}):
            message = f"{index.titles[id_]!r} is gold too, under another name"
            problems.append(Problem(case.id, field, message))
        papers[field] = tuple(id_ for id_ in papers[field] if id_ not in papers["gold"])
    evidence: list[SentenceRef | str] = []
    for item in case.evidence:
        if isinstance(item, str):
            evidence.append(item)
        else:
            evidence += [item.model_copy(update={"paper": id_}) for id_ in ids("evidence", [item.paper])]
    return case.model_copy(update={**papers, "evidence": tuple(evidence)}), problems
