"""How a question leans on the conversation before it: by an ordinal, a pronoun, what it leaves out… English only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.anaphora import AUXILIARY, THINGS, Anaphor, find_anaphor, own_words, the_thing
from assistant.text import words


class Lean(StrEnum):
    """What a question leans on."""

    NOTHING = "nothing"
    ORDINAL = "ordinal"
    """Papers by their place in a list: “the second one”, “the latter”, “[2]”, “the first two”."""
    OTHER = "other"
    """The one of several that was not last spoken of: “the other one”."""
    WHICH_OF = "which of"
    """Some of the papers last listed: “which of them…”."""
    ALL = "all"
    """All papers last listed: “both”, “these two”."""
    OTHERS = "others"
    """More papers like those listed: “any others?”."""
    CORRECTION = "correction"
    """The last question, asked of something else: “no, I meant…”."""
    ONE = "one"
    """What was last spoken of: “it”, “that paper”, “the authors”."""
    REST = "rest"
    """The last question, of which this one says only what differs: “and on GSM8K?”, “why?”, “tell me more”."""
    PERHAPS = "perhaps"
    """What was last spoken of, if that fits the question: its words alone don't tell."""


@dataclass(frozen=True)
class Reading:
    """How a question leans.

    Attributes:
        lean: On what.
        start: Where the words begin that a name, or for `OTHERS` “papers”, can replace; -1 where there are none.
        end: Where they end.
        places: Places in a list from 0, or from the end below 0.
        anaphor: The pronoun, if it leans by one.
        rest: For a correction, what was meant.
        near: For `PERHAPS`, the rank to which a paper is near enough to the question to be what it goes on about.
    """

    lean: Lean
    start: int = -1
    end: int = -1
    places: tuple[int, ...] = ()
    anaphor: Anaphor | None = None
    rest: str = ""
    near: int = 0


_ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "latter": -1, "last": -1, "final": -1,
}  # fmt: skip
_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}
_WHICH = "|".join(_ORDINALS)
_VERB = (
    rf"(?:{AUXILIARY}|use|uses|used|say|says|get|gets|need|needs|work|works|perform|performs|report|reports|show|shows"
    r"|compare|differ|better|worse|faster|also)"
)
_ENDS = rf"(?=\s*(?:[?.,;:!)]|$|{_VERB}\b|(?:and|or|but|than|then|too|instead|exactly|again|about|as)\b))"
_FOLLOWS = r"(?=\s+[a-z]+\s*(?:[?.!]|$|(?:the|a|an|with|on|to|from|by|at|as|when|if|any|its|their|and)\b))"
_ORDINAL = re.compile(
    rf"\bthe\s+(?:very\s+)?(?P<which>{_WHICH})(?:\s+(?P<count>two|three|four|2|3|4)(?:\s+{THINGS})?\b"
    rf"|\s+{THINGS}\b|\s+of\s+(?:them|these|those)\b|{_ENDS})"
    rf"|(?:(?<=\bdoes )|(?<=\bdid ))the\s+(?P<does>{_WHICH}){_FOLLOWS}",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\[(?P<cited>\d{1,2})\]|(?:\b(?:number|no\.|papers?)\s*|#)(?P<told>[1-9]\d?)\b(?!\s+of\b|[.,%]?\d|%)",
    re.IGNORECASE,
)
_OTHER = re.compile(rf"\bthe\s+other(?:\s+{THINGS}\b(?<!s)|{_ENDS})", re.IGNORECASE)
_WHICH_OF = re.compile(
    rf"\b(?:which|what|any|one|some|none|either|neither|each|how\s+many)(?:\s+ones?)?\s+of\s+(?:them\b|(?:these|those)\b(?!\s+papers)"
    rf"|the\s+(?P<count>two|three|four|five|2|3|4|5)\b(?=\s*(?:[?.,;!]|$|{_VERB}\b|[a-z]+s\s+the\b)))"
    r"|^\W*(?:(?:and|so|ok)\W+)?which(?:(?=\s+(?:are|were|have|do)\b)"
    r"|\s+ones?\b(?!\W*$|\s+(?:exactly|for)\b)|\s+(?:is|was|does|has)\s+(?:the\s+)?(?:\w+er|\w+est|better|best|more|most)\s*[?.]*$)",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"\b(?:both|all(?:\s+(?:two|three|four|five))?)\s+of\s+(?:them|these|those)\b"
    rf"|\b(?:these|those|the|all)\s+(?P<count>two|three|four|five)\b(?:\s+{THINGS}\b|(?=\s*(?:[?.,;!]|$|{_VERB}\b)))"
    rf"|\bboth(?:\s+{THINGS}\b|(?=\s*(?:[?.,;!]|$|{_VERB}\b)))(?![^?.]*\band\b)"
    r"|(?:(?<=\bdo )|(?<=\bare )|(?<=\bdid )|(?<=\bwere )|(?<=\bcan ))"
    r"(?:both|(?:all|the|these|those)\s+(?P<all>two|three|four|five)(?!\s+\w+s\b))\b"
    r"(?![^?.]*\band\b)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:other|more|further|similar|related|another)\s+(?:papers?|works?|studies|ones?)\b|\bothers\b"
    r"|\b(?:anything|something|what|who|anyone)\s+(?:else|similar|like\s+(?:it|this|that))\b"
    r"|(?<=\bany\s)more(?=(?:\s+(?:please|pls|on\s+(?:it|this|that)))?\W*$)",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oh|wait|actually|not\s+(?:that|this)(?:\s+one)?)\b[\s,.!–—-]*)*"
    r"\b(?:i|we)\s+(?:actually\s+|really\s+)?(?:mean|meant|was\s+(?:asking|thinking|talking)\s+(?:about|of))\b(?P<a>.*)$"
    r"|^\W*(?:no|nope|not\s+(?:that|this)(?:\s+one)?)\b[\s,.!–—-]+(?P<b>(?:the|not|but|rather|about)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TALK = frozenset(
    """more elaborate explain detail details further expand continue go shorter short simpler simple again rephrase
    summarize summarise summary briefly brief sentence sentences word words english plain bullet bullets point points
    example examples instance rest clarify mean means repeat longer think sure interesting right""".split()
)
"""Words that ask how something is to be said, and tell no topic."""
_OPENS = re.compile(r"^\W*(?:(?:and|but|or|also)\b|(?:what|how)\s+about\b)", re.IGNORECASE)
_SOFT = re.compile(r"^\W*(?:so|ok|okay|well|then|right|thanks|now)\b", re.IGNORECASE)
_SO = r"^\W*(?:(?:and|but|or|also|so|ok|okay)\W+)*"
_FRAGMENT = re.compile(
    rf"{_SO}(?:which|what|whose|how\s+(?:many|much)|any|on|in|for|with|without|by|at|from|compared\s+(?:to|with)|using"
    r"|only|not|also|even)\b(?!-)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"{_SO}(?:who|when|where|why|how|since|really|{AUXILIARY})\b", re.IGNORECASE)
VERBS = re.compile(
    rf"\b{AUXILIARY}\b|\b(?:tell|give|show|list|find|compare|explain|describe|summari[sz]e)\b|['’]s\b", re.I
)
_DEFINITE = re.compile(
    r"\bthe\s+(?:(?!of|for|in|on|with|that|to\b)[\w-]+\s+){0,2}?[\w-]+"
    rf"(?=\s*(?:[?.,;!]|$)|\s+(?:{AUXILIARY}|and|or|gets?|needs?)\b)",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(?:this|that|these|those)\b", re.IGNORECASE)
_CLAUSE = re.compile(r",\s*(?:which|what|who|how)\b", re.IGNORECASE)
_NEW = re.compile(
    r"\b(?:something|anything)\s+(?:else|different|new)\s*[:,.–—-]|\b(?:new|another|different)\s+(?:question|topic)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b(?:\w*[A-Z]\w*[A-Z0-9]\w*|\w*\d\w*[A-Za-z]\w*)\b|(?<=[a-z,] )[A-Z]\w+")
PAPERS = re.compile(r"\b(?:papers|studies|articles|abstracts|publications|collection)\b", re.IGNORECASE)
_DEFINES = re.compile(
    r"^\W*(?:(?:what|who)(?:['’]s|\s+(?:is|are|does|do|was|were))\s+(?!the\b)"
    r"|(?:(?:is|are)\s+there\s+|does\s+|has\s+)?any(?:thing|one|body)\b)",
    re.IGNORECASE,
)
_AT_START = re.compile(rf"{_SO}(?:on|in|for|with|without|by|at|from|using)\b(?!-)", re.IGNORECASE)
_TO_YOU = re.compile(r"\b(?:you|your|hi|hello|hey|thanks?)\b", re.IGNORECASE)
_FRAGMENT_TOPIC = re.compile(
    rf"{_SO}(?:(?:what|how)\s+about\s+)?(?:how\s+many\s+|which\s+(?:ones\s+)?)?"
    r"(?:(?P<preposition>about|on|with|for|in|by|using|from|of|to|against)\s+)?(?P<topic>[^?.!]+)[?.!\s]*$",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[a-z]{2}|\[\d", re.IGNORECASE)
_OWN_SUBJECT = re.compile(rf"\b{AUXILIARY}\s+(?!the\b|an?\b)(?P<subject>[a-z-]+)\s+\w+", re.IGNORECASE)
_FEW = 3
_NEAR = 5
_MANY = 5
"""Words of its own from which a question with a pronoun may speak of people in general."""


def read_follow_up(question: str) -> Reading:
    """Tell how a question leans on what was said before it, by its words alone."""
    if not _LATIN.search(question) or (_NEW.search(question) and len(own_words(question)) > 1):
        return Reading(Lean.NOTHING)
    if match := _CORRECTION.match(question):
        return Reading(Lean.CORRECTION, rest=(match.group("a") or match.group("b") or "").strip(" ,.:–—-"))
    return _by_place(question) or _by_what_is_missing(question)


def _by_place(question: str) -> Reading | None:
    """Read words that pick papers out of a list."""
    if (match := _WHICH_OF.search(question)) and len(own_words(question[: match.start()])) < 2:
        return Reading(Lean.WHICH_OF, *match.span(), _first(match.group("count")))
    if match := _ORDINAL.search(question):
        place = _ORDINALS[(match.group("which") or match.group("does")).casefold()]
        count = _COUNTS.get((match.group("count") or "").casefold(), 1)
        places = range(place - count + 1, place + 1) if place < 0 else range(place, place + count)
        return Reading(Lean.ORDINAL, *match.span(), tuple(places))
    if match := _NUMBER.search(question):
        return Reading(Lean.ORDINAL, *match.span(), (int(match.group("cited") or match.group("told")) - 1,))
    if (match := _OTHER.search(question)) and "one" not in words(question[: match.start()]):
        return Reading(Lean.OTHER, *match.span())
    match = _ALL.search(question)
    if match and not (match.group().casefold().startswith("both") and own_words(question[: match.start()])):
        return Reading(Lean.ALL, *match.span(), _first(match.group("count") or match.group("all")))
    return None


def _by_what_is_missing(question: str) -> Reading:
    """Read pronouns, and questions that leave out what the last one said."""
    own = own_words(question)
    topic = [word for word in own if word not in _TALK]
    named = bool(_NAME.search(question))
    anaphor = find_anaphor(question) or (the_thing(question) if len(topic) <= 2 and not named else None)
    talks = bool(_TALK & set(words(question)))
    others = _OTHERS.search(question)
    said = others.group().casefold() if others else ""
    if others and (anaphor is None or not said.endswith("else")):  # “what else does it do?” asks of the same
        few = len(topic) <= _FEW or said.startswith("another")
        return Reading(Lean.OTHERS, *others.span()) if anaphor or few else Reading(Lean.NOTHING)
    if not topic and not talks and anaphor and not _THAT.match(question, anaphor.start):
        return Reading(Lean.ONE, anaphor.start, anaphor.end, anaphor=anaphor)
    if not topic:
        asks = _FRAGMENT.match(question) or _ASKS.match(question)
        of_all = PAPERS.search(question) or (_TO_YOU.search(question) and not talks)
        leans = anaphor or ((asks or talks) and not of_all)
        return Reading(Lean.REST if leans else Lean.NOTHING, anaphor=anaphor)
    if anaphor and len(topic) > _MANY:
        return Reading(Lean.PERHAPS, near=_FEW)
    if anaphor:
        return Reading(Lean.ONE, anaphor.start, anaphor.end, anaphor=anaphor)
    opens = bool(_OPENS.match(question))
    if not VERBS.search(question) and not PAPERS.search(question):
        if opens and len(own) <= (2 if _CLAUSE.search(question) else _FEW + 1):
            return Reading(Lean.REST)
        if len(own) <= 2 and (speaks_of_a_setting(question) or not named):
            if len(own) < 2 or _FRAGMENT.match(question):
                return Reading(Lean.REST)
            return Reading(Lean.PERHAPS, near=_NEAR)
    if named or PAPERS.search(question):
        return Reading(Lean.PERHAPS, near=_NEAR) if opens else Reading(Lean.NOTHING)
    subject = _OWN_SUBJECT.search(question)
    alone = bool(subject and own_words(subject.group("subject")))
    definite, few = bool(_DEFINITE.search(question)) and not alone, len(topic) <= 2
    opens = opens or bool(_SOFT.match(question))
    defines = bool(_DEFINES.match(question))
    if (len(topic) <= 1 and not defines) or definite + few + opens > 1:
        return Reading(Lean.ONE)
    if opens or (definite and len(topic) <= _FEW):
        return Reading(Lean.PERHAPS, near=10 if opens else _NEAR)
    return Reading(Lean.PERHAPS, near=2) if definite or (few and not defines) else Reading(Lean.NOTHING)


def speaks_of_a_setting(question: str) -> bool:
    """Tell whether a fragment such as “and on GSM8K?” names where, not what: it changes no paper."""
    return bool(_AT_START.match(question))


def topic_of(fragment: str) -> tuple[str, str]:
    """Return the preposition and the topic of a fragment such as “and about chess?”; empty what it doesn't have."""
    match = _FRAGMENT_TOPIC.match(fragment)
    if match is None or set(own_words(match.group("topic"))) <= _TALK:
        return "", ""
    return (match.group("preposition") or "").casefold(), match.group("topic").strip()


def _first(count: str | None) -> tuple[int, ...]:
    """Return the places of the first so many of a list; none where all are meant."""
    return tuple(range(_COUNTS[count.casefold()])) if count else ()
