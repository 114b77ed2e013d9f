"""Stores of any size, made up: papers of drawn words, and vectors that lie to each other as real ones do.

    python -m evals.bench.synthetic_store 100000 --store DIR

Vectors that are drawn evenly lie at right angles to each other, which no text's do: a nearest neighbour is then
hardly nearer than any other, and neither graphs nor rankings can be judged. These have a common part, topics,
groups within topics and a rest, with most of the variance in few directions. Parts are weighed so that cosines are
those of all-MiniLM-L6-v2 over 5,000 SciFact abstracts; `--like FILE.npy` prints them beside those of other vectors.
Words are drawn by Zipf's law, half of them from the paper's topic.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.library import Embedded, Vectors
from assistant.models import Paper, Passage, Provenance, Span
from assistant.store import Store

DIMENSION = 384
BATCH = 1000
"""Papers that are drawn together: paper n is always the same, however many are asked for."""

TOPICS = 2000
GROUPS = 20
"""Groups of papers within a topic."""

COMMON, TOPIC, GROUP = 0.10, 0.35, 0.25
"""Shares of a vector's squared length; the rest is the paper's own."""

DECAY = 0.45
"""The standard deviation along direction i falls as i to the power of minus this."""

QUERY = 0.2
"""Share of a query's squared length that its paper has; the rest is drawn as a paper of another group is."""

VOCABULARY, OWN_WORDS = 60_000, 150
TITLE, SENTENCE = 9, 18
VENUES, FIRST_YEAR, YEARS = 100, 1990, 40

_SYLLABLES = [
    first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "er", "ol")
]


@dataclass(frozen=True)
class Query:
    """A question about a known paper: words, vector of shape (dimension,), and the number of the paper."""

    text: str
    vector: Vectors
    paper: int


class Synthetic:
    """A made-up collection; everything in it follows from the seed."""

    def __init__(self, seed: int = 1) -> None:
        """Draw what all papers share: topics, groups and words."""
        self._seed = seed
        drawn = np.random.default_rng(seed)
        scale = np.arange(1, DIMENSION + 1, dtype=np.float32) ** -DECAY
        self._scale = scale / np.linalg.norm(scale)
        self._common = self._unit(drawn, 1)[0]
        self._topics = self._unit(drawn, TOPICS)
        self._groups = self._unit(drawn, TOPICS * GROUPS)
        self._words = np.array(_vocabulary(drawn))
        self._chance = _zipf(VOCABULARY, 12.0)
        self._own = drawn.integers(300, VOCABULARY, size=(TOPICS, OWN_WORDS))
        self._own_chance = _zipf(OWN_WORDS, 3.0)
        self._topic_chance = _zipf(TOPICS, 40.0)  # fields differ in size

    def papers(self, count: int) -> Iterator[list[Embedded]]:
        """Yield the first `count` papers in batches: each has one passage of two sentences."""
        for start in range(0, count, BATCH):
            yield self._batch(start // BATCH)[: count - start]

    def query(self, paper: int) -> Query:
        """Return a question about a paper: some of its words among others, and a vector near its own."""
        chance = np.random.default_rng((self._seed, 1, paper))
        stored = self._batch(paper // BATCH)[paper % BATCH]
        said = np.array(f"{stored.paper.title} {stored.paper.abstract}".lower().replace(".", "").split())
        others = self._words[chance.choice(VOCABULARY, size=4, p=self._chance)]
        words = chance.permutation(np.concatenate([chance.choice(said, size=8, replace=False), others]))
        away = self._parts(chance, 1, self._topic_of(paper), None)[0]
        vector = np.sqrt(QUERY) * stored.passage_vectors[0] + np.sqrt(1 - QUERY) * away
        return Query(" ".join(words) + "?", _unit(vector[None])[0], paper)

    def _topic_of(self, paper: int) -> NDArray[np.int64]:
        return self._draw_topics(paper // BATCH)[paper % BATCH : paper % BATCH + 1]

    def _draw_topics(self, number: int) -> NDArray[np.int64]:
        chance = np.random.default_rng((self._seed, 2, number))
        return chance.choice(TOPICS, size=BATCH, p=self._topic_chance)

    def _batch(self, number: int) -> list[Embedded]:
        chance = np.random.default_rng((self._seed, 0, number))
        topics = self._draw_topics(number)
        groups = chance.integers(GROUPS, size=BATCH)
        vectors = _unit(self._parts(chance, BATCH, topics, groups))
        rest = self._parts(chance, 2 * BATCH, np.repeat(topics, 2), None)
        sentences = _unit(0.75 * np.repeat(vectors, 2, axis=0) + 0.66 * rest).reshape(BATCH, 2, DIMENSION)
        words = self._text(chance, topics)
        return [_paper(number * BATCH + i, words[i], vectors[i : i + 1], sentences[i]) for i in range(BATCH)]

    def _text(self, chance: np.random.Generator, topics: NDArray[np.int64]) -> NDArray[np.str_]:
        shape = (BATCH, TITLE + 2 * SENTENCE)
        plain = chance.choice(VOCABULARY, size=shape, p=self._chance)
        own = np.take_along_axis(
            self._own[topics], chance.choice(OWN_WORDS, size=shape, p=self._own_chance), axis=1
        )
        return np.asarray(self._words[np.where(chance.random(shape) < 0.5, own, plain)])

    def _parts(
        self,
        chance: np.random.Generator,
        count: int,
        topics: NDArray[np.int64],
        groups: NDArray[np.int64] | None,
    ) -> Vectors:
        """Draw vectors of topics; of a group within them, or of none where None."""
        shared = np.sqrt(COMMON) * self._common + np.sqrt(TOPIC) * self._topics[topics]
        rest = 1 - COMMON - TOPIC
        if groups is not None:
            shared = shared + np.sqrt(GROUP) * self._groups[topics * GROUPS + groups]
            rest -= GROUP
        return np.asarray(shared + np.sqrt(rest) * self._unit(chance, count), dtype=np.float32)

    def _unit(self, chance: np.random.Generator, count: int) -> Vectors:
        return _unit(chance.standard_normal((count, DIMENSION), dtype=np.float32) * self._scale)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def _zipf(count: int, shift: float) -> NDArray[np.float64]:
    """Return chances that fall as 1 / (rank + shift): without the shift, one word would be in every text."""
    chances = 1 / (np.arange(count) + shift)
    return np.asarray(chances / chances.sum())


def _vocabulary(drawn: np.random.Generator) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        syllables = drawn.integers(len(_SYLLABLES), size=int(drawn.integers(2, 5)))
        words["".join(_SYLLABLES[i] for i in syllables)] = None
    return list(words)


def _paper(number: int, words: NDArray[np.str_], passage: Vectors, sentences: Vectors) -> Embedded:
    title = " ".join(words[:TITLE]).capitalize()
    first = " ".join(words[TITLE : TITLE + SENTENCE]).capitalize() + "."
    second = " ".join(words[TITLE + SENTENCE :]).capitalize() + "."
    abstract = f"{first} {second}"
    paper = Paper(
        id=f"made-{number}",
        title=title,
        abstract=abstract,
        authors=tuple(str(word).title() for word in words[TITLE : TITLE + 3]),
        year=FIRST_YEAR + number * 7919 % YEARS,
        venue=f"Venue {number * 104_729 % VENUES}",
        provenance=(Provenance(source="made-up", where=f"paper {number}"),),
    )
    spans = (Span(start=0, end=len(first)), Span(start=len(first) + 1, end=len(abstract)))
    whole = Span(start=0, end=len(abstract))
    only = Passage(id=f"{paper.id}#0", paper_id=paper.id, n=0, span=whole, sentences=spans)
    return Embedded(paper, f"made {number}", (only,), passage, sentences)


def build(folder: Path, count: int, seed: int = 1) -> Store:
    """Make a store of `count` papers, or open the one that is there; an unfinished one goes on."""
    store = Store(folder, create=True)
    there = store.library.count()[0]
    started = time.monotonic()
    for number, batch in enumerate(Synthetic(seed).papers(count)):
        if (number + 1) * BATCH > there:
            store.library.put(batch)
        if (number + 1) % 50 == 0:
            print(f"{(number + 1) * BATCH:>9,} papers  {time.monotonic() - started:6.0f} s", flush=True)
    store.indexes()
    print(f"indexes  {time.monotonic() - started:6.0f} s", flush=True)
    return store


def cosines(vectors: Vectors, queries: Vectors) -> str:
    """Return how vectors lie to each other: of any two, and of each query's nearest, first, tenth and hundredth."""
    found = np.sort(queries @ vectors.T, axis=1)[:, ::-1]
    between = vectors[:500] @ vectors[500:1000].T
    spread = np.linalg.svd(vectors[:4000] - vectors[:4000].mean(axis=0), compute_uv=False) ** 2
    halves = int(np.searchsorted(np.cumsum(spread) / spread.sum(), 0.5)) + 1
    nearest = " ".join(f"{np.mean(found[:, place]):.2f}" for place in (0, 9, 99))
    return (
        f"any two {between.mean():.2f} ± {between.std():.2f}; query to its nearest, tenth, hundredth {nearest}; "
        f"half of the variance in {halves} directions"
    )


def main() -> None:
    """Make the store and tell how its vectors lie."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("papers", type=int)
    parser.add_argument("--store", type=Path)
    parser.add_argument(
        "--like", type=Path, nargs=2, metavar="FILE", help="vectors and queries to compare with"
    )
    arguments = parser.parse_args()
    made = Synthetic()
    count = min(arguments.papers, 5000)
    vectors = np.concatenate([item.passage_vectors for batch in made.papers(count) for item in batch])
    queries = np.stack([made.query(n).vector for n in range(0, count, max(1, count // 100))])
    print(f"made up: {cosines(vectors, queries)}")
    if arguments.like:
        print(f"real:    {cosines(*(np.load(path) for path in arguments.like))}")
    if arguments.store:
        build(arguments.store, arguments.papers).close()


if __name__ == "__main__":
    main()
