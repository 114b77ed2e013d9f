"""The lexical index: BM25 over whole papers (tantivy), kept in a folder.

BM25 as Robertson and Zaragoza describe it (The Probabilistic Relevance Framework, 2009), with
Lucene's inverse document frequency, k1 = 1.2 and b = 0.75; lengths are kept in one byte, as Lucene does.
Titles and authors are part of the text. The index is written to disk as it grows, so that its
size doesn't matter to memory, and the best papers are found without scoring all.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.models import Paper
from assistant.text import terms
from assistant.text_index import open_index, write_index

if TYPE_CHECKING:
    from tantivy import Document, Index, Query, Schema, TextAnalyzer

_K1 = 1.2
"""How soon a term's repeats stop counting; tantivy's own, it can't be set."""


def lexical_text(paper: Paper) -> str:
    """Return all of a paper that is searched by words; authors are in it, so that a name finds their papers."""
    return "\n".join((paper.title, paper.abstract, ", ".join(paper.authors)))


class LexicalIndex:
    """A read-only BM25 index over papers. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, papers: Iterable[tuple[str, str]]) -> LexicalIndex:
        """Index papers, given as (id, text), and keep the index in `folder`.

        Raises:
            StoreDamaged: It can't be written.
        """
        return cls(write_index(folder, _schema(), (_document(*paper) for paper in papers)))

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open the index kept in `folder`.

        Raises:
            StoreDamaged: It isn't there or can't be read.
        """
        return cls(open_index(folder))

    def __len__(self) -> int:
        """Return how many papers are indexed."""
        return int(self._searcher.num_docs)

    def query(
        self, query: Sequence[str], n: int, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Return the best papers for a query's terms.

        Args:
            query: Terms, as `text.terms` makes them; a term that stands twice counts twice.
            n: How many papers at the most.
            among: Ids of the papers to choose from; all where None.

        Returns:
            (paper id, BM25 score) of papers that have any of the terms, best first; equals in the order of ids.
        """
        from tantivy import Occur, Query

        known = [term for term in query if self.knows(term)]
        if not known or n < 1 or (among is not None and not among):
            return []
        wanted = Query.boolean_query(
            [(Occur.Should, Query.term_query(self._schema, "text", term, "freq")) for term in known]
        )
        if among is not None:
            ids = Query.const_score_query(Query.term_set_query(self._schema, "id", list(among)), 0.0)
            wanted = Query.boolean_query([(Occur.Must, wanted), (Occur.Must, ids)])
        found = self._ids(wanted, min(n, len(self)))
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def knows(self, term: str) -> bool:
        """Tell whether any paper has a term."""
        return self._count(term) > 0

    def papers_with(self, word: str) -> int:
        """Return how many papers have a word, or the rarest of its parts."""
        return min((self._count(term) for term in terms(word)), default=0)

    def idf(self, term: str) -> float:
        """Return how telling a term is in this collection (Lucene's inverse document frequency).

        A term that no paper has is the most telling of all.
        """
        found = self._count(term)
        return math.log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def attainable(self, query: Sequence[str]) -> float:
        """Return the score that no paper can exceed: each of the terms without end, in a text of no length.

        Terms that no paper has count too, as the most telling of all, so that a score's share of it tells how
        much of the question a paper meets.
        """
        return (_K1 + 1) * sum(map(self.idf, query))

    def _ids(self, query: Query, n: int) -> list[tuple[str, float]]:
        hits = self._searcher.search(query, limit=n, count=False).hits
        return [(str(self._searcher.doc(place)["id"][0]), float(score)) for score, place in hits]

    def _count(self, term: str) -> int:
        return int(self._searcher.doc_freq("text", term))


@lru_cache(maxsize=8192)
def is_stopword(language: str, word: str) -> bool:
    """Tell whether a word, in lower case, is a function word of a language that Snowball has a list of.

    Args:
        language: The language's English name, in lower case.
        word: The word.
    """
    return not _stopwords(language).analyze(word)


@cache
def _stopwords(language: str) -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stopword(language)).build()


def _schema() -> Schema:
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return fields.build()


def _document(paper_id: str, text: str) -> Document:
    import tantivy

    document = tantivy.Document()
    document.add_text("id", paper_id)
    document.add_text("text", " ".join(terms(text)))
    return document
