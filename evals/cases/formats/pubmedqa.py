"""PubMedQA: questions that one abstract answers, with the conclusion and yes, no or maybe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from evals.cases.formats import Imported
from evals.cases.formats.corpus import Corpus, read_corpus
from evals.cases.formats.rows import add_case, find_file, json_document, json_lines, text_of

_DECISIONS = ("yes", "no", "maybe")


def read(path: Path, into: Imported) -> None:
    """Read a file of PubMedQA (`ori_pqal.json`), its folder, or a folder with corpus.jsonl and qa.jsonl.

    The papers have no titles of their own there: the question is the title, so using it would give the
    answer away. They are called by their PubMed number.

    Raises:
        UsageError: There is no such file, or it holds something else.
    """
    if path.is_dir() and (path / "qa.jsonl").is_file() and (path / "corpus.jsonl").is_file():
        _read_pairs(path, into)
        return
    files = find_file(path, "ori_pqal.json", "data/ori_pqal.json", "ori_pqa*.json", "*fold*/*.json")
    if not files:
        raise UsageError(
            f"{path}: there is no ori_pqal.json", "name PubMedQA's file, or the folder that holds it"
        )
    corpus = Corpus(into, "PubMed")
    found: list[tuple[str, str, dict[str, Any]]] = []
    for file in files:
        entries = json_document(file)
        if not isinstance(entries, dict):
            raise UsageError(f"{file}: isn't an object of PubMed numbers", "name PubMedQA's ori_pqal.json")
        for number, entry in entries.items():
            where = f"{file}, {number}"
            if not isinstance(entry, dict) or not text_of(entry.get("QUESTION")) or not entry.get("CONTEXTS"):
                into.skipped.append(f"{where}: no QUESTION or no CONTEXTS")
                continue
            corpus.add(number, "", _abstract(entry), where, **_year(entry))
            found.append((number, where, entry))
    for number, where, entry in found:
        answer, decision = text_of(entry.get("LONG_ANSWER")), text_of(entry.get("final_decision"))
        _add(number, text_of(entry["QUESTION"]), [number], (answer, decision), where, corpus, into)


def _abstract(entry: dict[str, Any]) -> str:
    contexts = [text_of(context) for context in entry["CONTEXTS"]]
    labels = [text_of(label) for label in entry.get("LABELS") or ()]
    if len(labels) != len(contexts):
        return " ".join(contexts)
    return " ".join(
        f"{label}: {text}" if label else text for label, text in zip(labels, contexts, strict=True)
    )


def _year(entry: dict[str, Any]) -> dict[str, str]:
    year = text_of(entry.get("YEAR"))
    return {"year": year} if year.isdigit() else {}


def _read_pairs(folder: Path, into: Imported) -> None:
    corpus = read_corpus(folder / "corpus.jsonl", into, "PubMed")
    for number, (where, row) in enumerate(json_lines(folder / "qa.jsonl", into), start=1):
        gold = [str(key) for key in row.get("gold_ids") or ()]
        key = gold[0] if len(gold) == 1 else str(number)
        answer = (text_of(row.get("answer")), text_of(row.get("decision")))
        _add(key, text_of(row.get("question")), gold, answer, where, corpus, into)


def _add(
    key: str,
    question: str,
    gold: list[str],
    answer: tuple[str, str],
    where: str,
    corpus: Corpus,
    into: Imported,
) -> None:
    names = corpus.names(gold, where)
    if not names:
        into.skipped.append(f"{where}: its paper isn't there")
        return
    reference, decision = answer
    fields = {
        "id": f"pubmedqa-{key}",
        "type": decision if decision in _DECISIONS else "open",
        "question": question,
        "gold": names,
        "reference": reference,
        "tags": ["pubmedqa"],
    }
    add_case(into, where, fields)
