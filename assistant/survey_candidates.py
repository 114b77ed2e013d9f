"""Every paper of a collection compared with a survey's topic, and the signals of those that may belong to it.

Passages are compared exactly, in the mapped file of their vectors. In a collection of up to a few hundred papers all
are then read sentence by sentence; of a larger one the best by passage and by words, and an even sample that tells how
far those stand out. The papers of a filter are held against the whole collection too: what a paper is about doesn't
depend on what else a filter keeps.
"""

from __future__ import annotations

from collections.abc import Callable
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
    flat, all_papers = indexes.vectors.flat, indexes.vectors.flat.papers(asked.shape[1])
    whole = among is None or all_papers <= READ_ALL
    standing = None if whole else _standing(topic, asked, indexes, library)
    compared = flat.compare(asked, among | standing.papers if among is not None and standing else None)
    sample, by_passage, by_words = _candidates(topic, compared, lexical, among, standing)
    passages = {place: compared.passage(place) for place in sorted({*sample, *by_passage, *by_words})}
    known = _texts(library, [id_ for id_, _ in passages.values()], asked.shape[1])
    places = [place for place, (id_, _) in passages.items() if id_ in known]
    kept = [row for row, place in enumerate(places) if among is None or passages[place][0] in among]
    if not kept:
        return None
    texts, cosines = [known[passages[place][0]] for place in places], compared.cosines[places]
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
    background = np.flatnonzero(np.isin(places, sample))
    members = member_signals(cosines, best, words, background, all_papers)
    last = {*by_passage[-(DEPTH // _LAST) :]}
    return Scored(
        topic,
        [texts[row] for row in kept],
        [(passages[places[row]][1], float(cosines[row])) for row in kept],
        best[kept],
        [words[row] for row in kept],
        [
            int(np.argmax(by_sentence[row] + _WORDS_WEIGHT * np.array(found[row][1])))
            if len(by_sentence[row])
            else -1
            for row in kept
        ],
        members[kept],
        len(compared.cosines) if among is None else len(compared.places(among)),
        tuple(n for n, row in enumerate(kept) if places[row] in last),
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
class _Standing:
    """What the papers of a filter are held against, so that a paper is on a topic whatever the filter: ids."""

    sample: frozenset[str]
    best: frozenset[str]

    @property
    def papers(self) -> frozenset[str]:
        return self.sample | self.best


def _standing(topic: Topic, asked: Vectors, indexes: Indexes, library: Library) -> _Standing:
    """Return an even sample of the whole collection, and its best papers by passage and by words."""
    best: set[str] = set()
    for text, vector in zip(topic.vector_texts, asked, strict=True):
        found = find_candidates(indexes, library, vector, telling(text), None, LEADING)
        best |= {*found.dense, *found.lexical}
    return _Standing(frozenset(indexes.vectors.flat.spread(SAMPLE, asked.shape[1])), frozenset(best))


def _candidates(
    topic: Topic,
    compared: Compared,
    lexical: LexicalIndex,
    among: frozenset[str] | None,
    standing: _Standing | None,
) -> tuple[list[int], list[int], set[int]]:
    """Return the places of papers that stand for the whole collection, the best by passage, and the best by words."""
    papers = len(compared.cosines)
    if standing is None and papers <= READ_ALL:
        return list(range(papers)), [], set()
    if standing is None or among is None:
        sample = np.unique(np.linspace(0, papers - 1, SAMPLE).astype(int)).tolist()
        inside, others = np.arange(papers), set[int]()
    else:
        sample, others = compared.places(standing.sample), {*compared.places(standing.best)}
        inside = np.array(compared.places(among), dtype=np.intp)
        if len(inside) <= READ_ALL:
            return sample, [], others | {*inside.tolist()}
    best = inside[np.argpartition(-compared.cosines[inside], DEPTH)[:DEPTH]]
    by_passage = best[np.argsort(-compared.cosines[best], kind="stable")].tolist()
    by_words = {
        id_ for text in topic.alternatives for id_, _ in best_by_words(lexical, telling(text), among, DEPTH)
    }
    return sample, by_passage, {*compared.places(by_words)} | others
