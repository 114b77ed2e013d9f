"""A chat session: its exchanges, and the loop that turns a question into ever fuller exchanges."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from assistant.errors import PaperchatError
from assistant.events import Event
from assistant.filters import Filters
from ui.exchange import SEARCHING, Exchange, Problem, advance, turns
from ui.live import Live
from ui.service import LOADING, ChatService, ServiceStatus

log = logging.getLogger(__name__)

APOLOGY = Problem(
    "Sorry, something went wrong inside paperchat.",
    "The details are in the server's log. Ask again, or start a new chat.",
)


@dataclass
class Conversation:
    """One browser tab's chat. The page's requests share it: `stopped` is how one stops another."""

    exchanges: list[Exchange] = field(default_factory=list)
    shown: int = 0
    """The number of the exchange whose sources are shown."""
    status: ServiceStatus | None = None
    """The status that is shown."""
    seconds: float | None = None
    """How long the last answer took."""
    filters: Filters = field(default_factory=Filters)
    """What the reader restricted the search to."""
    in_force: Filters = field(default_factory=Filters)
    """The filters that are shown: the reader's, and those read off the last question."""
    stopped: bool = False
    left: bool = False
    """Whether a new chat has taken this one's place, so that nothing of it may be shown."""

    @property
    def running(self) -> bool:
        """Whether an answer is being written."""
        return bool(self.exchanges) and self.exchanges[-1].running


def read_status(service: ChatService) -> ServiceStatus:
    """Return the service's status; an error it raises becomes the status's own."""
    try:
        return service.status()
    except PaperchatError as error:
        return ServiceStatus(error=error.message, error_hint=error.hint)
    except Exception:
        log.exception("the service's status can't be read")
        return ServiceStatus(error=APOLOGY.message, error_hint=APOLOGY.hint)


def ask(
    service: ChatService,
    conversation: Conversation,
    question: str,
    filters: Filters | None = None,
) -> Iterator[Exchange]:
    """Answer a question, adding one exchange to the conversation and updating it in place.

    Args:
        service: Who answers.
        conversation: Read for its history and filters; `stopped` is watched and ends the answer.
        question: Not empty.
        filters: These and no others; where None, the conversation's and what is read off the question.

    Yields:
        The exchange at every change. The last one isn't running any more: errors are in its
        `problem`, none is raised.
    """
    history = turns(conversation.exchanges)
    exchange = Exchange(number=len(conversation.exchanges) + 1, question=question, waiting=_waiting(service))
    conversation.exchanges.append(exchange)
    conversation.shown, conversation.stopped = exchange.number, False
    yield exchange
    live: Live[Event] | None = None
    try:
        live = Live(
            service.stream(question, history, conversation.filters, True)
            if filters is None
            else service.stream(question, history, filters, False)
        )
        for batch in live.batches():
            if conversation.stopped:
                break
            before = exchange
            for event in batch:
                exchange = advance(exchange, event)
            if batch:
                exchange = _with_papers(service, exchange)
            elif not exchange.standalone:
                exchange = replace(exchange, waiting=_waiting(service))
            if exchange != before:
                conversation.exchanges[-1] = exchange
                yield exchange
        if exchange.running and not conversation.stopped:
            raise RuntimeError("the stream of events ended without an answer")
    except PaperchatError as error:
        exchange = replace(exchange, problem=Problem(error.message, error.hint), draft="")
    except Exception:
        log.exception("answering failed: %r", question)
        exchange = replace(exchange, problem=APOLOGY, draft="")
    finally:  # reached too when the reader closes the page
        if live is not None:
            live.close()
        if exchange.running:
            exchange = replace(exchange, stopped=True, draft="")
        conversation.exchanges[-1] = exchange
    if exchange.answer is not None:
        conversation.seconds = exchange.answer.timings.get("total")
    yield exchange


def _waiting(service: ChatService) -> str:
    """Return what the page says until something is found: what the service is still busy with."""
    status = read_status(service)
    return SEARCHING if status.ready else f"Getting ready: {status.activity or LOADING}"


def _with_papers(service: ChatService, exchange: Exchange) -> Exchange:
    """Add the papers that the sources panel will show, each fetched once."""
    answer = exchange.answer
    named = [*(item.paper_id for item in exchange.sources), *(item.paper_id for item in exchange.evidence)]
    named += [item.paper_id for item in exchange.retrieved]
    if answer is not None:
        named += [item.paper_id for item in (*answer.retrieved, *answer.near_misses)]
    missing = dict.fromkeys(paper_id for paper_id in named if paper_id not in exchange.papers)
    if not missing:
        return exchange
    return replace(exchange, papers={**exchange.papers, **{id_: service.paper(id_) for id_ in missing}})
