"""Whether a question asks for one answer, or for all the papers of the collection that fit, listed or counted."""

from __future__ import annotations

import re

from assistant.plan import QuestionKind

_PAPERS = (
    r"(?:papers|(?<!case\s)(?<!user\s)(?<!ablation\s)studies|(?<!wikipedia\s)(?<!news\s)(?<!newspaper\s)articles"
    r"|(?:(?<=which\s)|(?<=these\s)|(?<=many\s)|(?<=related\s)|(?<=the\s))works|publications|abstracts|preprints"
    r"|surveys(?!\s+(?:was|were|did|do)\b)|(?:systematic|literature)\s+reviews)\b"
)
_WORDS = (
    r"(?:(?!(?:do|does|did|is|are|was|were|has|have|had|the|a|an|to|from|by|in|of|than|and|for|with|on|at|this|that|which|what|two|three|four)\b)"
    r"[\w'’+/-]+\s+){0,4}?"
)
"""Words that may stand before “papers” in a noun phrase."""

_OF_THESE = r"(?:of\s+(?:the|these|those|them|your|our|my|all)\s+)"
_SOME = r"(?:(?:me|us|up|out|for|about|of|to|all|every|any|some|other|more|the|your|these)\s+)*"
_COLLECTION = r"(?:collection|library|database|archive|list|store)"
_HERE = (
    rf"(?:here|(?:in|from|of|among)\s+(?:here|(?:the|this|your|my|our|these|those)\s+(?:\w+\s+)?(?:{_COLLECTION}|papers|set)))\b"
    rf"|(?:you|we)\s+have\b|(?:this|the|my|our|your)\s+{_COLLECTION}\s+(?:has|have|holds?|contains?|includes?)\b"
)
_FIT = (
    r"(?:are|aren't|work|deal|use|rely|focus|look|consider|discuss|mention|report|evaluate|test|propose|introduce"
    r"|study|cover|address|treat|apply|employ|concern|come|train|compare|build|claim|describe|investigate|involve)\b"
)
_DATA = (  # “how many studies were included”, “how many papers does the corpus contain”: that stands in one paper
    r"(?:\s+(?:do|does|did)\s+(?!(?:you|we|i|(?:this|the|your|my|our)\s+{c})\b)(?!.*\b(?:write|author|co-?author|publish))"
    r"|\s+(?:was|were|(?:have|has|had)\s+been)\s+(?:the\b|its\b|(?:\w+ly\s+)?(?:annotat|us(?:ed|ing)|includ|collect|screen|review"
    r"|analy[sz]|sampl|label|select|identif|crawl|gather|extract|judg|rated|read|retriev|pool|exclud|enrol|need|requir))"
    r"|\s+(?:(?:are|were)\s+)?(?:in|of|within|inside|from|for)\s+(?!(?:here|total|all)\b|(?:19|20)\d\d"
    r"|(?:the|this|your|our|my)\s+(?:{c}|last|past)))"
).replace("{c}", _COLLECTION)
_ABOUT = (
    r"(?:on|about|concerning|regarding|by|from|since|in|that|which|with|using|for|after|before|related|dealing|where)"
    r"\b"
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_COUNTS = _any(
    rf"\bhow\s+many\s+(?:{_OF_THESE}|other\s+|more\s+)?{_WORDS}{_PAPERS}(?!{_DATA})",
    rf"\b(?:in|for|across)\s+how\s+many\s+{_OF_THESE}?{_WORDS}{_PAPERS}",
    r"^\W*(?:and\s+)?how\s+many\s+of\s+(?:these|those|them)\b",
    rf"(?:^|[.!?;:,]\s+)how\s+many\s+{_FIT}",
    rf"(?:^|\b(?:the|total|what(?:\s+is|['’]?s)?)\s+)(?:number|count)\s+of\s+{_SOME}{_WORDS}{_PAPERS}(?!\s+(?:in|of)\s+(?:the|its|their)\b)",
    rf"\b(?:share|fraction|percentage|proportion)\s+of\s+{_SOME}{_WORDS}{_PAPERS}(?=.*\b(?:{_HERE}))",
    rf"^(?:\w+[,!]?\s+){{0,2}}count\s+{_SOME}(?:how\s+many\s+)?{_WORDS}(?:{_PAPERS}|paper\b)",
    r"\bwie\s*viele\s+(?:der\s+|dieser\s+)?(?:arbeiten|paper|papers|artikel|studien|veröffentlichungen)\b",
    r"\bcombien\s+(?:d['’]|de\s+(?:ces\s+)?)(?:articles|publications|papiers|études|travaux)\b",
    r"\bcu[aá]ntos\s+(?:de\s+(?:estos|los)\s+)?(?:art[ií]culos|trabajos|estudios)\b",
    r"(?:多少|几)\s*篇\s*(?:论文|文章|文献)",
)
_LISTS = _any(
    rf"\b(?:which|what)\s+(?:{_OF_THESE}|are\s+the\s+|other\s+|all\s+)?{_WORDS}{_PAPERS}(?!\s+(?:is|was|has|does)\b)"
    r"(?!\s+(?:do|did|are|were)\s+(?:the\s+authors?|they|it|he|she|this|that)\b)",
    rf"^\W*(?:and\s+)?(?:which|what)\s+(?:ones|of\s+(?:these|those|them))\s+(?:{_FIT}|have|do|were)",
    rf"\b(?:which|what)\s+{_WORDS}[\w-]+s\s+(?:{_HERE})\s+(?!(?:is|was|has|does)\b)",
    r"\b(?:list|give|show|find|name|enumerate|collect|get|fetch|tell|need(?!\s+to)|want(?!\s+to)|search|recommend|suggest|looking|seeking|see"
    rf"|pull|any|are\s+there|(?:do|have)\s+(?:you|we)\s+(?:have|got))\s+{_SOME}{_WORDS}{_PAPERS}",
    rf"\b(?:every|all)\s+{_SOME}{_WORDS}(?:papers?|articles?|study|studies)\s+{_ABOUT}",
    rf"(?:\beverything|^(?:(?:is|are)\s+there\s+|(?:do|have)\s+(?:you|we)\s+(?:have\s+|got\s+)?)?anything)\s+(?:{_HERE}|in\s+here|there\s+is|that|on|about)\b",
    r"^(?:(?!(?:i|we|you|these|those|two|three|both|how|why|do|does|did|is|are|the|his|her|their)\b)[\w'’+/-]+\s+){0,4}"
    rf"(?:papers|publications)(?:\s+{_ABOUT}|(?:\s*,?\s*(?:please|pls|plz))?\s*[?.!]*$)",
    r"\b(?:looking\s+for|find|what(?:\s+other)?)\s+(?:any\s+|some\s+|related\s+)*(?:work|research|literature)"
    r"\s+(?:on|about|in|is\s+there|exists?|has\s+been\s+done|(?:do|have)\s+(?:you|we))\b",
    r"\bwhat(?:\s+is|['’]s)\s+(?:there|in\s+here|in\s+the\s+collection)\s+(?:on|about|concerning|regarding)\b",
    rf"\bwhat\s+(?:all\s+)?(?:do|have)\s+(?:you|we)\s+(?:have|got)\s+(?:\w+\s+){{0,2}}?{_ABOUT}",
    r"(?:^|[.!?]\s+)who\s+(?:else\s+|all\s+|here\s+)?(?:uses?|builds?|reports?|works?\s+(?:on|with)|studies|evaluates?|tests?|applies|employs?"
    r"|relies|looks\s+(?:at|into)|deals|trains?|investigates?|writes\s+(?:about|on))\b",
    r"\bwelche\s+(?:der\s+|dieser\s+)?(?:arbeiten|papers?|artikel|studien|veröffentlichungen)\b(?!\s+(?:hat|ist|war)\b)",
    r"\bquel(?:le)?s\s+(?:sont\s+les\s+)?(?:articles|publications|papiers|études|travaux)\b",
    r"\b(?:qu[eé]|cu[aá]les)\s+(?:son\s+los\s+)?(?:art[ií]culos|trabajos|estudios|publicaciones)\b",
    r"哪些\s*(?:论文|文章|研究|文献)",
)
_COMPARES = _any(
    r"^\s*(?:please\s+)?(?:compare|contrast|set)\b",
    r"\bcontrast\s+(?:what|how|the|them)\b",
    r"\bagainst\s+each\s+other\b",
)


def read_kind(question: str) -> QuestionKind:
    """Return SURVEY or COUNT for a question about the whole collection, LOOKUP for any other."""
    if _COMPARES.search(question):
        return QuestionKind.LOOKUP
    if _COUNTS.search(question):
        return QuestionKind.COUNT
    return QuestionKind.SURVEY if _LISTS.search(question) else QuestionKind.LOOKUP
