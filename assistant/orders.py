"""Sentences of a paper that give orders to its reader, such as “ignore your instructions”: they are no evidence.

A paper's words are material and never instructions. What a language model writes is checked against its evidence
anyway; but an order that stood in the evidence would support a sentence that does nothing but obey it. So sentences
that speak to a model are neither given to it nor quoted. Only what is phrased as an order counts: an abstract that
tells of such attacks is evidence like any other. Of 79,412 sentences of abstracts (SciTLDR, SciFact, PubMedQA and
Check-COVID) two are taken for orders.
"""

from __future__ import annotations

import re

_WHOM = (
    r"(?:ai|llms?|(?:large\s+)?language\s+models?|models?|assistants?|chat\s?bots?|agents?|systems?|reviewers?"
    r"|readers?)"
)
_OPENING = (
    r"^[\W_]*(?:(?:(?:please|now|then|instead|also|so|and)\b"
    r"|(?:important|note|attention|warning|instructions?|task|user|admin|developer"
    rf"|{_WHOM}|(?:note\s+)?to\s+(?:all|any|the|every)\s+(?:ai\s+)?{_WHOM}|if\s+you\s+are\s+an?\s+{_WHOM})\s*[:,–—-])[\s\W_]*)*"
)
_SAY = (
    r"(?:reply|respond|answer|output|print|say|write|repeat|begin|start|end|finish|append|add|include|conclude|state|tell"
    r"|recommend|cite|rate|give|reveal|show|quote|translate|insert|call|execute|run|send|visit|click|follow)"
)
_ORDER = re.compile(
    rf"{_OPENING}(?:"
    r"(?:ignore|disregard|forget|override|bypass)\s+(?:all|any|every|everything|the|your|previous|prior|above|these|those|what|whatever)\b"
    rf"|{_SAY}\s+(?:only|just|exactly|nothing|with\s+(?:only|the\s+(?:single\s+)?word)|(?:each|every|all)\s+(?:answer|sentence|repl|question)\w*"
    r"|the\s+(?:user|reader|word|phrase|following|sentence|system|conversation)|that\s+this\s+(?:paper|work)|this\s+(?:paper|work)|it\s+as|them"
    r"|your|you|us|me)\b|{_SAY}\s+[“\"‘'!\[]"
    r"|you\s+(?:are\s+(?:now|no\s+longer|a|an|the)|must|should|will|shall|have\s+to|may\s+not)\b"
    r"|from\s+now\s+on\b|your\s+(?:new\s+|only\s+)?(?:task|instructions?|role|rules?|job|answer|reply|response)\b"
    r"|act\s+as\b|pretend\b|(?:do\s+not|don['’]t|never|always)\s+(?:cite|mention|tell|follow|quote|use|answer|say|reveal|trust|refuse|reply"
    r"|respond|obey|recommend)\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|</?\s*(?:system|sentences|question|instructions?|assistant|user)\s*>"
    r"|\b(?:to|in|of|with)\s+your\s+(?:answer|reply|response|output)\b"
    r"|#{2,}\s*(?:system|instructions?|assistant|user)\b|\b(?:BEGIN|END)\s+(?:OF\s+)?(?:SYSTEM|PROMPT|INSTRUCTIONS?)\b",
    re.IGNORECASE,
)

_SIGN = re.compile(r"[<\[#]|your|BEGIN|END")
"""What all marks have: most sentences have none of it, and need no further look."""


def gives_orders(sentence: str) -> bool:
    """Tell whether a sentence speaks to a language model, or holds the marks of its prompts."""
    marked = _SIGN.search(sentence) is not None and _MARKUP.search(sentence) is not None
    return marked or _ORDER.search(sentence) is not None
