"""Ingest again: only what changed is embedded, what left is removed when asked, and a rehearsal stores nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import StoreDamaged, StoreFull, StoreMismatch
from assistant.fakes import HashEmbeddings
from assistant.models import IngestReport, Paper
from assistant.papers import MOST_REJECTED
from assistant.retrieve import HybridRetriever
from assistant.store import Store
from ingest.pipeline import IngestOptions, Quiet, ingest
from ingest.reindex import reindex
from tests.ingest.catalogue import Answer, arxiv_feed, catalogue

LUMEN = {"title": "Lumen reads maps", "abstract": "Lumen reads maps of light. It is fast.", "year": 2021}
TRIM = {
    "title": "Trim cuts graphs",
    "abstract": "Trim cuts edges of graphs in one shot.",
    "doi": "10.1000/trim",
}
REEF = {"title": "Reef watches corals", "abstract": "Reef counts corals from drones over warm water."}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store", create=True)
    yield opened
    opened.close()


@pytest.fixture
def embedder() -> HashEmbeddings:
    return HashEmbeddings()


def write(path: Path, *papers: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return path


def counts(report: IngestReport) -> dict[str, int]:
    named = ("read", "added", "updated", "unchanged", "merged", "removed")
    found = {name: getattr(report, name) for name in named} | {"rejected": len(report.rejected)}
    return {name: count for name, count in found.items() if count}


def titled(store: Store, start: str) -> Paper:
    return next(paper for paper in store.library.papers() if paper.title.startswith(start))


def test_a_field_that_is_no_text_is_updated_without_embedding(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.jsonl", LUMEN, TRIM)
    ingest([file], store, embedder)
    embedder.embedded.clear()
    write(file, LUMEN | {"venue": "MapConf"}, TRIM)
    assert counts(ingest([file], store, embedder)) == {"read": 2, "updated": 1, "unchanged": 1}
    assert embedder.embedded == []
    assert titled(store, "Lumen").venue == "MapConf"
    assert store.health() == []


def test_a_corrected_abstract_replaces_a_longer_one_of_the_same_source(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.jsonl", LUMEN, TRIM)
    ingest([file], store, embedder)
    write(file, REEF, TRIM, LUMEN | {"abstract": "Lumen reads maps. It is slow."})  # at another line too
    assert counts(ingest([file], store, embedder)) == {"read": 3, "added": 1, "updated": 1, "unchanged": 1}
    lumen = titled(store, "Lumen")
    assert lumen.abstract == "Lumen reads maps. It is slow."
    assert [place.where for place in lumen.provenance] == ["line 3"]


def test_records_that_moved_in_their_file_are_unchanged(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.jsonl", LUMEN, TRIM)
    ingest([file], store, embedder)
    write(file, TRIM, REEF, LUMEN)
    assert counts(ingest([file], store, embedder)) == {"read": 3, "added": 1, "unchanged": 2}
    assert [place.where for place in titled(store, "Lumen").provenance] == ["line 3"]
    assert counts(ingest([file], store, embedder)) == {"read": 3, "unchanged": 3}


def test_sync_removes_what_left_the_file_and_nothing_else(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    first, second = write(tmp_path / "a.jsonl", LUMEN, TRIM), write(tmp_path / "b.jsonl", TRIM, REEF)
    ingest([first, second], store, embedder)
    write(first, LUMEN | {"title": "Lumen, renamed", "abstract": "All of it is other words now."})
    assert counts(ingest([first], store, embedder)) == {"read": 1, "added": 1}
    assert store.library.count()[0] == 4  # without --sync nothing goes
    synced = ingest([first], store, embedder, options=IngestOptions(sync=True))
    assert counts(synced) == {"read": 1, "unchanged": 1, "removed": 1}
    assert {paper.title for paper in store.library.papers()} == {
        "Lumen, renamed", "Trim cuts graphs", "Reef watches corals"
    }  # fmt: skip
    trim = titled(store, "Trim")
    assert [Path(place.source).name for place in trim.provenance] == ["b.jsonl"]
    assert store.health() == []


def test_sync_takes_back_what_a_source_added_to_a_paper(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    first, second = (
        write(tmp_path / "a.jsonl", TRIM),
        write(tmp_path / "b.jsonl", TRIM | {"venue": "V"}, REEF),
    )
    ingest([first, second], store, embedder)
    assert titled(store, "Trim").venue == "V"
    write(second, REEF)
    ingest([second], store, embedder, options=IngestOptions(sync=True))
    assert titled(store, "Trim").venue == ""


def test_sync_of_a_folder_removes_the_papers_of_a_file_that_is_gone(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    write(folder / "a.jsonl", LUMEN)
    write(folder / "b.jsonl", REEF)
    ingest([folder], store, embedder)
    (folder / "b.jsonl").unlink()
    assert counts(ingest([folder], store, embedder, options=IngestOptions(sync=True))) == {
        "read": 1, "unchanged": 1, "removed": 1
    }  # fmt: skip


def test_sync_keeps_the_papers_of_a_file_that_could_not_be_read(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps([LUMEN, TRIM, REEF]), encoding="utf-8")
    ingest([file], store, embedder)
    whole = file.read_text()
    for damaged in (whole[: whole.index("Trim")], "\x00\x01\x02"):
        file.write_text(damaged)
        report = ingest([file], store, embedder, options=IngestOptions(sync=True))
        assert report.removed == 0
        assert "none of its papers was removed" in " ".join(report.notes)
    assert store.library.count()[0] == 3


def test_a_rehearsal_tells_the_same_counts_and_changes_nothing(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.jsonl", LUMEN, TRIM, LUMEN)
    ingest([file], store, embedder)
    before = {paper.id: paper for paper in store.library.papers()}
    write(file, LUMEN | {"abstract": "Lumen reads maps of light, and slowly."}, REEF, REEF)
    embedder.embedded.clear()
    told = ingest([file], store, embedder, options=IngestOptions(sync=True, dry_run=True))
    assert told.dry_run
    assert embedder.embedded == []
    assert {paper.id: paper for paper in store.library.papers()} == before
    done = ingest([file], store, embedder, options=IngestOptions(sync=True))
    assert counts(told) == counts(done) == {"read": 3, "added": 1, "updated": 1, "merged": 1, "removed": 1}


def test_strict_stops_at_the_first_bad_record_and_keeps_what_came_before(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.jsonl", LUMEN, {"abstract": "no title"}, REEF)
    report = ingest([file], store, embedder, options=IngestOptions(strict=True))
    assert report.interrupted
    assert counts(report) == {"read": 2, "added": 1, "rejected": 1}
    assert report.rejected[0].where == "line 2"
    assert [paper.title for paper in store.library.papers()] == [LUMEN["title"]]
    assert counts(ingest([file], store, embedder)) == {"read": 3, "added": 1, "unchanged": 1, "rejected": 1}


def test_strict_passes_over_a_readme_beside_the_papers(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    write(folder / "z.jsonl", LUMEN)
    (folder / "README.md").write_text("About these papers.")
    report = ingest([folder], store, embedder, options=IngestOptions(strict=True))
    assert not report.interrupted
    assert counts(report) == {"read": 2, "added": 1, "rejected": 1}


def test_a_paper_told_twice_far_apart_is_counted_once(
    store: Store, embedder: HashEmbeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.WINDOW", 1)
    file = write(tmp_path / "a.jsonl", LUMEN, TRIM, REEF, TRIM | {"venue": "V"}, LUMEN | {"pmid": "123"})
    assert counts(ingest([file], store, embedder)) == {"read": 5, "added": 3, "merged": 2}
    assert counts(ingest([file], store, embedder)) == {"read": 5, "unchanged": 3, "merged": 2}
    write(file, LUMEN, TRIM, REEF, TRIM | {"venue": "W"}, LUMEN | {"pmid": "123"})
    assert counts(ingest([file], store, embedder)) == {"read": 5, "updated": 1, "unchanged": 2, "merged": 2}
    assert titled(store, "Trim").venue == "W"


def test_the_newest_version_of_a_preprint_wins_whatever_the_order(
    embedder: HashEmbeddings, tmp_path: Path
) -> None:
    first = {
        "title": "On Maps",
        "abstract": "An early text, longer than the one that came after it.",
        "id": "2101.00001v1",
    }
    third = {"title": "On Maps of Light", "abstract": "An early text, then revised.", "id": "2101.00001v3"}
    for n, order in enumerate(([first, third], [third, first])):
        store = Store(tmp_path / f"s{n}", create=True)
        report = ingest([write(tmp_path / f"{n}.jsonl", *order)], store, embedder)
        assert counts(report) == {"read": 2, "added": 1, "merged": 1}
        (paper,) = store.library.papers()
        assert (paper.title, paper.abstract, paper.arxiv_version) == (third["title"], third["abstract"], 3)
        store.close()


def test_a_slip_in_a_title_is_the_same_paper_across_sources(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    told = {
        "title": "A survey of reranking with language models",
        "authors": ["Jane Doe", "R. Roe"],
        "year": 2022,
    }
    text = "We survey how language models rerank passages, and compare prompts, losses and costs of it."
    first = write(tmp_path / "a.jsonl", told | {"abstract": text})
    second = write(
        tmp_path / "b.jsonl",
        told | {"title": "A survey of re-rankng with Language Models", "doi": "10.1000/s"},
    )
    other = write(tmp_path / "c.jsonl", told | {"title": "A survey of reranking with language models 2"})
    ingest([first], store, embedder)
    assert counts(ingest([second], store, embedder)) == {"read": 1, "updated": 1}
    assert counts(ingest([other], store, embedder)) == {"read": 1, "added": 1}
    assert titled(store, "A survey of reranking").doi == "10.1000/s"


def test_what_was_read_is_kept_as_it_was(store: Store, embedder: HashEmbeddings, tmp_path: Path) -> None:
    from ingest.raw import unpack

    raw = {"title": 'M{\\"u}ller &amp; maps', "abstract": "It is <i>fast</i>\nand hyphen-\nated."}
    ingest([write(tmp_path / "a.jsonl", raw)], store, embedder)
    (paper,) = store.library.papers()
    assert paper.title == "Müller & maps"
    (telling,) = store.library.tellings.of(paper.id)
    record = unpack(telling)
    assert record is not None
    assert (record.title, record.abstract) == (raw["title"], raw["abstract"])


def test_a_flood_of_bad_records_is_counted_and_listed_in_part(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(json.dumps(LUMEN) + "\n" + "{broken}\n" * (MOST_REJECTED + 7))
    report = ingest([file], store, embedder)
    assert len(report.rejected) == MOST_REJECTED
    assert report.rejected_more == 7
    assert report.read == MOST_REJECTED + 8


def test_a_report_whose_counts_do_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="3 records were read and 2 are accounted for"):
        IngestReport(read=3, added=2)


def test_the_old_index_serves_until_the_new_one_is_complete(store: Store, tmp_path: Path) -> None:
    """Another reader looks on at every step of a reindex with a model of another dimension."""
    before, after = HashEmbeddings(8), HashEmbeddings(12)
    after.name = "longer hashes"
    ingest([write(tmp_path / "a.jsonl", LUMEN, TRIM, REEF)], store, before)
    reader = Store(store.folder)
    generation = reader.indexes().generation
    seen: list[tuple[str | None, int]] = []

    class Watching(Quiet):
        def look(self) -> None:
            indexes = reader.indexes()
            assert indexes.generation == generation
            found = indexes.vectors.query(before.query_vector("maps"), 3)
            seen.append((reader.library.meta("embedder"), len(found)))

        def embedding(self, done: int, total: int) -> None:
            self.look()

        def indexing(self, papers: int) -> None:
            self.look()

    assert reindex(store, after, progress=Watching()) == 3
    assert seen == [("hashes", 3)] * 2
    assert reader.indexes().generation != generation
    assert len(reader.indexes().vectors.query(after.query_vector("maps"), 3)) == 3
    stale = HybridRetriever(store=reader, embedder=before)
    with pytest.raises(StoreMismatch, match="embedded anew with longer hashes"):
        stale.rank("maps")
    reader.close()


def test_a_reindex_that_fails_leaves_everything_as_it_was(
    store: Store, embedder: HashEmbeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([write(tmp_path / "a.jsonl", LUMEN, TRIM, REEF)], store, embedder)
    revision = store.library.revision()
    other = HashEmbeddings(12)
    other.name = "longer hashes"

    def fail(*_: object) -> None:
        raise StoreDamaged("Chroma: torn", "mend it")

    monkeypatch.setattr("assistant.store.VectorIndex.build", fail)
    with pytest.raises(StoreDamaged):
        reindex(store, other)
    monkeypatch.setattr(
        "assistant.store._LEAST_FREE", 10**18
    )  # Chroma doesn't say what a full disk does to it
    with pytest.raises(StoreFull, match="torn") as caught:
        reindex(store, other)
    assert "space" in caught.value.hint
    monkeypatch.undo()
    assert (store.library.meta("embedder"), store.library.revision()) == ("hashes", revision)
    assert store.health() == []
    assert len(store.indexes().vectors.query(embedder.query_vector("maps"), 3)) == 3


def test_sync_of_a_query_removes_what_the_catalogue_dropped_but_not_what_a_limit_cut_off(
    store: Store, embedder: HashEmbeddings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ["2401.00001", "2401.00002", "2401.00003"]
    with catalogue(lambda n, params: Answer(arxiv_feed(found, len(found)))) as served:
        monkeypatch.setenv("ARXIV_API_URL", served.address)

        def sync(name: str, limit: int) -> IngestReport:
            asked = IngestOptions(sync=True, limit=limit, cache=tmp_path / name)
            return ingest(["arxiv: cat:cs.IR"], store, embedder, options=asked)

        assert counts(sync("a", 10)) == {"read": 3, "added": 3}
        cut = sync("b", 2)
        assert counts(cut) == {"read": 2, "unchanged": 2}
        assert "arxiv:cat:cs.IR: wasn't read to its end" in cut.notes[0]
        found.pop()
        assert counts(sync("c", 10)) == {"read": 2, "unchanged": 2, "removed": 1}
    assert [place.source for paper in store.library.papers() for place in paper.provenance] == [
        "arxiv:cat:cs.IR"
    ] * 2


def test_half_characters_and_odd_digits_end_no_ingest(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    odd = dict.fromkeys(("doi", "language", "venue", "pmid", "url", "arxiv_id", "date"), "10.1/�x")
    told = LUMEN | odd | {"related": ["10.1/\ud800"], "tags": ["\udfff"], "authors": ["\ud800 Doe"]}
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(told) + "\n")
    assert counts(ingest([file], store, embedder)) == {"read": 1, "added": 1}
    entry = "@misc{doe²³, title = {Trim cuts graphs}, author = {Doe, Jane}, year = 2020}\n"
    (tmp_path / "b.bib").write_text(entry + entry)
    assert counts(ingest([tmp_path / "b.bib"], store, embedder)) == {"read": 2, "added": 1, "merged": 1}


def test_a_rehearsal_refuses_what_the_ingest_would_refuse(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    ingest([write(tmp_path / "a.jsonl", LUMEN)], store, embedder)
    other = HashEmbeddings(12)
    with pytest.raises(StoreMismatch, match="dimension 8"):
        ingest([write(tmp_path / "b.jsonl", TRIM)], store, other, options=IngestOptions(dry_run=True))


def test_an_export_of_a_paper_invents_no_arxiv_id(
    store: Store, embedder: HashEmbeddings, tmp_path: Path
) -> None:
    paper = LUMEN | {"doi": "10.1000/2101.00001", "id": "doi:10.1000/2101.00001"}
    ingest([write(tmp_path / "a.jsonl", paper)], store, embedder)
    assert titled(store, "Lumen").arxiv_id == ""
