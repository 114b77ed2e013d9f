"""Made-up papers with authors, venues, tags and sources to filter by, and how they come into a library."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.library import Embedded, Library, Telling
from assistant.models import Paper, Passage, Provenance, Span

ANNA = "Anna-Lena B. Vörös"


def embedded(paper: Paper) -> Embedded:
    passage = Passage(id=f"{paper.id}#0", paper_id=paper.id, n=0, span=Span(start=0, end=0), sentences=())
    vectors = np.ones((1, 2), dtype=np.float32)
    told = tuple(Telling(place.source, place.where) for place in paper.provenance)
    return Embedded(paper, "f", (passage,), vectors, vectors[:0], tellings=told)


def put(library: Library, papers: Sequence[Paper]) -> None:
    library.put([embedded(paper) for paper in papers])


def paper(paper_id: str, source: str = "in/first.jsonl", **fields: object) -> Paper:
    places = (Provenance(source=source, where=paper_id),)
    return Paper.model_validate({"id": paper_id, "title": f"On {paper_id}", "provenance": places} | fields)


PAPERS = (
    paper("p-1", year=2019, authors=(ANNA, "Kim Oduya"), venue="NeurIPS 2019", tags=("cs.IR", "Ranking")),
    paper("p-2", year=2021, authors=("K. Oduya",), venue="Advances in Neural Information Processing Systems"),
    paper("p-3", year=2023, authors=("Mei van der Laan",), venue="Nature Communications", source="in/second.bib"),
    paper("doi:10.5/ab", doi="10.5555/ab.1", arxiv_id="2101.00001", pmid="123456", source="out/first.jsonl"),
)  # fmt: skip
