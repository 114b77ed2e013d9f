"""Papers that a question names by words of their titles: whole, in part, in another order, or with a slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.name_index import NamedPaper, NameIndex
from assistant.phrases import Cue, Phrase, Piece, phrases, pieces
from assistant.plan import Named

COVERED = {Cue.QUOTED: 0.8, Cue.CALLED: 0.7, Cue.LABEL: 0.95}
"""Share of a phrase's words, weighted by how telling they are, that a title must have to be meant."""

MARGIN = 0.15
"""How much less of the phrase any other title must have."""

RUN, RUN_SHARE = 4, 0.75
"""Telling words in a row, and their share of the title's, from which a title is named without any cue."""

OWN_SHARES = {2: 0.8, 3: 0.6}
"""Number of words with which a title begins → share of the question's telling words from which they name it."""

FEWEST_STATED = 6
"""Telling words of a title in a row that name it in a text that states something."""

Heard = Mapping[str, set[str]]
"""For each stem of a question the stems in titles that it may stand for."""

_LONG = 5
"""Letters from which one slip is forgiven, and from which a single word of only one title names it."""


def by_title(question: str, index: NameIndex, stating: bool = False) -> Iterator[Named]:
    """Yield the papers that a question names by their titles.

    Args:
        question: The question.
        index: The names of papers.
        stating: Whether it states something instead; then only long runs of a title's words count, and quotations.
    """
    said = pieces(question)
    papers = index.titled(piece.stem for piece in said)
    if not papers:
        return
    heard = _heard(said, papers, index)
    for phrase in phrases(question):
        if stating and phrase.cue is not Cue.QUOTED:
            continue
        if named := _by_phrase(question, phrase, papers, index, heard):
            yield named
    yield from _by_run(question, said, papers, heard, FEWEST_STATED if stating else 2)


def _heard(said: Sequence[Piece], papers: Sequence[NamedPaper], index: NameIndex) -> Heard:
    """Return what each stem of a question may be; a slip is forgiven in words that no title has."""
    from rapidfuzz.distance import OSA

    heard = {piece.stem: {piece.stem} for piece in said}
    written = {word for paper in papers for word in paper.pieces}
    for stem in heard:
        if len(stem) >= _LONG and not index.titles_with(stem):
            heard[stem] |= {word for word in written if OSA.distance(stem, word, score_cutoff=1) <= 1}
    return heard


def _by_phrase(
    question: str,
    phrase: Phrase,
    papers: Sequence[NamedPaper],
    index: NameIndex,
    heard: Heard,
) -> Named | None:
    weights = [index.idf(piece.stem) for piece in phrase.pieces]
    said = [question[piece.start : piece.end] for piece in phrase.pieces]
    shares = []
    for paper in papers:
        initials = "".join(word[0] for word in paper.pieces).upper()
        had = [
            not heard[piece.stem].isdisjoint(paper.pieces)
            or (len(written) > 2 and written.isupper() and written in initials)
            for piece, written in zip(phrase.pieces, said, strict=True)
        ]
        shares.append(
            (sum(w for w, has in zip(weights, had, strict=True) if has) / sum(weights), sum(had), paper)
        )
    shares.sort(key=lambda item: -item[0])
    share, had_words, best = shares[0]
    if share < COVERED[phrase.cue] or (len(shares) > 1 and shares[1][0] > share - MARGIN):
        return None
    stems = [piece.stem for piece in phrase.pieces]
    if had_words == 1:
        sure = (
            phrase.cue is Cue.CALLED
            and len(stems) == 1
            and len(stems[0]) >= _LONG
            and index.titles_with(stems[0]) == 1
        )
    else:
        run = _longest_run(stems, best.pieces, heard)[1]
        starts = _begins(stems, best.pieces, heard)
        enough = starts or run >= min(RUN, RUN_SHARE * len(best.pieces))
        sure = {Cue.CALLED: True, Cue.LABEL: run == len(stems), Cue.QUOTED: enough}[phrase.cue]
    end = phrase.pieces[-1].end
    return Named(best.paper_id, phrase.start, end, sure, question[phrase.start : end])


def _by_run(
    question: str,
    said: Sequence[Piece],
    papers: Sequence[NamedPaper],
    heard: Heard,
    fewest: int,
) -> Iterator[Named]:
    """Yield papers of whose titles a question has enough words in a row."""
    stems = [piece.stem for piece in said]
    for paper in papers:
        if sum(not heard[stem].isdisjoint(paper.pieces) for stem in stems) < fewest:
            continue
        start, length = _longest_run(stems, paper.pieces, heard)
        words = stems[start : start + length]
        starts = length > 1 and _begins(words, paper.pieces, heard)
        first = starts and length >= OWN_SHARES[min(length, max(OWN_SHARES))] * len(stems)
        whole = len(set(words)) >= 3 and length == len(paper.pieces)
        long = length >= RUN and length >= RUN_SHARE * len(paper.pieces)
        if length < fewest or not (first or whole or long):
            continue
        others = (other for other in papers if other is not paper)
        if any(_longest_run(words, other.pieces, heard)[1] == length for other in others):
            continue
        span = said[start].start, said[start + length - 1].end
        yield Named(paper.paper_id, *span, True, question[slice(*span)])


def _begins(said: Sequence[str], title: Sequence[str], heard: Heard) -> bool:
    """Tell whether a title begins with these words."""
    return all(written in heard[word] for word, written in zip(said, title, strict=False))


def _longest_run(said: Sequence[str], title: Sequence[str], heard: Heard) -> tuple[int, int]:
    """Return where in `said` the longest run of words begins that a title has too, and its length."""
    best = (0, 0)
    before = [0] * (len(title) + 1)
    for i, word in enumerate(said):
        now = [0] * (len(title) + 1)
        for j, written in enumerate(title):
            if written in heard[word]:
                now[j + 1] = before[j] + 1
                if now[j + 1] > best[1]:
                    best = (i - now[j + 1] + 1, now[j + 1])
        before = now
    return best
