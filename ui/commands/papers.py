"""`paperchat papers`: what is in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.models import Paper

app = typer.Typer(
    help="List, show and count the papers in the store.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_papers(store: options.Store = None, llm: options.Llm = None, json: options.Json = False) -> None:
    """List all papers."""
    from assistant.wiring import open_store

    library = open_store(options.settings_of(store, llm)).library
    if json:
        options.print_json([paper.model_dump() for paper in library.papers()])
        return
    for paper in library.papers():
        year = f" ({paper.year})" if paper.year else ""
        typer.echo(f"{paper.id}\t{paper.title}{year}")


@app.command("show")
def show_paper(
    paper_id: Annotated[str, typer.Argument(metavar="ID", help="A paper's id, as `papers list` prints it.")],
    store: options.Store = None,
    llm: options.Llm = None,
    json: options.Json = False,
) -> None:
    """Show one paper as it is stored."""
    from assistant.errors import UsageError
    from assistant.wiring import open_store

    paper = open_store(options.settings_of(store, llm)).library.paper(paper_id)
    if paper is None:
        raise UsageError(f"no paper has the id {paper_id}", "`paperchat papers list` prints the ids")
    if json:
        options.print_json(paper.model_dump())
    else:
        _show(paper)


@app.command("stats")
def stats(store: options.Store = None, llm: options.Llm = None, json: options.Json = False) -> None:
    """Count what is in the store."""
    from assistant.wiring import open_store

    opened = open_store(options.settings_of(store, llm))
    papers, passages = opened.library.count()
    found = {
        "store": str(opened.folder),
        "papers": papers,
        "title_only": sum(not paper.abstract for paper in opened.library.papers()),
        "passages": passages,
        "fields": sorted(opened.library.fields()),
        "embedder": opened.library.meta("embedder"),
        "dimension": int(opened.library.meta("dimension") or 0),
        "chunking": opened.library.meta("chunking"),
    }
    if json:
        options.print_json(found)
        return
    for name, value in found.items():
        shown = ", ".join(value) or "title and abstract only" if isinstance(value, list) else value
        typer.echo(f"{name.replace('_', ' '):<11} {shown}")


def _show(paper: Paper) -> None:
    typer.echo(paper.title)
    for name, value in (
        ("authors", ", ".join(paper.authors)),
        ("year", paper.year or ""),
        ("venue", paper.venue),
        ("link", paper.link),
        ("id", paper.id),
        ("from", "; ".join(f"{place.source}, {place.where}" for place in paper.provenance)),
    ):
        if value:
            typer.echo(f"{name:<8} {value}")
    note = f"\n(summary by {paper.abstract_by}, not the authors’ abstract)" if paper.abstract_by else ""
    typer.echo(f"\n{paper.abstract or '(no abstract)'}{note}")
