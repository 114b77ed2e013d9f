"""`paperchat serve`: the chat page."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.errors import PaperchatError
    from assistant.models import IngestReport


def serve(
    papers: Annotated[
        list[Path] | None, typer.Option("--papers", metavar="FILE", help="Ingest this file or folder first.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty store with the bundled collection.")
    ] = False,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = None,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in your browser.")] = False,
    store: options.Store = None,
    llm: options.Llm = None,
) -> None:
    """Serve the chat page until Ctrl-C."""
    from assistant.errors import SourceInvalid
    from ui.commands.ingest import show_report

    settings = options.settings_of(store, llm, host=host, port=port)
    for path in papers or []:
        if not path.exists():
            raise SourceInvalid(f"{path}: there is no such file or folder", "check the path")

    def report(done: IngestReport) -> None:
        show_report(done)

    def problem(error: PaperchatError) -> None:
        typer.echo(f"paperchat: {error.message}\n  → {error.hint}", err=True)

    from ui.extensions import parts
    from ui.local_service import LocalService
    from ui.server import serve as serve_page

    service = LocalService(settings, papers=papers or (), demo=demo, on_report=report, on_problem=problem)
    typer.echo("Starting the chat page…")
    service.start()

    def ready(address: str) -> None:
        typer.echo(f"paperchat is at {address} (Ctrl-C stops it)")

    tabs = [(name, partial(html, settings)) for name, html in parts("paperchat.tabs")]
    serve_page(service, settings.host, settings.port, open_browser=browser, on_ready=ready, tabs=tabs)
