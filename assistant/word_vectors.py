"""How near two words are, by the vectors that a model's tokens have before any context is read.

An embedder's own token table knows that shares are near stocks and faster near quicker. Looking words up in it
costs next to nothing, where reading a sentence in context takes milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from assistant.library import Vectors
from assistant.quick_bert import QuickBert

_MOST = 20_000
"""Words that are remembered, some 30 MB at 384 dimensions; then remembering starts anew."""


_TINY = 1e-9


class WordVectors:
    """Unit vectors of single words. Safe to share between threads."""

    def __init__(self, table: Vectors, tokenize: Callable[[Sequence[str]], list[list[int]]]) -> None:
        """Take a token table and its tokenizer.

        Args:
            table: A vector for each token, shape (tokens, dimension).
            tokenize: Returns the numbers of each text's tokens, special ones left out.
        """
        self._table = table
        self._tokenize = tokenize
        self._middle = table.mean(axis=0)  # what all tokens share says nothing of any of them
        self._mutex = threading.Lock()
        self._rows: dict[str, int] = {}
        self._vectors = np.zeros((0, table.shape[1]), dtype=np.float32)

    @classmethod
    def of(cls, encoder: QuickBert) -> WordVectors:
        """Return the words of an encoder that is loaded."""

        def tokenize(texts: Sequence[str]) -> list[list[int]]:
            found = encoder._tokenizer.encode_batch(list(texts), add_special_tokens=False)
            return [each.ids for each in found]

        return cls(encoder._weights["embeddings.word_embeddings.weight"], tokenize)

    def __call__(self, words: Sequence[str]) -> Vectors:
        """Return the unit vectors of words, shape (words, dimension); zeros for one without any token."""
        with self._mutex:
            new = list(dict.fromkeys(word for word in words if word not in self._rows))
            if len(self._rows) + len(new) > _MOST:
                new = list(dict.fromkeys(words))
                self._rows = {}
            if new:
                self._remember(new)
            found: Vectors = self._vectors[[self._rows[word] for word in words]]
            return found

    def _remember(self, words: Sequence[str]) -> None:
        """Add words behind those that are known; room is doubled where it runs out."""
        first, end = len(self._rows), len(self._rows) + len(words)
        if end > len(self._vectors):
            room = np.zeros((max(end, 2 * len(self._vectors)), self._table.shape[1]), dtype=np.float32)
            room[:first] = self._vectors[:first]
            self._vectors = room
        self._vectors[first:end] = self._read(words)
        self._rows.update(zip(words, range(first, end), strict=True))

    def _read(self, words: Sequence[str]) -> Vectors:
        tokens = self._tokenize(words)
        tokens_of = np.array([len(ids) for ids in tokens])
        flat = self._table[[token for ids in tokens for token in ids or (0,)]] - self._middle
        flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), _TINY)
        starts = np.cumsum(np.maximum(tokens_of, 1)) - np.maximum(tokens_of, 1)
        sums = (
            np.add.reduceat(flat, starts, axis=0) * (tokens_of > 0)[:, None]
        )  # a word without tokens is nothing
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.maximum(lengths, _TINY), dtype=np.float32)
