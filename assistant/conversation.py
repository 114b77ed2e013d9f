"""What a conversation has spoken of so far: each exchange's question, made to stand alone, and its papers in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.anaphora import own_words
from assistant.compose import NOT_IN_COLLECTION
from assistant.filters import NO_FILTERS, Filters
from assistant.list_talk import Listing, read_listing
from assistant.models import Turn
from assistant.spoken_of import PaperLookup, spoken_of

EXCHANGES = 4
"""How many questions back a conversation is read."""

_NAME_LENGTH = 60


@dataclass(frozen=True)
class Exchange:
    """One question of a conversation and what its answer came to.

    Attributes:
        asked: The question, made to stand alone.
        papers: The papers that it was answered by, in the answer's order; where it wasn't, those it asked about.
        listed: The papers that can be picked by their place: the same, or those an answer lists as the nearest.
        listing: The question as one about all papers; None where it is none.
    """

    asked: str
    papers: tuple[str, ...]
    listed: tuple[str, ...]
    listing: Listing | None = None


@dataclass(frozen=True)
class StandAlone:
    """A question that can be understood without the conversation.

    Attributes:
        question: The question; as it was asked where it stood alone already.
        about: Ids of the papers that it is surely about, in its order: they belong before all others.
        only: Whether it asks for some of these and no others (“which of them…”).
        without: Ids of papers that are already known: it asks for others (“any others?”).
        search: What to search for, where that isn't the question: among named papers their names tell nothing.
        of_papers: Where it asks for some of these: the question with “papers” for them, to be planned by.
        filters: What earlier questions restrict that this one goes on from.
        changed: Whether it was made to stand alone.
        why: How it was understood, for `--explain`.
    """

    question: str
    about: tuple[str, ...] = ()
    only: bool = False
    without: tuple[str, ...] = ()
    search: str = ""
    of_papers: str = ""
    filters: Filters = NO_FILTERS
    changed: bool = False
    why: str = ""


Resolve = Callable[[str, "Conversation"], StandAlone]
"""Makes an earlier question stand alone."""


@dataclass(frozen=True)
class Conversation:
    """The last exchanges of a conversation, oldest first."""

    exchanges: tuple[Exchange, ...]
    known: PaperLookup

    @property
    def last(self) -> Exchange | None:
        """The last exchange; None where nothing was asked."""
        return self.exchanges[-1] if self.exchanges else None

    def focus(self, question: str) -> tuple[str, ...]:
        """Return the papers last spoken of, the likeliest for a question first."""
        for exchange in reversed(self.exchanges):
            if len(exchange.papers) < 2:
                if exchange.papers or own_words(exchange.asked):
                    return exchange.papers
                continue  # past a mere “thanks”
            asked_for = [id_ for id_ in self.known.mentioned(exchange.asked) if id_ in exchange.papers]
            near = list(self.known.find(f"{exchange.asked} {question}", exchange.papers))
            first = asked_for if len(asked_for) == 1 else []
            return tuple(
                dict.fromkeys([*first, *(id_ for id_ in near if id_ in exchange.papers), *exchange.papers])
            )
        return ()

    def listed(self, at_least: int = 2) -> tuple[str, ...]:
        """Return the last list of papers that is long enough, in its order; none where there is none."""
        for exchange in reversed(self.exchanges):
            if len(exchange.listed) >= at_least:
                return exchange.listed
            named = tuple(self.known.mentioned(exchange.asked))
            if len(named) >= at_least:
                return named
        return ()

    def listing(self) -> Listing | None:
        """Return the last question about all papers: of those asked last, the last that found any.

        None where the last question was another: a restriction that left nothing is taken back by the next.
        """
        asked: list[Exchange] = []
        for exchange in reversed(self.exchanges):
            if exchange.listing is None:
                break
            asked.append(exchange)
        found = next((each for each in asked if each.papers), asked[0] if asked else None)
        return found.listing if found else None

    def all_papers(self) -> tuple[str, ...]:
        """Return every paper spoken of, in answers or by name in questions, the latest exchange's first."""
        spoken = [(*each.papers, *self.known.mentioned(each.asked)) for each in reversed(self.exchanges)]
        return tuple(dict.fromkeys(id_ for papers in spoken for id_ in papers))

    def name(self, paper_id: str) -> str:
        """Return what a paper is called for short."""
        return short_name(self.known.title_of(paper_id) or paper_id)


def read_conversation(history: Sequence[Turn], known: PaperLookup, resolve: Resolve) -> Conversation:
    """Read the last exchanges of a conversation.

    Args:
        history: What was said, oldest first.
        known: The collection.
        resolve: Makes each question stand alone by the exchanges before it.
    """
    pairs: list[tuple[Turn, list[Turn]]] = []
    for turn in history:
        if turn.role == "user":
            pairs.append((turn, []))
        elif pairs:
            pairs[-1][1].append(turn)
    conversation = Conversation((), known)
    for user, answers in pairs[-EXCHANGES:]:
        found = resolve(user.content, conversation)
        asked = found.of_papers or found.question
        scope = found.about if found.only else ()
        exchange = replace(
            _exchange(asked, found.about, answers, known),
            listing=read_listing(asked, known.restricts, found.filters, scope),
        )
        conversation = Conversation((*conversation.exchanges, exchange), known)
    return conversation


def _exchange(asked: str, about: tuple[str, ...], answers: Sequence[Turn], known: PaperLookup) -> Exchange:
    """Read one exchange: the papers cited, else those that its answer speaks of."""
    cited = tuple(dict.fromkeys(id_ for turn in answers for id_ in turn.paper_ids if known.title_of(id_)))
    if cited or not answers:
        return Exchange(asked, cited or about, cited or about)
    answer = "\n".join(turn.content for turn in answers)
    if answer.startswith(NOT_IN_COLLECTION):
        meant = about or tuple(known.mentioned(asked))
        return Exchange(asked, meant, tuple(known.mentioned(answer)))
    papers = tuple(spoken_of(asked, answer, known, about))
    return Exchange(asked, papers, papers)


def short_name(title: str) -> str:
    """Return what a paper is called for short: the part before the colon if it is a name, else the title quoted."""
    head, colon, _ = title.partition(":")
    if colon and len(head.split()) <= 4:
        return head.strip()
    shown = title if len(title) <= _NAME_LENGTH else title[:_NAME_LENGTH].rsplit(" ", 1)[0] + "…"
    return f"“{shown}”"


def joined_names(names: Sequence[str]) -> str:
    """Return names in a row: “A, B and C”; “the last” where there are none."""
    if len(names) < 2:
        return names[0] if names else "the last"
    return f"{', '.join(names[:-1])} and {names[-1]}"
