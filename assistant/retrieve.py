"""From a question to ranked papers: candidates by vector and by words, in one ranking; a LangChain retriever."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from assistant.candidates import find_candidates
from assistant.closeness import read_closely
from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.evidence_score import read_asked
from assistant.library import Vectors
from assistant.models import Ranked
from assistant.names import PaperNames
from assistant.rank import rank
from assistant.store import Store
from assistant.text import question_terms
from assistant.word_vectors import WordVectors


class HybridRetriever(BaseRetriever):
    """Ranks the papers of a store for a question."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Store
    embedder: SentenceEmbeddings
    k: int = 10
    _names: tuple[str, PaperNames] | None = PrivateAttr(default=None)
    _near: WordVectors | None = PrivateAttr(default=None)

    def rank(
        self,
        question: str,
        k: int | None = None,
        vector: Vectors | None = None,
        among: frozenset[str] | None = None,
    ) -> list[Ranked]:
        """Return the best papers for a standalone question, best first.

        Args:
            question: The question.
            k: How many papers at the most; `self.k` where None.
            vector: The question's vector where it is known already.
            among: Ids of the papers to choose from; all where None.

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
        library = self.store.library
        terms = question_terms(question)
        found = find_candidates(indexes, library, vector, terms, among)
        asked = read_asked(question, terms, vector, indexes.lexical.idf, self.near)
        scores = rank(
            found,
            indexes.lexical.attainable(terms),
            [id_ for id_ in self.named(question) if among is None or id_ in among],
            lambda ids: read_closely(asked, ids, library),
        )
        best = sorted(scores, key=lambda paper_id: -scores[paper_id])[: k or self.k]
        ranked = []
        for paper in library.papers(best):
            n, cosine = found.dense.get(paper.id, (0, None))
            ranked.append(
                Ranked(
                    paper_id=paper.id,
                    title=paper.title,
                    score=round(scores[paper.id], 6),
                    passage=library.passage_of(paper.id, n),
                    passage_id=f"{paper.id}#{n}",
                    dense=cosine,
                    lexical=found.lexical.get(paper.id),
                )
            )
        return ranked

    @property
    def near(self) -> WordVectors | None:
        """The vectors of single words; None where the embedder has none that can be looked up."""
        if self._near is None and (quick := self.embedder.warm()):
            self._near = WordVectors.of(quick)
        return self._near

    def named(self, question: str) -> list[str]:
        """Return the ids of the papers that a question names."""
        indexes = self.store.indexes()
        generation = indexes.generation.name
        if self._names is None or self._names[0] != generation:
            self._names = (generation, PaperNames(self.store.library.titles(), indexes.lexical.papers_with))
        return self._names[1].find(question)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [to_document(ranked) for ranked in self.rank(query)]


def to_document(ranked: Ranked) -> Document:
    """Return a ranked paper's best passage as LangChain's Document; all the rest is metadata."""
    metadata: dict[str, Any] = ranked.model_dump(exclude={"passage", "passage_id"})
    return Document(id=ranked.passage_id, page_content=ranked.passage or ranked.title, metadata=metadata)
