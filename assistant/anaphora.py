"""Words that stand for something said before: pronouns and their like, unless the question itself says what for.

“How fast is it?” leans on the conversation; “What is LoRA and how does it work?” doesn't. English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.text import QUESTION_WORDS, STOPWORDS, terms, words

THINGS = (
    r"(?:papers?|stud(?:y|ies)|works?|methods?|approach(?:es)?|models?|frameworks?|techniques?|algorithms?|systems?"
    r"|benchmarks?|data\s?sets?|corp(?:us|ora)|tools?|ideas?|metrics?|articles?|publications?|ones?)"
)
"""Nouns by which a paper, or what it presents, is spoken of."""

AUXILIARY = (
    r"(?:do|does|did|can|could|will|would|should|is|are|was|were|has|have|had|might|may"
    r"|(?:do|does|did|ca|could|wo|would|is|are|was|were|has|have)n['’]t)"
)

GENERIC = frozenset(
    """paper method approach model framework technique work system algorithm tool one ones idea results result
    ok okay well hm hmm yes no sorry please exactly actually really quite lot thing things thank bye cheers
    fine great nice cool alright""".split()
)
"""Words that tell no topic where a paper has been spoken of before."""

_THING = re.compile(THINGS, re.IGNORECASE)
_IT = re.compile(r"\b(?:it|they|them|its|their|theirs|itself|themselves)\b", re.IGNORECASE)
_THIS = re.compile(
    rf"\b(?:(?:this|these|those|the\s+same|said)\s+(?:{THINGS}|authors?)\b|that\s+(?:{THINGS}(?<!s)|corpus)\b"
    rf"|(?:this|these|those)\s+(?!(?:{AUXILIARY}|papers|that|who|which|of|with|in|from|year|case|way|days|collection)\b)"
    r"[a-z]{3,}\b"
    r"|(?:this|that|these|those)(?=\s*(?:[?.!,;]|$))"
    rf"|(?<=\bwhy )(?:this|that)(?=\s+{AUXILIARY}\b))",
    re.IGNORECASE,
)
_THAT = re.compile(
    rf"(?:\b{AUXILIARY}|['’]s)\s+(?P<that>this|that|these|those)\b(?!\s+(?:the|a|an)\b)", re.IGNORECASE
)
_THE_THING = re.compile(
    rf"\bthe\s+{THINGS}\b(?<!s)(?!\s+(?:of|for|that|which|by|in|on|with|from)\b)", re.IGNORECASE
)
_AUTHORS = re.compile(r"\bthe\s+(?:authors?|researchers)\b(?!\s+of\b)(?!['’]s?\s)", re.IGNORECASE)
_THERE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?!\s+(?:is|are|was|were|any|a|an|other)\b)"
    r"|(?<=\w)\s+then(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
_COLLECTION = re.compile(
    r"\b(?:these|those|the|this|your)\s+(?:papers|studies|articles|abstracts|collection|chatbot|assistant)\b"
    r"|\bhow\s+many\s+of\s+(?:these|those)\b",
    re.IGNORECASE,
)
_ADJECTIVE = (
    r"(?:possible|true|necessary|needed|better|best|enough|eas(?:y|ier)|hard(?:er)?|safer?|worth|useful|helpful"
    r"|known|common|feasible|important|likely|fair|wise|good|bad|clear|right|correct|sufficient|beneficial"
    r"|cheaper|okay|ok|realistic|always|ever|really)"
)
_DUMMY = re.compile(
    rf"\bit(?:\s+(?:is|was|be)|['’]s)?\s+(?:(?:really|still|ever|always|even|actually)\s+)?{_ADJECTIVE}"
    r"(?:\s+\w+)?\s+(?:to|that|if|whether|when|for)\b"
    r"|\bit\s+(?:help|hurt|matter|pay|take|suffice|make\s+sense|make\s+a\s+difference)s?\b"
    r"(?=\s+(?:to|that|if|whether|when|where|which|how|what|much)\b)"
    r"|\bit\s+(?:pay|turn)s?\s+(?:off|out)\b|\bit\s+that\b"
    r"|(?<=\bis )it\s+\w+(?:\s+\w+)?\s+that\b|(?<=\bwas )it\s+\w+(?:\s+\w+)?\s+that\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[,;:.?!–—]\s|\b(?:and|but|or|when|if|while|because|since|so|that|which|who|where|than|then|how|what|as)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:besides|apart\s+from|in|on|for|with|without|beyond|compared|other\s+than|except|ok(?:ay)?|so)\b",
    re.IGNORECASE,
)
_OPERAND = re.compile(
    r"\b(?:compar(?:e|es|ed|ing)(?:\s+(?:to|with|against))?|contrast(?:ed|ing)?(?:\s+with)?|than|versus|vs\.?"
    r"|differ(?:s|ent)?\s+from)\s*$",
    re.IGNORECASE,
)
_RIGHT_AFTER = re.compile(rf"(?:\b{AUXILIARY}|['’]s)(?:\s+(?:not|even|also|really))?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Anaphor:
    """One word or phrase of a question that stands for something said before.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        plural: Whether it stands for several; “they” may also be the authors of one paper.
        possessive: Whether it is “its” or “their”.
        place: Whether no name can replace it: “there”, “then”, “those tokens”.
    """

    start: int
    end: int
    plural: bool = False
    possessive: bool = False
    place: bool = False


def find_anaphor(question: str) -> Anaphor | None:
    """Return the first word of a question that leans on what was said before it; None where none does.

    “These papers” are the collection, “it” in “is it possible to” is nothing, and a pronoun whose noun
    stands earlier in the question leans on that.
    """
    readable = _COLLECTION.sub(lambda match: " " * len(match.group()), question)
    readable = _DUMMY.sub(lambda match: "#" * len(match.group()), readable)
    found = []
    for pattern in (_IT, _THIS, _THAT, _AUTHORS, _THERE):
        for match in pattern.finditer(readable):
            start, end = match.span("that") if pattern is _THAT else match.span()
            taken_for_noun = pattern is _THIS and _is_verb(readable, start, end)
            if not taken_for_noun and not _is_explained(readable[:start], readable[start:end]):
                found.append(_anaphor(readable, start, end))
                break
    return min(found, key=lambda each: each.start, default=None)


def the_thing(question: str) -> Anaphor | None:
    """Return “the method” or “the paper”, which leans on what was said before where a question says little else."""
    match = _THE_THING.search(question)
    return Anaphor(*match.span()) if match else None


def own_words(text: str) -> list[str]:
    """Return the words of a text that carry a topic of its own."""
    return [word for word in words(text) if word not in STOPWORDS | QUESTION_WORDS | GENERIC]


def _keeps_its_noun(said: str) -> bool:
    """Tell whether words such as “those tokens” say more than a paper's name would."""
    noun = words(said)[1:]
    return (
        said.startswith(("this", "these", "those", "that")) and bool(noun) and not _THING.fullmatch(noun[-1])
    )


def _is_verb(question: str, start: int, end: int) -> bool:
    """Tell whether the word after “this” is the verb of “does this happen”, not a noun."""
    second = words(question[start:end])[1:]
    return bool(second and not _THING.fullmatch(second[-1]) and _RIGHT_AFTER.search(question[:start]))


def _anaphor(question: str, start: int, end: int) -> Anaphor:
    text = question[start:end]
    low = text.strip().casefold()
    return Anaphor(
        end - len(text.lstrip()),
        end,
        plural=low.startswith(("they", "them", "their", "these", "those")),
        possessive=low in ("its", "their"),
        place=low in ("there", "then") or _keeps_its_noun(low),
    )


def _is_explained(before: str, said: str) -> bool:
    """Tell whether what stands before words that lean on something says what they stand for."""
    said_words = words(said)
    clauses = _clauses(before)
    if said_words[0] in ("there", "then"):
        return any(_names(clause) for clause in clauses[:-1])
    if len(said_words) == 1 and said_words[0] in ("this", "that", "these", "those"):
        return any(_names(clause) for clause in _BREAK.split(before)[:-1] if clause.strip())
    if len(said_words) > 1 and said_words[0] in ("this", "that", "these", "those"):
        noun = said_words[-1]
        return (
            noun in STOPWORDS - {"one"}
            or bool(set(terms(noun)) & set(terms(before)))
            or (
                bool(_THING.fullmatch(noun))
                and any(_names(clause) for clause in _BREAK.split(before)[:-1] if clause.strip())
            )
        )
    return _is_bound(before)


def _is_bound(before: str) -> bool:
    """Tell whether what stands before a pronoun names what it stands for.

    In a clause before it, unless that is only an opening such as “Besides chess,”; or as the subject of its
    own clause (“How do transformers share | their weights”), not as what is asked for (“How much memory does | it”).
    What something is compared with isn't that thing itself: “Is Pebble faster than | it”.
    """
    operand = _OPERAND.search(before)
    before = before[: operand.start()] if operand else before
    breaks = [match for match in _BREAK.finditer(before) if before[: match.start()].strip()]
    start = breaks[-1].end() if breaks else 0
    if any(_names(clause) for clause in _clauses(before[:start])):
        return True
    clause = before[start:]
    return (
        not operand
        and bool(own_words(clause))
        and not _RIGHT_AFTER.search(clause)
        and not _LEAD.match(clause)
    )


def _clauses(text: str) -> list[str]:
    return [clause for clause in re.split(r"[,;:.?!–—]\s", text) if clause.strip()]


def _names(clause: str) -> bool:
    """Tell whether a clause before a pronoun's has a noun of its own."""
    opening = _LEAD.match(clause) and not re.search(rf"\b{AUXILIARY}\b", clause, re.IGNORECASE)
    return bool(own_words(clause)) and not opening
