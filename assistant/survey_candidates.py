"""Every paper of a collection compared with a survey's topic, and the signals of those that may belong to it.

Passages are compared exactly, in the mapped file of their vectors. In a collection of up to a few hundred papers all
are then read sentence by sentence; of a larger one the best by passage and by words, and an even sample that tells how
far those stand out. The papers of a filter are held against the whole collection too: what a paper is about doesn't
depend on what else a filter keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from assistant.candidates import best_by_words, find_candidates
from assistant.evidence_text import PaperText, read_texts
from assistant.lexical import LexicalIndex
from assistant.library import Library, Vectors
from assistant.passage_vectors import Compared
from assistant.store import Indexes
from assistant.survey_score import Floats, member_signals, presence_signals
from assistant.survey_topic import Topic, read_topic, telling
from assistant.survey_words import Matched, matched, read_words, wanted

READ_ALL = 400
"""Papers up to which all are read sentence by sentence."""

SAMPLE, DEPTH = 200, 200
"""Of a larger collection: papers that stand for it, and papers that are read of each ranking."""

LEADING = 20
"""Papers of each ranking of the whole collection that those of a filter are held against."""

_LAST = 5
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
        last: The last fifth of the papers that were read for their passages; empty where all papers were read.
    """

    topic: Topic
    texts: list[PaperText]
    passages: list[tuple[int, float]]
    sentences: Floats
    words: list[Matched]
    shows: list[int]
    members: Floats
    total: int
    last: tuple[int, ...]

    def presence(self, likely: Floats) -> Floats:
        """Return the signals of the topic as a whole, given how likely each paper is in."""
        cosines = np.array([cosine for _, cosine in self.passages])
        terms = min(len(telling(each)) for each in self.topic.alternatives)
        return presence_signals(cosines, self.sentences, self.words, terms, int(np.argmax(likely)))


def score(
    question: str,
    library: Library,
    indexes: Indexes,
    vector_of: Callable[[str], Vectors],
    among: frozenset[str] | None = None,
) -> Scored | None:
    """Compare all papers with a question's topic.

    Args:
        question: The standalone question, or its topic.
        library: The papers.
        indexes: The open indexes.
        vector_of: Returns a text's unit vector, shape (dimension,).
        among: Ids of the papers to choose from; all where None.

    Returns:
        The candidates; None where there is no paper to choose from.
    """
    topic, lexical = read_topic(question), indexes.lexical
    asked = np.stack([vector_of(text) for text in topic.vector_texts])
    chosen = _choose(topic, asked, indexes, library, among)
    known = _texts(library, [id_ for id_, _, _ in chosen.papers], asked.shape[1])
    read = [row for row, (id_, _, _) in enumerate(chosen.papers) if id_ in known]
    ids = [chosen.papers[row][0] for row in read]
    kept = [row for row, id_ in enumerate(ids) if among is None or id_ in among]
    if not kept:
        return None
    texts, cosines = [known[id_] for id_ in ids], np.array([chosen.papers[row][2] for row in read])
    ready = [wanted(text, lexical.idf) for text in topic.alternatives]
    found = [matched(ready, read_words(text.title, tuple(text.sentences))) for text in texts]
    by_sentence = [(text.vectors @ asked.T).max(axis=1) if len(text.spans) else np.zeros(0) for text in texts]
    best = np.array(
        [
            own.max() if len(own) else cosine
            for own, cosine in zip(by_sentence, cosines.tolist(), strict=True)
        ],
        dtype=np.float64,
    )
    words = [each for each, _ in found]
    background = np.array([row for row, id_ in enumerate(ids) if id_ in chosen.sample], dtype=np.intp)
    members = member_signals(cosines, best, words, background, chosen.all_papers)
    shows = [
        int(np.argmax(own + _WORDS_WEIGHT * np.array(shares))) if len(own) else -1
        for own, (_, shares) in zip(by_sentence, found, strict=True)
    ]
    return Scored(
        topic,
        [texts[row] for row in kept],
        [(chosen.papers[read[row]][1], float(cosines[row])) for row in kept],
        best[kept],
        [words[row] for row in kept],
        [shows[row] for row in kept],
        members[kept],
        chosen.compared,
        tuple(n for n, row in enumerate(kept) if ids[row] in chosen.last),
    )


def _texts(library: Library, paper_ids: list[str], dimension: int) -> dict[str, PaperText]:
    """Return papers' texts by their ids, such without an abstract too; an index may know papers that are gone."""
    found = {text.paper_id: text for text in read_texts(library, paper_ids)}
    bare = [id_ for id_ in paper_ids if id_ not in found]
    none = np.zeros((0, dimension), dtype=np.float32)
    for paper in library.papers(bare) if bare else ():
        found[paper.id] = PaperText(paper.id, paper.title, paper.abstract, (), none)
    return found


@dataclass(frozen=True)
class _Chosen:
    """The papers to read.

    Attributes:
        papers: Id, number and cosine of the best passage of each.
        sample: Ids of those that stand for the whole collection.
        last: Ids of the last fifth of those that are read for their passages; none where all are read.
        compared: How many papers they are chosen from.
        all_papers: How many the collection has.
    """

    papers: list[tuple[str, int, float]]
    sample: frozenset[str]
    last: frozenset[str]
    compared: int
    all_papers: int


def _choose(
    topic: Topic, asked: Vectors, indexes: Indexes, library: Library, among: frozenset[str] | None
) -> _Chosen:
    """Choose the papers to read; of a filter's papers and what they are held against, where there is one."""
    flat = indexes.vectors.flat
    all_papers = flat.papers(asked.shape[1])
    small = all_papers <= READ_ALL
    compared = flat.compare(asked, None if small else among)
    count = len(compared.cosines)
    if small:
        papers = _papers(compared, range(count))
        inside = count if among is None else sum(id_ in among for id_, _, _ in papers)
        return _Chosen(papers, frozenset(id_ for id_, _, _ in papers), frozenset(), inside, all_papers)
    by_passage, others = _best(topic, compared, indexes.lexical, among)
    last = frozenset(id_ for id_, _, _ in _papers(compared, by_passage[-(DEPTH // _LAST) :]))
    sample = frozenset(flat.spread(SAMPLE, asked.shape[1]))
    if among is None:
        places = {*compared.places(sample), *by_passage, *others}
        return _Chosen(_papers(compared, places), sample, last, count, all_papers)
    held = flat.compare(asked, sample | _leading(topic, asked, indexes, library))
    own = _papers(compared, {*by_passage, *others})
    own_ids = {id_ for id_, _, _ in own}
    against = [each for each in _papers(held, range(len(held.cosines))) if each[0] not in own_ids]
    return _Chosen([*own, *against], sample, last, count, all_papers)


def _leading(topic: Topic, asked: Vectors, indexes: Indexes, library: Library) -> set[str]:
    """Return the best papers of the whole collection by passage and by words."""
    best: set[str] = set()
    for text, vector in zip(topic.vector_texts, asked, strict=True):
        found = find_candidates(indexes, library, vector, telling(text), None, LEADING)
        best |= {*found.dense, *found.lexical}
    return best


def _best(
    topic: Topic, compared: Compared, lexical: LexicalIndex, among: frozenset[str] | None
) -> tuple[list[int], set[int]]:
    """Return the places of the best by passage, best first, and of others to read: by words, or all of a few."""
    count = len(compared.cosines)
    if count <= READ_ALL:
        return [], {*range(count)}
    best = np.argpartition(-compared.cosines, DEPTH)[:DEPTH]
    by_passage = best[np.argsort(-compared.cosines[best], kind="stable")].tolist()
    by_words = {
        id_ for text in topic.alternatives for id_, _ in best_by_words(lexical, telling(text), among, DEPTH)
    }
    return by_passage, {*compared.places(by_words)}


def _papers(compared: Compared, places: Iterable[int]) -> list[tuple[str, int, float]]:
    return [(*compared.passage(place), float(compared.cosines[place])) for place in sorted(places)]
