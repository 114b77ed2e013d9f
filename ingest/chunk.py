"""A paper's passages: runs of whole sentences that, with the title, fit the embedder's window.

Passages don't overlap. Their borders are borders of sentences and each carries the title, so a
passage is understood by itself; a sentence told twice would only cost time and rank twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.errors import UsageError
from assistant.models import Paper, Passage, Span
from assistant.text import sentences

CountTokens = Callable[[str], int]
"""Tokens of a text as the embedder reads it, its special tokens included."""

_CLAUSE_END = re.compile(r"[,;:)\]—–](?=\s)")
_WHITE = re.compile(r"\s+")


def embedded_text(title: str, passage: str) -> str:
    """Return the text that is embedded for a passage; `title` as `fit_title` gives it."""
    return f"{title}\n{passage}"


def fit_title(title: str, count_tokens: CountTokens, window: int) -> str:
    """Cut a title that would leave its passages too little room, for embedding only.

    Returns:
        The title, or the words of its beginning that take half the window.
    """
    if count_tokens(title) <= window // 2:
        return title
    low, high = 0, len(title)
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(title[:middle]) <= window // 2:
            low = middle
        else:
            high = middle - 1
    beginning = title[:low]
    return (beginning.rpartition(" ")[0] or beginning).rstrip()


def chunk(paper: Paper, count_tokens: CountTokens, window: int) -> list[Passage]:
    """Cut a paper's abstract into passages, as few as fit and as equal as its sentences allow.

    Args:
        paper: A cleaned paper.
        count_tokens: The embedder's token count of a text, special tokens included.
        window: Most tokens that the embedder reads.

    Returns:
        The passages in order; every character that isn't white space is in exactly one. A title-only
        paper has one passage with an empty span.

    Raises:
        UsageError: The window is too small for a single character.
    """
    if not paper.abstract.strip():
        return [_passage(paper, 0, ())]
    title = fit_title(paper.title, count_tokens, window)

    def fits(start: int, end: int) -> bool:
        return count_tokens(embedded_text(title, paper.abstract[start:end])) <= window

    found = sentences(paper.abstract)
    if fits(found[0].start, found[-1].end):
        return [_passage(paper, 0, found)]
    pieces = [piece for sentence in found for piece in _split_to_fit(paper.abstract, sentence, fits)]

    # Counting each piece once is much cheaper than counting each run of pieces. Tokenisers count a
    # run as the sum of its parts, or nearly; where one doesn't, the exact count decides.
    special = count_tokens("")
    weights = [count_tokens(paper.abstract[piece.start : piece.end]) - special for piece in pieces]
    room = window - count_tokens(embedded_text(title, ""))
    runs = _partition(weights, lambda first, last: sum(weights[first:last]) <= room)
    if not all(fits(pieces[first].start, pieces[last - 1].end) for first, last in runs):
        runs = _partition(weights, lambda first, last: fits(pieces[first].start, pieces[last - 1].end))
    return [_passage(paper, n, pieces[first:last]) for n, (first, last) in enumerate(runs)]


def _passage(paper: Paper, n: int, spans: Sequence[Span]) -> Passage:
    whole = Span(start=spans[0].start, end=spans[-1].end) if spans else Span(start=0, end=0)
    return Passage(id=f"{paper.id}#{n}", paper_id=paper.id, n=n, span=whole, sentences=tuple(spans))


def _partition(weights: Sequence[int], fits: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    """Cut a sequence into the fewest runs that fit, and among those the most equal.

    Dynamic programming: the best cut of each beginning extends that of a shorter one. The least sum
    of squared weights is the most equal cut.

    Args:
        weights: The tokens of each piece; each piece fits by itself.
        fits: Whether the pieces from `first` up to, not including, `last` fit together.

    Returns:
        The runs as (first, last), last not included.
    """
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # runs, sum of squares, start of the last run
    for last in range(1, len(weights) + 1):
        weight = 0
        options = []
        for first in range(last - 1, -1, -1):
            if first < last - 1 and not fits(first, last):
                break
            weight += weights[first]
            runs, squares, _ = best[first]
            options.append((runs + 1, squares + weight * weight, first))
        best.append(min(options))
    cuts: list[tuple[int, int]] = []
    last = len(weights)
    while last:
        first = best[last][2]
        cuts.append((first, last))
        last = first
    return cuts[::-1]


def _split_to_fit(text: str, span: Span, fits: Callable[[int, int], bool]) -> list[Span]:
    """Halve a sentence that is too long, at the best place near its middle, until its parts fit."""
    if fits(span.start, span.end):
        return [span]
    if span.end - span.start < 2:
        raise UsageError(
            f"the embedder's window is too small for the character {text[span.start : span.end]!r} and its title",
            "choose an embedding model with a larger window",
        )
    left_end, right_start = _halve(text, span)
    halves = (Span(start=span.start, end=left_end), Span(start=right_start, end=span.end))
    return [piece for half in halves for piece in _split_to_fit(text, half, fits)]


def _halve(text: str, span: Span) -> tuple[int, int]:
    """Return where the left half ends and the right one starts.

    The end of a clause in the middle half of the span is best, then white space anywhere, then any
    place between two characters.
    """
    middle = (span.start + span.end) // 2
    quarter = (span.end - span.start) // 4
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, middle - quarter, middle + quarter)]
    if clauses:
        end = min(clauses, key=lambda place: abs(place - middle))
        blank = _WHITE.match(text, end)
        return end, blank.end() if blank else end
    blanks = [match.span() for match in _WHITE.finditer(text, span.start + 1, span.end - 1)]
    return min(blanks, key=lambda place: abs(place[0] - middle)) if blanks else (middle, middle)
