"""The project's embedder as RAGAS's embeddings, so that its metrics compare texts without another model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ragas.embeddings.base import BaseRagasEmbedding

from assistant.embedding import SentenceEmbeddings
from assistant.library import Vectors


class RagasEmbeddings(BaseRagasEmbedding):
    """Wraps a sentence embedder; vectors are unit vectors of the embedder's dimension."""

    def __init__(self, embedder: SentenceEmbeddings, expected: Sequence[str] = ()) -> None:
        """Take the embedder.

        Args:
            embedder: The project's.
            expected: Texts that will be asked for one at a time. They are embedded together when the first
                one is, several times as fast, and kept.
        """
        super().__init__()
        self._embedder = embedder
        self._expected = list(dict.fromkeys(expected))
        self._kept: dict[str, Vectors] = {}

    def embed_text(self, text: str, **kwargs: Any) -> list[float]:
        """Return the vector of one text."""
        return self.embed_texts([text])[0]

    def embed_texts(self, texts: list[str], **kwargs: Any) -> list[list[float]]:
        """Return the vectors of several texts."""
        if self._expected and self._expected[0] not in self._kept:
            vectors = self._embedder.document_vectors(self._expected)
            self._kept = dict(zip(self._expected, vectors, strict=True))
        if all(text in self._kept for text in texts):
            return [[float(part) for part in self._kept[text]] for text in texts]
        return [[float(part) for part in vector] for vector in self._embedder.document_vectors(texts)]

    async def aembed_text(self, text: str, **kwargs: Any) -> list[float]:
        """Return the vector of one text."""
        return self.embed_text(text)

    async def aembed_texts(self, texts: list[str], **kwargs: Any) -> list[list[float]]:
        """Return the vectors of several texts."""
        return self.embed_texts(texts)
