"""What a text says of its terms, clause by clause: denied or not, up or down; so that two texts can be compared.

“X doesn't improve recall but improves speed” denies that recall improves, and nothing of speed. That a “not” stands
somewhere in the evidence tells nothing of a claim; that it stands before the claim's own words does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.text import fold, terms

_CLAUSE = re.compile(
    r"[.;:!?()]|,\s|\b(?:but|while|whereas|although|though|however|because|since|which|yet)\b"
    r"|\band\b(?=\s+(?:\w+\s+){0,2}(?:is|are|was|were|does|did|do|has|have)\b)"
)
_WORD = re.compile(r"[a-z0-9][\w'-]*")
_NEGATION = re.compile(
    r"not|no|never|neither|nor|none|nothing|cannot|without|fails?|failed|failure|unable|lacks?|lacking|lacked"
    r"|hardly|barely|rarely|absence|absent|unlikely|\w+n't"
)
_UP = frozenset(terms("increase higher improve improvement outperform more better exceed gain rise larger surpass "
                      "boost enhance greater grow raise strengthen superior faster"))  # fmt: skip
_DOWN = frozenset(terms("decrease lower reduce reduction worse less drop decline fewer smaller degrade underperform "
                        "fall shrink weaken inferior deteriorate diminish slower"))  # fmt: skip
_DENIES = 6
"""Words behind a negation that it denies, within its clause."""
_MOVES = 4
"""Words on either side of “higher” or “reduces” that it is about, within its clause."""


@dataclass(frozen=True)
class Polarity:
    """What a text says of its terms.

    Attributes:
        negates: Whether it denies anything at all.
        denied: Terms that only stand where something is denied.
        affirmed: Terms that never do.
        up: Terms that only stand near a word for more.
        down: Terms that only stand near a word for less.
    """

    negates: bool
    denied: frozenset[str]
    affirmed: frozenset[str]
    up: frozenset[str]
    down: frozenset[str]


def read_polarity(text: str) -> Polarity:
    """Read what a sentence, or several, says of its terms."""
    denied, affirmed, up, down = set[str](), set[str](), set[str](), set[str]()
    negates = False
    for words in _clauses(text):
        until, stems = -1, [terms(word) for word in words]
        for place, word in enumerate(words):
            if _NEGATION.fullmatch(word):
                until, negates = place + _DENIES, True
            else:
                (denied if place <= until else affirmed).update(stems[place])
            moves = set(stems[place])
            for near in stems[max(0, place - _MOVES) : place + _MOVES + 1] if moves & (_UP | _DOWN) else ():
                (up if moves & _UP else down).update(set(near) - _UP - _DOWN)
    return Polarity(
        negates, frozenset(denied - affirmed), frozenset(affirmed - denied), frozenset(up - down), frozenset(down - up)
    )  # fmt: skip


def contradiction(claim: str, evidence: str) -> tuple[Literal["negation", "direction"], str] | None:
    """Return how a claim goes against its evidence, and in plain words; None where it doesn't."""
    said, known = read_polarity(claim), read_polarity(evidence)
    if said.negates and not known.negates:
        return "negation", "only the claim says “not”"
    if said.denied & known.affirmed:
        return "negation", "it denies what the cited words say"
    if said.affirmed & known.denied:
        return "negation", "it says what the cited words deny"
    if (said.up & known.down) | (said.down & known.up):
        return "direction", "it goes the other way than the cited words"
    return None


def _clauses(text: str) -> Iterator[list[str]]:
    """Yield the words of each clause."""
    for clause in _CLAUSE.split(fold(text).replace("’", "'")):
        if words := _WORD.findall(clause):
            yield words
