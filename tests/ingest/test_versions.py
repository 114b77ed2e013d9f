"""A preprint and its publication that were kept as two papers know of each other."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.fakes import HashEmbeddings
from assistant.store import Store
from ingest.pipeline import ingest
from ingest.versions import versions_of

TEXT = "Corals bleach when oceans warm; drones count the bleached colonies of forty reefs over two summers."


def test_versions_are_found_by_name_and_by_title(tmp_path: Path) -> None:
    same = {"title": "Corals from above", "authors": ["Jane Doe"]}
    rows = [
        same | {"abstract": TEXT, "doi": "10.1101/2020.01.01", "year": 2020},
        same | {"abstract": TEXT + " More.", "doi": "10.1000/j", "year": 2022},
        {"title": "Reefs, counted", "abstract": "Another text altogether about fish.", "doi": "10.1000/k",
         "related": ["https://doi.org/10.1000/j"], "authors": ["R. Roe"]},
        {"title": "Corals from above", "abstract": "A poem in twelve stanzas about the sea.", "authors": ["Jane Doe"],
         "doi": "10.1000/poem", "year": 2021},
        {"title": "Corals from above", "abstract": TEXT, "doi": "10.1000/late", "authors": ["Jane Doe"], "year": 2040},
    ]  # fmt: skip
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    store = Store(tmp_path / "s", create=True)
    assert ingest([file], store, HashEmbeddings()).added == 5
    versions = {
        paper.doi: {other.doi for other in versions_of(paper, store.library)}
        for paper in store.library.papers()
    }
    assert versions == {
        "10.1101/2020.01.01": {"10.1000/j"},
        "10.1000/j": {"10.1101/2020.01.01", "10.1000/k"},
        "10.1000/k": {"10.1000/j"},
        "10.1000/poem": set(),
        "10.1000/late": set(),
    }
    store.library.remove(["doi:10.1000/k"])
    kept = store.library.paper("doi:10.1000/j")
    assert kept is not None
    assert [other.doi for other in versions_of(kept, store.library)] == ["10.1101/2020.01.01"]
    store.close()
