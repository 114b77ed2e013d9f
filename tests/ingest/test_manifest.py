"""Real exports of many tools, where they lie beside the project: every record is read and accounted for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.fakes import HashEmbeddings
from assistant.models import Rejected
from assistant.store import Store
from ingest.pipeline import ingest
from ingest.records import Record
from ingest.sources import read_sources

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"
MANIFEST: list[dict[str, Any]] = (
    json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    if (FOLDER / "manifest.json").is_file()
    else []
)
COUNTED = [entry for entry in MANIFEST if "records" in entry]
ERROR_FEED = "arxiv_atom/id_abc_s0_m100_http400.xml"
UNCOUNTED = {  # files for which the manifest gives no counts: records and abstracts, counted by reading them
    "jabref_importer/IsiImporterTestWOS.isi": (2, 2),
    "jabref_importer/IsiImporterTestInspec.isi": (2, 2),
    "jabref_importer/OvidImporterTest4.txt": (1, 1),
}

pytestmark = pytest.mark.skipif(not MANIFEST, reason=f"the real exports aren't there: {FOLDER}")


def read(name: str) -> tuple[list[Record], list[Rejected]]:
    items = list(read_sources([FOLDER / name]))
    return [each for each in items if isinstance(each, Record)], [
        each for each in items if isinstance(each, Rejected)
    ]


@pytest.mark.parametrize("entry", COUNTED, ids=lambda entry: entry["file"])
def test_a_file_gives_the_counts_of_its_manifest(entry: dict[str, Any]) -> None:
    records, rejected = read(entry["file"])
    if entry["file"] == ERROR_FEED:  # the one entry of this feed is arXiv's error message, no paper
        assert (len(records), len(rejected)) == (0, entry["records"])
        assert "incorrect id format" in rejected[0].reason
        return
    assert rejected == []
    assert len(records) == entry["records"]
    assert sum(bool(record.abstract.strip()) for record in records) == entry["with_abstract"]


@pytest.mark.parametrize(("name", "counts"), UNCOUNTED.items())
def test_a_file_that_the_manifest_does_not_count(name: str, counts: tuple[int, int]) -> None:
    records, rejected = read(name)
    assert rejected == []
    assert (len(records), sum(bool(record.abstract) for record in records)) == counts


def test_recordings_of_requests_are_no_papers() -> None:
    for entry in MANIFEST:
        if entry["file"].endswith(".yaml"):
            records, rejected = read(entry["file"])
            assert (len(records), len(rejected)) == (0, 1)
            assert "YAML" in rejected[0].reason


def test_all_of_them_in_one_store_are_accounted_for(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", create=True)
    first = ingest([FOLDER], store, HashEmbeddings())
    rejected = len(first.rejected)
    assert first.read == first.added + first.updated + first.unchanged + first.merged + rejected
    assert first.read - rejected >= sum(entry["records"] for entry in COUNTED if entry["file"] != ERROR_FEED)
    assert store.library.count()[0] == first.added
    again = ingest([FOLDER], store, HashEmbeddings())
    assert (again.read, again.added, again.updated, len(again.rejected)) == (first.read, 0, 0, rejected)
    store.close()
