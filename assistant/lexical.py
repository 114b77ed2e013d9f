"""The lexical index: BM25 over whole papers (tantivy), kept in a folder.

BM25 as Robertson and Zaragoza describe it (The Probabilistic Relevance Framework, 2009), with
Lucene's inverse document frequency, k1 = 1.2 and b = 0.75; lengths are kept in one byte, as Lucene does.
Titles count once more in a field of their own. The index is written to disk as it grows, so that its
size doesn't matter to memory, and the best papers are found without scoring all.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import StoreDamaged
from assistant.models import Paper
from assistant.text import terms

if TYPE_CHECKING:
    from tantivy import Index, Query, Schema

TITLE_WEIGHT = 0.0
"""What a match in a title counts beside the one in the whole text."""

_HEAP = 64_000_000
"""Bytes of new papers held in memory before they are written."""


@dataclass(frozen=True)
class LexicalText:
    """What the index reads of a paper; the title is part of `text` too."""

    paper_id: str
    title: str
    text: str

    @classmethod
    def of(cls, paper: Paper) -> LexicalText:
        """Return it of a stored paper."""
        return cls(paper.id, paper.title, lexical_text(paper))


def lexical_text(paper: Paper) -> str:
    """Return all of a paper that is searched by words; authors are in it, so that a name finds their papers."""
    return "\n".join((paper.title, paper.abstract, ", ".join(paper.authors)))


class LexicalIndex:
    """A read-only BM25 index over papers. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, papers: Iterable[LexicalText]) -> LexicalIndex:
        """Index papers, and keep the index in `folder`."""
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        with _tantivy_errors(folder):
            index = tantivy.Index(_schema(), path=str(folder))
            writer = index.writer(
                heap_size=_HEAP, num_threads=1
            )  # one thread: the same papers, the same index
        for paper in papers:
            document = tantivy.Document()
            document.add_text("id", paper.paper_id)
            document.add_text("title", " ".join(terms(paper.title)))
            document.add_text("text", " ".join(terms(paper.text)))
            with _tantivy_errors(folder):
                writer.add_document(document)
        with _tantivy_errors(folder):
            writer.commit()
            writer.wait_merging_threads()
            index.reload()
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open the index kept in `folder`.

        Raises:
            StoreDamaged: It isn't there or can't be read.
        """
        import tantivy

        with _tantivy_errors(folder):
            opened = cls(tantivy.Index.open(str(folder)))
            opened._ids(tantivy.Query.all_query(), 1)  # a file that is cut short only shows when it is read
        return opened

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
        import tantivy

        known = [term for term in query if self.knows(term)]
        if not known or n < 1 or (among is not None and not among):
            return []
        wanted = self._any_of(known)
        if among is not None:
            ids = tantivy.Query.term_set_query(self._schema, "id", list(among))
            must, none = tantivy.Occur.Must, tantivy.Query.const_score_query(ids, 0.0)
            wanted = tantivy.Query.boolean_query([(must, wanted), (must, none)])
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

    def _any_of(self, known: list[str]) -> Query:
        from tantivy import Occur, Query

        parts = [(Occur.Should, Query.term_query(self._schema, "text", term, "freq")) for term in known]
        if TITLE_WEIGHT:
            titled = [Query.term_query(self._schema, "title", term, "freq") for term in known]
            parts += [(Occur.Should, Query.boost_query(query, TITLE_WEIGHT)) for query in titled]
        return Query.boolean_query(parts)

    def _ids(self, query: Query, n: int) -> list[tuple[str, float]]:
        hits = self._searcher.search(query, limit=n, count=False).hits
        return [(str(self._searcher.doc(place)["id"][0]), float(score)) for score, place in hits]

    def _count(self, term: str) -> int:
        return int(self._searcher.doc_freq("text", term))


def _schema() -> Schema:
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    fields.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    fields.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return fields.build()


@contextmanager
def _tantivy_errors(folder: Path) -> Iterator[None]:
    """Turn what tantivy raises into the project's errors; a full disk stays an OSError for the store to tell."""
    try:
        yield
    except (ValueError, OSError) as error:
        if "No space left" in str(error):
            raise OSError(str(error)) from error
        hint = "`paperchat doctor --mend` makes it again"
        raise StoreDamaged(f"{folder}: can't be read as a lexical index: {error}", hint) from error
