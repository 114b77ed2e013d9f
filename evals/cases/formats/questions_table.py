"""Tables of questions, CSV or TSV, as people keep them; the columns are guessed from their names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from evals.cases.formats import Imported
from evals.cases.formats.rows import add_case, table
from ingest.fields import fold_key

NAMES: dict[str, tuple[str, ...]] = {
    "question": ("question", "query", "userinput", "prompt", "input", "q"),
    "reference": (
        "reference", "answer", "referenceanswer", "goldanswer", "expectedanswer", "idealanswer", "groundtruth",
        "expected", "a",
    ),
    "gold": (
        "gold", "goldpaper", "goldpapers", "goldids", "paper", "papers", "paperid", "paperids", "papertitle",
        "title", "titles", "source", "sources", "document", "documents", "relevant",
    ),
    "optional": ("optional", "optionalpapers"),
    "related": ("related", "relatedpapers"),
    "id": ("id", "caseid", "questionid", "qid", "key", "number", "no"),
    "type": ("type", "questiontype", "category", "kind"),
    "answerable": ("answerable", "isanswerable", "hasanswer"),
    "unanswerable": ("unanswerable", "isimpossible", "isunanswerable"),
    "facts": ("facts", "fact", "mustsay", "mustcontain", "keyfacts"),
    "must_not": ("mustnot", "mustnotsay", "forbidden"),
    "evidence": ("evidence", "quote", "quotes", "supportingsentence", "supportingsentences"),
    "tags": ("tags", "tag", "labels"),
}  # fmt: skip
"""Field of a case → folded names of the columns that may hold it, the best first."""

_LISTS = frozenset({"gold", "optional", "related", "facts", "must_not", "evidence", "tags"})
_YES, _NO = frozenset({"true", "yes", "y", "1"}), frozenset({"false", "no", "n", "0"})


def read(path: Path, into: Imported) -> None:
    """Read a table of questions; it asks about papers of the store, so it has none of its own.

    Cells of several papers, facts or quotes are parted by `;`, `|` or line breaks, or are a JSON list. Columns
    that are nothing of a case are kept under their names. A note tells what was taken for what.

    Raises:
        UsageError: There is no such file, or no column looks like a question.
    """
    columns: dict[str, str] | None = None
    for number, (where, row) in enumerate(table(path, into), start=1):
        if columns is None:
            columns = _columns(list(row))
            if "question" not in columns.values():
                raise UsageError(
                    f"{path}: no column looks like a question; there are: {', '.join(row)}",
                    "call it question",
                )
            taken = ", ".join(f"{name} as {field}" for name, field in columns.items())
            kept = [name for name in row if name and name not in columns]
            into.notes.append(f"took {taken}" + (f"; kept as they are: {', '.join(kept)}" if kept else ""))
        _to_case(f"{path.stem}-{number}", where, row, columns, into)
    if columns is None and not into.skipped:
        raise UsageError(f"{path}: has no row below its header", "a row is a question")


def _columns(header: list[str]) -> dict[str, str]:
    """Return the field that each column is taken for; each field has one column, that of its best name."""
    folded = {name: fold_key(name) for name in header}
    taken: dict[str, str] = {}
    for field, aliases in NAMES.items():
        for alias in aliases:
            if column := next((name for name in header if folded[name] == alias and name not in taken), None):
                taken[column] = field
                break
    return {name: taken[name] for name in header if name in taken}


def _to_case(id_: str, where: str, row: dict[str, str], columns: dict[str, str], into: Imported) -> None:
    fields: dict[str, Any] = {"id": id_, "type": "question"}
    fields |= {name: cell for name, cell in row.items() if name and name not in columns and cell.strip()}
    for name, field in columns.items():
        cell = row[name].strip()
        if not cell:
            continue
        if field in _LISTS:
            fields[field] = _items(cell)
        elif field in ("answerable", "unanswerable"):
            said = cell.casefold()
            if said not in _YES | _NO:
                into.skipped.append(f"{where}: {name} is {cell!r}, neither yes nor no")
                return
            fields["answerable"] = (said in _YES) == (field == "answerable")
        else:
            fields[field] = cell
    if "facts" in fields:
        fields["facts"] = [{"fact": fact, "accept": [fact]} for fact in fields["facts"]]
    add_case(into, where, fields)


def _items(cell: str) -> list[str]:
    if cell.startswith("["):
        try:
            value = json.loads(cell)
        except ValueError:
            value = None  # a cell that only begins like a list
        if isinstance(value, list):
            return [str(item).strip() for item in value if str(item).strip()]
    return [item for part in re.split(r"[;|\n]", cell) if (item := part.strip())]
