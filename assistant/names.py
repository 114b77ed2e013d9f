"""Papers that a question names: by a name of their own, by words of their titles, by who wrote them, by an id.

Naming outweighs what a paper is about, so it must be sure: a long question that happens to contain some
words of a title, or a common word that is also a system's name, names nothing for sure. A text that states
something describes papers rather than names them: there only a system's own spelling or a long title counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.facts import joined
from assistant.identifiers import identifiers
from assistant.name_index import MOST, NamedPaper, NameIndex
from assistant.name_match import (
    SHORTEST,
    SHORTEST_FOR_TWO,
    is_called_paper,
    is_cued,
    is_denied,
    is_most_of,
    is_near,
    is_own_spelling,
    is_titled,
    is_used,
    longest,
    owners_of,
    stretches,
    with_partners,
)
from assistant.own_names import LONGEST_NAME, OwnName, Source, is_coined
from assistant.parts import states
from assistant.phrases import pieces
from assistant.plan import Named
from assistant.text import fold, terms
from assistant.title_match import by_title

__all__ = ["LONGEST_NAME", "Named", "PaperNames"]

MOST_PAPERS = 3
"""A word that more papers have is no name unless a paper is called so in its title, or the question cues it; of an
author with more papers none is meant."""

_SURNAME = r"(?P<{}>[^\W\d_][\w'’-]*[^\W\d_])"
_YEAR = r"(?:['’]s)?\s*,?\s*[(\[]?\s*(?P<year>(?:19|20)\d\d)[a-z]?\b"
_FIRST = _SURNAME.format("first")
_SECOND = _SURNAME.format("second")
_AUTHORS = (
    re.compile(rf"\b{_FIRST}\s*,?\s+et\.?\s*al\b\.?(?:{_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_FIRST}\s+(?i:and|&)\s+(?i:colleagues|co-?workers|co-?authors|others)\b(?:{_YEAR})?"),
    re.compile(rf"\b(?=[A-Z]){_FIRST}\s+(?:and|&)\s+(?=[A-Z]){_SECOND}{_YEAR}"),
    re.compile(rf"\b(?=[A-Z]){_FIRST}{_YEAR}"),
    re.compile(rf"\b(?=[A-Z]){_FIRST}(?:['’]s)?\s+(?:(?P<year>(?:19|20)\d\d)\s+)?(?:paper|article|study)\b(?!s)"),
    re.compile(rf"\b(?:paper|article|study)\s+(?:by|of)\s+(?:[A-Z][\w.]*\s+)*(?=[A-Z]){_FIRST}(?:\s*,?\s*(?:from\s+)?\(?(?P<year>(?:19|20)\d\d))?"),
)  # fmt: skip


class PaperNames:
    """The names of a collection's papers."""

    def __init__(
        self,
        index: NameIndex,
        papers_with: Callable[[str], int],
        is_word: Callable[[str], bool] = lambda _: False,
        identified: Callable[[str], Sequence[str]] = lambda _: (),
    ) -> None:
        """Take what names are looked up in.

        Args:
            index: The index of names.
            papers_with: How many papers have a word.
            is_word: Whether a word in small letters is a common one of the language.
            identified: Ids of the papers that an identifier names.
        """
        self._index = index
        self._papers_with = papers_with
        self._is_word = is_word
        self._identified = identified

    def find(self, question: str) -> list[str]:
        """Return the ids of the papers that a question names for sure, in the order in which it names them."""
        return [named.paper_id for named in self.mentions(question) if named.sure]

    def mentions(self, question: str) -> list[Named]:
        """Return the papers that a question names, or may name, each once, in the order in which it names them."""
        stating = states(question)
        near = () if stating else self._by_near_name(question)
        called = longest([*self._by_name(question, stating), *near])
        if not stating:
            called = with_partners(called, question)
        titled = by_title(question, self._index, stating)
        found: dict[str, Named] = {}
        by_id = list(self._by_identifier(question))
        for named in (*by_id, *called, *titled, *_by_author(question, self._index)):
            known = found.get(named.paper_id)
            if known is None or (named.sure, -named.place) > (known.sure, -known.place):
                found[named.paper_id] = named
        for named in by_id:
            known = found[named.paper_id]
            if not question[known.end : named.place].strip(" ,:([") and known.end <= named.place:
                closed = question[named.end : named.end + 1] in (")", "]")
                found[named.paper_id] = replace(known, end=named.end + closed)  # “KelpNet (2101.00001)”
        return sorted(found.values(), key=lambda named: (named.place, not named.sure))

    def _by_identifier(self, question: str) -> Iterator[Named]:
        for each in identifiers(question):
            for paper_id in () if is_denied(question, each.start) else self._identified(each.value):
                yield Named(paper_id, each.start, each.end, True, question[each.start : each.end])

    def _by_name(self, question: str, stating: bool) -> Iterator[Named]:
        for start, end in stretches(question):
            said = question[start:end]
            owners = owners_of(self._index.called(joined(said)), said)
            if not 0 < len(owners) <= MOST_PAPERS or is_denied(question, start):
                continue
            name = owners[0][1]
            sure = len(owners) == 1 and (
                is_own_spelling(said, name) if stating else self._is_meant(said, name, question, start, end)
            )
            for paper, name in owners:
                if sure or (len(owners) == 1 and name.source <= Source.INITIALS):
                    yield Named(paper.paper_id, start, end, sure, said)

    def _is_meant(self, said: str, own: OwnName, question: str, start: int, end: int) -> bool:
        """Tell whether words that spell a paper's name are meant as that."""
        cued = is_cued(question, start, end)
        having = self._papers_with(said if " " in own.spelled else joined(said))
        if " " in own.spelled and not own.spelled[-1].isdigit():
            capital = len(said.split()) > 1 and (said == own.spelled or is_titled(said))
            return cued or ((capital or is_most_of(said, question)) and self._is_only(said))
        exact = said == own.spelled and (is_coined(said) or (having <= MOST_PAPERS and start > 0))
        spelled = exact or not self._is_common(said)
        if own.source >= Source.INITIALS:
            used = own.source is not Source.UNUSED_INITIALS
            return (having == 1 and used) or (
                is_called_paper(question, end) and not self._index.titled(terms(said))
            )
        if own.source is Source.WITHIN:
            return spelled and (cued or having == 1)
        if having > MOST_PAPERS and own.source is not Source.BOTH:
            return spelled and cued
        return cued or (spelled and not (having > MOST_PAPERS and is_used(question, start, end)))

    def _is_only(self, said: str) -> bool:
        """Tell whether only one title has all the words of a name of several words."""
        wanted = {piece.stem for piece in pieces(said)}
        return sum(wanted <= set(paper.pieces) for paper in self._index.titled(wanted)) == 1

    def _is_common(self, said: str) -> bool:
        """Tell whether a word, whatever its case, may be a common word rather than a name."""
        plain = said.casefold()
        if re.search(r"\d", plain):
            return False
        if re.search(r"\W", said):
            return all(map(self._is_word, re.split(r"\W+", plain))) and self._papers_with(said) > MOST_PAPERS
        return self._papers_with(said) > MOST_PAPERS or self._is_word(plain)

    def _by_near_name(self, question: str) -> Iterator[Named]:
        """Yield papers whose names a question has with a slip, in words that no paper has."""
        unknown = [
            token.span()
            for token in re.finditer(r"\S+", question)
            if terms(token[0]) and not self._papers_with(token[0])
        ]
        for start, end in stretches(question, LONGEST_NAME):
            if not any(first < end and start < last for first, last in unknown):
                continue
            said = question[start:end]
            key = joined(said)
            if len(key) < SHORTEST or self._is_of_words(said) or self._index.called(key):
                continue
            near: list[tuple[NamedPaper, OwnName]] = []
            for edits in (1, 2) if len(key) >= SHORTEST_FOR_TWO and " " not in said else (1,):
                papers = self._index.called_nearly(key, edits)
                near = near or [
                    (paper, name) for paper in papers for name in paper.names if is_near(said, name, edits)
                ]
            if len({paper.paper_id for paper, _ in near}) == 1 and not is_denied(question, start):
                yield Named(near[0][0].paper_id, start, end, True, said)

    def _is_of_words(self, said: str) -> bool:
        """Tell whether words are common ones of the language, and none is written as only names are."""
        parts = said.split()
        return not any(map(is_coined, parts)) and all(self._is_word(joined(part)) for part in parts)


def _by_author(question: str, index: NameIndex) -> Iterator[Named]:
    """Yield the papers that a question names by their authors; sure where only one can be meant."""
    for pattern in _AUTHORS:
        for match in pattern.finditer(question):
            groups = match.groupdict()
            year = int(groups["year"]) if groups.get("year") else None
            papers = _written(index, groups["first"], groups.get("second"), year)
            for paper in papers if len(papers) <= MOST_PAPERS else ():
                yield Named(paper.paper_id, match.start(), match.end(), len(papers) == 1, match[0].strip())


def _written(index: NameIndex, first: str, second: str | None, year: int | None) -> list[NamedPaper]:
    """Return the papers that fit, those alone whose first author fits where there are any."""
    surname = fold(re.sub(r"['’]s$", "", first))
    papers = index.by(surname, year)
    if len(papers) == MOST:
        return []
    if second is not None:
        papers = [paper for paper in papers if fold(second) in paper.surnames]
    return [paper for paper in papers if paper.surnames[:1] == (surname,)] or papers
