"""SciTLDR: one-sentence summaries of papers; a summary asks for the paper that it sums up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.errors import UsageError
from evals.cases import SentenceRef
from evals.cases.formats import Imported, beir
from evals.cases.formats.corpus import Corpus
from evals.cases.formats.rows import add_case, find_file, json_lines, text_of


def read(path: Path, into: Imported) -> None:
    """Read one of SciTLDR's files, a folder of them, or a folder with corpus, queries and judgements.

    A paper's first summary is its author's, the others are rewritten from reviews: the types `author` and
    `reviewer`.

    Raises:
        UsageError: There is no such file.
    """
    if path.is_dir() and (path / "queries.jsonl").is_file():
        beir.read(path, into)
        return
    files = find_file(path, "train.jsonl", "*/train.jsonl")
    if path.is_dir():
        folder = files[0].parent if files else path
        files = [file for name in ("train", "dev", "test") if (file := folder / f"{name}.jsonl").is_file()]
    if not files:
        raise UsageError(
            f"{path}: there is no train.jsonl, dev.jsonl or test.jsonl", "name SciTLDR's file or its folder"
        )
    corpus = Corpus(into)
    found: list[tuple[str, str, dict[str, Any]]] = []
    for file in files:
        for where, row in json_lines(file, into):
            key, source = text_of(row.get("paper_id")), row.get("source")
            if not key or not isinstance(source, list) or not row.get("target"):
                into.skipped.append(f"{where}: no paper_id, no list of sentences as source, or no target")
                continue
            corpus.add(key, text_of(row.get("title")), text_of(source), where)
            found.append((key, where, row))
    for key, where, row in found:
        if key in corpus:
            _to_cases(key, where, row, corpus, into)


def _to_cases(key: str, where: str, row: dict[str, Any], corpus: Corpus, into: Imported) -> None:
    evidence: dict[SentenceRef, None] = {}
    labels = row.get("source_labels") or []
    for sentence, label in zip(row["source"], labels, strict=False):
        if label == 1:
            evidence.update(dict.fromkeys(corpus.evidence(key, text_of(sentence), where)))
    targets = row["target"] if isinstance(row["target"], list) else [row["target"]]
    for n, target in enumerate(map(text_of, targets)):
        fields = {
            "id": f"scitldr-{key}-{n}",
            "type": "reviewer" if n else "author",
            "question": target,
            "gold": [corpus.name(key)],
            "evidence": list(evidence),
            "reference": target,
            "tags": ["scitldr"],
        }
        add_case(into, where, fields)
