"""`paperchat replay`: make a recorded answer again, and show where it comes out otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.recording import Recording

DIFFERS = 1


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `paperchat ask --record` wrote.")],
    store: options.Store = None,
    llm: Annotated[
        str | None,
        typer.Option(
            "--llm", metavar="NAME", help="Ask this model anew instead of taking the recorded replies."
        ),
    ] = None,
) -> None:
    """Make a recorded answer again and compare. Exit code 1: it differs, and the lines say where."""
    from assistant.llm import ChosenModel, choose_model
    from assistant.recording import ReplayedModel, differences, digest, read_recording
    from assistant.settings import load_settings
    from assistant.wiring import assemble, build_embedder, build_reranker, open_store

    recorded = read_recording(file)
    settings = load_settings(**recorded.settings, store=store, llm=llm or "none").settings
    opened = open_store(settings)
    if recorded.model and not llm:
        model = ReplayedModel(replies=recorded.replies)
        chosen = ChosenModel(recorded.model, "Its replies were recorded.", lambda: model)
    else:
        chosen = choose_model(settings)
    parts = (build_embedder(settings), chosen, build_reranker(settings))
    assistant = assemble(settings, opened, *parts, today=lambda: recorded.today)
    answer = assistant.ask(recorded.question, recorded.history, filters=recorded.filters)
    lines = differences(recorded.answer, answer)
    for line in lines:
        typer.echo(line)
    for line in _changed(recorded, digest(opened.library)):
        typer.echo(line, err=True)
    if lines:
        raise typer.Exit(DIFFERS)
    typer.echo("The answer is the same.")


def _changed(recorded: Recording, papers: str) -> list[str]:
    """Return what isn't as it was when the answer was recorded."""
    from importlib.metadata import version

    from assistant import prompts

    told = []
    if papers != recorded.papers:
        told.append("The store's papers aren't those that the answer was made from.")
    if version("paperchat") != recorded.paperchat:
        told.append(
            f"This is paperchat {version('paperchat')}; the answer was made with {recorded.paperchat}."
        )
    if recorded.prompts != prompts.VERSION:
        told.append("What a language model is told has changed since.")
    return told
