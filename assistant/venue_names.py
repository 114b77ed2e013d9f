"""Whether a venue that somebody types stands for a venue of a record, in words or by acronym; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.text import fold

_PARTS = re.compile(r"[^\W_]+")
_AS_WRITTEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SMALL = frozenset("a an and at by de der des di du et for für für in la le of on the to und with".split())
_GENERIC = frozenset(
    """acm annual advances aaai asian computer conf conference conferences congress cvf european ieee int international
    joint journal meeting national proc proceedings society symposium transactions usenix workshop world
    """.split()
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)?")
_LONGEST_ACRONYM = 10


def venue_words(text: str) -> list[str]:
    """Return the folded words of a venue's name."""
    return _PARTS.findall(fold(text))


def venue_keys(venue: str) -> set[str]:
    """Return the keys under which a venue of a record is found.

    Its words; `=` and its initials, for each beginning that only generic words stand before; `~` and
    the capitals of a word such as `NeurIPS`.
    """
    keys = set(venue_words(venue))
    keys.update("=" + "".join(word[0] for word in run) for run in _runs(venue))
    keys.update("~" + capitals for word in _AS_WRITTEN.findall(venue) if (capitals := _capitals(word)))
    return keys


def asked_venue_keys(asked: str) -> list[set[str]]:
    """Return sets of keys for a venue that somebody types; a venue may match that has all keys of any one set."""
    plain = venue_words(asked)
    if not plain:
        return []
    found = [set(plain)]
    if is_acronym(asked):
        found += [{"=" + initials} for initials in _initials_of(plain[0])]
    found += [{"~" + "".join(word[0] for word in run)} for run in _runs(asked)]
    return found


def same_venue(asked: str, venue: str) -> bool:
    """Tell whether a venue that somebody types may stand for a venue: its words stand there, or one is short for it.

    >>> same_venue("NeurIPS", "Advances in Neural Information Processing Systems 35"), same_venue("art", "Artists")
    (True, False)
    """
    want, have = venue_words(asked), venue_words(venue)
    if not want:
        return False
    if any(have[i : i + len(want)] == want for i in range(len(have) - len(want) + 1)):
        return True
    if is_acronym(asked) and short_for(want[0], venue):
        return True
    return any(short_for(fold(word), asked) for word in _AS_WRITTEN.findall(venue) if _capitals(word))


def is_named(asked: str, venue: str) -> bool:
    """Tell whether a venue is called so, and doesn't only have those words in its name."""
    want = [word for word in venue_words(asked) if not _ORDINAL.fullmatch(word)]
    core = [word for word in venue_words(venue) if not _ORDINAL.fullmatch(word)]
    if not want:
        return False
    while core and core != want and (core[0] in _GENERIC or core[0] in _SMALL):
        core.pop(0)
    return core == want or (is_acronym(asked) and short_for(want[0], venue))


def is_acronym(text: str) -> bool:
    """Tell whether a text can be an acronym: one word of three letters or more, perhaps with a year."""
    found = [word for word in _AS_WRITTEN.findall(text) if word]
    return (
        len(found) == 1
        and 3 <= len(found[0]) <= _LONGEST_ACRONYM
        and venue_words(text)[:1] == [fold(found[0])]
    )


def short_for(acronym: str, venue: str) -> bool:
    """Tell whether an acronym, folded, is made of the beginnings of a venue's words, all but one by their initial."""
    return any(_made_of(acronym, run) for run in _runs(venue))


def _made_of(acronym: str, run: list[str]) -> bool:
    if not 3 <= len(run) <= len(acronym):
        return False
    extra = len(acronym) - len(run)
    for long in range(len(run)) if extra else (0,):
        pieces = [word[: 1 + extra] if i == long else word[0] for i, word in enumerate(run)]
        if "".join(pieces) == acronym:
            return True
    return False


def _runs(venue: str) -> Iterator[list[str]]:
    """Yield the telling words of a venue, whole and without the generic words that it begins with."""
    telling = [
        word
        for word in venue_words(re.sub(r"\([^()]*\)", " ", venue.partition(":")[0]))
        if word not in _SMALL and not _ORDINAL.fullmatch(word)
    ]
    while len(telling) >= 3:
        yield telling
        if telling[0] not in _GENERIC:
            return
        telling = telling[1:]


def _initials_of(acronym: str) -> set[str]:
    """Return the initials that an acronym may stand for, one of whose words gives more than its first letter."""
    found = {acronym}
    for start in range(len(acronym)):
        for length in range(1, len(acronym) - start):
            initials = acronym[: start + 1] + acronym[start + 1 + length :]
            if len(initials) >= 3:
                found.add(initials)
    return found


def _capitals(word: str) -> str:
    """Return the capitals of a word that has three or more, folded: `nips` of `NeurIPS`."""
    capitals = [char for char in word if char.isupper()]
    return fold("".join(capitals)) if len(capitals) >= 3 else ""
