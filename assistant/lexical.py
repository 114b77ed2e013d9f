"""The lexical index: BM25 over whole papers (bm25s), kept in a folder as plain arrays.

BM25 as Robertson and Zaragoza describe it (The Probabilistic Relevance Framework, 2009), with
Lucene's inverse document frequency; titles count as part of the text.
"""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreDamaged
from assistant.text import terms

K1, B = 1.2, 0.75
_IDS = "paper_ids.json"


class LexicalIndex:
    """A read-only BM25 index over papers."""

    def __init__(self, paper_ids: list[str], bm25: Any | None) -> None:
        self._paper_ids = paper_ids
        self._bm25 = bm25  # None where no paper has any term

    @classmethod
    def build(cls, folder: Path, papers: Iterable[tuple[str, str]]) -> LexicalIndex:
        """Index papers, given as (id, text), and keep the index in `folder`."""
        import bm25s

        ids: list[str] = []
        vocabulary: dict[str, int] = {}
        corpus: list[array[int]] = []  # numbers of terms: a twentieth of the memory of the terms themselves
        for paper_id, text in papers:
            ids.append(paper_id)
            corpus.append(array("I", (vocabulary.setdefault(term, len(vocabulary)) for term in terms(text))))
        folder.mkdir(parents=True, exist_ok=True)
        bm25 = None
        if vocabulary:
            bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
            bm25.index((corpus, vocabulary), show_progress=False)
            bm25.save(str(folder), show_progress=False)
        (folder / _IDS).write_text(json.dumps(ids), encoding="utf-8")
        return cls(ids, bm25)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open the index kept in `folder`.

        Raises:
            StoreDamaged: It isn't there or can't be read.
        """
        import bm25s

        try:
            ids = json.loads((folder / _IDS).read_text(encoding="utf-8"))
            saved = any(folder.glob("*.npy"))
            return cls(ids, bm25s.BM25.load(str(folder), mmap=True) if saved else None)
        except (OSError, EOFError, ValueError, KeyError) as error:
            hint = "`paperchat doctor --mend` makes it again"
            raise StoreDamaged(f"{folder}: can't be read as a lexical index: {error}", hint) from error

    def scores(self, query: list[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every paper for a query's terms; shape (papers,)."""
        known = [term for term in query if self._bm25 is not None and term in self._bm25.vocab_dict]
        if not known:
            return np.zeros(len(self._paper_ids), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)  # type: ignore[union-attr]

    def query(self, query: list[str], n: int) -> list[tuple[str, float]]:
        """Return the `n` best papers with a score above zero as (id, score), best first."""
        scores = self.scores(query)
        top = np.argsort(-scores, kind="stable")[:n]
        return [(self._paper_ids[i], float(scores[i])) for i in top if scores[i] > 0]

    def knows(self, term: str) -> bool:
        """Tell whether any paper has a term."""
        return self._bm25 is not None and term in self._bm25.vocab_dict

    def papers_with(self, word: str) -> int:
        """Return how many papers have a word, or the rarest of its parts."""
        return min((self._count(term) for term in terms(word)), default=0)

    def idf(self, term: str) -> float:
        """Return how telling a term is in this collection (Lucene's inverse document frequency).

        A term that no paper has is the most telling of all.
        """
        found = self._count(term)
        return math.log(1 + (len(self._paper_ids) - found + 0.5) / (found + 0.5))

    def _count(self, term: str) -> int:
        if self._bm25 is None or (column := self._bm25.vocab_dict.get(term)) is None:
            return 0
        starts = self._bm25.scores["indptr"]  # one column a term: as many entries as papers that have it
        return int(starts[column + 1] - starts[column])
