"""The papers of a library that filters keep, found by its indexes; and what there is to filter by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from assistant.author_names import asked_author_keys, same_author
from assistant.filters import FilterField, Filters
from assistant.library_facets import KNOWN, Kind, tag_key
from assistant.library_file import LibraryFile
from assistant.tellings import Tellings
from assistant.text import fold
from assistant.venue_names import asked_venue_keys, same_venue

KINDS: dict[FilterField, Kind] = {"authors": "authors", "venues": "venue", "tags": "tags"}
_ASKED: dict[Kind, tuple[Callable[[str], Iterable[set[str]]], Callable[[str, str], bool]]] = {
    "authors": (lambda asked: [{key} for key in asked_author_keys(asked)], same_author),
    "venue": (asked_venue_keys, same_venue),
    "tags": (lambda asked: [{tag_key(asked)}] if asked.strip() else [], lambda asked, tag: True),
}
_DOI = re.compile(r"10\.\d{1,9}(?:\.\d+)*/\S+")
_ARXIV = re.compile(r"(?<![\w.])(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?![\w])")
_PMID = re.compile(r"pmid:?\s*(\d{1,8})|.*pubmed\S*/(\d{1,8})/?")

_MOST_KEYS = 50
"""Keys looked up for one value: SQLite joins 500 queries at the most."""

_FEW = 5000
"""Papers whose year is looked up one by one, rather than that all papers of those years are listed."""


class Matching:
    """The part of a library that answers what filters ask."""

    def __init__(self, library: LibraryFile) -> None:
        self._library = library

    def papers(self, filters: Filters) -> frozenset[str] | None:
        """Return the ids of the papers that filters keep; None where nothing is restricted."""
        if not filters:
            return None
        facet = "SELECT paper_id FROM facets WHERE value_id IN (SELECT value FROM json_each(?))"
        told = "SELECT paper_id FROM provenance WHERE source IN (SELECT value FROM json_each(?))"
        found: set[str] | None = None
        for field, kind in KINDS.items():
            if asked := getattr(filters, field):
                values = [id_ for each in asked for id_, _ in self._values(kind, each)]
                found = self._kept(found, facet, json.dumps(values))
        if filters.sources:
            sources = [name for each in filters.sources for name in self._sources(each)]
            found = self._kept(found, told, json.dumps(sources))
        if filters.paper_ids:
            named = {id_ for each in filters.paper_ids for id_ in self.identified(each)}
            found = named if found is None else found & named
        if filters.since is not None or filters.until is not None:
            years = (filters.since or 0, filters.until or 9999)
            if found is None or len(found) > _FEW:
                found = self._kept(found, "SELECT id FROM papers WHERE year BETWEEN ? AND ?", *years)
            else:
                few = """SELECT papers.id FROM json_each(?) CROSS JOIN papers ON papers.id = json_each.value
                         WHERE year BETWEEN ? AND ?"""
                found = self._kept(None, few, json.dumps(list(found)), *years)
        return frozenset(found or ())

    def newest(
        self, among: frozenset[str] | None, without: frozenset[str], n: int, *, oldest: bool = False
    ) -> tuple[list[str], int]:
        """Return the ids of the `n` newest papers, equals by title, such without a year last; and how many there are.

        Args:
            among: Ids of stored papers to choose from; all where None.
            without: Ids of papers that don't count.
            n: How many ids at the most.
            oldest: Return the oldest instead.
        """
        order = "year IS NULL, year" if oldest else "year DESC"
        test = "NOT IN" if among is None else "IN"
        ids = sorted(
            without if among is None else among - without
        )  # in order they are looked up twice as fast
        kept, given = f"FROM papers WHERE id {test} (SELECT value FROM json_each(?))", json.dumps(ids)
        with self._library.reading() as db:
            newest = db.execute(
                f"SELECT id {kept} ORDER BY {order}, title, id LIMIT ?", (given, n)
            ).fetchall()
            count = (
                len(ids)
                if among is not None
                else db.execute(f"SELECT count(*) {kept}", (given,)).fetchone()[0]
            )
        return [str(row[0]) for row in newest], int(count)

    def _kept(self, before: set[str] | None, query: str, *given: str | int) -> set[str]:
        """Return the ids that a query finds, of those found before where there are any."""
        with self._library.reading() as db:
            found = {row[0] for row in db.execute(query, given)}
        return found if before is None else before & found

    def has(self, field: FilterField, value: str) -> bool:
        """Tell whether any paper matches one single restriction."""
        if field in KINDS:
            return any(map(self._in_use, (id_ for id_, _ in self._values(KINDS[field], value))))
        if field == "sources":
            return bool(self._sources(value))
        if field == "paper_ids":
            return bool(self.identified(value))
        return bool(self.papers(Filters(**{field: int(value)})))

    def values(self, field: FilterField, value: str) -> list[str]:
        """Return the authors, venues or tags, as records write them, that a restriction stands for."""
        return [text for id_, text in self._values(KINDS[field], value) if self._in_use(id_)]

    def common(self, field: FilterField, n: int) -> tuple[str, ...]:
        """Return the `n` authors, venues, tags or sources that most papers have, as records write them."""
        most = """SELECT value FROM facets JOIN facet_values ON facet_values.id = value_id WHERE kind = ?
                  GROUP BY value_id ORDER BY count(*) DESC, value LIMIT ?"""
        told = "SELECT source FROM provenance GROUP BY source ORDER BY count(*) DESC, source LIMIT ?"
        with self._library.reading() as db:
            found = db.execute(told, (n,)) if field == "sources" else db.execute(most, (KINDS[field], n))
            return tuple(str(row[0]) for row in found)

    def fields(self) -> set[str]:
        """Return the names of the optional fields, such as authors and year, that at least one paper has."""
        columns = {"year": "year > -9999", "doi": "doi > ''", "arxiv_id": "arxiv_id > ''"}
        facet = "FROM facet_values JOIN facets ON value_id = facet_values.id WHERE kind"
        tests = {name: f"EXISTS (SELECT 1 FROM papers WHERE {test})" for name, test in columns.items()}
        tests |= {kind: f"EXISTS (SELECT 1 {facet} = '{kind}')" for kind in KINDS.values()}
        with self._library.reading() as db:
            row = db.execute(f"SELECT {', '.join(tests.values())}").fetchone()
        return {name for name, present in zip(tests, row, strict=True) if present}

    def lacking(self, field: str) -> int:
        """Return how many papers have no `year`, `authors`, `venue` or `tags`."""
        without = [known for known in range(2 * max(KNOWN.values())) if not known & KNOWN[field]]
        query = f"SELECT count(*) FROM papers WHERE known IN ({','.join(map(str, without))})"
        with self._library.reading() as db:
            return int(db.execute(query).fetchone()[0])

    def years(self) -> tuple[int, int] | None:
        """Return the first and the last year of publication, None where no paper has one."""
        query = "SELECT (SELECT min(year) FROM papers), (SELECT max(year) FROM papers)"
        with self._library.reading() as db:
            first, last = db.execute(query).fetchone()
        return None if first is None else (int(first), int(last))

    def identified(self, text: str) -> list[str]:
        """Return the ids of the papers that an identifier names: a paper's id, a DOI, an arXiv or a PubMed id."""
        asked = text.strip()
        low = asked.lower()
        tests: list[tuple[str, tuple[str, ...]]] = [("id IN (?, ?)", (asked, low))]
        if doi := _DOI.search(low):
            bare = doi.group().rstrip(".,;")
            tests.append(("doi > '' AND doi = ?", (bare,)))
            low = bare.removeprefix("10.48550/arxiv.") if bare.startswith("10.48550/arxiv.") else ""
        if arxiv := _ARXIV.search(low):
            tests.append(("arxiv_id > '' AND arxiv_id = ?", (arxiv[1],)))
        if pmid := _PMID.fullmatch(low):
            tests.append(("pmid > '' AND pmid = ?", (pmid[1] or pmid[2],)))
        with self._library.reading() as db:
            found = [db.execute(f"SELECT id FROM papers WHERE {test}", given) for test, given in tests]
            return list(dict.fromkeys(str(row[0]) for rows in found for row in rows))

    def nearest(self, field: FilterField, value: str, n: int = 3) -> list[str]:
        """Return values of papers that look like one that no paper has, for “did you mean”; the likest first."""
        from rapidfuzz import fuzz, process

        if field == "sources":
            named = {source: _path(source).rpartition("/")[2] for source in self._source_names()}
            found = process.extract(_path(value), named, scorer=fuzz.ratio, score_cutoff=70, limit=n)
            return [source for _, _, source in found]
        if field not in KINDS:
            return []
        kind = KINDS[field]
        asked = {key for keys in _ASKED[kind][0](value) for key in keys if key[0] not in "=~"}
        with self._library.reading() as db:
            known = [
                row[0] for row in db.execute("SELECT DISTINCT key FROM facet_keys WHERE kind = ?", (kind,))
            ]
            near = [
                key
                for word in asked
                for key, _, _ in process.extract(word, known, scorer=fuzz.ratio, score_cutoff=75, limit=8)
            ]
            query = """SELECT DISTINCT value FROM facet_keys JOIN facet_values ON id = value_id
                       WHERE facet_keys.kind = ? AND key IN (SELECT value FROM json_each(?))
                       AND EXISTS (SELECT 1 FROM facets WHERE facets.value_id = id)"""
            values = [row[0] for row in db.execute(query, (kind, json.dumps(near)))]
        best = process.extract(value, values, scorer=fuzz.WRatio, processor=fold, limit=n, score_cutoff=70)
        return [text for text, _, _ in best]

    def _values(self, kind: Kind, asked: str) -> list[tuple[int, str]]:
        """Return id and text of the values that something asked stands for."""
        keys_of, same = _ASKED[kind]
        holds = "SELECT value_id FROM facet_keys WHERE kind = ? AND key = ?"
        found: dict[int, str] = {}
        with self._library.reading() as db:
            for all_keys in keys_of(asked):
                keys = sorted(all_keys)[:_MOST_KEYS]
                every = " INTERSECT ".join([holds] * len(keys))
                given = [part for key in keys for part in (kind, key)]
                found |= dict(db.execute(f"SELECT id, value FROM facet_values WHERE id IN ({every})", given))
        return [(id_, text) for id_, text in found.items() if same(asked, text)]

    def _in_use(self, value_id: int) -> bool:
        with self._library.reading() as db:
            return (
                db.execute("SELECT 1 FROM facets WHERE value_id = ? LIMIT 1", (value_id,)).fetchone()
                is not None
            )

    def _sources(self, asked: str) -> list[str]:
        """Return the sources of that name, or whose path ends in it."""
        tail = f"/{_path(asked)}"
        return (
            [name for name in self._source_names() if f"/{_path(name)}".endswith(tail)]
            if len(tail) > 1
            else []
        )

    def _source_names(self) -> list[str]:
        return Tellings(self._library).sources()


def _path(name: str) -> str:
    return fold(name.strip().replace("\\", "/")).strip("/")
