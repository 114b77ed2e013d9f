"""BEIR-style folders: corpus.jsonl, queries.jsonl and judgements in qrels, as retrieval test sets come."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import UsageError
from evals.cases.formats import Imported
from evals.cases.formats.corpus import Corpus, read_corpus
from evals.cases.formats.rows import add_case, find_file, json_lines, read_text, text_of

_SHOWN = 5

Judgements = dict[str, dict[str, int]]


def read(path: Path, into: Imported) -> None:
    """Read a BEIR-style folder.

    A judgement above 0 makes a paper gold, one of 0 related. Queries that nobody judged are counted in a note.

    Raises:
        UsageError: One of the three parts isn't there.
    """
    judgement_files = find_file(path, "qrels/*.tsv", "qrels*.tsv") if path.is_dir() else []
    parts = {"corpus.jsonl": path / "corpus.jsonl", "queries.jsonl": path / "queries.jsonl"}
    lacking = [name for name, file in parts.items() if not file.is_file()]
    if lacking := lacking + ([] if judgement_files else ["qrels/*.tsv"]):
        hint = "a BEIR-style folder holds corpus.jsonl, queries.jsonl and qrels/*.tsv"
        raise UsageError(f"{path}: there is no {', '.join(lacking)}", hint)
    corpus = read_corpus(parts["corpus.jsonl"], into)
    judged: Judgements = {}
    for file in judgement_files:
        _judgements(file, judged, into)
    prefix = path.resolve().name
    queries: set[str] = set()
    silent: list[str] = []
    for where, row in json_lines(parts["queries.jsonl"], into):
        id_, text = row.get("_id", row.get("id")), text_of(row.get("text"))
        if id_ is None or not text:
            into.skipped.append(f"{where}: no _id or no text")
            continue
        queries.add(str(id_))
        if not any(grade > 0 for grade in judged.get(str(id_), {}).values()):
            silent.append(str(id_))
            continue
        _to_case(prefix, (str(id_), text), judged[str(id_)], (where, text_of(row.get("kind"))), corpus, into)
    if silent:
        first = ", ".join(silent[:_SHOWN]) + (", …" if len(silent) > _SHOWN else "")
        into.notes.append(f"{len(silent)} queries left out, for which no paper is judged relevant: {first}")
    for id_ in judged:
        if id_ not in queries:
            into.skipped.append(f"{judgement_files[0].parent}: the query {id_} isn't in queries.jsonl")


def _judgements(file: Path, judged: Judgements, into: Imported) -> None:
    """Read judgements: query, paper, grade; TREC's second column of 0 may stand between."""
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        cells = line.split("\t") if "\t" in line else line.split()
        if not line.strip() or (number == 1 and not cells[-1].lstrip("-").isdigit()):
            continue  # the header
        if len(cells) not in (3, 4) or not cells[-1].strip().lstrip("-").isdigit():
            into.skipped.append(
                f"{file}, line {number}: not a query, a paper and a whole number: {line[:60]!r}"
            )
            continue
        judged.setdefault(cells[0], {})[cells[-2]] = int(cells[-1])


def _to_case(
    prefix: str,
    query: tuple[str, str],
    grades: dict[str, int],
    about: tuple[str, str],
    corpus: Corpus,
    into: Imported,
) -> None:
    (id_, text), (where, kind) = query, about
    gold = corpus.names((key for key, grade in grades.items() if grade > 0), where)
    if not gold:
        into.skipped.append(f"{where}: none of the papers of query {id_} is in the corpus")
        return
    related = corpus.names((key for key, grade in grades.items() if grade <= 0), where)
    fields = {
        "id": f"{prefix}-{id_}",
        "type": kind or "retrieval",
        "question": text,
        "gold": gold,
        "related": [name for name in related if name not in gold],
        "tags": [prefix],
    }
    add_case(into, where, fields)
