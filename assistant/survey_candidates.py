"""Every paper of a collection compared with a survey's topic, and the signals of those that may belong to it.

Passages are compared exactly and in blocks, so that memory stays bounded. In a collection of up to a few hundred
papers all are then read sentence by sentence; of a larger one the best by passage and by words, and an even sample
that tells how far those stand out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evidence_text import PaperText, read_texts
from assistant.lexical import LexicalIndex
from assistant.library import Library, Vectors
from assistant.survey_score import Floats, member_signals, presence_signals
from assistant.survey_topic import Topic, read_topic, telling
from assistant.survey_words import Matched, matched, read_words, wanted

READ_ALL = 400
"""Papers up to which all are read sentence by sentence."""

SAMPLE, DEPTH = 200, 200
"""Of a larger collection: papers that stand for it, and papers that are read of each ranking."""

_BLOCK = 4096
_WORDS_WEIGHT = 0.4
"""What a sentence's words count beside its cosine when the one is chosen that shows why a paper is in."""


@dataclass(frozen=True)
class Scored:
    """Candidates with all that is known of them; rows are candidates.

    Attributes:
        topic: The topic as it was read.
        texts: The papers' titles and sentences.
        passages: Number and cosine of each one's best passage.
        sentences: Cosine of each one's best sentence.
        words: How much of the topic's words each has.
        shows: Place of the sentence that shows best why it is in; −1 where there is none.
        members: The signals of each, shape (candidates, signals).
        total: How many papers were compared.
    """

    topic: Topic
    texts: list[PaperText]
    passages: list[tuple[int, float]]
    sentences: Floats
    words: list[Matched]
    shows: list[int]
    members: Floats
    total: int

    def presence(self, likely: Floats) -> Floats:
        """Return the signals of the topic as a whole, given how likely each paper is in."""
        cosines = np.array([cosine for _, cosine in self.passages])
        terms = min(len(telling(each)) for each in self.topic.alternatives)
        return presence_signals(cosines, self.sentences, self.words, terms, int(np.argmax(likely)))


def score(
    question: str,
    library: Library,
    lexical: LexicalIndex,
    vector_of: Callable[[str], Vectors],
    among: frozenset[str] | None = None,
) -> Scored | None:
    """Compare all papers with a question's topic.

    Args:
        question: The standalone question, or its topic.
        library: The papers.
        lexical: The index of their words.
        vector_of: Returns a text's unit vector, shape (dimension,).
        among: Ids of the papers to choose from; all where None.

    Returns:
        The candidates; None where there is no paper to choose from.
    """
    topic = read_topic(question)
    asked = np.stack([vector_of(text) for text in topic.vector_texts])
    ids, numbers, cosines = _best_passages(library, asked, among)
    if not ids:
        return None
    rows, background = _candidates(topic, ids, cosines, lexical, among)
    texts = _texts(library, [ids[row] for row in rows], asked.shape[1])
    ready = [wanted(text, lexical.idf) for text in topic.alternatives]
    found = [matched(ready, read_words(text.title, tuple(text.sentences))) for text in texts]
    by_sentence = [(text.vectors @ asked.T).max(axis=1) if len(text.spans) else np.zeros(0) for text in texts]
    best = [
        float(own.max()) if len(own) else float(cosines[row])
        for own, row in zip(by_sentence, rows, strict=True)
    ]
    shows = [
        int(np.argmax(own + _WORDS_WEIGHT * np.array(shares))) if len(own) else -1
        for own, (_, shares) in zip(by_sentence, found, strict=True)
    ]
    words = [each for each, _ in found]
    members = member_signals(cosines[rows], np.array(best), words, background, len(ids))
    passages = [(int(numbers[row]), float(cosines[row])) for row in rows]
    return Scored(topic, texts, passages, np.array(best), words, shows, members, len(ids))


def _best_passages(
    library: Library, asked: Vectors, among: frozenset[str] | None
) -> tuple[list[str], NDArray[np.intp], Floats]:
    """Return each paper's id, the number of its best passage, and that one's cosine with any of the vectors."""
    ids: list[str] = []
    numbers: list[int] = []
    best: list[float] = []
    for block in _blocks(library):
        vectors = np.frombuffer(b"".join(row[2] for row in block), dtype=np.float32).reshape(len(block), -1)
        cosines = (vectors @ asked.T).max(axis=1)
        for (paper_id, n, _), cosine in zip(block, cosines.tolist(), strict=True):
            if among is not None and paper_id not in among:
                continue
            if not ids or ids[-1] != paper_id:  # a paper's passages follow each other
                ids.append(paper_id)
                numbers.append(n)
                best.append(cosine)
            elif cosine > best[-1]:
                numbers[-1], best[-1] = n, cosine
    return ids, np.array(numbers, dtype=np.intp), np.array(best)


def _blocks(library: Library) -> Iterator[list[tuple[str, int, bytes]]]:
    """Yield all passages' paper ids, numbers and vectors; their texts aren't read, which takes most of the time."""
    with library.reading() as db:
        rows = db.execute("SELECT paper_id, n, vector FROM passages ORDER BY paper_id, n")
        while block := rows.fetchmany(_BLOCK):
            yield block


def _texts(library: Library, paper_ids: list[str], dimension: int) -> list[PaperText]:
    """Return the papers' texts in order, such without an abstract too."""
    found = {text.paper_id: text for text in read_texts(library, paper_ids)}
    bare = [id_ for id_ in paper_ids if id_ not in found]
    none = np.zeros((0, dimension), dtype=np.float32)
    for paper in library.papers(bare) if bare else ():
        found[paper.id] = PaperText(paper.id, paper.title, paper.abstract, (), none)
    return [found[id_] for id_ in paper_ids]


def _candidates(
    topic: Topic, ids: list[str], cosines: Floats, lexical: LexicalIndex, among: frozenset[str] | None
) -> tuple[list[int], NDArray[np.intp]]:
    """Return the places of the papers to read, and which of those stand for the whole collection."""
    if len(ids) <= READ_ALL:
        return list(range(len(ids))), np.arange(len(ids))
    sample = np.unique(np.linspace(0, len(ids) - 1, SAMPLE).astype(int)).tolist()
    by_passage = np.argsort(-cosines, kind="stable")[:DEPTH].tolist()
    place = {id_: row for row, id_ in enumerate(ids)}
    by_words = [
        place[id_]
        for text in topic.alternatives
        for id_, _ in lexical.query(telling(text), DEPTH, among)
        if id_ in place  # an index may still know papers that the library has forgotten
    ]
    return list(dict.fromkeys((*sample, *by_passage, *by_words))), np.arange(len(sample))
