"""From a question to ranked papers: dense and lexical search, fused; a LangChain retriever.

Passages are searched by vector, whole papers by BM25. Each list ranks papers (a paper stands where its
best passage does), and the ranks are fused by reciprocal rank (Cormack, Clarke and Büttcher 2009). Papers
that the question names are a third list.
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.library import Vectors
from assistant.models import Ranked
from assistant.names import PaperNames
from assistant.store import Indexes, Store
from assistant.text import question_terms

RRF_K = 20
"""How slowly a rank's worth falls off. The paper's 60 was tuned on other data; 20 is better on each of the
three test sets here (docs/retrieval.md)."""

DEPTH = 100
"""How many papers each list gives to the fusion."""


class HybridRetriever(BaseRetriever):
    """Ranks the papers of a store for a question."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    embedder: SentenceEmbeddings
    k: int = 10
    _names: tuple[str, PaperNames] | None = PrivateAttr(default=None)

    def rank(self, question: str, k: int | None = None, vector: Vectors | None = None) -> list[Ranked]:
        """Return the best papers for a standalone question, best first.

        Args:
            question: The question.
            k: How many papers at the most; `self.k` where None.
            vector: The question's vector where it is known already.

        Returns:
            Ranked papers, each with its best passage. None at all where the store is empty.

        Raises:
            StoreMismatch: Another process has embedded the store anew with another model meanwhile.
        """
        indexes = self.store.indexes()
        if not indexes.generation.passages:
            return []
        made_with = self.store.library.meta("embedder")
        if made_with not in (None, self.embedder.name):
            raise StoreMismatch(
                f"{self.store.folder}: was embedded anew with {made_with}; this process uses {self.embedder.name}",
                f"start it again with PAPERCHAT_EMBEDDER={made_with}",
            )
        vector = self.embedder.query_vector(question) if vector is None else vector
        dense = self._dense(indexes, vector)
        lexical = dict(indexes.lexical.query(question_terms(question), DEPTH))
        lists = [list(dense), list(lexical)]
        if named := self.named(question):
            lists.append(named)
        scores = fuse(lists)
        best = sorted(scores, key=lambda paper_id: -scores[paper_id])[: k or self.k]
        ranked = []
        for paper in self.store.library.papers(best):
            n, cosine = dense.get(paper.id, (0, None))
            ranked.append(
                Ranked(
                    paper_id=paper.id,
                    title=paper.title,
                    score=round(scores[paper.id], 6),
                    passage=self.store.library.passage_of(paper.id, n),
                    passage_id=f"{paper.id}#{n}",
                    dense=cosine,
                    lexical=lexical.get(paper.id),
                )
            )
        return ranked

    def named(self, question: str) -> list[str]:
        """Return the ids of the papers that a question names."""
        indexes = self.store.indexes()
        generation = indexes.generation.name
        if self._names is None or self._names[0] != generation:
            self._names = (generation, PaperNames(self.store.library.titles(), indexes.lexical.papers_with))
        return self._names[1].find(question)

    def _dense(self, indexes: Indexes, vector: Vectors) -> dict[str, tuple[int, float]]:
        """Return the nearest papers in order: id → (its best passage's number, cosine)."""
        per_paper = indexes.generation.passages / max(1, self.store.library.count()[0])
        wanted = min(indexes.generation.passages, int(DEPTH * per_paper * 1.5) + 1)
        best: dict[str, tuple[int, float]] = {}
        for passage_id, cosine in indexes.vectors.query(vector, wanted):
            paper_id, _, n = passage_id.rpartition("#")
            if paper_id not in best and len(best) < DEPTH:
                best[paper_id] = (int(n), round(cosine, 6))
        return best

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [to_document(ranked) for ranked in self.rank(query)]


def to_document(ranked: Ranked) -> Document:
    """Return a ranked paper's best passage as LangChain's Document; all the rest is metadata."""
    metadata: dict[str, Any] = ranked.model_dump(exclude={"passage", "passage_id"})
    return Document(id=ranked.passage_id, page_content=ranked.passage or ranked.title, metadata=metadata)


def fuse(lists: list[list[str]]) -> dict[str, float]:
    """Fuse ranked lists by reciprocal rank.

    Args:
        lists: Ids, best first.

    Returns:
        A score in (0, 1] by id; 1 is first place in every list.
    """
    scores: dict[str, float] = {}
    for ids in lists:
        for rank, id_ in enumerate(ids, start=1):
            scores[id_] = scores.get(id_, 0.0) + (RRF_K + 1) / (RRF_K + rank) / len(lists)
    return scores
