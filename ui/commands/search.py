"""`paperchat search`: ranked papers with their best passages and scores, without an answer."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.commands import options


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", "--top", min=1, max=200, help="How many papers at the most.")] = 10,
    store: options.Store = None,
    llm: options.Llm = None,
    json: options.Json = False,
) -> None:
    """Rank the papers for a query."""
    from assistant.errors import UsageError
    from assistant.retrieve import HybridRetriever
    from assistant.wiring import build_embedder, open_store

    if not query.strip():
        raise UsageError("the query is empty", "name what to look for")
    settings = options.settings_of(store, llm)
    opened = open_store(settings)
    found = HybridRetriever(store=opened, embedder=build_embedder(settings), k=k).rank(query)
    if json:
        options.print_json([ranked.model_dump() for ranked in found])
        return
    for place, ranked in enumerate(found, start=1):
        dense = "–" if ranked.dense is None else f"{ranked.dense:.2f}"
        lexical = "–" if ranked.lexical is None else f"{ranked.lexical:.1f}"
        typer.echo(f"{place:>3}. {ranked.title}")
        typer.echo(f"     score {ranked.score:.3f} (cosine {dense}, BM25 {lexical}) · {ranked.paper_id}")
        typer.echo(f"     {_shortened(ranked.passage)}\n")


def _shortened(text: str, most: int = 240) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
