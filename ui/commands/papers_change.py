"""`paperchat papers remove`, `export` and `duplicates`: taking papers out, and finding those told twice."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.library import Library

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID...]", help="Ids, as `papers list` prints them.")
]


def remove_papers(
    ids: Ids = None,
    source: Annotated[
        str, typer.Option("--source", metavar="NAME", help="Remove what only this file or query told of.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before removing.")] = False,
    store: options.Store = None,
    llm: options.Llm = None,
) -> None:
    """Remove papers and all that belongs to them; ingesting their source again brings them back."""
    from assistant.errors import UsageError
    from assistant.wiring import build_embedder, open_store
    from ingest.leaving import only_told_by, remove_source

    settings = options.settings_of(store, llm)
    opened = open_store(settings)
    ids = ids or []
    if bool(ids) == bool(source):
        raise UsageError(
            "name papers to remove, or a source", "paperchat papers remove ID... | --source NAME"
        )
    if source and source not in opened.library.tellings.sources():
        known = ", ".join(opened.library.tellings.sources()[:10])
        raise UsageError(f"no paper was read from {source}", f"sources are: {known}")
    _check(ids, opened.library)
    leaving = ids or only_told_by(opened, source)
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Remove {len(leaving):,} papers from {opened.folder}?", abort=True)
    with opened.writing():
        removed = opened.library.remove(ids)
        if source:
            removed = remove_source(opened, build_embedder(settings), source)
        opened.rebuild()
    typer.echo(f"Removed {removed:,} papers; {opened.library.count()[0]:,} are left.")


def export_papers(
    ids: Ids = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="NAME", help="jsonl, bibtex, ris or csv; by default by --out's ending."
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write; without it, to the terminal."),
    ] = None,
    store: options.Store = None,
    llm: options.Llm = None,
) -> None:
    """Write papers as JSON Lines, BibTeX, RIS or CSV; all of them where no ids are given."""
    from assistant.errors import UsageError
    from assistant.wiring import open_store
    from ui.export import FORMATS

    endings = {".bib": "bibtex", ".ris": "ris", ".csv": "csv", ".jsonl": "jsonl"}
    name = format_ or (endings.get(out.suffix.lower(), "") if out else "jsonl")
    if name not in FORMATS:
        raise UsageError(f"{name or out}: not a format that is written", f"--format {', '.join(FORMATS)}")
    library = open_store(options.settings_of(store, llm)).library
    _check(ids or [], library)
    text = FORMATS[name](library.papers(ids or None))
    if out is None:
        for piece in text:
            typer.echo(piece, nl=False)
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(text)
    except OSError as error:
        raise UsageError(f"{out}: can't be written: {error.strerror}", "name another file") from error
    typer.echo(f"Wrote {len(ids) if ids else library.count()[0]:,} papers to {out}.", err=True)


def show_duplicates(store: options.Store = None, llm: options.Llm = None, json: options.Json = False) -> None:
    """Show papers that look alike and weren't merged, with what kept them apart."""
    from assistant.wiring import open_store
    from ingest.duplicates import near_duplicates

    library = open_store(options.settings_of(store, llm)).library
    found = list(near_duplicates(library.papers()))
    if json:
        options.print_json([asdict(pair) for pair in found])
        return
    for pair in found:
        first, second = (paper.title for paper in library.papers([pair.first, pair.second]))
        words = f", abstracts {pair.abstracts:.0%}" if pair.abstracts is not None else ""
        typer.echo(f"{pair.first}\t{first}\n{pair.second}\t{second}")
        typer.echo(f"  titles {pair.titles:.0f}% alike{words}; kept apart by {pair.apart}\n")
    typer.echo(f"{len(found):,} pairs look alike. `paperchat papers remove ID` removes one of a pair.")


def _check(ids: list[str], library: Library) -> None:
    """Refuse ids that no paper has, before anything happens."""
    from assistant.errors import UsageError

    unknown = [id_ for id_ in ids if library.tellings.fingerprint(id_) is None]
    if unknown:
        raise UsageError(
            f"no paper has the id {', '.join(unknown[:5])}", "`paperchat papers list` prints the ids"
        )
