"""The index of names: which papers a name, a near spelling of it, a title's words or an author belong to (tantivy).

It lies on disk, or in memory where it is made without a folder, so what it holds of a million papers doesn't
matter to memory. Near spellings are found by tantivy's Levenshtein automata over the sorted names, so that a
name that is spelled wrongly isn't compared with every other.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.models import Paper
from assistant.own_names import OwnName, Source, own_names
from assistant.phrases import pieces
from assistant.text import fold
from assistant.text_index import open_index, write_index

if TYPE_CHECKING:
    from tantivy import Document, Index, Query, Schema

MOST = 50
"""Papers that one look-up gives at the most."""


@dataclass(frozen=True)
class NamedPaper:
    """What the index knows of a paper."""

    paper_id: str
    title: str
    names: tuple[OwnName, ...]
    surnames: tuple[str, ...]
    """Folded, in the order of the authors."""
    year: int | None
    pieces: tuple[str, ...]
    """The telling words of the title, stemmed and in order."""


class NameIndex:
    """A read-only index of names. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path | None, papers: Iterable[Paper]) -> NameIndex:
        """Index papers, and keep the index in `folder`, or in memory where that is None.

        Raises:
            StoreDamaged: It can't be written.
        """
        return cls(write_index(folder, _schema(), map(_document, papers)))

    @classmethod
    def open(cls, folder: Path) -> NameIndex:
        """Open the index kept in `folder`.

        Raises:
            StoreDamaged: It isn't there or can't be read.
        """
        return cls(open_index(folder))

    def __len__(self) -> int:
        """Return how many papers are indexed."""
        return int(self._searcher.num_docs)

    def called(self, key: str) -> list[NamedPaper]:
        """Return the papers that call themselves by just this key; where none does, those that it may abbreviate."""
        if not self._searcher.doc_freq("name", key):
            return []
        own = self._searcher.doc_freq("spelled", key)  # thousands of titles may abbreviate to three letters
        return self._papers(self._term("spelled" if own else "name", key))

    def called_nearly(self, key: str, edits: int) -> list[NamedPaper]:
        """Return the papers with a name that is `edits` slips away from a key; two letters swapped are one slip."""
        from tantivy import Query

        return self._papers(Query.fuzzy_term_query(self._schema, "spelled", key, distance=edits))

    def titled(self, wanted: Iterable[str], n: int = 20) -> list[NamedPaper]:
        """Return the papers whose titles have the most telling of some terms, best first.

        A term that no title has is looked for with a slip in it.
        """
        from tantivy import Occur, Query

        parts = []
        for term in dict.fromkeys(wanted):
            if self.titles_with(term):
                parts.append((Occur.Should, self._term("title", term, "freq")))
            elif len(term) > 3:
                near = Query.fuzzy_term_query(self._schema, "title", term, distance=1)
                parts.append((Occur.Should, Query.const_score_query(near, self.idf(term))))
        return self._papers(Query.boolean_query(parts), n) if parts else []

    def by(self, surname: str, year: int | None = None) -> list[NamedPaper]:
        """Return the papers that an author of this surname wrote, in that year where one is given."""
        wanted = self._term("surname", fold(surname))
        return self._papers(wanted if year is None else wanted.and_must_match(self._term("year", str(year))))

    def titles_with(self, term: str) -> int:
        """Return how many titles have a term."""
        return int(self._searcher.doc_freq("title", term))

    def idf(self, term: str) -> float:
        """Return how telling a term is in a title (Lucene's inverse document frequency)."""
        found = self.titles_with(term)
        return math.log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def _term(self, field: str, value: str, option: str = "basic") -> Query:
        from tantivy import Query

        return Query.term_query(self._schema, field, value, option)

    def _papers(self, query: Query, n: int = MOST) -> list[NamedPaper]:
        hits = self._searcher.search(query, limit=n, count=False).hits
        return [_read(json.loads(self._searcher.doc(place)["record"][0])) for _, place in hits]


def _document(paper: Paper) -> Document:
    import tantivy

    names = own_names(paper.title, paper.abstract)
    surnames = [surname for author in paper.authors if (surname := _surname(author))]
    document = tantivy.Document()
    for name in names:
        document.add_text("name", name.key)
        if name.source <= Source.TOLD:
            document.add_text("spelled", name.key)
    stems = [piece.stem for piece in pieces(paper.title)]
    document.add_text("title", " ".join(stems))
    for surname in dict.fromkeys(surnames):
        document.add_text("surname", surname)
    if paper.year:
        document.add_text("year", str(paper.year))
    own = [(name.spelled, int(name.source)) for name in names]
    kept = [paper.id, paper.title, own, surnames, paper.year, stems]
    document.add_bytes("record", json.dumps(kept, ensure_ascii=False).encode())
    return document


def _read(record: list[Any]) -> NamedPaper:
    paper_id, title, names, surnames, year, stems = record
    own = tuple(OwnName(spelled, Source(source)) for spelled, source in names)
    return NamedPaper(paper_id, title, own, tuple(surnames), year, tuple(stems))


def _surname(author: str) -> str:
    """Return the folded surname of an author, written either way round."""
    before, comma, _ = author.partition(",")
    parts = (before if comma else author).split()
    return fold(parts[-1]) if parts else ""


def _schema() -> Schema:
    import tantivy

    fields = tantivy.SchemaBuilder()
    for name in ("name", "spelled", "surname", "year"):
        fields.add_text_field(name, tokenizer_name="raw", index_option="basic")
    fields.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    fields.add_bytes_field("record", stored=True)
    return fields.build()
