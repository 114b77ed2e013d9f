"""How many papers a threshold of title similarity merges rightly and wrongly. Usage: python -m evals.bench.dedupe.

Wrongly: pairs of different papers of the public test sets, as if all had one first author and year, which
is the worst case. Rightly: each paper against itself with its title written as sloppy exports write it,
and half of its abstract. Both are counted with the abstracts at hand, and with none (“title only”).
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from assistant.models import Paper
from evals.bench.datasets import DATA, load
from ingest import match
from ingest.identify import title_key

THRESHOLDS = (80.0, 85.0, 88.0, 90.0, 92.0, 94.0, 96.0, 98.0)
_SETS = ("scifact", "scitldr", "pubmedqa")
_SPELLINGS = (("isation", "ization"), ("our", "or"), ("ise", "ize"), ("modelling", "modeling"))


def main() -> None:
    """Print one line a threshold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public test sets")
    parser.add_argument("--limit", type=int, default=0, help="papers a set; 0 takes all")
    arguments = parser.parse_args()
    papers = [
        paper.model_copy(update={"id": f"{name} {paper.id}", "year": 2020, "authors": ("A. Author",)})
        for name in _SETS
        for paper in load(name, arguments.data).papers[: arguments.limit or None]
    ]
    papers = list({title_key(paper.title): paper for paper in papers}.values())
    pairs = sum(1 for _ in combinations(range(len(papers)), 2))
    print(f"{len(papers):,} papers of different titles, {pairs:,} pairs, all as if by one author in one year")
    alike = list(close_pairs(papers, min(THRESHOLDS)))
    kinds = list(SLIPS)
    print("threshold  merged wrongly: abstracts, title only   merged rightly: " + "  ".join(kinds))
    for threshold in THRESHOLDS:
        match.NEARLY_SAME_TITLE = threshold
        wrong = [sum(same(a, b, abstracts) for a, b in alike) for abstracts in (True, False)]
        right = [share_recognised(papers, SLIPS[kind]) for kind in kinds]
        print(f"{threshold:9.0f}  {wrong[0]:24} {wrong[1]:12}   " + "  ".join(
            f"{share:{len(kind)}.3f}" for share, kind in zip(right, kinds, strict=True)
        ))  # fmt: skip


def close_pairs(papers: list[Paper], least: float) -> Iterator[tuple[Paper, Paper]]:
    """Yield all pairs of papers whose titles are at least so alike, in percent."""
    import numpy as np
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    titles = [title_key(paper.title).replace(" ", "") for paper in papers]
    for start in range(0, len(titles), 1000):
        found = cdist(
            titles[start : start + 1000], titles, scorer=Levenshtein.normalized_similarity, workers=-1
        )
        for row, column in np.argwhere(found >= least / 100):
            if start + row < column:
                yield papers[start + row], papers[column]


def same(first: Paper, second: Paper, abstracts: bool) -> bool:
    """Tell whether two papers would be merged, with their abstracts or as title-only papers."""
    if not abstracts:
        first, second = (paper.model_copy(update={"abstract": ""}) for paper in (first, second))
    return match.nearly_same(match.describe(first), match.describe(second))


def share_recognised(papers: list[Paper], slip: Callable[[str, random.Random], str]) -> float:
    """Return the share of papers that are recognised by a key and its test after a slip in their titles."""
    chance = random.Random(7)
    known = tried = 0
    for paper in papers:
        title = slip(paper.title, chance)
        if title_key(title) == title_key(paper.title):
            continue
        tried += 1
        words = paper.abstract.split()
        other = match.describe(
            paper.model_copy(update={"title": title, "abstract": " ".join(words[: len(words) // 2])})
        )
        stored = match.describe(paper)
        keys = {key for key, _ in match.keys_and_tests(stored)}
        known += any(key in keys and test(stored, other) for key, test in match.keys_and_tests(other))
    return known / tried if tried else 0.0


def typo(title: str, chance: random.Random) -> str:
    """Exchange two neighbouring letters."""
    at = chance.randrange(len(title) - 1)
    return title[:at] + title[at + 1] + title[at] + title[at + 2 :]


def lost_letter(title: str, chance: random.Random) -> str:
    """Leave out a letter, as lost ligatures and accents do."""
    at = chance.randrange(len(title))
    return title[:at] + title[at + 1 :]


def joined_words(title: str, chance: random.Random) -> str:
    """Join two words, as lost line breaks and hyphens do."""
    blanks = [found.start() for found in re.finditer(r"[ -]", title)]
    at = chance.choice(blanks) if blanks else len(title)
    return title[:at] + title[at + 1 :]


def respelled(title: str, chance: random.Random) -> str:
    """Exchange British and American spelling."""
    for british, american in _SPELLINGS:
        title = title.replace(british, american) if british in title else title
    return title


def reworded(title: str, chance: random.Random) -> str:
    """Put an article in front, as the published version's title may have it."""
    return f"The {title}" if not title.startswith("The ") else title[4:]


SLIPS: dict[str, Callable[[str, random.Random], str]] = {
    "typo": typo,
    "lost letter": lost_letter,
    "joined words": joined_words,
    "respelled": respelled,
    "article": reworded,
}
"""What sloppy exports do to a title."""


if __name__ == "__main__":
    main()
