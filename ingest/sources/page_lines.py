"""How much a line of a copied web page looks like a title, an abstract or the page's furniture.

The scores are in natural-log units, set by hand: a point is about as much evidence as three to one.
They only have to rank the readings of a whole page (`page_labels`), where neighbours decide most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ingest.sources.page_furniture import is_call, is_names, kind_of_furniture

_SECTION = re.compile(
    r"(?:background|objectives?|aims?|purpose|methods?|results?|findings?|conclusions?|discussion|introduction"
    r"|motivation|significance|design|setting|keywords)\s*[:.]?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*]*\s*(?:\[\d+\])?$|https?://\S+$|[.:]$")
_SENTENCE_BREAK = re.compile(r"(?<=[a-z0-9)%\"”])[.!?]\s+[A-Z\d(\"“]")
_FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us|I|this paper|this work|this study|this article)\b")
_PROSE_START = re.compile(
    r"(?:However|Moreover|Furthermore|Additionally|Finally|Here|These|This|Our|We|It|Although|While|Specifically"
    r"|In (?:contrast|this|conclusion|addition|particular)|Thus|Therefore|Together|Conversely|Interestingly|Importantly"
    r"|Notably|Similarly|Surprisingly|Unfortunately|Recently|Upon|Existing|Recent|Experiments|Experimental|Extensive|BACKGROUND|OBJECTIVES?|AIMS?|PURPOSE|METHODS?|RESULTS"
    r"|CONCLUSIONS?|CONTEXT|IMPORTANCE|INTRODUCTION|FINDINGS)\b"
)
_PART_OF_ABSTRACT = re.compile(
    r"(?:(?i:background|objectives?|aims?|purpose|methods?|results?|findings?|conclusions?|significance|keywords):\s"
    r"|(?i:(?:our )?(?:code|data|datasets?|demo|models?|project|webpage|website|video)s?(?: page)?)\b.{0,40}https?://)"
)
_BULLET = re.compile(r"^(?:[-–•*▪]\s|\(?\d{1,2}[.)]\s)")
_URL = re.compile(r"https?://|www\.")
_CONNECTOR = re.compile(
    r"(?:[,:(–-]|\b(?:a|an|and|as|at|be|between|by|for|from|in|into|is|of|on|or|our|that|the|their|to|toward|towards"
    r"|under|using|via|we|which|with|without))$"
)
FUNCTION_WORDS = frozenset(
    """a an and are as at be been between but by can could do does for from has have how in into is it its may more
    most not of on or our such than that the their them these they this those through thus to under using was we were
    when where which while who with without""".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")

_TWO_SENTENCES = re.compile(r"[a-z)]\.\s+[A-Z]")

# From so many words or characters on, so much evidence.
_TITLE_WORDS = ((0, -4.0), (1, -1.0), (2, -0.5), (3, 1.0), (4, 2.0), (26, -1.0), (40, -6.0))
_NOISE_WORDS = ((0, 0.5), (4, 0.0), (6, -2.0), (13, -4.0))
_ABSTRACT_LENGTHS = ((0, -1.5), (60, 0.0), (120, 1.5), (200, 3.5), (400, 5.0))

CERTAIN = 7.0
"""An abstract score that no neighbour can talk away: several sentences of prose on one line."""


def _step(steps: tuple[tuple[int, float], ...], value: int) -> float:
    return next(score for least, score in reversed(steps) if value >= least)


@dataclass(frozen=True)
class Line:
    """A line of the page, or several that were one before they were wrapped.

    Attributes:
        number: The number of its first line in the file, from 1.
        text: Its text; a `\\n` stands where lines were joined.
        glued: No blank line stands before it.
        wrapped: The break before it was made by a narrow column: its first word wouldn't have fitted.
        cohesion: From -1, it speaks of what comes before, to 1, of what comes after.
    """

    number: int
    text: str
    glued: bool = False
    wrapped: bool = False
    cohesion: float = 0.0

    @cached_property
    def words(self) -> list[str]:
        """The words of the line."""
        return _WORD.findall(self.text)

    @cached_property
    def furniture(self) -> str:
        """What kind of page furniture the line certainly is; empty where it isn't."""
        return kind_of_furniture(self.text)

    @property
    def unfinished(self) -> bool:
        """Whether the text breaks off without the end of a sentence."""
        return not _SENTENCE_END.search(self.text)

    @property
    def needs_more(self) -> bool:
        """Whether the text ends on a word that can't end a line of its own, as `of` or a comma."""
        return bool(_CONNECTOR.search(self.text))

    @cached_property
    def title_case(self) -> float:
        """Share of the longer words that start with a capital or a digit."""
        long = [word for word in self.words if len(word) > 3]
        return sum(not word[0].islower() for word in long) / len(long) if long else 0.5

    @cached_property
    def is_prose(self) -> bool:
        """Whether the line starts as sentences go on and titles don't: `However`, `We`, `METHODS`."""
        return bool(_PROSE_START.match(self.text)) and (self.title_case <= 0.6 or self.text[:4].isupper())

    @cached_property
    def as_title(self) -> float:
        """Evidence that the line is a title."""
        if self.furniture:
            return -8.0
        count, length = len(self.words), len(self.text)
        score = _step(_TITLE_WORDS, count)
        score -= 4 * (length > 300)
        score -= 2 * self.text.endswith((",", ";"))  # a full stop is a habit of the page: see page_labels
        score -= 2 * bool(_TWO_SENTENCES.search(self.text))
        score += 1.5 * (self.title_case > 0.6 and count > 2)
        score -= 2 * bool(_FIRST_PERSON.search(self.text)) if self.title_case <= 0.6 else 0
        score -= 0.7 * self.text[:1].islower()
        score -= 2 * bool(_BULLET.match(self.text)) + 3 * bool(_URL.search(self.text))
        score -= 3 * bool(_SECTION.fullmatch(self.text))
        score -= 1.5 * is_call(self.text) + 0.5 * self.text.endswith("!")
        return score - 4 * is_names(self.text) - 1.5 * self.is_prose

    @cached_property
    def as_abstract(self) -> float:
        """Evidence that the line is an abstract or a paragraph of one."""
        if self.furniture:
            return -8.0
        length = len(self.text)
        score = _step(_ABSTRACT_LENGTHS, length)
        score += -1.5 if self.unfinished else 1.5
        score += 1.5 * bool(_SENTENCE_BREAK.search(self.text))
        function_words = sum(word.lower() in FUNCTION_WORDS for word in self.words) / max(1, len(self.words))
        # Prose needs its small words: nine abstracts in ten have 28% and more, half of the titles 20% and less.
        score += 1.0 if function_words >= 0.26 else -1.0 if function_words <= 0.12 else 0.0
        score += 1.5 * bool(_FIRST_PERSON.search(self.text))
        if self.title_case > 0.65 and len(self.words) > 1:
            score -= 3.0 if self.unfinished else 1.5
        score += 3.5 * bool(_SECTION.fullmatch(self.text)) + 1.0 * bool(_URL.search(self.text))
        score += 3.0 * bool(_PART_OF_ABSTRACT.match(self.text))
        return score + 0.5 * bool(_BULLET.match(self.text)) + 1.5 * self.is_prose

    @cached_property
    def as_noise(self) -> float:
        """Evidence that the line is neither: a menu, a name, a count."""
        if self.furniture:
            return 6.0
        score = _step(_NOISE_WORDS, len(self.words))
        score -= 8 * (len(self.text) >= 150)
        return score + 1.5 * is_call(self.text)

    @cached_property
    def as_gap(self) -> float:
        """Evidence that the line stands between a title and its abstract, as authors' names do."""
        return 3.0 if is_names(self.text) else self.as_noise
