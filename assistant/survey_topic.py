"""What a survey is after: its topic without the words of asking, the topic's alternatives, and what it excludes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text import QUESTION_WORDS, STOPWORDS, terms, words

ASKING = QUESTION_WORDS | frozenset(
    """work works method methods one ones everything anyone anybody someone somebody contain contains count
        counts counted number numbers total amount deal deals dealing concern concerns concerning concerned relate
        relates related relating relevant involve involves involving touch touches address addresses addressing
        treat treats look looks looking investigate investigates investigating examine examines explore explores
        consider considers considered cover covers covering apply applies applied applying employ employs employing
        utilise utilize utilises utilizes propose proposes proposed proposing introduce introduces introducing
        introduced present presents presenting focus focuses focusing come comes turn turns appear appears
        appearing occur occurs happen happens go goes going get got gives given need needs want wants try tries
        tried trying make makes made making include includes including included exist exists topic topics subject names
        field item items entry entries pls please thx ok hey too also only even actually really basically kindly
        ever least every each whole complete full could would might shall may must let us i'm i'd i've we're
        they're there's what's who's im still yet now currently available like""".split()
)
"""Words that in such a question belong to the asking and say nothing of the topic, wherever they stand."""

_BEFORE = (
    ASKING
    | STOPWORDS
    | frozenset(
        """collecting collect search searching writing write wrote overview literature studied studying evaluate
        evaluates evaluated evaluating test tests tested testing run runs ran running result results experiment
        experiments aim aims aimed aiming claim claims build builds built building based evidence""".split()
    )
)
_AFTER = ASKING | STOPWORDS
_ANAPHORA = re.compile(r"\b(?:it|one|them|these|those|that|this|so)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.?!])\s+|[;:]\s+|\s+[-–—]{1,2}\s+|\n+")
_ASKS = re.compile(
    r"\b(?:which|what|who|whose|how many|number of|count|list|any(?:thing|one|body)?|papers?|works|everything|where"
    r"|show|find|give|name)\b",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(
    r"[,(]?\s*\b(?:but\s+(?:are\s+|is\s+|do\s+|does\s+)?(?:not|no|n't)|and\s+(?:are\s+|is\s+)?not\s+(?=about\b|on\b)|but\s+(?:don't|doesn't|aren't|isn't)|except(?:ing)?(?:\s+for)?|excluding"
    r"|other\s+than|apart\s+from|leaving\s+out)\b",
    re.IGNORECASE,
)
_ABOUT = (
    r"(?:about|on|(?:deal|concern)(?:s|ing|ed)?(?:\s+with)?|relat(?:e|es|ed|ing)\s+to|regarding|cover(?:s|ing)?|mention(?:s|ing)?"
    r"|discuss(?:es|ing)?|address(?:es|ing)?|touch(?:es|ing)?(?:\s+(?:up)?on)?|treat(?:s|ing)?|look(?:s|ing)?\s+(?:at|into)"
    r"|focus(?:es|ed|ing)?\s+on|consider(?:s|ing)?|stud(?:y|ies|ying)|investigat(?:e|es|ing)|examin(?:e|es|ing)"
    r"|explor(?:e|es|ing)|work(?:s|ing)?\s+on|(?:have|has)\s+to\s+do\s+with)\b"
)
_NOT = re.compile(
    rf"(?:(?:n['’]t|\b(?:not|never|neither))\s+(?:(?:really|actually|be|been|at\s+all)\s+)*{_ABOUT}"
    r"|\b(?:about|on|with)\s+neither|\bnothing\s+(?:to\s+do\s+with|about|on)|\bunrelated\s+to"
    r"|\b(?:any|every)thing\s+but|\ball\s+but)\b",
    re.IGNORECASE,
)
_NOR = re.compile(rf",?\s*\bnor\b(?:\s+{_ABOUT})?", re.IGNORECASE)
_BUT = re.compile(rf",?\s*\bbut\s+(?:(?:rather|instead)\s+)?(?:{_ABOUT}\s+)?", re.IGNORECASE)
_ASIDE = re.compile(
    r"[,(]?\s*\b(?:whether|even\s+(?:if|though|when)|no\s+matter|regardless|in\s+any\s+(?:role|form|way|capacity)"
    r"|as\s+(?:a|an|the)\b|(?:and\s+)?(?:which|what|who)\s+(?:are|is)\s+(?:they|those|these|it)|for\s+(?:anything|something))\b"
    r"[^,;)]*",
    re.IGNORECASE,
)
_LATIN = re.compile(r"\b(?:i\.\s?e\.|e\.\s?g\.)", re.IGNORECASE)
_FEW = 3
"""Telling terms from which a question that refers to what was said before stands for itself all the same."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
_ANY_SORT = re.compile(r"\s*(?:any|all|every|whatever|both|or\s+not)\b", re.IGNORECASE)
_LIST = re.compile(r"\s*,\s*(?:or|and)\s+|\s*[,/]\s+|\s+(?:or|and/or)\s+", re.IGNORECASE)
_LIST_WITH_AND = re.compile(r"\s*,\s*(?:or|and)\s+|\s*[,/]\s*|\s+(?:or|and|and/or)\s+", re.IGNORECASE)
_OR = re.compile(r"\s(?:or|and/or)\s", re.IGNORECASE)
_CLAUSE = frozenset("that which who can could is are was were when there has have does do".split())
_PREPOSITION = re.compile(r"\s(?:on|in|for|with|of|at|from|against|by)\s", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True)
class Topic:
    """A topic, read.

    Attributes:
        text: The topic in the question's words, for a vector.
        context: What the question says beside its topic, for a vector of both.
        alternatives: Texts of which any one will do; the whole topic where it names no alternatives.
        excluded: What a paper must not be about; empty where nothing is excluded.
        negated: Whether the papers are wanted that are not about any of it: “which papers aren't about …?”.
    """

    text: str
    context: str
    alternatives: tuple[str, ...]
    excluded: str
    negated: bool = False

    @property
    def vector_texts(self) -> tuple[str, ...]:
        """The texts whose vectors papers are compared with: the topic first, then each alternative by itself."""
        whole = f"{self.context} {self.text}".strip()
        return tuple(dict.fromkeys((whole, *(each for each in self.alternatives if len(each) > 2))))


def read_topic(question: str) -> Topic:
    """Read the topic of a question such as “which papers use A or B, but not C?”."""
    if question.isupper():  # written in capitals throughout, which then tell nothing
        question = question.lower()
    text = _LATIN.sub(lambda match: match[0].replace(".", "").replace(" ", ""), " ".join(question.split()))
    pieces = [piece for piece in _SENTENCE.split(text) if piece.strip()]
    asking = [piece for piece in pieces if _ASKS.search(piece) and stripped(_without_asides(piece))]
    main = asking[-1] if asking else max(pieces, key=lambda piece: len(terms(piece)), default=question)
    others = [stripped(_without_asides(piece)) for piece in pieces if piece is not main]
    context = " ".join(filter(None, others))
    main, excluded, negated = _without_excluded(main)
    main, named = _named(_without_asides(main))
    refers = bool(_ANAPHORA.search(main)) and len(telling(main)) < _FEW
    text = stripped(main)
    if context and (not telling(text) or refers):  # “… . Who reports that?”
        text, context = f"{context} {text}".strip(), ""
    own = _split(text)
    alternatives = [*own, *named] if named or len(own) > 1 else [text]
    kept = tuple(dict.fromkeys(each for each in alternatives if telling(each)))
    whole = " ".join(filter(None, (text, *named)))
    return Topic(whole or question, context, kept or (whole or question,), excluded, negated)


def stripped(text: str) -> str:
    """Return a text without the words of asking at its beginning and end."""
    found = [(match.start(), match.end(), _bare(match[0])) for match in _TOKEN.finditer(text)]
    while found and (not found[0][2] or found[0][2] in _BEFORE):
        found.pop(0)
    while found and (not found[-1][2] or found[-1][2] in _AFTER):
        found.pop()
    return text[found[0][0] : found[-1][1]].strip(" ,.;:?!\"'“”()-") if found else ""


def telling(text: str) -> list[str]:
    """Return the terms of a text that aren't words of asking."""
    return terms(" ".join(word for word in words(text) if word not in ASKING))


def _bare(token: str) -> str:
    return token.strip(" ,.;:?!\"'“”()[]-–—").lower().replace("’", "'")


def _without_excluded(text: str) -> tuple[str, str, bool]:
    """Return a text without its negation, what it excludes beside its topic, and whether the whole topic is negated."""
    for found in (_NOT.search(text), _BUT_NOT.search(text)):
        if found is None or not stripped(text[found.end() :]):
            continue
        topic, rest = text[: found.start()], text[found.end() :]
        if stripped(topic):
            if found.re is _BUT_NOT:
                return topic, stripped(rest), False
            continue
        if (but := _BUT.search(rest)) and stripped(rest[but.end() :]):  # “not about A but about B”
            return rest[but.end() :], stripped(rest[: but.start()]), False
        return _NOR.sub(" or", rest), "", True
    return text, "", False


def _without_asides(text: str) -> str:
    """Leave out what widens the question without naming anything, unless nothing else is left."""
    kept = _ASIDE.sub(" ", text)
    return kept if stripped(kept) else text


def _named(text: str) -> tuple[str, list[str]]:
    """Part a text from the things that it lists in brackets."""
    lists = [inside for inside in _BRACKETS.findall(text) if not _ANY_SORT.match(inside)]
    named = [stripped(each) for inside in lists for each in _LIST_WITH_AND.split(inside)]
    return _BRACKETS.sub(" ", text), [each for each in named if telling(each)]


def _split(text: str) -> list[str]:
    """Return the alternatives of “A, B or C”; the text alone where it isn't such a list."""
    if not _OR.search(text) or _CLAUSE & set(words(text)):
        return [text]
    parts = [stripped(part) for part in _LIST.split(text)]
    lengths = [len(part.split()) for part in parts]
    tail = parts[-1].split()[1:]
    if tail and min(lengths) == 1 and max(lengths[:-1]) == 1 and all(part.islower() for part in parts[:-1]):
        parts = [
            *(f"{part} {' '.join(tail)}" for part in parts[:-1]),
            parts[-1],
        ]  # “writing or repairing programs”
    elif min(lengths) == 1 < max(lengths) and any(part.islower() for part in parts if " " not in part):
        return [text]  # “multilingual models, queries or benchmarks”: what belongs to what can't be told
    elif _PREPOSITION.search(parts[-1]) and not any(map(_PREPOSITION.search, parts[:-1])):
        return [text]
    return [part for part in parts if telling(part)] or [text]
