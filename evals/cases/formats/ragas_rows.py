"""RAGAS datasets: rows with user_input, reference and contexts, as JSON Lines, JSON or CSV."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from evals.cases.formats import Imported
from evals.cases.formats.corpus import Corpus
from evals.cases.formats.rows import Row, add_case, find_file, json_document, json_lines, table, text_of

_OLD_NAMES = {"question": "user_input", "ground_truth": "reference", "contexts": "retrieved_contexts"}
_LISTS = ("reference_contexts", "retrieved_contexts", "reference_context_ids")
_HOP = re.compile(r"^<\d+-hop>\s*")
_LONGEST_TITLE = 200
_TITLE_WORDS = 12


def read(path: Path, into: Imported) -> None:
    """Read a RAGAS dataset.

    The distinct contexts become the papers: a context whose first line stands apart is called by it, any other
    by its first words. The reference contexts are gold; where only their ids are given, these are taken for ids
    of the store's papers. The answers that the dataset holds are left out, for they are another system's.

    Raises:
        UsageError: There is no such file, or it has none of the columns.
    """
    corpus = Corpus(into)
    found: list[tuple[str, Row]] = []
    for file in find_file(path, "*.jsonl", "*.json", "*.csv"):
        for where, given in _rows(file, into):
            row = {_OLD_NAMES.get(name, name): value for name, value in given.items()}
            if not row.get("user_input"):
                into.skipped.append(f"{where}: no user_input")
                continue
            row |= {name: _list(row.get(name)) for name in _LISTS}
            for text in [*row["reference_contexts"], *row["retrieved_contexts"]]:
                if _plain(text) not in corpus:
                    title, abstract = _title(_plain(text))
                    corpus.add(_plain(text), title, abstract, where)
            found.append((where, row))
    if not found and not into.skipped:
        raise UsageError(f"{path}: holds no RAGAS dataset", "name a file of JSON Lines, JSON or CSV")
    for number, (where, row) in enumerate(found, start=1):
        _to_case(number, where, row, corpus, into)


def _rows(file: Path, into: Imported) -> Iterator[tuple[str, Row]]:
    if file.suffix == ".csv":
        yield from table(file, into)
    elif file.suffix == ".json":
        value = json_document(file)
        if isinstance(value, dict):  # some tools wrap the list
            value = next((inner for inner in value.values() if isinstance(inner, list)), [])
        for number, row in enumerate(value if isinstance(value, list) else [], start=1):
            where = f"{file}, row {number}"
            if isinstance(row, dict):
                yield where, row
            else:
                into.skipped.append(f"{where}: not a JSON object: {str(row)[:60]}")
    else:
        yield from json_lines(file, into)


def _list(value: Any) -> list[str]:
    """Return a list of texts; a table's cell holds it as Python or JSON writes it."""
    if isinstance(value, str) and value.strip().startswith("["):
        for parse in (json.loads, ast.literal_eval):
            try:
                value = parse(value)
                break
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                continue
    items = value if isinstance(value, list | tuple) else [value]
    return [text for item in items if (text := text_of(item))]


def _plain(context: str) -> str:
    return _HOP.sub("", context.strip())


def _title(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if rest.strip() and len(first) <= _LONGEST_TITLE and not first.rstrip().endswith((".", ",", ";")):
        return first.strip(), rest.strip()
    return " ".join(text.split()[:_TITLE_WORDS]), text


def _to_case(number: int, where: str, row: Row, corpus: Corpus, into: Imported) -> None:
    question, history = _conversation(row["user_input"])
    gold = corpus.names((text for context in row["reference_contexts"] if (text := _plain(context))), where)
    if not gold and not row["reference_contexts"]:
        gold = row["reference_context_ids"]
    reference = text_of(row.get("reference"))
    if not gold and not reference:
        into.skipped.append(
            f"{where}: neither reference nor reference_contexts, so nothing could be measured"
        )
        return
    type_ = (
        text_of(row.get("synthesizer_name"))
        .removesuffix("_query_synthesizer")
        .removesuffix("_query_synthesizers")
    )
    fields = {
        "id": f"ragas-{number}",
        "type": type_ or "ragas",
        "question": question,
        "history": history,
        "gold": gold,
        "reference": reference,
        "tags": ["ragas"],
    }
    add_case(into, where, fields)


def _conversation(given: Any) -> tuple[str, list[dict[str, str]]]:
    """Return the last question and what was said before; a single question is a string."""
    if not isinstance(given, list):
        return text_of(given), []
    roles = {"human": "user", "user": "user", "ai": "assistant", "assistant": "assistant"}
    turns = [
        {
            "role": roles[str(message.get("type", message.get("role")))],
            "content": text_of(message.get("content")),
        }
        for message in given
        if isinstance(message, dict) and str(message.get("type", message.get("role"))) in roles
    ]
    last = max((n for n, turn in enumerate(turns) if turn["role"] == "user"), default=None)
    return (turns[last]["content"], turns[:last]) if last is not None else ("", [])
