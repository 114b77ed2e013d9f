"""`paperchat reindex`: embed the stored papers anew, after a change of model or chunking."""

from __future__ import annotations

import typer

from ui.commands import options


def reindex(store: options.Store = None, llm: options.Llm = None) -> None:
    """Embed all stored papers anew with the embedder of the settings; the old index serves until the end."""
    from assistant.store import Store
    from assistant.wiring import build_embedder
    from ingest.reindex import reindex as embed_anew
    from ui.progress import ingest_progress

    settings = options.settings_of(store, llm)
    opened = Store(settings.store, chroma=settings.chroma)
    with ingest_progress(quiet=False) as progress:
        count = embed_anew(opened, build_embedder(settings), progress=progress)
    typer.echo(f"Embedded {count:,} papers with {settings.embedder}.")
