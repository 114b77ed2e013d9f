"""Whether words of a question restrict papers, or belong to what it is about: by where they stand; pure.

“Papers on dropout since 2015” restricts, “how did prices change since 2015” doesn't. What was understood already
is replaced by a mark, so that the next words stand beside it: “papers since 2015 by Hinton”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARK = "\ue000"
"""Stands where words were understood; a private character, which no text has a use for."""

PAPERS = (
    r"(?:papers|articles|publications|preprints|manuscripts|studies|works|literature|research"
    r"|(?:recent|prior|previous|early|earlier|later|latest|new|any|the|some|more|all|other)\s+work)"
)
PAPER = r"(?:paper|article|publication|preprint|manuscript|study)"
PUBLISHED = (
    r"(?:published|released|written|(?:co-?)?authored|appeared|appearing|presented|posted|submitted|dated"
    r"|c[ao]me\s+out|wrote)"
)
_ANY = r"(?:which|what|any|a|an|one|some|every|each|no|another|all)"
_WORDS = r"(?:[\w'’-]+\s+){0,3}?"
_OPEN = (
    r"(?:(?:any|some|every|no)thing(?:\s+(?:new|else|here))?"
    r"|what(?:\s+else)?\s+(?:do|did|have)\s+(?:you|we|i)(?:\s+(?:have|got|hold))?(?:\s+here)?"
    r"|what(?:['’]?s|\s+is|\s+was)(?:\s+(?:there|new|here))?|what\s+(?:has|have)\s+been|(?:is|are)\s+there)"
)
_HEAD = re.compile(rf"\b(?:{PAPERS}|{_ANY}\s+{_WORDS}{PAPER}|{_OPEN}|who)\b", re.IGNORECASE)
_BESIDE = re.compile(
    rf"(?:\b(?:{PAPERS}|(?:{_ANY}|the)\s+{_WORDS}{PAPER}|{_OPEN})|{MARK})"
    rf"(?P<glue>(?:\s+(?:that|which|who))?(?:\s+(?:are|is|was|were|have|has|had|been|being|both|all|only|here))*"
    rf"(?:\s+{PUBLISHED})?(?:\s+(?:only|both|either|back|and|or))?)[\s,(]*$",
    re.IGNORECASE,
)
_VERB = re.compile(
    rf"(?:\s+(?:that|which))?(?:\s+(?:are|is|was|were|have|has|had|been|being))*\s+{PUBLISHED}[\s,(]*$",
    re.IGNORECASE,
)
_OPEN_ONLY = re.compile(r"(?:what|is|are|who)\b", re.IGNORECASE)
_END = re.compile(rf"(?:[\s?.!,;)\"”’{MARK}]|\b(?:please|pls|here|only|in\s+total)\b)*$", re.IGNORECASE)
_WHAT = re.compile(r"\W*(?:and\s+)?what(?:\s+else)?", re.IGNORECASE)
_START = re.compile(rf"^[\s\"“({MARK}]*$")
_WANTED = re.compile(rf"\b(?:{PAPERS}|{PAPER}|{PUBLISHED}|new|there)\b", re.IGNORECASE)
_OF_CONTENT = re.compile(
    r"\b(?!(?:published|released|presented|posted|submitted|dated|authored|co-?authored|related|based|titled)\b)"
    r"(?:\w+ed|taken|held|made|drawn|given|built|known|seen|born|won|data|datasets?|corpus|corpora|images?|videos?|records?"
    r"|tweets|posts|news|texts?|crisis|crises|pandemic|epidemic|outbreak|elections?|wars?|season|era|history|prices"
    r"|patients|events?|trials?|seasons)\s*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:do|does|did|has|have|had|grew|grown|gain\w*|chang\w*|increas\w*|declin\w*|happen\w*)\b", re.I
)
_TOPIC = re.compile(
    rf"\s*(?:{PUBLISHED}\s+)?(?:on|about|regarding|concerning|around|dealing\s+with|related\s+to|with|using)\s+"
    rf"(?:(?!(?:the|a|an|this|that|these|those|which|who)\b)[^\s{MARK}]+\s+){{1,8}}$",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(
    r"^\W*(?:is|was|are|were|did|does|do|has|have|had|can|could|isn't|wasn't|didn't)\s+"
    r"(?!there\b|you\b|we\b|any|some|people\b|papers\b|studies\b)",
    re.IGNORECASE,
)

_SPOKEN_OF = re.compile(
    rf"\b(?:{PAPERS}|{PAPER}|of\s+(?:these|those|them)|(?:any|some|every)thing|what)\b", re.I
)
_WORD = re.compile(rf"[ \t]*([^\s,;:?!()\"“”{MARK}]+)")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]\.$")


@dataclass(frozen=True)
class Place:
    """Where some words stand: what comes before and after them."""

    before: str
    after: str

    @classmethod
    def of(cls, match: re.Match[str], group: int | str = 0) -> Place:
        """Return the place of a match, or of a group of it."""
        return cls(match.string[: match.start(group)], match.string[match.end(group) :])

    @property
    def beside(self) -> bool:
        """Whether they follow papers at once (“papers (that were published) …”), or what was understood before."""
        return bool(_BESIDE.search(self.before))

    @property
    def definite(self) -> bool:
        """Whether they follow one definite paper: “the dropout paper …”."""
        found = _BESIDE.search(self.before)
        return bool(found and found[0][:4].lower() == "the ")

    @property
    def published(self) -> bool:
        """Whether they follow a word such as “published” in a question for papers."""
        verb = _VERB.search(self.before)
        if verb is None:
            return False
        said = self.before[: verb.start()]
        return bool(_HEAD.search(said) or _WHAT.fullmatch(said))

    @property
    def outside(self) -> bool:
        """Whether they stand at the start or at the end of a question for papers, apart from what it is about."""
        if _START.match(self.before):
            return bool(self.after.lstrip()[:1] == "," and _WANTED.search(self.after))
        if not _END.match(self.after) or _OF_CONTENT.search(self.before):
            return False
        heads = list(_HEAD.finditer(self.before))
        return bool(heads and not _CLAUSE.search(self.before, heads[-1].end()))

    @property
    def after_topic(self) -> bool:
        """Whether they end a question of the shape “papers on some topic”, which names nothing definite."""
        heads = list(_HEAD.finditer(self.before))
        return bool(self.outside and heads and _TOPIC.fullmatch(self.before, heads[-1].end()))

    @property
    def glue(self) -> int:
        """How many characters before belong to the words: “that were published” between papers and a year."""
        if found := _BESIDE.search(self.before):
            return 0 if _OPEN_ONLY.match(found[0]) else len(self.before) - found.start("glue")
        verb = _VERB.search(self.before) if self.published else None
        return len(self.before) - verb.start() if verb else 0

    def marked(self, instead: str = "") -> tuple[str, str]:
        """Return what comes before, with a mark for the words and those that belong to them, and what comes after."""
        kept = len(self.before) - self.glue
        before, glue, after = self.before[:kept], self.before[kept:], self.after.lstrip(" ")
        after = after.removeprefix(")") if "(" in glue else after
        return f"{before.rstrip(' ')} {instead}{MARK}", after


def asks_whether(question: str) -> bool:
    """Tell whether a question asks if something is so: what it says then is to be answered, and restricts nothing."""
    return bool(_ASKS_WHETHER.match(question))


def has_papers(text: str) -> bool:
    """Tell whether a text speaks of papers or asks what there is."""
    return bool(_SPOKEN_OF.search(text))


def capitals(text: str) -> bool:
    """Tell whether a word of a text has several capitals, as acronyms have."""
    return any(sum(char.isupper() for char in word) > 1 for word in text.split())


def runs(text: str, start: int, stops: frozenset[str], most: int) -> Iterator[tuple[int, str]]:
    """Yield runs of words that begin at a place, the longest first.

    Args:
        text: A question.
        start: Where the first word begins.
        stops: Words, in lower case, that a run ends before.
        most: Words in a run at the most.

    Yields:
        Where a run ends, and the run without the punctuation around it.
    """
    ends: list[int] = []
    while len(ends) < most and (word := _WORD.match(text, start if not ends else ends[-1])):
        if word[1].lower() in stops:
            break
        ends.append(word.end())
    for end in reversed(ends):
        run = text[start:end].strip()
        bare = run if _INITIAL.search(run) else run.rstrip(".'’")
        if bare:
            yield end - (len(run) - len(bare)), bare


def tidied(text: str) -> str:
    """Return a question without its marks, and without what they leave hanging."""
    text = re.sub(rf"\(\s*{MARK}[\s{MARK}]*\)", MARK, text)
    text = re.sub(rf"{MARK}(?:\s*(?:,|;|\band\b|\bor\b)?\s*{MARK})+", MARK, text)
    text = re.sub(rf"^[\s{MARK}]*[,;:]?\s*|[\s,;]*{MARK}\s*(?=[?.!,;]|$)", "", text)
    text = " ".join(text.replace(MARK, " ").split())
    return re.sub(r"\s+([?.!,;])", r"\1", text)
