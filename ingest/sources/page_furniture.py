"""The furniture of web pages of papers: menus, counts, dates, bylines, and lists of authors."""

from __future__ import annotations

import re

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH})"
_DATE = (
    rf"(?:{_DAY}(?:,?\s+\d{{4}})?|{_MONTH}\s+\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})"
)
_COUNT = r"[+~]?\d[\d.,]*\s?[kKmM]?"
_COUNTED = (
    "upvotes?|likes?|stars?|comments?|views?|authors?|downloads?|citations?|cites?|papers?|results?|votes?"
    "|repl(?:y|ies)|followers?|forks?|reads?|models?|datasets?|spaces?|pages?|min(?:utes?)? read|points?"
)
_MENU = (
    "new|hot|top|trending|latest|popular|featured|today|yesterday|this week|this month|all time|daily|weekly|monthly"
    "|subscribe|unsubscribe|sign ?in|sign ?up|log ?in|log ?out|register|account|settings|profile|notifications?"
    "|load more|show more|show less|read more|see more|view more|see all|view all|more|expand|collapse|less|next"
    "|previous|prev|back|back to top|home|papers?|models?|datasets?|spaces?|docs|documentation|blog|pricing|enterprise"
    "|community|posts?|collections?|organizations?|about|contact|careers|help|faq|privacy|terms|legal|cookies?|menu"
    "|search|filters?|sort(?: by)?|share|save|saved|follow|following|like|upvote|comment|comments|reply|copy|cite|link"
    "|bibtex|download|open|pdf|html|tex|arxiv|arxiv page|abs|view pdf|github|code|project|project page|website|demo"
    "|video|slides|poster|twitter|x|linkedin|facebook|reddit|daily papers|trending papers|skip to (?:main )?content"
    "|submit|submit a paper|paper page|loading|done|ok|cancel|close|edit|delete|report|dark mode|light mode|english"
    "|abstract|abstracts|title|authors?|keywords?|tags|topics|references"
)
_FURNITURE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("signs only", r"[\W_]+"),
        ("menu", rf"(?:[^\w\s]\s*)?(?:{_MENU})(?:\s*[^\w\s.?]|\s*\({_COUNT}\))?"),
        (
            "date",
            rf"(?:(?:published|submitted|updated|posted|uploaded|released|added)\s*(?:on|:)?\s*)?(?:on\s+)?{_DATE}",
        ),
        (
            "date",
            r"(?:(?:published|submitted|updated|posted)\s+)?(?:about\s+|over\s+)?(?:\d+|an?)\s+\w+\s+ago",
        ),
        ("count", rf"[^\w\s]?\s*(?:and\s+)?{_COUNT}\s*(?:more\s+)?(?:{_COUNTED})?(?:\s*[·•|])?"),
        ("count", rf"[·•|+\s]*(?:{_COUNTED}|github|star)\s*[:·(]?\s*{_COUNT}\)?"),
        ("byline", r"(?:submitted|posted|uploaded|shared|added|upvoted|curated|published)\s+by\b.{0,60}"),
        ("byline", r"by\s?.{1,60}\b(?:research )?community"),
        ("handle", r"@[\w.-]{2,40}"),
        ("page number", r"(?:page\s+)?\d+\s*(?:of|/)\s*\d+|page\s+\d+"),
        ("copyright", r"(?:©|\(c\)|copyright\b).{0,80}"),
        ("subject list", r"(?:subjects?|comments?|cite as|report number|journal reference):.{0,200}"),
        ("arXiv line", r"(?:\[\d+\]\s*)?arxiv:\d{4}\.\d{4,5}(?:v\d+)?.{0,60}"),
    )
)
_DOTS = re.compile(r"\s*[·•]\s*")
# `byAK`: the page sets the name right behind the word.
_GLUED_BYLINE = re.compile(r"by[A-Z@][\w.-]*(?:\s+\w+){0,6}|by @?[\w.-]+(?: (?!of|for|with)[\w.-]+)?")
_CALL = re.compile(
    r"(?:get|join|explore|subscribe|sign|log|browse|follow|share|click|check|upload|stay|load|filter|sort|submit|create"
    r"|install|download|upgrade|contact|welcome|powered|view|read|see|add|try|start|discover|receive|enter)\b",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"\b(?:your (?:e-?mail|inbox|account|profile|feed|browser|papers?)|in your|inbox|newsletter|cookies|e-?mail alerts?"
    r"|log in|sign up|this site|this page|terms of (?:use|service)|all rights reserved|email address)\b",
    re.IGNORECASE,
)
_PARTICLE = "de|van|von|der|da|di|la|le|el|bin"
_NAME = rf"(?:[A-Z][\w’'.-]*|{_PARTICLE})(?:\s+(?:[A-Z][\w’'.-]*|{_PARTICLE})){{1,3}}[\d*†‡]{{0,3}}"
_NAMES = re.compile(
    rf"(?:authors?:\s*)?{_NAME}(?:\s*[,;·&]\s*(?:and\s+)?{_NAME}|\s+and\s+{_NAME})+(?:,? et al\.?)?"
)
# "Predictive Coding, Variational Autoencoders and Graphs" has the shape of a list of names.
_NO_NAME = re.compile(
    r"\b(?:An?|The|On|\w{3,}(?:ing|ings|tion|tions|ive|ics|ity|ment|ments|ness|ous|works?|models?|coders?|sis|graphs?"
    r"|als?|ed|able|ence|ance|ies|ure|ized|based|[a-z]s))\b"
)


def kind_of_furniture(text: str) -> str:
    """Return what kind of furniture a line certainly is; empty where it may be a title or prose."""
    if len(text) > 250:
        return ""
    words = len(text.split())
    parts = [part.strip() for part in _DOTS.split(text) if part.strip()]
    kinds = [_kind(part) for part in parts]
    # `ByteDance Seed · 12 authors`: one part is enough to tell a short line of such parts.
    if len(parts) != 1 and (all(kinds) or (any(kinds) and words <= 10)):
        return next(filter(None, kinds), "signs only")
    if kinds and kinds[0]:
        return kinds[0]
    speaks_to_the_reader = words <= 20 and bool(_YOU.search(text))
    return "call" if speaks_to_the_reader and (is_call(text) or ":" not in text) else ""


def is_call(text: str) -> bool:
    """Tell whether a line starts as calls to act do: `Join…`, `Explore…`. Some titles do too."""
    return bool(_CALL.match(text))


def is_names(text: str) -> bool:
    """Tell whether a line is a list of authors' names and nothing else."""
    return bool(_NAMES.fullmatch(text)) and len(_NO_NAME.findall(text)) * 4 < len(text.split())


def _kind(text: str) -> str:
    """Return what kind of furniture a line or a part of one certainly is; empty where it isn't."""
    if _GLUED_BYLINE.fullmatch(text):
        return "byline"
    return next((kind for kind, pattern in _FURNITURE if pattern.fullmatch(text)), "")
