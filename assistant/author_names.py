"""Whether a name that somebody types stands for an author of a record, and the keys that find such authors; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.text import fold

_PARTS = re.compile(r"[^\W_]+")
_PARTICLES = frozenset(
    "al af am auf aus av ben bin da dal das de degli dei del della den der des di do dos du el ibn la le lo ten ter "
    "van von vom zu zum zur zur 't".split()
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
_BODIES = frozenset(
    "collaboration consortium group team project initiative network committee society institute lab labs".split()
)
_INITIALS = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True)
class Name:
    """A name in folded parts: what comes before the family name, and the family name with its particles."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    hyphenated: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts in order."""
        return self.given + self.family


def read_name(text: str) -> Name:
    """Read a name written `First Last`, `Last, First` or `Last FM`; a name of no letters has no parts."""
    last, comma, first = text.partition(",")
    if comma and fold(first).strip(" .") not in _SUFFIXES:
        text = f"{first} {last}"
    written = [word for word in text.split() if _PARTS.search(word)]
    while len(written) > 1 and fold(written[-1]).strip(".,") in _SUFFIXES:
        written.pop()
    if not written:
        return Name((), ())
    mixed = not any(word.isupper() for word in written[:-1])
    if len(written) > 1 and mixed and _INITIALS.fullmatch(written[-1]) and not comma:
        written = [written[-1], *written[:-1]]
    start = len(written) - 1
    while start > 1 and _is_particle(written[start - 1]):
        start -= 1
    if start == 1 and _is_particle(written[0]):
        start = 0
    given = [part for word in written[:start] for part in _given(word, spelt=not text.isupper())]
    family = [part for word in written[start:] for part in _PARTS.findall(fold(word))]
    return Name(tuple(given), tuple(family), hyphenated="-" in written[-1].strip("-"))


def author_keys(name: str) -> set[str]:
    """Return the keys under which an author of a record is found: the forms of the family name."""
    read = read_name(name)
    if not read.family:
        return set()
    keys = {read.family[-1], "".join(read.family)}
    if read.hyphenated:
        keys.update(part for part in read.family if part not in _PARTICLES)
    if read.family[-1] in _BODIES:
        keys.update(read.parts)
    return keys


def asked_author_keys(name: str) -> set[str]:
    """Return the keys that authors are looked up by for a name that somebody types."""
    read = read_name(name)
    return {read.family[-1], "".join(read.family)} if read.family else set()


def same_author(asked: str, name: str) -> bool:
    """Tell whether a name that somebody types may stand for an author.

    The family names must agree; given names that both tell must too, in full or by initial.

    >>> same_author("Hinton, G.", "Geoffrey E. Hinton"), same_author("Alice Hinton", "Geoffrey E. Hinton")
    (True, False)
    """
    want, have = read_name(asked), read_name(name)
    if not want.family or not have.family:
        return False
    if have.family[-1] in _BODIES and _contains(have.parts, want.parts):
        return True
    if want.family[-1] == have.family[-1] and _given_agree(want.parts[:-1], have.parts[:-1]):
        return True
    if "".join(want.family) == "".join(have.family) and _given_agree(want.given, have.given):
        return True
    one_of_two = have.hyphenated and len(want.family) == 1 and want.family[0] in have.family
    return one_of_two and _given_agree(want.given, have.given)


def _is_particle(word: str) -> bool:
    return fold(word) in _PARTICLES and not _INITIALS.fullmatch(word)  # `AL` is two initials


def _given(word: str, *, spelt: bool) -> Iterable[str]:
    """Return the given names in a word: two of `Jean-Luc` and of `J.-L.`, and of `GE` where not all is in capitals."""
    if spelt and len(word) > 1 and _INITIALS.fullmatch(word):
        return list(fold(word))
    return _PARTS.findall(fold(word))


def _given_agree(want: tuple[str, ...], have: tuple[str, ...]) -> bool:
    if not want or not have or "".join(want) == "".join(have):
        return True
    if len(want) > len(have):
        return _agree(want[0], have[0]) and _in_order(have[1:], want[1:])
    if _agree(want[0], have[0]) and _in_order(want[1:], have[1:]):
        return True
    later = [i for i, part in enumerate(have) if i and len(part) > 1 and part == want[0]]
    return any(_in_order(want[1:], have[i + 1 :]) for i in later)


def _in_order(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    left = iter(many)
    return all(any(_agree(part, other) for other in left) for part in few)


def _agree(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _contains(parts: tuple[str, ...], run: tuple[str, ...]) -> bool:
    return any(parts[i : i + len(run)] == run for i in range(len(parts) - len(run) + 1))
