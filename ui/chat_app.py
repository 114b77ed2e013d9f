"""The chat page: its parts, and what happens when the reader acts on them (Gradio)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any

import gradio as gr
from gradio.components.chatbot import ExampleMessage

from assistant.errors import PaperchatError, UsageError
from assistant.events import Finished
from assistant.filters import Filters
from ui import conversation as chat
from ui.conversation import Conversation, read_status
from ui.filter_tokens import read_tokens, tokens
from ui.render import PROMISE, messages, status_html, welcome_html
from ui.render_sources import sources_html
from ui.service import ChatService, ServiceStatus

MAX_QUESTION = 2000
"""Most characters of a question; a longer one is a pasted text, which no search can use."""
AT_ONCE = 4
"""Answers written at the same time; more wait in the queue."""
WAITING = 32
"""Questions that may wait; the page tells those beyond that the server is busy."""
_SOON, _LATER = 1.5, 15.0  # seconds to the next look at the status, while it changes and after

Update = dict[Any, Any]
Tab = tuple[str, Callable[[], str]]
"""A tab beside the chat: its name, and what makes its HTML each time it is opened."""


def build_page(service: ChatService, *, examples: Sequence[str] = (), tabs: Sequence[Tab] = ()) -> gr.Blocks:
    """Build the chat page over a service. Nothing is loaded: the page shows while models load.

    Args:
        service: Who answers.
        examples: Questions to offer in an empty chat, before those of the service's status.
        tabs: What to offer beside the chat.
    """
    status = read_status(service)
    with gr.Blocks(title="paperchat", analytics_enabled=False, fill_width=True) as page:
        session = gr.State(Conversation(status=status))
        with gr.Row(elem_id="masthead"):
            gr.Markdown(f"<h1>paperchat</h1>\n\n<p>{PROMISE}</p>", elem_id="title")
            status_line = gr.Markdown(status_html(status), elem_id="status", latex_delimiters=[])
            new = gr.Button("New chat", elem_id="new-chat", size="sm", scale=0)
        with gr.Tabs(elem_id="tabs") if tabs else nullcontext():
            with gr.Tab("Chat", elem_id="chat-tab") if tabs else nullcontext(), gr.Row(elem_id="columns"):
                with gr.Column(scale=3, min_width=0, elem_id="chat-column"):
                    log = gr.Chatbot(
                        elem_id="chat", show_label=False, container=False, height=None, buttons=[],
                        layout="panel", latex_delimiters=[], allow_tags=False, feedback_options=None,
                        placeholder=welcome_html(status), examples=_examples(status, examples),
                    )  # fmt: skip
                    box = gr.Textbox(
                        elem_id="question", label="Your question", show_label=False, container=False,
                        placeholder="Ask about the papers…", lines=1, max_lines=6, submit_btn=True, autofocus=True,
                    )  # fmt: skip
                    only = gr.Dropdown(
                        _choices(service), value=[], elem_id="filters", label="Only papers", container=False,
                        multiselect=True, allow_custom_value=True, interactive=True,
                    )  # fmt: skip
                with gr.Column(scale=2, min_width=0, elem_id="sources-column"):
                    gr.Markdown("<h2>Sources</h2>", elem_id="sources-title")
                    panel = gr.Markdown(sources_html(None), elem_id="sources", latex_delimiters=[])
            for name, html in tabs:
                _add_tab(name, html)
        timer = gr.Timer(_later(status))

        def answer(question: str, talk: Conversation, kept: Filters | None = None) -> Iterator[Update]:
            question = question.strip()
            if not question or talk.running or _too_long(question):
                yield {box: gr.skip()}
                return
            yield {box: gr.update(value="", submit_btn=False, stop_btn=True)}
            before, taken = talk.in_force, False
            for exchange in chat.ask(service, talk, question, kept):
                if talk.left:
                    yield blank(talk)  # Gradio shows an event's last update once more as it ends
                    return
                update: Update = {log: messages(talk.exchanges)}
                if exchange.standalone and not taken:  # once: what the reader changes while it runs stays
                    taken, changed = True, talk.in_force != before
                    now = exchange.read_filters.merged(talk.filters) if changed else exchange.filters
                    if talk.in_force != now:
                        talk.in_force = now
                        update[only] = gr.update(value=tokens(now))
                if talk.shown == exchange.number:
                    update[panel] = sources_html(exchange)
                yield update
            yield {**_status(talk), box: gr.update(submit_btn=True, stop_btn=False)}

        def answer_example(talk: Conversation, chosen: gr.SelectData) -> Iterator[Update]:
            yield from answer(chosen.value["text"], talk)

        def restrict(texts: list[str], talk: Conversation) -> Iterator[Update]:
            """Take over what the reader restricts; what was read off the last question is asked again without."""
            if texts == tokens(talk.in_force):  # the page's own doing
                return
            try:
                wanted = read_tokens(texts)
            except UsageError as error:
                gr.Warning(f"{error.message}: {error.hint}.")
                yield {only: gr.update(value=tokens(talk.in_force))}
                return
            talk.in_force = wanted
            last = talk.exchanges[-1] if talk.exchanges else None
            read = set(tokens(last.read_filters)) - set(tokens(talk.filters)) if last else set()
            talk.filters = read_tokens(text for text in tokens(wanted) if text not in read)
            if last and read - set(tokens(wanted)) and not talk.running:
                yield from answer(last.question, talk, wanted)
            else:
                shown = tokens(wanted)
                yield {only: gr.skip() if shown == texts else gr.update(value=shown)}

        def add(texts: list[str], talk: Conversation, chosen: gr.SelectData) -> Iterator[Update]:
            """Take over a filter that was typed, of which Gradio tells as a selection only."""
            if chosen.selected:
                yield from restrict(list(dict.fromkeys([*texts, str(chosen.value)])), talk)

        def stop(talk: Conversation) -> None:
            talk.stopped = True

        def show_sources(talk: Conversation, chosen: gr.SelectData) -> Update:
            place = int(chosen.index) // 2
            if not 0 <= place < len(talk.exchanges) or talk.shown == place + 1:
                return {panel: gr.skip()}
            talk.shown = place + 1
            return {panel: sources_html(talk.exchanges[place], latest=talk.shown == len(talk.exchanges))}

        def start_anew(talk: Conversation) -> Update:
            talk.left = talk.stopped = True
            fresh = Conversation(status=read_status(service))
            return {session: fresh, **blank(fresh)}

        def blank(talk: Conversation) -> Update:
            now = talk.status or status
            return {
                status_line: status_html(now),
                log: gr.update(value=[], **_welcome(now, examples)),
                box: gr.update(value="", submit_btn=True, stop_btn=False),
                only: gr.update(value=[], choices=_choices(service)),
                panel: sources_html(None),
            }

        def look(talk: Conversation) -> Update:
            return {timer: gr.skip()} if read_status(service) == talk.status else _status(talk)

        def _status(talk: Conversation) -> Update:
            """Show how the service stands; an empty chat says it too."""
            talk.status = now = read_status(service)
            update: Update = {status_line: status_html(now, talk.seconds), timer: gr.Timer(_later(now))}
            if not talk.exchanges:
                update |= {
                    log: gr.update(**_welcome(now, examples)),
                    only: gr.update(choices=_choices(service)),
                }
            return update

        def ask(question: str, filters: list[str] | None = None) -> dict[str, Any]:
            """Answer one question without history, within filters such as `since 2023`; returns the whole answer."""
            return _answer_json(service, question, filters or ())

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        at_once: dict[str, Any] = {"concurrency_limit": AT_ONCE, "concurrency_id": "answer"}
        outputs = [log, box, only, panel, status_line, timer]
        box.submit(answer, [box, session], outputs, **quiet, **at_once)
        log.example_select(answer_example, session, outputs, **quiet, **at_once)
        only.input(restrict, [only, session], outputs, trigger_mode="multiple", **quiet, **at_once)
        only.select(add, [only, session], outputs, trigger_mode="multiple", **quiet, **at_once)
        box.stop(stop, session, None, queue=False, **quiet)
        log.select(show_sources, session, panel, queue=False, **quiet)
        new.click(start_anew, session, [session, log, box, only, panel, status_line], queue=False, **quiet)
        timer.tick(look, session, [status_line, log, only, timer], queue=False, **quiet)
        page.load(look, session, [status_line, log, only, timer], queue=False, **quiet)
        gr.api(ask, api_name="ask", **at_once)  # type: ignore[attr-defined]
    page.queue(max_size=WAITING)
    return page  # type: ignore[no-any-return]


def _add_tab(name: str, html: Callable[[], str]) -> None:
    """Add a tab whose content is made when it is opened."""
    with gr.Tab(name, elem_id=f"{name.lower()}-tab") as tab:
        content = gr.Markdown(elem_classes="tab-content", latex_delimiters=[])
    tab.select(html, None, content, queue=False, show_progress="hidden", api_visibility="private")


def _later(status: ServiceStatus) -> float:
    """Return the seconds after which to look at the status again."""
    settled = status.ready and status.papers and not status.activity and not status.error
    return _LATER if settled else _SOON


def _welcome(status: ServiceStatus, given: Sequence[str]) -> dict[str, Any]:
    return {"placeholder": welcome_html(status), "examples": _examples(status, given)}


def _examples(status: ServiceStatus, given: Sequence[str]) -> list[ExampleMessage]:
    if status.error or not status.papers:
        return []
    return [{"text": question} for question in dict.fromkeys((*given, *status.examples))]


def _choices(service: ChatService) -> list[str]:
    try:
        return tokens(service.filter_choices())
    except PaperchatError:
        return []  # the status line tells what is wrong


def _too_long(question: str) -> bool:
    """Tell the reader where a question is too long; it stays in the box."""
    if len(question) <= MAX_QUESTION:
        return False
    gr.Warning(
        f"Your question has {len(question):,} characters; at most {MAX_QUESTION:,} can be searched for. "
        "Shorten it and send it again."
    )
    return True


def _answer_json(service: ChatService, question: str, filters: Sequence[str]) -> dict[str, Any]:
    try:
        if not question.strip() or len(question) > MAX_QUESTION:
            raise UsageError(f"the question must have 1 to {MAX_QUESTION:,} characters")
        for event in service.stream(question.strip(), (), read_tokens(filters), True):
            if isinstance(event, Finished):
                return event.answer.model_dump(mode="json")
    except PaperchatError as error:
        raise gr.Error(str(error)) from error
    raise gr.Error("the answer ended early; the server's log says why")
