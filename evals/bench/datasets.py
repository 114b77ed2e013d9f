"""The public test sets that the benchmarks read, from a folder that lies beside the project.

Expected under the data folder: scifact/, scitldr/, pubmedqa/, each with corpus.jsonl (id, title, text)
and queries with relevant ids. A missing folder is an error that says so.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from assistant.models import Paper, Rejected
from assistant.text import fold
from ingest.clean import clean
from ingest.records import to_paper
from ingest.sources import read_sources

CASES = Path(__file__).resolve().parents[1] / "cases" / "collection.jsonl"
DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@dataclass(frozen=True)
class Dataset:
    """A corpus, queries by id, and for each query the ids of the relevant papers."""

    name: str
    papers: tuple[Paper, ...]
    queries: dict[str, str]
    relevant: dict[str, set[str]]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    if not path.is_file():
        raise UsageError(f"{path}: isn't there", "name the folder that holds the test sets with --data DIR")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def load(name: str, data: Path = DATA) -> Dataset:
    """Load a test set by name: collection, scifact, scitldr-author, scitldr-reviewer or pubmedqa."""
    if name == "collection":
        return _collection(data.parent / "collection" / "papers-page.txt")
    folder = data / name.partition("-")[0]
    papers = tuple(
        Paper(id=str(row["id"]), title=row.get("title") or "Untitled", abstract=row.get("text") or "")
        for row in rows(folder / "corpus.jsonl")
    )
    if name == "pubmedqa":
        asked = list(rows(folder / "qa.jsonl"))
        queries = {str(i): row["question"] for i, row in enumerate(asked)}
        relevant = {str(i): {str(gold) for gold in row["gold_ids"]} for i, row in enumerate(asked)}
        return Dataset(name, papers, queries, relevant)
    kind = name.partition("-")[2]
    queries = {
        str(row["id"]): row["text"]
        for row in rows(folder / "queries.jsonl")
        if not kind or row.get("kind") == kind
    }
    relevant = {}
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        for line in csv.reader(lines, delimiter="\t"):
            if len(line) >= 3 and line[-1].isdigit() and int(line[-1]) > 0 and line[0] in queries:
                relevant.setdefault(line[0], set()).add(line[-2])
    return Dataset(name, papers, {id_: text for id_, text in queries.items() if id_ in relevant}, relevant)


def _collection(page: Path) -> Dataset:
    """Load the cases over the collection: answerable questions that need no conversation, gold papers by title."""
    if not page.is_file():
        raise UsageError(f"{page}: isn't there", "name the folder that holds the test sets with --data DIR")
    read = [to_paper(record) for record in read_sources([page]) if not isinstance(record, Rejected)]
    papers = tuple(paper for paper in read if not isinstance(paper, Rejected))
    by_title = {fold(paper.title): paper.id for paper in papers}
    cases = [row for row in rows(CASES) if row.get("gold") and not row.get("history")]
    queries = {row["id"]: row["question"] for row in cases}
    relevant = {row["id"]: {by_title[fold(clean(title))] for title in row["gold"]} for row in cases}
    return Dataset("collection", papers, queries, relevant)
