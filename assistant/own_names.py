"""The names that a paper gives itself: before its title's colon, where its abstract introduces them, or by initials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from assistant.facts import joined
from assistant.text import STOPWORDS

LONGEST_NAME = 4
"""Words that the part of a title before its colon may have to be a name."""

MOST_NAMES = 8
"""Names that an abstract gives at the most; a list of things that are compared gives none."""

MOST_INITIALS = 6
"""Letters of an abbreviation of a title at the most; three at the least."""


class Source(IntEnum):
    """Where a name comes from, the surest first."""

    BOTH = 0
    """The title, before its colon, and the abstract introduces it too, or the rest of the title spells it out."""
    HEAD = 1
    """The title, before its colon; it may be a topic."""
    TOLD = 2
    """The abstract, where it introduces it."""
    WITHIN = 3
    """The title elsewhere, or the abstract without introducing it: a coined word such as MT-Bench, not RNN."""
    INITIALS = 4
    """The first letters of the words at the title's start; the abstract writes it so."""
    LATER_INITIALS = 5
    """The first letters of words further on in the title; the abstract writes it so."""
    UNUSED_INITIALS = 6
    """The first letters of words of the title, which the abstract never writes so."""


@dataclass(frozen=True)
class OwnName:
    """A name of a paper, as it is spelled there."""

    spelled: str
    source: Source

    @property
    def key(self) -> str:
        """The form that its spellings share."""
        return joined(self.spelled)


_TOKEN = r"[^\W_]+(?:[-+.'’/·][^\W_]+)*\+*"
WORD = re.compile(_TOKEN)
_CAPITAL = r"[A-Z][\w+'’-]*"
_VERSION = r"(?:\s+v?\d\d?(?:\.\d+)?(?![\w%.,-]*\w))"
_NAME = rf"(?:{_CAPITAL}(?:\s+(?:(?:of|for|the|in|and|with)\s+)?{_CAPITAL}){{1,5}}|{_TOKEN}{_VERSION}?)"
_KIND = (
    r"(?:framework|methods?|model|approach|algorithm|system|benchmark|data\s?set|corpus|technique|agent|platform|network"
    r"|architecture|tool|toolkit|library|suite|strategy|pipeline|scheme|paradigm|metric|environment|index)\b"
)
_MAKES = re.compile(
    r"(?:\b(?:propos|introduc|present|develop|design|releas|describ|creat|build|construct|contribut|offer|unveil"
    r"|nam|term|dub|devis|formulat|establish|provid)(?:es?|s|ing|ed)?|\bcall(?:s|ed)?|\btitled|\bcoin(?:s|ed)?"
    r"|\bchristened|\b(?:abbreviated|known|referred\s+to)\s+as|\brefer\s+to\s+(?:it|this)\s+as|\bname\s+it|\bcall\s+(?:it|this)"
    r"|\bdenoted(?:\s+(?:as|by))?)\s+",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    rf"(?:(?:an?|the|our|this)\s+)?(?:(?:new|novel|simple|proposed|first)\s+)?(?:{_KIND}\s*[,:]?\s*)?[“\"‘']?",
    re.IGNORECASE,
)
_NAMED = re.compile(_NAME)
_COINED_TOKEN = re.compile(_TOKEN)
_ENDS = re.compile(rf"\s*(?:$|[,.;:(”\"’')—–]|-\s|(?:that|which)\b|{_KIND})")
_OURS = re.compile(
    rf"\b(?:our|the\s+proposed)\s+(?:(?:new|novel|proposed)\s+)?(?:{_KIND}\s*,?\s+)?", re.IGNORECASE
)
_BRACKETS = re.compile(rf"\(\s*(?:(?:called|named|termed|dubbed|or|short|i\.e\.,?)\s+)?({_TOKEN})\s*\)")
_AT_START = re.compile(
    rf"\s*(?P<name>{_TOKEN}(?P<version>\s+\d\d?(?:\.\d+)?)?)(?P<or>,\s+or\s+(?P<other>{_TOKEN}),)?\s+(?P<verb>is\s+(?:an?|the)\b|[a-z])"
)
_THE_KIND = re.compile(
    rf"\b(?:[Tt]he|[Oo]ur)\s+({_TOKEN})\s+(?:framework|method|approach|algorithm|benchmark|platform|pipeline|toolkit)\b"
)
"""Not “the … model” or “the … dataset”: those are mostly others'."""
_OR = re.compile(rf"\s*,?\s*\(?\s*(?:or|also\s+known\s+as|aka)\s+({_TOKEN})\s*[,.)]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_HEAD_END = re.compile(r":|\s[-–—]{1,3}\s|\s*—\s*")
_FAR = 90
"""Characters between “we propose” and the bracket with the name of what is proposed."""


def own_names(title: str, abstract: str) -> list[OwnName]:
    """Return the names of a paper, the surest first and each key once."""
    found: dict[str, OwnName] = {}
    told = list(dict.fromkeys(_told(abstract)))
    keys = {joined(name) for name in told}
    names = [(name, Source.TOLD) for name in told if len(told) <= MOST_NAMES]
    heads = [
        (head, Source.BOTH if joined(head) in keys or _spells(head, title) else Source.HEAD)
        for head in _head(title)
    ]
    initials = list(_initials(title, abstract))
    for spelled, source in (
        *heads,
        *names,
        *((name, Source.WITHIN) for name in _within(title, abstract)),
        *initials,
    ):
        name = OwnName(spelled, source)
        if len(name.key) > 1 and name.key not in STOPWORDS:
            found.setdefault(name.key, name)
    return list(found.values())


def is_coined(name: str) -> bool:
    """Tell whether a word is spelled as only names are: letters with a digit, or capitals beyond the first letter."""
    return bool(re.search(r"[^\W\d_]", name)) and bool(re.search(r"\d|\w[A-Z]|-[A-Z]", name))


def _head(title: str) -> Iterator[str]:
    end = _HEAD_END.search(title)
    head = title[: end.start()].strip(" “”\"'‘’") if end else ""
    if head and len(head.split()) <= LONGEST_NAME:
        yield head


def _spells(head: str, title: str) -> bool:
    """Tell whether what follows a name in a title is what it abbreviates: “REALM: Retrieval-Augmented Language …”."""
    rest = re.findall(r"[^\W_]+", title[len(head) :])
    return (
        head.isupper()
        and len(head) > 2
        and any(abbreviates(head, " ".join(rest[:n])) for n in range(2, len(head) + 3))
    )


def _within(title: str, abstract: str) -> Iterator[str]:
    found = [] if title.isupper() else [match[0] for match in WORD.finditer(title)]
    for match in _THE_KIND.finditer(abstract):
        found.append(match[1])
    for name in found:
        if len(name) > 3 and _is_own(name) and re.search(r"[a-z][A-Z]|[A-Z]{2,}-?[A-Z]?[a-z]|[a-z]\d", name):
            yield name


def _told(abstract: str) -> Iterator[str]:
    """Yield what an abstract introduces as its own."""
    start = _AT_START.match(abstract)
    if (
        start
        and is_coined(start["name"])
        and (start["version"] or start["or"] or start["verb"].startswith("is"))
    ):
        yield start["name"]
        if start["other"] and is_coined(start["other"]):
            yield start["other"]
    for sentence in _SENTENCE_END.split(abstract):
        made = None
        for verb in _MAKES.finditer(sentence):
            made = verb.end() if made is None else made
            before = _BEFORE_NAME.match(sentence, verb.end())
            name = _NAMED.match(sentence, before.end() if before else verb.end())
            if name is None or not _is_introduced(name[0], sentence, name.end()):
                continue
            yield name[0]
            if (also := _OR.match(sentence, name.end())) and is_coined(also[1]):
                yield also[1]
        for ours in _OURS.finditer(sentence):
            if (name := _COINED_TOKEN.match(sentence, ours.end())) and _is_own(name[0]):
                yield name[0]
        for match in _BRACKETS.finditer(sentence) if made is not None else ():
            before_it = sentence[made : match.start()]
            own = _is_own(match[1]) and len(before_it) <= _FAR and "(" not in before_it
            if own and abbreviates(match[1], before_it):
                yield match[1]


def _is_introduced(name: str, sentence: str, end: int) -> bool:
    """Tell whether words after “we propose” name it: coined at once, plain ones where nothing but a clause follows."""
    if is_coined(name) and (" " not in name or name[-1].isdigit()):
        return _is_own(name) and not sentence[end:].startswith("-")
    return name[0].isupper() and bool(_ENDS.match(sentence, end)) and name.casefold() not in STOPWORDS


def _is_own(name: str) -> bool:
    """Tell whether a coined word may name one thing: “GNNs” are many, “ML-driven” is none."""
    plural = re.fullmatch(r"[A-Z]{2,}s", name)
    described = re.search(r"-(?:[a-z]+ed|based|driven|like|aware|free|wise|level|style|specific|term)$", name)
    return is_coined(name) and not plural and not described


def abbreviates(name: str, before: str) -> bool:
    """Tell whether a name's letters come in the words just before it, in order, the first of them as an initial."""
    letters = [char for char in name.lower() if char.isalpha()]
    words = re.findall(r"[^\W_]+", before.lower())[-len(letters) - 4 :]
    for start, word in enumerate(words):
        if letters and word[0] == letters[0]:
            rest = iter("".join(words[start:]))
            if all(char in rest for char in letters):
                return True
    return False


def _initials(title: str, abstract: str) -> Iterator[tuple[str, Source]]:
    """Yield the abbreviations of a title's parts: of the whole, and of runs of telling words at either end."""
    capitals = set(re.findall(r"\b[A-Z]{3,}", abstract))
    end = _HEAD_END.search(title)
    for part in (title[: end.start()], title[end.end() :]) if end else (title,):
        words = [word for word in re.findall(r"[^\W_]+", part) if word.casefold() not in STOPWORDS]
        letters = "".join(word[0] for word in words).upper()
        if 3 <= len(letters) <= MOST_INITIALS and letters.isalpha():
            yield letters, Source.INITIALS if letters in capitals else Source.UNUSED_INITIALS
        for n in range(3, min(MOST_INITIALS, len(letters)) + 1):
            for name, source in (
                (letters[:n], Source.INITIALS),
                (letters[1 : n + 1], Source.LATER_INITIALS),
                (letters[-n:], Source.LATER_INITIALS),
            ):
                if name in capitals:
                    yield name, source
