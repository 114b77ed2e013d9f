"""What each line of a page is, decided for the page as a whole.

A line by itself is often unclear: a short abstract reads like a sentence-case title, a title without
capitals like a menu. Its neighbours settle it, since an abstract must follow a title. So the lines
are the observations and the labels the states of a chain, and the best sequence is Viterbi's
(Viterbi 1967): each line's own score plus what each step from label to label is worth.

Pages differ in their habits, and a page keeps to its own: blank lines between papers or none,
abstracts of one paragraph or of many, titles that end with a full stop. A first reading learns
them and the next one uses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from math import log

from ingest.sources.page_cohesion import measure_cohesion
from ingest.sources.page_lines import CERTAIN, Line

_SAMPLE = 1_500
"""Lines that the page's habits are learnt from."""
_READINGS = 3
_LONGEST_RUN = 2_000
"""Lines decided together where no certain abstract comes between: bounds memory, not meaning."""
_COHESION = 3.0
"""What a line that speaks only of what comes after is worth as a title. Of 2, 3 and 4, measured on pages laid
out in eighteen ways, 2 kept sentences of an abstract together best and 4 found borders without blank lines best."""
_IMPOSSIBLE = float("-inf")


class Label(StrEnum):
    """What a line is."""

    TITLE = "title"
    TITLE_GOES_ON = "title goes on"
    GAP = "noise between a title and its abstract"
    ABSTRACT = "abstract"
    LONE_TITLE = "title without an abstract"
    NOISE = "noise"


_STEPS: dict[tuple[Label | None, Label], float] = {
    (None, Label.TITLE): 0.0,
    (None, Label.LONE_TITLE): -0.5,
    (None, Label.NOISE): 0.0,
    (None, Label.ABSTRACT): -5.0,  # an abstract whose title is missing
    (Label.TITLE, Label.TITLE_GOES_ON): -1.0,
    (Label.TITLE, Label.GAP): -0.5,
    (Label.TITLE, Label.ABSTRACT): 2.0,
    (Label.TITLE_GOES_ON, Label.TITLE_GOES_ON): -2.0,
    (Label.TITLE_GOES_ON, Label.GAP): -0.5,
    (Label.TITLE_GOES_ON, Label.ABSTRACT): 2.0,
    (Label.GAP, Label.GAP): 0.0,
    (Label.GAP, Label.ABSTRACT): 1.0,
    (Label.ABSTRACT, Label.ABSTRACT): 0.0,
    (Label.ABSTRACT, Label.TITLE): 0.0,
    (Label.ABSTRACT, Label.LONE_TITLE): -0.5,
    (Label.ABSTRACT, Label.NOISE): 0.0,
    (Label.LONE_TITLE, Label.TITLE): 0.0,
    (Label.LONE_TITLE, Label.LONE_TITLE): 0.0,
    (Label.LONE_TITLE, Label.NOISE): 0.0,
    (Label.NOISE, Label.TITLE): 0.3,
    (Label.NOISE, Label.LONE_TITLE): -0.5,
    (Label.NOISE, Label.NOISE): 0.0,
    (Label.NOISE, Label.ABSTRACT): -5.0,
}
"""The steps there are, and what each is worth before the page's habits count."""
_TITLES = (Label.TITLE, Label.TITLE_GOES_ON)
_MAY_END = (Label.ABSTRACT, Label.LONE_TITLE, Label.NOISE)  # a title that waits for its abstract can't


@dataclass(frozen=True)
class Habits:
    """How often a page does what: probabilities, at first those of pages in general.

    Attributes:
        more: After a line of an abstract comes another.
        blank_within: A blank line stands between two lines of an abstract.
        blank_before_title: One stands between an abstract and the next title.
        blank_after_title: One stands between a title and its abstract.
        full_stop: A title ends with a full stop.
    """

    more: float = 0.35
    blank_within: float = 0.35
    blank_before_title: float = 0.8
    blank_after_title: float = 0.75
    full_stop: float = 0.12


def label_lines(lines: Iterable[Line]) -> Iterator[tuple[Line, Label]]:
    """Label the lines of a page.

    Lines are decided in runs that end with a certain abstract, which cuts the chain: what comes
    before it can't change what comes after. So a page of any length takes little memory.

    Args:
        lines: The page's lines in order, without the blank ones.

    Yields:
        Each line with its label, in order.
    """
    lines = measure_cohesion(lines)
    sample = list(islice(lines, _SAMPLE))
    habits = _learn_habits(sample)
    before: Line | None = None
    run: list[Line] = []
    for line in chain(sample, lines):
        run.append(line)
        is_certain = line.as_abstract >= CERTAIN
        if is_certain or len(run) >= _LONGEST_RUN:
            yield from zip(run, _best_labels(run, before, habits), strict=True)
            before, run = (line if is_certain else None), []
    yield from zip(run, _best_labels(run, before, habits), strict=True)


def _learn_habits(sample: Sequence[Line]) -> Habits:
    """Read the sample a few times, each time with the habits that the last reading showed."""
    habits = Habits()
    for _ in range(_READINGS):
        labels = _best_labels(sample, None, habits)
        steps = [
            (last, label, not line.glued)
            for last, label, line in zip(labels, labels[1:], sample[1:], strict=False)
        ]
        after_abstract = [label is Label.ABSTRACT for last, label, _ in steps if last is Label.ABSTRACT]
        within = [blank for last, label, blank in steps if last is label is Label.ABSTRACT]
        before_title = [
            blank for last, label, blank in steps if last is Label.ABSTRACT and label is Label.TITLE
        ]
        after_title = [blank for last, label, blank in steps if last in _TITLES and label is Label.ABSTRACT]
        full_stops = [
            line.text.endswith(".")
            for line, label in zip(sample, labels, strict=True)
            if label is Label.TITLE
        ]
        general = Habits()
        habits = Habits(
            more=_share(after_abstract, general.more),
            blank_within=_share(within, general.blank_within),
            blank_before_title=_share(before_title, general.blank_before_title),
            blank_after_title=_share(after_title, general.blank_after_title),
            full_stop=_share(full_stops, general.full_stop),
        )
    return habits


def _share(seen: Sequence[bool], general: float, weight: float = 4.0) -> float:
    """Return the share of true ones, drawn towards the general share, and never quite 0 or 1."""
    share = (sum(seen) + weight * general) / (len(seen) + weight)
    return min(0.95, max(0.05, share))


def _best_labels(run: Sequence[Line], before: Line | None, habits: Habits) -> list[Label]:
    """Return Viterbi's labels for a run; `before` is the certain abstract that ended the last one."""
    if not run:
        return []
    totals: dict[Label | None, float] = {Label.ABSTRACT if before else None: 0.0}
    origins: list[dict[Label, Label | None]] = []
    previous = before
    for line in run:
        reached: dict[Label | None, float] = {}
        origin: dict[Label, Label | None] = {}
        for label in Label:
            best, best_last = _IMPOSSIBLE, None
            for last, total in totals.items():
                step = _STEPS.get((last, label))
                if step is None:
                    continue
                value = total + step + (_context(last, label, previous, line, habits) if previous else 0.0)
                if value > best:
                    best, best_last = value, last
            if best > _IMPOSSIBLE:
                reached[label] = best + _own(label, line, habits)
                origin[label] = best_last
        totals = reached
        origins.append(origin)
        previous = line
    here: Label | None = max((end for end in _MAY_END if end in totals), key=lambda end: totals[end])
    labels: list[Label] = []
    for origin in reversed(origins):
        assert here is not None  # only the first line's origin may be None
        labels.append(here)
        here = origin[here]
    return labels[::-1]


def _own(label: Label, line: Line, habits: Habits) -> float:
    """Return how well the line by itself fits the label."""
    if label is Label.TITLE or label is Label.LONE_TITLE:
        score = line.as_title + log(habits.full_stop if line.text.endswith(".") else 1 - habits.full_stop)
        # Titles without an abstract are rarer than lines of furniture that no rule knows.
        return score + _COHESION * line.cohesion if label is Label.TITLE else score - 3.0
    if label is Label.TITLE_GOES_ON:
        if (line.furniture and not line.wrapped) or len(line.text) > 150:
            return -8.0
        return 0.5 - 1.5 * bool(line.furniture) - 2 * (not line.unfinished)
    if label is Label.ABSTRACT:
        return line.as_abstract
    return line.as_gap if label is Label.GAP else line.as_noise


def _context(last: Label | None, label: Label, previous: Line, line: Line, habits: Habits) -> float:
    """Return what the break between two lines says for a step between their labels."""
    if label is Label.TITLE_GOES_ON:
        if not line.glued or not (previous.unfinished or previous.needs_more):
            return _IMPOSSIBLE
        return 2.0 * line.wrapped + 1.5 * previous.needs_more + 0.5 * (len(previous.text) > 45)
    if last in _TITLES and label is Label.ABSTRACT:
        return _blank(habits.blank_after_title, line)
    if last is not Label.ABSTRACT:
        return 0.0
    breaks_off = previous.unfinished * (1.0 if line.glued else -1.0)  # a paragraph ends with a sentence
    if label is Label.ABSTRACT:
        return (
            -_COHESION * line.cohesion
            + log(habits.more)
            + _blank(habits.blank_within, line)
            + 1.5 * breaks_off
            + 1.5 * line.wrapped
        )
    score = log(1 - habits.more)
    if label in (Label.TITLE, Label.LONE_TITLE):
        score += _blank(habits.blank_before_title, line) - 1.5 * previous.unfinished - 1.5 * line.wrapped
    return score


def _blank(probability: float, line: Line) -> float:
    return log(1 - probability if line.glued else probability)
