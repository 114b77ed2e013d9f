"""The sentences of some papers, read from the library in two queries and without a model of each paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.library import Library, Vectors

_MOST = 500
"""Ids in one query; SQLite allows no more than 999 values in older builds."""


@dataclass(frozen=True)
class PaperText:
    """A paper as evidence is chosen from it.

    Attributes:
        paper_id: Its id.
        title: Its title.
        abstract: Its abstract.
        spans: Start and end of each sentence in the abstract, in reading order.
        vectors: The sentences' unit vectors, shape (sentences, dimension).
    """

    paper_id: str
    title: str
    abstract: str
    spans: tuple[tuple[int, int], ...]
    vectors: Vectors

    @property
    def sentences(self) -> list[str]:
        """The sentences' texts."""
        return [self.abstract[start:end] for start, end in self.spans]


def read_texts(library: Library, paper_ids: Sequence[str]) -> list[PaperText]:
    """Return the texts of papers in the order asked for; unknown papers and such without sentences are left out."""
    found: dict[str, PaperText] = {}
    wanted = list(dict.fromkeys(paper_ids))
    for start in range(0, len(wanted), _MOST):
        found.update(_read(library, wanted[start : start + _MOST]))
    return [found[id_] for id_ in wanted if id_ in found]


def _read(library: Library, paper_ids: list[str]) -> dict[str, PaperText]:
    marks = ", ".join("?" * len(paper_ids))
    query = f'SELECT paper_id, start, "end", vector FROM sentences WHERE paper_id IN ({marks}) ORDER BY paper_id, n'
    with library.reading() as db:
        papers = db.execute(
            f"SELECT id, title, abstract FROM papers WHERE id IN ({marks})", paper_ids
        ).fetchall()
        rows = db.execute(query, paper_ids).fetchall()
    spans: dict[str, list[tuple[int, int]]] = {}
    vectors: dict[str, list[bytes]] = {}
    for id_, start, end, vector in rows:
        spans.setdefault(id_, []).append((start, end))
        vectors.setdefault(id_, []).append(vector)
    return {
        id_: PaperText(
            id_,
            title,
            abstract,
            tuple(spans[id_]),
            np.frombuffer(b"".join(vectors[id_]), dtype=np.float32).reshape(len(vectors[id_]), -1),
        )
        for id_, title, abstract in papers
        if id_ in spans
    }
