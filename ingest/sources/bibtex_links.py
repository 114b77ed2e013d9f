"""What BibTeX entries inherit from each other by `crossref` and `xdata`, whichever stands first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_PARENTS = frozenset(
    "proceedings mvproceedings book mvbook collection mvcollection reference mvreference periodical misc xdata".split()
)
_INHERITED = ("year", "date", "month", "booktitle", "journal", "journaltitle", "language", "langid", "series")
_MOST_REMEMBERED = 200_000
"""Parents kept in memory, and entries that wait for one: more in one file would have no bound."""
_LONGEST_INHERITED = 2_000


class LinkedEntry(NamedTuple):
    """An entry with what it inherits."""

    kind: str
    fields: dict[str, str]
    where: str


class Links:
    """Gives entries on as they come; one that inherits from a later entry waits for it."""

    def __init__(self) -> None:
        self._parents: dict[str, dict[str, str]] = {}
        self._waiting: dict[str, list[LinkedEntry]] = {}
        self._count = 0

    def follow(self, kind: str, key: str, fields: dict[str, str], where: str) -> list[LinkedEntry]:
        """Take the next entry.

        Args:
            kind: Its type in lower case.
            key: Its key; two keys that differ in case only are one.
            fields: Its values by name.
            where: Its line and key.

        Returns:
            The entries that are complete now: this one, unless it waits or is `@xdata`, and those that
            waited for it.
        """
        ready: list[LinkedEntry] = []
        entry = LinkedEntry(kind, fields, where)
        missing = self._inherit(entry)
        if missing and self._count < _MOST_REMEMBERED:
            self._waiting.setdefault(missing, []).append(entry)
            self._count += 1
        elif kind != "xdata":
            ready.append(entry)
        name = key.casefold()
        children = self._waiting.pop(name, []) if name else []
        if name and (children or kind in _PARENTS) and len(self._parents) < _MOST_REMEMBERED:
            kept = (
                fields if kind == "xdata" else {n: fields[n] for n in ("title", *_INHERITED) if n in fields}
            )
            self._parents.setdefault(
                name, {n: value for n, value in kept.items() if len(value) <= _LONGEST_INHERITED} | {"": kind}
            )
        for child in children:
            self._count -= 1
            missing = self._inherit(child)
            if missing:
                self._waiting.setdefault(missing, []).append(child)
                self._count += 1
            else:
                ready.append(child)
        return ready

    def rest(self) -> list[LinkedEntry]:
        """Return the entries whose parent isn't in the file, with what they have themselves."""
        waiting = [entry for entries in self._waiting.values() for entry in entries if entry.kind != "xdata"]
        self._waiting.clear()
        return waiting

    def _inherit(self, entry: LinkedEntry) -> str:
        """Fill an entry's gaps from its parents; returns the key of one that hasn't come yet."""
        fields = entry.fields
        for field in ("xdata", "crossref"):
            for key in fields.get(field, "").casefold().split(","):
                name = key.strip(" {}\n\t")
                parent = self._parents.get(name)
                if name and parent is None:
                    return name
                for given, value in _passed_on(parent or {}, entry.kind, by=field):
                    fields.setdefault(given, value)
        return ""


def _passed_on(parent: Mapping[str, str], kind: str, *, by: str) -> list[tuple[str, str]]:
    """Return what a child gets: a parent's title is where the child was published."""
    if by == "xdata":
        return [(name, value) for name, value in parent.items() if name]
    passed = [(name, parent[name]) for name in _INHERITED if name in parent]
    if "title" in parent:
        passed.append(("journaltitle" if kind == "article" else "booktitle", parent["title"]))
    return passed
