"""The texts of papers, read in one go."""

from __future__ import annotations

from assistant.evidence_text import read_texts
from assistant.store import Store


def test_reading_many_papers_keeps_the_order_asked_for(store: Store) -> None:
    ids = [id_ for id_, _ in store.library.titles()]
    many = [*(f"unknown-{n}" for n in range(1200)), *reversed(ids)]

    found = read_texts(store.library, many)

    assert [paper.paper_id for paper in found] == list(reversed(ids))
    for paper in found:
        stored = store.library.sentences(paper.paper_id)
        assert paper.spans == tuple((span.start, span.end) for span in stored.spans)
        assert (paper.vectors == stored.vectors).all()
