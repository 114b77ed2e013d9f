"""What the chat page asks of the system behind it, and how that system stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.events import Event
from assistant.filters import Filters
from assistant.models import Frozen, Paper, Turn

LOADING = "loading the embedding model…"
"""What is going on while a service isn't ready and doesn't say more."""


class ServiceStatus(Frozen):
    """How the system stands at this moment; reading it must take no more than milliseconds."""

    papers: int = 0
    collection: str = ""
    """What the collection is, in a few words: its name or its sources."""
    ready: bool = True
    """Whether questions can be searched for; False while the embedding model loads."""
    activity: str = ""
    """What is going on while `ready` is False: papers being added, a model loading."""
    model: str | None = None
    """Who writes the sentences; None where answers are quotes."""
    why: str = ""
    """Why this model, or why none."""
    hint: str = ""
    """What would add a model, where there is none."""
    error: str = ""
    """What is wrong with the store or the models, if anything is."""
    error_hint: str = ""
    """What to do about `error`."""
    examples: tuple[str, ...] = ()
    """Questions that this collection can answer, offered in an empty chat."""


class ChatService(Protocol):
    """The system behind the page. All methods may be called from several threads at once."""

    def stream(
        self, question: str, history: Sequence[Turn], filters: Filters, read_filters: bool
    ) -> Iterator[Event]:
        """Answer a question, event by event; closing the iterator abandons the answer.

        Args:
            question: As the user wrote it.
            history: The conversation before it, oldest first.
            filters: What the search is restricted to.
            read_filters: Whether more may be read off the question.

        Raises:
            PaperchatError: The question can't be answered; message and hint are shown to the user.
        """
        ...

    def paper(self, paper_id: str) -> Paper | None:
        """Return a stored paper, or None where the store holds none of that id."""
        ...

    def filter_choices(self) -> Filters:
        """Return restrictions that make sense here, to be offered: the commonest venues, tags, authors, sources."""
        ...

    def status(self) -> ServiceStatus:
        """Tell how the system stands, without loading anything."""
        ...
