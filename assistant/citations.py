"""From a model's words to sentences with the numbers they cite; pure text, no model.

A marker is a number in square brackets: `[2]`, `[1, 3]`, `[1-3]`, `[1][2]`, also with a caret or in
lenticular brackets. What stands for no evidence is reported, never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.text import sentences

_MARKER = re.compile(r"\s*[\[【]\s*\^?(\d{1,4}(?:\s*[,;\-–—]\s*\^?\d{1,4})*)\s*(?:†[^\]】]*)?[\]】]")
_ONLY_MARKERS = re.compile(rf"(?:{_MARKER.pattern})+[\s.;,]*")
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)")
_OPEN_MARKER = re.compile(r"\s*[\[【][^\]】]{0,24}$")
_LONGEST_RANGE = 20


@dataclass(frozen=True)
class Marked:
    """A sentence without its markers, the evidence numbers it cites, and the markers that are unknown."""

    text: str
    numbers: tuple[int, ...]
    unknown: tuple[str, ...] = ()


def read_markers(sentence: str, known: int) -> Marked:
    """Take the markers out of a sentence.

    Args:
        sentence: A sentence as the model wrote it.
        known: How many numbered pieces of evidence there were; 1 to `known` are valid.

    Returns:
        The bare sentence, each valid number once in the order written, and the unknown markers.
    """
    numbers: dict[int, None] = {}
    unknown: dict[str, None] = {}

    def take(match: re.Match[str]) -> str:
        for number in _expand(match.group(1)):
            if 1 <= number <= known:
                numbers[number] = None
            else:
                unknown[f"[{number}]"] = None
        return ""

    bare = _BULLET.sub("", _MARKER.sub(take, sentence))
    bare = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(bare.split()))
    return Marked(re.sub(r"\.{2}$", ".", bare), tuple(numbers), tuple(unknown))


def visible(draft: str) -> str:
    """Return a draft as it may be shown while it grows: without markers, whole or half written."""
    return _OPEN_MARKER.sub("", _MARKER.sub("", draft))


class SentenceStream:
    """Cuts a stream of words into sentences, each with the markers that follow its full stop."""

    def __init__(self) -> None:
        self._buffer = ""

    @property
    def pending(self) -> str:
        """What was written since the last whole sentence."""
        return self._buffer

    def feed(self, words: str) -> Iterator[str]:
        """Take the next words; yield each sentence that they complete.

        The last sentence waits until another begins, since its markers may still be to come.
        """
        self._buffer += words
        pieces = _pieces(self._buffer)
        if len(pieces) > 1:
            yield from (text for text, _ in pieces[:-1])
            self._buffer = self._buffer[pieces[-2][1] :].lstrip()

    def end(self) -> Iterator[str]:
        """Yield what is left once the model has stopped."""
        left, self._buffer = self._buffer, ""
        yield from (text for text, _ in _pieces(left))


def _pieces(text: str) -> list[tuple[str, int]]:
    """Return the sentences of a draft with their ends; markers and bullets join their sentence."""
    found: list[tuple[str, int]] = []
    prefix_from: int | None = None
    for span in sentences(text):
        piece = span.of(text)
        if found and (match := _ONLY_MARKERS.match(piece)):
            end = span.start + match.end()
            start = found[-1][1] - len(found[-1][0])
            found[-1] = (text[start:end].rstrip(), start + len(text[start:end].rstrip()))
            rest = text[end : span.end]
            if not rest.strip():
                continue
            piece, start_at = rest.strip(), end + len(rest) - len(rest.lstrip())
        else:
            start_at = span.start
        if not any(char.isalpha() for char in _MARKER.sub("", piece)):
            prefix_from = (
                start_at if prefix_from is None else prefix_from
            )  # a bullet or number: the next begins here
            continue
        start_at = prefix_from if prefix_from is not None else start_at
        prefix_from = None
        found.append((text[start_at : span.end], span.end))
    return found


def _expand(numbers: str) -> Iterator[int]:
    for part in re.split(r"[,;]", numbers.replace("^", "")):
        ends = [int(end) for end in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= _LONGEST_RANGE:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends
