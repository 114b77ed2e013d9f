"""`paperchat ingest` and `papers`, as typed: what is printed, what the exit code says, what is left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.errors import PaperchatError, SourceInvalid, UsageError
from assistant.fakes import HashEmbeddings
from ui.cli import app

BIBTEX = """
@article{doe2021, title = {Corals from {Above}}, author = {Doe, Jane and M{\\"u}ller, Ren{\\'e}}, year = 2021,
  journal = {Reefs \\& Drones}, doi = {10.1000/corals}, abstract = {Drones count corals. They count 95\\% of them.}}
@misc{notitle, author = {Nobody}}
"""
RIS = "TY  - JOUR\nTI  - Corals from above\nAU  - Doe, Jane\nPY  - 2021\nKW  - reefs\nER  - \n"


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about the command: vectors are drawn from hashes."""
    monkeypatch.setattr("assistant.wiring.build_embedder", lambda settings: Renamed(settings.embedder))


class Renamed(HashEmbeddings):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.bib").write_text(BIBTEX, encoding="utf-8")
    (tmp_path / "b.ris").write_text(RIS, encoding="utf-8")
    return tmp_path


def call(folder: Path, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [*arguments, "--store", str(folder / "store")], input=stdin)


def report(folder: Path, *arguments: str) -> dict[str, Any]:
    told = call(folder, "ingest", *arguments, "--json")
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def error_of(result: Result) -> PaperchatError:
    assert isinstance(result.exception, PaperchatError), result.output
    return result.exception


def test_two_exports_of_one_paper_become_one(files: Path) -> None:
    told = report(files, str(files / "a.bib"), str(files / "b.ris"))
    assert {name: told[name] for name in ("read", "added", "merged", "updated", "unchanged")} == {
        "read": 3, "added": 1, "merged": 1, "updated": 0, "unchanged": 0
    }  # fmt: skip
    (rejected,) = told["rejected"]
    assert rejected["file"].endswith("a.bib")
    assert "line 4" in rejected["where"]
    assert "no title" in rejected["reason"]
    shown = json.loads(call(files, "papers", "show", "doi:10.1000/corals", "--json").stdout)
    assert (shown["title"], shown["authors"]) == ("Corals from Above", ["Jane Doe", "René Müller"])
    assert (shown["venue"], shown["tags"]) == ("Reefs & Drones", ["reefs"])
    assert {Path(place["source"]).name for place in shown["provenance"]} == {"a.bib", "b.ris"}
    assert shown["versions"] == []


def test_a_rehearsal_for_a_store_that_is_not_there_makes_none(files: Path) -> None:
    told = call(files, "ingest", str(files / "a.bib"), "--dry-run")
    assert told.exit_code == 0
    assert "Dry run, nothing is stored. Papers: 2 read, 1 added" in told.stdout
    assert not (files / "store").exists()


def test_strict_says_where_and_ends_with_an_error(files: Path) -> None:
    error = error_of(call(files, "ingest", str(files / "a.bib"), "--strict"))
    assert isinstance(error, SourceInvalid)
    assert "a.bib, line 4" in error.message
    assert "--strict" in error.hint


def test_sync_removes_and_says_so(files: Path) -> None:
    report(files, str(files / "a.bib"), str(files / "b.ris"))
    (files / "b.ris").write_text(RIS.replace("Corals from above", "Fish from below"), encoding="utf-8")
    assert report(files, str(files / "b.ris"), "--sync")["added"] == 1
    (files / "b.ris").write_text(RIS, encoding="utf-8")
    told = call(files, "ingest", str(files / "b.ris"), "--sync")
    assert "1 updated, 0 unchanged, 1 removed" in told.stdout


def test_standard_input_and_patterns(files: Path) -> None:
    told = call(files, "ingest", "-", stdin=RIS)
    assert "1 read, 1 added" in told.stdout
    assert report(files, str(files / "*.bib"))["updated"] == 1
    error = error_of(call(files, "ingest", str(files / "*.xyz")))
    assert "no file matches" in error.message


def test_columns_are_shown_and_can_be_named(files: Path) -> None:
    table = files / "list.csv"
    table.write_text("Name of it,What it says\nCorals from above,Drones count corals.\n", encoding="utf-8")
    told = call(files, "ingest", str(table), "--columns", "title=Name of it,abstract=What it says")
    assert "1 added" in told.stdout
    assert "Name of it" in told.stdout
    wrong = error_of(call(files, "ingest", str(table), "--columns", "title=Nothing"))
    assert "Nothing" in wrong.message
    for given in ("title", "colour=Name of it"):
        assert isinstance(error_of(call(files, "ingest", str(table), "--columns", given)), UsageError)


def test_papers_are_removed_by_id_or_by_source(files: Path) -> None:
    report(files, str(files / "a.bib"), str(files / "b.ris"))
    assert (
        error_of(call(files, "papers", "remove", "p-none", "--yes")).message == "no paper has the id p-none"
    )
    assert isinstance(error_of(call(files, "papers", "remove")), UsageError)
    told = call(files, "papers", "remove", "--source", str(files / "b.ris"), "--yes")
    assert told.stdout == "Removed 0 papers; 1 are left.\n"
    shown = json.loads(call(files, "papers", "show", "doi:10.1000/corals", "--json").stdout)
    assert shown["tags"] == []
    assert "no paper was read from" in error_of(call(files, "papers", "remove", "--source", "b.ris")).message
    told = call(files, "papers", "remove", "doi:10.1000/corals", "--yes")
    assert told.stdout == "Removed 1 papers; 0 are left.\n"
    assert report(files, str(files / "a.bib"))["added"] == 1


def test_what_is_retracted_or_has_a_title_alone_is_marked(files: Path) -> None:
    rows = [
        {"title": "A retracted study", "abstract": "It was wrong.", "retracted": True},
        {"title": "A mere title"},
    ]
    (files / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    report(files, str(files / "c.jsonl"))
    listed = call(files, "papers", "list").stdout
    assert "A retracted study [retracted]" in listed
    assert "A mere title [title only]" in listed
    stats = json.loads(call(files, "papers", "stats", "--json").stdout)
    assert (stats["papers"], stats["title_only"], stats["retracted"], stats["sources"]) == (2, 1, 1, 1)


def test_papers_that_look_alike_are_shown(files: Path) -> None:
    rows = [
        {"title": "Counting corals", "abstract": "Drones count corals of forty reefs.", "doi": "10.1000/a"},
        {"title": "Counting corals", "abstract": "Drones count corals of forty reefs.", "doi": "10.1000/b"},
    ]
    (files / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    report(files, str(files / "c.jsonl"))
    told = call(files, "papers", "duplicates").stdout
    assert "kept apart by DOIs 10.1000/a and 10.1000/b" in told
    (pair,) = json.loads(call(files, "papers", "duplicates", "--json").stdout)
    assert (pair["first"], pair["second"], pair["titles"], pair["abstracts"]) == (
        "doi:10.1000/a", "doi:10.1000/b", 100.0, 1.0
    )  # fmt: skip


def test_a_query_that_no_catalogue_answers_is_an_error_with_what_to_do(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARXIV_API_URL", "http://127.0.0.1:9/api/query")
    monkeypatch.setattr("ingest.online.client.ATTEMPTS", 1, raising=False)
    error = error_of(call(files, "ingest", "arxiv:cat:cs.IR", "--max", "5"))
    assert "127.0.0.1:9" in error.message or "arXiv" in error.message
    assert error.hint
