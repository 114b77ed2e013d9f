"""Whether a line speaks of what comes before it or of what comes after it.

A title shares its words with its own abstract, below, and few with the abstract above; the last
sentence of an abstract does the reverse. Lexical cohesion finds borders of topics in any text
(Hearst 1997, TextTiling).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.sources.page_lines import FUNCTION_WORDS, Line

_WINDOW = 800
"""Characters looked at on either side: about half an abstract."""
_MOST_LINES = 12
_LONGEST_TITLE = 350
_STEM = 6
"""Letters that stand for a word: `retrieval` and `retrieve` are one."""


def measure_cohesion(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines, each short one with its cohesion: from -1 (speaks of before) to 1 (of after)."""
    behind: deque[Line] = deque(maxlen=_MOST_LINES)
    ahead: deque[Line] = deque()
    upcoming = iter(lines)
    while True:
        # One line more than the window, which is the line that is measured.
        while len(ahead) <= 1 or (
            len(ahead) <= _MOST_LINES and sum(len(line.text) for line in ahead) < _WINDOW
        ):
            line = next(upcoming, None)
            if line is None:
                break
            ahead.append(line)
        if not ahead:
            return
        current = ahead.popleft()
        yield _measured(current, behind, ahead) if len(current.text) <= _LONGEST_TITLE else current
        behind.appendleft(current)


def _measured(line: Line, behind: Iterable[Line], ahead: Iterable[Line]) -> Line:
    own = _stems(line)
    if line.furniture or not own:
        return line
    before, after = _window(behind), _window(ahead)
    return replace(line, cohesion=(len(own & after) - len(own & before)) / len(own))


def _window(lines: Iterable[Line]) -> set[str]:
    stems: set[str] = set()
    characters = 0
    for line in lines:
        if characters >= _WINDOW:
            break
        if not line.furniture:
            stems |= _stems(line)
            characters += len(line.text)
    return stems


def _stems(line: Line) -> set[str]:
    words: Sequence[str] = [word.lower() for word in line.words]
    return {word[:_STEM] for word in words if len(word) > 3 and word not in FUNCTION_WORDS}
