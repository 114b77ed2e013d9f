"""A test set's papers as ingest will keep them, so that cases can name them and point at their sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assistant.models import Paper, Rejected
from evals.cases import SentenceRef
from evals.cases.check import locate, positions
from evals.cases.formats import Imported
from evals.cases.formats.rows import json_lines, text_of
from evals.cases.papers import title_form
from ingest.combine import combine
from ingest.dedupe import Matcher
from ingest.records import record_from, to_paper


class Corpus:
    """Papers under the test set's own keys. Ingest gives other ids, so cases name papers by title.

    Where two papers share a title, they are named by the id that ingest gives them.
    """

    def __init__(self, into: Imported, untitled: str = "Untitled") -> None:
        self._into = into
        self._untitled = untitled
        self._matcher = Matcher()
        self._ids: dict[str, str] = {}
        self._papers: dict[str, Paper] = {}
        self._titles: Counter[str] | None = None

    def add(self, key: str, title: str, abstract: str, where: str, **fields: Any) -> None:
        """Add a paper; one that ingest would refuse is reported.

        Args:
            key: What the test set calls it.
            title: Its title; one without is called by the key, with `untitled` before it.
            abstract: Its text.
            where: The place that it was read from, for reports.
            fields: Further fields that ingest knows, such as its year.
        """
        row = {"title": title.strip() or f"{self._untitled} {key}", "abstract": abstract, **fields}
        if key in self._ids:
            self._into.skipped.append(f"{where}: the paper {key} came before")
            return
        record = record_from(row, "", where)
        paper = record if isinstance(record, Rejected) else to_paper(record)
        if isinstance(paper, Rejected):
            self._into.skipped.append(f"{where}: {paper.reason}")
            return
        paper = self._matcher.place(paper)
        known = self._papers.get(paper.id)
        self._papers[paper.id] = combine(known, paper) if known else paper
        self._ids[key] = paper.id
        self._titles = None
        self._into.papers.append(row)

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def name(self, key: str) -> str:
        """Return what a case calls the paper of a key. Ask when all papers are in."""
        if self._titles is None:
            self._titles = Counter(title_form(paper.title) for paper in self._papers.values())
        paper = self._papers[self._ids[key]]
        return paper.title if self._titles[title_form(paper.title)] == 1 else paper.id

    def names(self, keys: Iterable[str], where: str) -> list[str]:
        """Return what a case calls papers, each once; keys that the corpus lacks are reported."""
        found: dict[str, None] = {}
        for key in keys:
            if key in self._ids:
                found[self.name(key)] = None
            else:
                self._into.skipped.append(f"{where}: the paper {key} isn't in the corpus")
        return list(found)

    def evidence(self, key: str, sentence: str, where: str) -> list[SentenceRef]:
        """Return the positions of a sentence in a paper; reported where cleaning left it nowhere."""
        paper = self._papers[self._ids[key]]
        span = locate(sentence, paper.abstract)
        if span is None:
            self._into.skipped.append(
                f"{where}: a sentence of {key} isn't in its cleaned text: {sentence[:80]!r}"
            )
            return []
        return positions(paper, span, self.name(key))


def read_corpus(path: Path, into: Imported, untitled: str = "Untitled") -> Corpus:
    """Read a corpus.jsonl: a paper a line, with `_id`, `id` or `doc_id`, `title`, and `text` or `abstract`."""
    corpus = Corpus(into, untitled)
    for where, row in json_lines(path, into):
        key = next((str(row[name]) for name in ("_id", "id", "doc_id") if row.get(name) is not None), "")
        if not key:
            into.skipped.append(f"{where}: no _id, id or doc_id")
            continue
        corpus.add(key, text_of(row.get("title")), text_of(row.get("text") or row.get("abstract")), where)
    return corpus
