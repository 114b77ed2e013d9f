"""Sentences with character spans, words and stems: the text rules that every step shares."""

from __future__ import annotations

import re
import threading
import unicodedata

from assistant.models import Span

_WORD = re.compile(r"\w+(?:[-'.’]\w+)*", re.UNICODE)
_PART = re.compile(r"[^\W_]+", re.UNICODE)

_LIST_NUMBER = re.compile(r"(?:^|[;:,]\s+)(\(?\d{1,2}[.)]\s*)$")  # "…; 2. The next point"

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being between both
    but by can could did do does doing down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just me more most my no nor not of off on once one only or other
    our ours out over own same she should so some such than that the their theirs them then there these they
    this those through to too under until up us use used uses using very was we were what when where which
    while who whom whose why will with within without would you your yours""".split()
)
"""Words that carry no topic anywhere."""

QUESTION_WORDS = frozenset(
    """paper papers study studies article articles publication publications author authors abstract abstracts
    collection tell give show find list say says said saying please anything something know called name named
    many much report reports reported describe describes described discuss discusses mention mentions
    mentioned according there hello hi thanks""".split()
)
"""Words that in a question speak of the papers or to the assistant, and carry no topic either."""


def sentences(text: str) -> list[Span]:
    """Split a text into sentences.

    Args:
        text: Any text; paragraph breaks end a sentence.

    Returns:
        The spans of the sentences, in order, without the white space around them. Every character
        that isn't white space is in exactly one of them.
    """
    import sentencex  # compiled; loaded only where sentences are split

    spans: list[Span] = []
    carried: int | None = None  # where a list's number begins that was taken for a sentence's end
    for boundary in sentencex.get_sentence_boundaries("en", text):
        start, end = boundary["start_index"], boundary["end_index"]
        if carried is not None:
            start, carried = carried, None
        piece = text[start:end]
        if (number := _LIST_NUMBER.search(piece)) and end < len(text):
            carried = start + number.start(1)
            piece = piece[: number.start(1)]
        if piece.strip():
            start += len(piece) - len(piece.lstrip())
            spans.append(Span(start=start, end=start + len(piece.strip())))
    if carried is not None:
        spans.append(Span(start=carried, end=len(text.rstrip())))
    return spans


def fold(text: str) -> str:
    """Return `text` in compatibility form, lower case and without accents, for comparing."""
    if text.isascii():
        return text.lower()  # the same, a hundred times faster
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def words(text: str) -> list[str]:
    """Return the words of a text, folded; `GPT-4`, `2.1` and `don't` are one word each."""
    return _WORD.findall(fold(text))


_local = threading.local()


def _stem(found: list[str]) -> list[str]:
    if not hasattr(_local, "stemmer"):  # a Stemmer must not be shared between threads
        import Stemmer

        _local.stemmer = Stemmer.Stemmer("english")
    return list(_local.stemmer.stemWords(found))


def terms(text: str) -> list[str]:
    """Return the terms of a text for lexical matching, in order, with repeats.

    A hyphenated or dotted word gives its parts and the whole joined (`GPT-4` → gpt, 4, gpt4), so
    that each spelling of a name finds the others. Stopwords are left out, the rest is stemmed.
    """
    found: list[str] = []
    for word in words(text):
        parts = _PART.findall(word)
        if len(parts) > 1:
            found.append("".join(parts))
        found.extend(part for part in parts if part not in STOPWORDS and (len(part) > 1 or part.isdigit()))
    return _stem(found)


def question_terms(question: str) -> list[str]:
    """Return the terms of a question that carry its topic; all its terms where none do."""
    topical = " ".join(word for word in words(question) if word not in QUESTION_WORDS)
    return terms(topical) or terms(question)
