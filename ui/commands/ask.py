"""`paperchat ask`: one question, or a conversation in the terminal."""

from __future__ import annotations

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.errors import PaperchatError
    from assistant.events import Understood
    from assistant.filters import Filters
    from assistant.models import Answer, Turn
    from assistant.pipeline import Assistant

NOT_IN_COLLECTION = 3


def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question; without one a conversation begins.")
    ] = None,
    history: options.History = None,
    since: options.Since = None,
    until: options.Until = None,
    author: options.Authors = None,
    venue: options.Venues = None,
    tag: options.Tags = None,
    source: options.Sources = None,
    paper: options.PaperIds = None,
    store: options.Store = None,
    llm: options.Llm = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            help="Write the answer and all it was made from, for `paperchat replay`.",
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Answer a question from the papers. Exit code 3: the collection doesn't say."""
    from assistant.errors import PaperchatError, UsageError
    from assistant.llm import choose_model
    from assistant.models import AnswerStatus
    from assistant.recording import Recorder, write_recording
    from assistant.wiring import build_assistant

    turns = read_history(history) if history else []
    filters = options.filters_of(since, until, author, venue, tag, source, paper)
    if question is None and (json or not sys.stdin.isatty()):
        question = sys.stdin.read() if not sys.stdin.isatty() else ""
        if not question.strip():
            raise UsageError("there is no question", 'ask one: paperchat ask "…"')
    if record is not None and question is None:
        raise UsageError("--record needs a question", 'write paperchat ask "…" --record FILE')
    effective = options.settings_of(store, llm)
    recorder = Recorder(choose_model(effective)) if record else None
    assistant = build_assistant(effective, chosen=recorder.chosen if recorder else None)
    if question is None:
        converse(assistant, turns, filters)
        return
    if json:
        try:
            answer = assistant.ask(question, turns, filters=filters)
        except PaperchatError as error:
            typer.echo(failed(question, error).model_dump_json(indent=2))
            raise
        typer.echo(answer.model_dump_json(indent=2))
    else:
        answer = print_answer(assistant, question, turns, filters)
    if record and recorder:
        recording = recorder.recording(answer, assistant.store.library, effective, turns, filters)
        write_recording(recording, record)
    if answer.status is AnswerStatus.NOT_IN_COLLECTION:
        raise typer.Exit(NOT_IN_COLLECTION)


def failed(question: str, error: PaperchatError) -> Answer:
    """Return the answer that tells a script of an error: status failed, the hint among the notes."""
    from assistant.models import Answer, AnswerStatus

    notes = (error.hint,) if error.hint else ()
    return Answer(
        status=AnswerStatus.FAILED,
        question=question,
        standalone_question=question,
        text=error.message,
        notes=notes,
    )


def read_history(path: Path) -> list[Turn]:
    """Read earlier turns from a JSON list or JSON Lines of {role, content}.

    Raises:
        UsageError: The file can't be read as that.
    """
    from pydantic import ValidationError

    from assistant.errors import UsageError
    from assistant.models import Turn

    try:
        text = path.read_text(encoding="utf-8-sig").strip()
        rows = (
            json_module.loads(text)
            if text.startswith("[")
            else [json_module.loads(x) for x in text.splitlines() if x]
        )
        keep = set(Turn.model_fields)
        return [Turn.model_validate({key: row[key] for key in row if key in keep}) for row in rows]
    except OSError as error:
        raise UsageError(
            f"{path}: can't be read: {error.strerror}", "name a file of earlier turns"
        ) from error
    except (ValueError, TypeError, ValidationError) as error:
        first = str(error).splitlines()[0]
        hint = (
            'write a list such as [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]'
        )
        raise UsageError(f"{path}: isn't a conversation: {first}", hint) from error


def converse(assistant: Assistant, turns: list[Turn], filters: Filters) -> None:
    """Talk until the reader leaves; every answer knows what was said before."""
    from assistant.errors import PaperchatError
    from assistant.models import Turn

    papers = assistant.store.library.count()[0]
    writer = assistant.chosen.name or "quotes only"
    typer.echo(f"{papers:,} papers · {writer} ({assistant.chosen.why}). An empty line ends.\n")
    while True:
        try:
            question = input("? ").strip()
        except EOFError:
            question = ""
        if not question:
            return
        try:
            answer = print_answer(assistant, question, turns, filters)
        except PaperchatError as error:
            typer.echo(str(error), err=True)
            continue
        cited = tuple(source.paper_id for source in answer.sources)
        turns += [
            Turn(role="user", content=question),
            Turn(role="assistant", content=answer.text, paper_ids=cited),
        ]
        typer.echo()


def print_answer(assistant: Assistant, question: str, turns: list[Turn], filters: Filters) -> Answer:
    """Answer in the terminal, sentence by sentence as each is checked; then the sources with their quotes."""
    from rich.console import Console
    from rich.markup import escape

    from assistant.events import ClaimReady, DraftDelta, EvidenceFound, Finished, Understood
    from assistant.models import Verdict

    console = Console(highlight=False, soft_wrap=True)
    status = console.status("Looking for evidence…") if console.is_terminal else None
    pending = ""
    printed = 0
    if status:
        status.start()
    try:
        for event in assistant.events(question, turns, filters=filters):
            if isinstance(event, Understood):
                for line in understood(question, event):
                    console.print(f"[dim]{escape(line)}[/dim]")
            elif isinstance(event, EvidenceFound) and status:
                status.update("Writing…" if assistant.chosen.name else "Quoting…")
            elif isinstance(event, DraftDelta) and status:
                pending = (pending + event.text)[-100:]
                status.update(f"[dim]{escape(pending)}[/dim]")
            elif isinstance(event, ClaimReady) and event.claim.verdict is Verdict.SUPPORTED and status:
                pending = ""
                marks = "".join(f"[{n}]" for n in dict.fromkeys(c.n for c in event.claim.citations))
                console.print(escape(f"{event.claim.text} {marks}"))
                printed += 1
            elif isinstance(event, Finished):
                answer = event.answer
    finally:
        if status:
            status.stop()
    from ui.render_text import answer_tail, answer_whole

    shown = answer_tail(answer, printed) if printed else answer_whole(answer)
    console.print(escape(shown))
    without = "In quotes." if assistant.chosen.name else assistant.chosen.why
    writer = f"Written by {answer.model}." if answer.model else without
    console.print(f"\n[dim]{escape(writer)} {answer.timings['total']:.1f} s[/dim]")
    return answer


def understood(question: str, event: Understood) -> list[str]:
    """Return how a question was understood, where that isn't just what was typed."""
    from ui.filter_tokens import tokens

    lines = []
    if event.standalone_question != " ".join(question.split()):
        lines.append(f"Understood as: {event.standalone_question}")
    if event.filters:
        lines.append(f"Only papers {', '.join(tokens(event.filters))}")
    return lines
