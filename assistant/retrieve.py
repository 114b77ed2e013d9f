"""From a question to ranked papers: candidates by vector and by words, in one ranking; a LangChain retriever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from assistant.candidates import Candidates, find_candidates
from assistant.closeness import Closeness, read_closely
from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.evidence_score import read_asked
from assistant.library import Vectors
from assistant.models import Ranked
from assistant.names import PaperNames
from assistant.rank import rank, standing
from assistant.rerank import DEPTH as RERANKED
from assistant.rerank import Reranker, reordered
from assistant.store import Indexes, Store
from assistant.text import question_terms
from assistant.word_vectors import WordVectors


class HybridRetriever(BaseRetriever):
    """Ranks the papers of a store for a question. Safe to share between threads."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    embedder: SentenceEmbeddings
    k: int = 10
    reranker: Reranker | None = None
    _near: WordVectors | None = PrivateAttr(default=None)

    def rank(
        self,
        question: str,
        k: int | None = None,
        vector: Vectors | None = None,
        among: frozenset[str] | None = None,
        named: Sequence[str] | None = None,
    ) -> list[Ranked]:
        """Return the best papers for a standalone question, best first.

        Args:
            question: The question.
            k: How many papers at the most; `self.k` where None.
            vector: The question's vector where it is known already.
            among: Ids of the papers to choose from; all where None.
            named: Ids of the papers that it names where they are known already.

        Returns:
            Ranked papers, each with its best passage and what its score is made of. None at all where the store is
            empty.

        Raises:
            StoreMismatch: Another process has embedded the store anew with another model meanwhile.
            ModelUnavailable: The reranker can't be loaded.
        """
        indexes = self._checked_indexes()
        if not indexes.generation.passages:
            return []
        vector = self.embedder.query_vector(question) if vector is None else vector
        library, terms = self.store.library, question_terms(question)
        found = find_candidates(indexes, library, vector, terms, among)
        asked = read_asked(question, terms, vector, indexes.lexical.idf, self.near)
        attainable = indexes.lexical.attainable(terms)
        named = self.names(indexes).find(question) if named is None else named
        named = [id_ for id_ in named if among is None or id_ in among]
        close: dict[str, Closeness] = {}

        def read(ids: Sequence[str]) -> Mapping[str, Closeness]:
            close.update(read_closely(asked, ids, library))
            return close

        scores = rank(found, attainable, named, read)
        judged = self._judged(question, scores, named, found)
        scores = reordered(scores, judged)
        best = sorted(scores, key=lambda paper_id: -scores[paper_id])[: k or self.k]
        why = _Why(found, standing(found, attainable, named), close, named, judged)
        return [
            why.ranked(
                paper.id, paper.title, scores[paper.id], library.passage_of(paper.id, why.nearest(paper.id))
            )
            for paper in library.papers(best)
        ]

    @property
    def near(self) -> WordVectors | None:
        """The vectors of single words; None where the embedder has none that can be looked up."""
        if self._near is None and (quick := self.embedder.quick):
            self._near = WordVectors.of(quick)
        return self._near

    def named(self, question: str) -> list[str]:
        """Return the ids of the papers that a question names for sure, in its order."""
        return self.names().find(question)

    def names(self, indexes: Indexes | None = None) -> PaperNames:
        """Return the names of the store's papers, as they are now or in some indexes."""
        indexes, quick = indexes or self.store.indexes(), self.embedder.quick
        is_word = quick.is_word if quick else lambda _: False
        identified = self.store.library.filtering.identified
        return PaperNames(indexes.names, indexes.lexical.papers_with, is_word, identified)

    def _checked_indexes(self) -> Indexes:
        indexes = self.store.indexes()
        made_with = self.store.library.meta("embedder")
        if indexes.generation.passages and made_with not in (None, self.embedder.name):
            raise StoreMismatch(
                f"{self.store.folder}: was embedded anew with {made_with}; this process uses {self.embedder.name}",
                f"start it again with PAPERCHAT_EMBEDDER={made_with}",
            )
        return indexes

    def _judged(
        self, question: str, scores: Mapping[str, float], named: Sequence[str], found: Candidates
    ) -> dict[str, float]:
        """Return what the reranker says of the leading papers, if there is one; those named stay where they are."""
        if self.reranker is None:
            return {}
        library = self.store.library
        leading = sorted((id_ for id_ in scores if id_ not in named), key=lambda id_: -scores[id_])[:RERANKED]
        texts = {
            paper.id: f"{paper.title}\n{library.passage_of(paper.id, found.dense.get(paper.id, (0, 0.0))[0])}"
            for paper in library.papers(leading)
        }
        return dict(zip(texts, self.reranker.scores(question, list(texts.values())), strict=True))

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [to_document(ranked) for ranked in self.rank(query)]


def to_document(ranked: Ranked) -> Document:
    """Return a ranked paper's best passage as LangChain's Document; all the rest is metadata."""
    metadata: dict[str, Any] = ranked.model_dump(exclude={"passage", "passage_id"})
    return Document(id=ranked.passage_id, page_content=ranked.passage or ranked.title, metadata=metadata)


class _Why:
    """What the scores of one ranking are made of."""

    def __init__(
        self,
        found: Candidates,
        stands: Mapping[str, tuple[float, float]],
        close: Mapping[str, Closeness],
        named: Sequence[str],
        judged: Mapping[str, float],
    ) -> None:
        self._found, self._stands, self._close, self._judged = found, stands, close, judged
        self._named = frozenset(named)
        self._dense_places = {id_: place for place, id_ in enumerate(found.dense, start=1)}
        self._lexical_places = {id_: place for place, id_ in enumerate(found.lexical, start=1)}

    def nearest(self, paper_id: str) -> int:
        """Return the number of a paper's nearest passage."""
        return self._found.dense.get(paper_id, (0, 0.0))[0]

    def ranked(self, paper_id: str, title: str, score: float, passage: str) -> Ranked:
        close = self._close.get(paper_id)
        return Ranked(
            paper_id=paper_id,
            title=title,
            score=round(score, 6),
            passage=passage,
            passage_id=f"{paper_id}#{self.nearest(paper_id)}",
            dense=self._found.dense.get(paper_id, (0, None))[1],
            dense_rank=self._dense_places.get(paper_id),
            lexical=self._found.lexical.get(paper_id),
            lexical_rank=self._lexical_places.get(paper_id),
            lexical_share=round(self._stands[paper_id][1], 6),
            covered=None if close is None else round(close.covered, 6),
            sentence=None if close is None else round(close.sentence, 6),
            named=paper_id in self._named,
            rerank=self._judged.get(paper_id),
        )
