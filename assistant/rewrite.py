"""A follow-up question made to stand alone: by rule, and by the model where it says what a rule can only guess."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversation import StandAlone, read_conversation
from assistant.facts import joined
from assistant.follow_up import Lean, read_follow_up
from assistant.list_talk import may_restrict
from assistant.models import Turn
from assistant.rewrite_rules import by_rule, resolve
from assistant.spoken_of import PaperLookup
from assistant.text import QUESTION_WORDS, terms, words

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["StandAlone", "asking", "keeps_to", "make_stand_alone"]

log = logging.getLogger(__name__)

AskModel = Callable[[str, Sequence[Turn]], str | None]

LEAST_KEPT = 0.5
"""Share of a follow-up's own terms that its rewriting must keep; names and numbers must all stay."""

_TITLES = 4
"""Of so many papers that an answer cites the model is told the titles."""

_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_PLAIN = frozenset(
    """what which how why does did use used using paper study method model author report show compare describe
    explain difference reason result mean tell work""".split()
)
"""Words that any rewriting may bring in: they ask, and claim nothing."""


def make_stand_alone(
    question: str, history: Sequence[Turn], known: PaperLookup, ask_model: AskModel | None = None
) -> StandAlone:
    """Make a question stand alone.

    Args:
        question: The question as asked.
        history: What was said before, oldest first; answers with the papers that they cite.
        known: The collection, to tell which papers were spoken of.
        ask_model: Asks a language model to rewrite (see `asking`); None where there is none. It is asked only
            where a rule can't put names in place of words, and its words are used only where they keep what
            the rule found and bring in nothing that wasn't said.
    """
    if not history or (read_follow_up(question).lean is Lean.NOTHING and not may_restrict(question)):
        return StandAlone(question)
    conversation = read_conversation(history, known, resolve)
    found, sure = by_rule(question, conversation)
    if sure or ask_model is None:
        return found
    names = [name for id_ in found.about if (name := conversation.name(id_)) in found.question]
    spoken = conversation.all_papers()
    titles = [known.title_of(id_) or "" for id_ in dict.fromkeys([*found.about, *spoken])]
    said = [*(turn.content for turn in history), *titles]
    rewritten = ask_model(question, [_with_titles(turn, known) for turn in history])
    if not rewritten or not keeps_to(rewritten, question, said, names):
        return found
    if found.changed:
        return replace(found, question=rewritten, why=f"{found.why}, in the model’s words")
    about = tuple(id_ for id_ in known.mentioned(rewritten) if id_ in spoken)
    if not about:  # nothing tells that the question is no new one
        return found
    return StandAlone(rewritten, about, changed=True, why="the model takes it to go on about what was said")


def _with_titles(turn: Turn, known: PaperLookup) -> Turn:
    """Return an answer with the titles of the papers it cites in front, which its words may not tell."""
    titles = [f"“{title}”" for id_ in turn.paper_ids[:_TITLES] if (title := known.title_of(id_))]
    return turn.model_copy(update={"content": f"{', '.join(titles)}: {turn.content}"}) if titles else turn


def asking(load: Callable[[], BaseChatModel]) -> AskModel:
    """Return what asks a language model to rewrite: None comes back where it fails or rambles."""
    from assistant.prompts import rewrite_prompt

    def ask(question: str, history: Sequence[Turn]) -> str | None:
        try:
            reply = load().invoke(rewrite_prompt(question, history))
        except Exception as error:
            log.warning("the model can't rewrite a follow-up, a rule does: %s", error, exc_info=True)
            return None
        text = " ".join(str(reply.text).split())
        return text if 0 < len(text) <= 2 * len(question) + 300 else None

    return ask


def keeps_to(rewritten: str, question: str, said: Iterable[str], names: Iterable[str]) -> bool:
    """Tell whether a rewritten question keeps to what was asked and said.

    Args:
        rewritten: What the model made of it.
        question: The question as asked.
        said: What was said before, and the titles of the papers it is about.
        names: Names that the rule found it to be about; each must be in it.
    """
    if not rewritten.strip() or any(joined(name) not in joined(rewritten) for name in names):
        return False
    new = set(terms(rewritten))
    old = set(terms(" ".join(word for word in words(question) if word not in QUESTION_WORDS)))
    if not new <= set(terms(" ".join([question, *said, *_PLAIN, *QUESTION_WORDS]))):
        return False
    if any(term not in new for term in old if any(char.isdigit() for char in term)):
        return False
    if bool(_NEGATION.search(question)) != bool(_NEGATION.search(rewritten)):
        return False
    return not old or len(old & new) >= LEAST_KEPT * len(old)
