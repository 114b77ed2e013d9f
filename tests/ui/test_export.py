"""Papers written for other tools, and read back: nothing that a format can hold is lost or changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import read_sources
from ui.cli import app
from ui.export import FORMATS, citation_key

FULL = Paper(
    id="doi:10.1000/x",
    title="50% & $5 cost_models: a #1 ~ ^ survey",
    abstract="It costs 5% & $3, in H_2O. “Quoted” naïve Ångström <unk> text; really. Is 3 < 4?",
    authors=("Jane Doe", "José Ángel García Márquez", "Plato"),
    year=2021,
    date="2021-03-04",
    venue="Journal of Maps & Charts",
    doi="10.1000/x",
    arxiv_id="2101.00001",
    arxiv_version=3,
    url="https://example.org/a?b=1&c=%20",
    tags=("maps", "deep learning"),
    language="en",
    retracted=True,
    retraction_note="An error in table 2.",
)
PLAIN = Paper(id="p-1", title="Title only", authors=("Wei Li",), pmid="12345")
IN_EVERY_FORMAT = (
    "title",
    "abstract",
    "authors",
    "year",
    "date",
    "venue",
    "doi",
    "url",
    "tags",
    "language",
    "retracted",
)


def read_back(path: Path) -> list[Paper]:
    items = list(read_sources([path]))
    assert not [item for item in items if isinstance(item, Rejected)]
    papers = [to_paper(item) for item in items if isinstance(item, Record)]
    return [paper for paper in papers if isinstance(paper, Paper)]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_read_back(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"papers.{name}"
    file.write_text("".join(FORMATS[name]([FULL, PLAIN])), encoding="utf-8")
    full, plain = read_back(file)
    for field in IN_EVERY_FORMAT:
        assert getattr(full, field) == getattr(FULL, field), field
    assert (plain.title, plain.abstract, plain.authors, plain.pmid) == (
        "Title only",
        "",
        ("Wei Li",),
        "12345",
    )
    assert (full.arxiv_id, full.arxiv_version) == ("2101.00001", 3)
    assert "An error in table 2." in full.retraction_note


def test_citation_keys_are_given_once() -> None:
    taken: dict[str, int] = {}
    assert citation_key(FULL.model_copy(update={"title": "The Maps of Doe"}), taken) == "doe2021maps"
    assert citation_key(FULL.model_copy(update={"title": "Maps"}), taken) == "doe2021maps-2"
    assert citation_key(FULL.model_copy(update={"title": "Maps"}), taken) == "doe2021maps-3"
    assert citation_key(Paper(id="p", title="地图"), taken) == "paper"


def test_the_whole_collection_is_exported_and_ingested_unchanged(
    papers_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exports are ingested into the store that they came from: every paper is recognised, none is added."""
    run = CliRunner()
    store = ["--store", str(tmp_path / "store")]
    assert run.invoke(app, ["ingest", str(papers_file), *store]).exit_code == 0
    for ending in ("bib", "ris", "csv", "jsonl"):
        out = tmp_path / f"out.{ending}"
        assert run.invoke(app, ["papers", "export", "--out", str(out), *store]).exit_code == 0
        told = run.invoke(app, ["ingest", str(out), "--json", "--dry-run", *store])
        assert told.exit_code == 0, told.output
        report = json.loads(told.stdout)
        assert (report["read"], report["added"], report["rejected"]) == (6, 0, []), ending


def test_some_papers_are_exported_by_id_and_unknown_ones_refused(papers_file: Path, tmp_path: Path) -> None:
    run = CliRunner()
    store = ["--store", str(tmp_path / "store")]
    run.invoke(app, ["ingest", str(papers_file), *store])
    ids = [line.split("\t")[0] for line in run.invoke(app, ["papers", "list", *store]).stdout.splitlines()]
    told = run.invoke(app, ["papers", "export", ids[1], ids[0], *store])
    assert [json.loads(line)["id"] for line in told.stdout.splitlines()] == [ids[1], ids[0]]
    refused = run.invoke(app, ["papers", "export", "p-none", *store])
    assert refused.exception is not None
    assert "no paper has the id p-none" in str(refused.exception)
    unknown = run.invoke(app, ["papers", "export", "--out", str(tmp_path / "x.docx"), *store])
    assert "not a format" in str(unknown.exception)
