"""`paperchat papers`: what is in the store, shown and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.models import Paper

app = typer.Typer(
    help="List, show, count, remove and export the papers in the store.",
    no_args_is_help=True,
    rich_markup_mode=None,
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
        typer.echo(f"{paper.id}\t{paper.title}{year}{_marks(paper)}")


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

    library = open_store(options.settings_of(store, llm)).library
    paper = library.paper(paper_id)
    if paper is None:
        raise UsageError(f"no paper has the id {paper_id}", "`paperchat papers list` prints the ids")
    from ingest.versions import versions_of

    versions = versions_of(paper, library)
    if json:
        options.print_json(paper.model_dump() | {"versions": [other.id for other in versions]})
    else:
        _show(paper, versions)


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
        "retracted": sum(paper.retracted for paper in opened.library.papers()),
        "sources": len(opened.library.tellings.sources()),
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


def _marks(paper: Paper) -> str:
    """Return what a reader should know of a paper before reading it."""
    marks = (
        ("retracted", paper.retracted),
        ("title only", not paper.abstract),
        ("from a PDF", paper.extracted),
    )
    return "".join(f" [{mark}]" for mark, holds in marks if holds)


def _show(paper: Paper, versions: Sequence[Paper]) -> None:
    typer.echo(f"{paper.title}{_marks(paper)}")
    version = f"v{paper.arxiv_version}" if paper.arxiv_version else ""
    for name, value in (
        ("authors", ", ".join(paper.authors)),
        ("date", paper.date or paper.year or ""),
        ("venue", paper.venue),
        ("DOI", paper.doi),
        ("arXiv", f"{paper.arxiv_id}{version}" if paper.arxiv_id else ""),
        ("PMID", paper.pmid),
        ("link", paper.link),
        ("tags", ", ".join(paper.tags)),
        ("language", paper.language),
        ("notice", paper.retraction_note or ("this paper was retracted" if paper.retracted else "")),
        (
            "versions",
            "; ".join(f"{other.id} ({other.venue or other.year or 'no venue'})" for other in versions),
        ),
        ("id", paper.id),
        ("from", "; ".join(f"{place.source}, {place.where}" for place in paper.provenance)),
    ):
        if value:
            typer.echo(f"{name:<8} {value}")
    note = f"\n(summary by {paper.abstract_by}, not the authors’ abstract)" if paper.abstract_by else ""
    typer.echo(f"\n{paper.abstract or '(no abstract)'}{note}")
