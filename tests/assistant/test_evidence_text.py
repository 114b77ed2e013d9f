"""The texts of papers, read in one go."""

from __future__ import annotations

from assistant.evidence_text import read_texts
from assistant.store import Store


def test_reading_many_papers_keeps_the_order_asked_for(store: Store) -> None:
    ids = [id_ for id_, _ in store.library.titles()]
    many = [*(f"unknown-{n}" for n in range(1200)), *reversed(ids)]

    found = read_texts(store.library, many)

    assert [paper.paper_id for paper in found] == list(reversed(ids))
    query = 'SELECT start, "end", vector FROM sentences WHERE paper_id = ? ORDER BY n'
    for paper in found:
        with store.library.reading() as db:
            rows = db.execute(query, (paper.paper_id,)).fetchall()
        assert paper.spans == tuple((start, end) for start, end, _ in rows)
        assert paper.vectors.tobytes() == b"".join(vector for _, _, vector in rows)
