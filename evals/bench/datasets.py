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
from assistant.models import Paper

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
    """Load a test set by name: scifact, scitldr-author, scitldr-reviewer or pubmedqa."""
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
