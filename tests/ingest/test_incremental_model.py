"""Any sequence of edits and ingests leaves the store that a fresh ingest of the same files makes."""

from __future__ import annotations

import json
import shutil
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from assistant.evidence_text import read_texts
from assistant.fakes import HashEmbeddings
from assistant.models import IngestReport, Paper
from assistant.store import Indexes, Store
from ingest.combine import combine
from ingest.compare import fingerprint, keys_of
from ingest.leaving import remove_source
from ingest.pipeline import IngestOptions, ingest
from ingest.raw import unpack
from ingest.records import to_paper
from ingest.reindex import reindex
from ui.export import json_lines

Row = dict[str, Any] | str
"""A record as it stands in a file, or a line that is none."""

MAPS = "Lumen reads maps of light and finds streets, rivers and bridges where older readers see noise."
GRAPHS = "Trim cuts edges of graphs in one shot; its networks train faster and lose little accuracy."
CORALS = "Reef counts corals from drones over warm water, colony by colony, through two long summers."
POKER = "Seven models play poker against a solver; none bluffs well, and larger ones lose more money."
DOE = ["Jane Doe", "Richard Roe"]

# Whatever two records of one group say, they tell of one paper, and records of two groups never do.
LUMEN: list[Row] = [
    {"title": title, "authors": DOE, "year": 2021, "abstract": MAPS} | more
    for title in ("Lumen reads maps of light", "Lumen reads maps of ligt")
    for more in ({}, {"venue": "Maps"}, {"doi": "10.1000/lumen"}, {"abstract": f"{MAPS} It is fast."})
]
VERSIONS: list[Row] = [
    {"title": title, "abstract": text, "arxiv_id": f"2101.00001v{n}", "year": 2020 + n}
    for n, title, text in (
        (1, "Cutting graphs in one shot", GRAPHS),
        (2, "Trim: cutting graphs in one shot", GRAPHS + " On Cora too."),
        (3, "Trim cuts graphs in one shot", GRAPHS[:70]),
    )
]
NAMESAKES: list[Row] = [
    {"title": "Editorial", "abstract": text} | more
    for text in (MAPS, CORALS, POKER)
    for more in ({}, {"tags": ["a"]})
]
CHAPTERS: list[Row] = [
    {"title": title, "abstract": text, "doi": "10.1000/book"} | more
    for title, text in (("Counting reefs", CORALS), ("Bluffing machines", POKER), ("Pruned networks", GRAPHS))
    for more in ({}, {"venue": "Book"})
]
BAD: list[Row] = [{"abstract": "no title"}, "{broken", {"title": "—"}]
CONSISTENT = [*LUMEN, *VERSIONS, *NAMESAKES, *CHAPTERS, *BAD]

TITLES = ["Editorial", LUMEN[0]["title"], LUMEN[4]["title"], "Trim cuts graphs", "Trim cuts graphs 2"]  # type: ignore[index]
CONFLICTING = st.one_of(
    st.sampled_from(BAD),
    st.fixed_dictionaries(
        {"title": st.sampled_from(TITLES)},
        optional={
            "abstract": st.sampled_from([MAPS, MAPS[:60], CORALS, POKER]),
            "authors": st.sampled_from([DOE, ["Wei Li"], DOE[:1]]),
            "year": st.sampled_from([2015, 2020, 2021]),
            "doi": st.sampled_from(["10.1000/x", "10.1000/y", "10.48550/arXiv.2101.00001"]),
            "arxiv_id": st.sampled_from(["2101.00001v1", "2101.00001v2", "2101.00002"]),
            "pmid": st.sampled_from(["1", "2"]),
            "venue": st.just("V"),
            "abstract_by": st.just("editors"),
            "related": st.just(["10.1000/y"]),
        },
    ),
)
NAMES = ("a.jsonl", "b.jsonl", "c.jsonl")
names = st.sampled_from(NAMES)
some = st.lists(names, min_size=1, max_size=3)


class Unindexed(Store):
    """A store without indexes: they are derived from the library, tested elsewhere, and slow to make."""

    def health(self) -> list[str]:
        """Find nothing amiss."""
        return []

    def rebuild(self, change: Callable[[], None] = lambda: None) -> Indexes:
        """Make the change alone."""
        with self.library.transaction():
            change()
        return None  # type: ignore[return-value]


def counts(report: IngestReport) -> tuple[int, ...]:
    found = (report.read, report.added, report.updated, report.unchanged, report.merged, report.removed)
    assert min(found) >= 0, report
    return (*found, len(report.rejected))


def said(papers: Sequence[Paper]) -> list[str]:
    """Return what papers say and where they were told, but not their ids, which tell what came first."""
    return sorted(
        paper.model_copy(update={"id": "-", "provenance": tuple(sorted(paper.provenance, key=repr))})
        .model_dump_json()
        for paper in papers
    )  # fmt: skip


class Collection(RuleBasedStateMachine):
    """Three files, a store, and all that a user may do with them."""

    consistent = True
    """Whether records tell plainly which paper they are of, so that no order of reading makes a difference."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.patch = pytest.MonkeyPatch()
        self.store = Unindexed(self.folder / "store", create=True)
        self.embedder = HashEmbeddings()
        self.files: dict[str, list[Row]] = {name: [] for name in NAMES}

    def teardown(self) -> None:
        self.store.close()
        self.patch.undo()
        shutil.rmtree(self.folder)

    @initialize(window=st.sampled_from([1, 2, 3, 2000]), batch=st.sampled_from([1, 2, 32]), data=st.data())
    def begin(self, window: int, batch: int, data: st.DataObject) -> None:
        self.patch.setattr("ingest.pipeline.WINDOW", window)
        self.patch.setattr("ingest.storing.BATCH", batch)
        for name in NAMES:
            self.files[name] = self.rows(data)
        self.ingest_all()

    def rows(self, data: st.DataObject) -> list[Row]:
        row = st.sampled_from(CONSISTENT) if self.consistent else CONFLICTING
        return data.draw(st.lists(row, min_size=1, max_size=3))

    def edit(self, data: st.DataObject) -> None:
        """Insert, replace, delete and move lines."""
        for name in data.draw(st.lists(names, min_size=1, max_size=2)):
            rows, at, gone = self.files[name], data.draw(st.integers(0, 4)), data.draw(st.integers(0, 2))
            what = data.draw(st.sampled_from(["insert", "replace", "delete", "swap"]))
            if what == "swap":
                other = data.draw(names)
                self.files[name], self.files[other] = self.files[other], rows[at:] + rows[:at]
            else:
                rows[at : at + (0 if what == "insert" else gone)] = (
                    self.rows(data) if what != "delete" else []
                )

    def paths(self, chosen: Sequence[str]) -> list[Path]:
        """Write the files, and return the paths of those chosen."""
        for name, rows in self.files.items():
            # A first line that is an object keeps the file JSON Lines whatever else is in it.
            lines = [{"title": f"The first paper of {name}"}, *rows]
            text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
            (self.folder / name).write_text(text, encoding="utf-8")
        return [self.folder / name for name in chosen]

    def take(self, paths: Sequence[Path], store: Store | None = None, **options: Any) -> IngestReport:
        stops = options.pop("stops", None)
        asked = iter(range(10**6))
        return ingest(
            paths,
            store or self.store,
            self.embedder,
            options=IngestOptions(**options),
            stopping=lambda: stops is not None and next(asked) >= stops,
        )

    @rule(data=st.data(), chosen=some, sync=st.booleans(), strict=st.booleans())
    def ingest_some(self, data: st.DataObject, chosen: list[str], sync: bool, strict: bool) -> None:
        """A rehearsal tells what then happens, and changes nothing; once more changes nothing either."""
        self.edit(data)
        paths = self.paths(chosen)
        before = self.everything()
        told = self.take(paths, sync=sync, strict=strict, dry_run=True)
        assert self.everything() == before
        done = self.take(paths, sync=sync, strict=strict)
        assert counts(told) == counts(done)
        assert told.rejected == done.rejected
        if not done.interrupted:
            assert done.read == sum(len(self.files[name]) + 1 for name in set(chosen))
            again = self.take(paths, sync=sync)
            assert (again.added, again.updated, again.removed, again.read) == (0, 0, 0, done.read)

    @rule(data=st.data(), chosen=some, sync=st.booleans(), stops=st.integers(0, 6))
    def ingest_and_stop(self, data: st.DataObject, chosen: list[str], sync: bool, stops: int) -> None:
        self.edit(data)
        counts(self.take(self.paths(chosen), sync=sync, stops=stops))

    @rule(data=st.data())
    def edit_and_ingest_all(self, data: st.DataObject) -> None:
        self.edit(data)
        self.ingest_all()

    @rule()
    def ingest_all(self) -> None:
        counts(self.take(self.paths(NAMES), sync=True))
        self.every_record_tells_of_one_paper_which_is_what_they_come_to()
        if self.consistent:
            self.a_fresh_store_has_the_same_papers()
            self.what_was_exported_is_known()

    @rule(which=st.integers(0, 20))
    def remove_a_paper(self, which: int) -> None:
        ids = [paper.id for paper in self.store.library.papers()]
        if ids:
            assert self.store.library.remove([ids[which % len(ids)]]) == 1

    @rule(name=names)
    def remove_a_source(self, name: str) -> None:
        with self.store.writing():
            remove_source(self.store, self.embedder, str(self.folder / name))
        assert str(self.folder / name) not in self.store.library.tellings.sources()

    @rule()
    def embed_anew(self) -> None:
        before = list(self.store.library.papers())
        reindex(self.store, self.embedder)
        assert list(self.store.library.papers()) == before

    @invariant()
    def the_tables_agree(self) -> None:
        with self.store.library.reading() as db:
            stored = db.execute("SELECT id, ord, keys, title, abstract, fingerprint FROM papers").fetchall()
            assert len({order for _, order, *_ in stored}) == len(stored)
            keys = {(key, order) for _, order, packed, *_ in stored for key in array("q", packed)}
            assert set(db.execute("SELECT key, ord FROM keys")) == keys
            passages = {id_ for (id_,) in db.execute("SELECT DISTINCT paper_id FROM passages")}
        assert passages == {row[0] for row in stored}
        for paper_id, _, packed, title, abstract, print_ in stored:
            paper = self.store.library.paper(paper_id)
            assert paper is not None
            assert (paper.title, paper.abstract, fingerprint(paper)) == (title, abstract, print_)
            assert paper.provenance
            assert set(keys_of([paper])) <= set(array("q", packed))
            spans = [span for text in read_texts(self.store.library, [paper_id]) for span in text.spans]
            assert all(end <= len(abstract) for _, end in spans)
            assert sum(end - start for start, end in spans) >= len(abstract.replace(" ", "")) - len(spans)

    def every_record_tells_of_one_paper_which_is_what_they_come_to(self) -> None:
        told: list[tuple[str, str]] = []
        for paper in self.store.library.papers():
            tellings = self.store.library.tellings.of(paper.id)
            records = [record for telling in tellings if (record := unpack(telling))]
            assert len(records) == len(tellings)
            records.sort(key=lambda record: (record.source, int(record.where.removeprefix("line "))))
            papers = [each for record in records if isinstance(each := to_paper(record), Paper)]
            assert said([paper]) == said([reduce(combine, papers)])
            told += [(record.source, record.where) for record in records]
        good = {
            (str(self.folder / name), f"line {number}")
            for name, rows in self.files.items()
            for number, row in enumerate(["first", *rows], start=1)
            if row not in BAD
        }
        assert len(told) == len(set(told))
        assert set(told) == good

    def a_fresh_store_has_the_same_papers(self) -> None:
        for n, order in enumerate((NAMES, NAMES[::-1])):
            fresh = Unindexed(self.folder / f"fresh{n}", create=True)
            for path in self.paths(order):
                self.take([path], fresh)
            found, wanted = said(list(self.store.library.papers())), said(list(fresh.library.papers()))
            assert sorted(set(found) - set(wanted)) == sorted(set(wanted) - set(found))
            assert found == wanted
            fresh.close()
            shutil.rmtree(self.folder / f"fresh{n}")

    def what_was_exported_is_known(self) -> None:
        kept = list(self.store.library.papers())
        file = self.folder / "export.jsonl"
        file.write_text("".join(json_lines(kept)), encoding="utf-8")
        if kept:
            report = self.take([file], dry_run=True)
            assert (report.read, report.added, report.merged) == (len(kept), 0, 0)

    def everything(self) -> list[list[tuple[Any, ...]]]:
        with self.store.library.reading() as db:
            tables = ("papers", "provenance", "keys", "passages", "sentences", "meta")
            return [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


class Conflicts(Collection):
    """The same with records that say this and that of a few titles: what comes first decides what is one paper."""

    consistent = False


@pytest.fixture
def machine() -> Iterator[Collection]:
    made = Collection()
    yield made
    made.teardown()


@pytest.mark.parametrize("window", [1, 2000])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([[NAMESAKES[0]], [], []], [[NAMESAKES[0], NAMESAKES[2]], [], []]),
        ([[CHAPTERS[0]], [], []], [[CHAPTERS[0], CHAPTERS[2]], [], []]),
        ([[LUMEN[0], NAMESAKES[0]], [], []], [[NAMESAKES[2], NAMESAKES[0]], [], []]),
        ([[LUMEN[0], LUMEN[1]], [], []], [[LUMEN[3], LUMEN[1]], [], []]),
        ([[CHAPTERS[0], CHAPTERS[1]], [], []], [[CHAPTERS[2], CHAPTERS[1]], [], []]),
    ],
    ids=[
        "namesake added",
        "chapter added",
        "line taken by a namesake",
        "one of two lines reworded",
        "one of two lines another chapter",
    ],
)
def test_edits_lose_no_paper_of_the_same_file(
    before: list[list[Row]], after: list[list[Row]], window: int, machine: Collection
) -> None:
    machine.patch.setattr("ingest.pipeline.WINDOW", window)
    for files in (before, after):
        machine.files = dict(zip(NAMES, files, strict=True))
        machine.ingest_all()
        machine.the_tables_agree()


def test_an_ingest_that_was_stopped_loses_nothing_of_what_a_later_line_tells(machine: Collection) -> None:
    machine.patch.setattr("ingest.pipeline.WINDOW", 1)
    machine.files["a.jsonl"] = [LUMEN[0], LUMEN[1]]
    machine.ingest_all()
    machine.files["a.jsonl"] = [LUMEN[3], LUMEN[1]]
    for stops in range(6):
        machine.take(machine.paths(NAMES), sync=True, stops=stops)
    machine.ingest_all()


def test_what_another_source_takes_back_is_no_record_that_was_read(machine: Collection) -> None:
    machine.files |= {"a.jsonl": [LUMEN[0]], "b.jsonl": [LUMEN[1]]}
    machine.ingest_all()
    machine.files["b.jsonl"] = []
    assert counts(machine.take(machine.paths(["b.jsonl"]), sync=True)) == (1, 0, 0, 1, 0, 0, 0)


_BOUNDED = settings(
    max_examples=15, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCollection = Collection.TestCase
TestCollection.settings = _BOUNDED
TestConflicts = Conflicts.TestCase
TestConflicts.settings = _BOUNDED
