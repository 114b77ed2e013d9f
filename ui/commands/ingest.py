"""`paperchat ingest`: bring papers into the store, with a progress bar and a report."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.models import IngestReport
    from assistant.settings import Settings

SHOWN_REJECTIONS = 20
TERMINATED = 143
"""The exit code of a process that SIGTERM ended: 128 + 15."""

Sources = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Files or folders of papers: a page copied as text, JSON Lines, CSV. "
                   "`demo` is the bundled collection."),
]  # fmt: skip


def ingest(
    sources: Sources, store: options.Store = None, llm: options.Llm = None, json: options.Json = False
) -> None:
    """Add papers to the store; what is there already is left as it is."""
    report = run_ingest(options.settings_of(store, llm), [resolve(source) for source in sources], quiet=json)
    if json:
        options.print_json(report.model_dump())
    else:
        show_report(report)
    if report.interrupted:
        raise typer.Exit(TERMINATED)
    if not report.read:
        from assistant.errors import SourceInvalid

        raise SourceInvalid(
            f"{', '.join(map(str, sources))}: no papers found",
            "a paper is a title line and an abstract, or a record with a title",
        )


def resolve(source: Path) -> Path:
    """Return the file that a source names; `demo` is the bundled collection."""
    from ingest.demo import demo_file

    return demo_file() if str(source) == "demo" and not source.exists() else source


def run_ingest(settings: Settings, sources: list[Path], *, quiet: bool = False) -> IngestReport:
    """Ingest with a progress bar on a terminal; SIGTERM ends it between two batches."""
    from assistant.wiring import build_embedder, open_store
    from ingest.pipeline import ingest as ingest_papers
    from ui.progress import ingest_progress

    opened = open_store(settings, create=True)
    try:
        with stopping_on_sigterm() as stopping, ingest_progress(quiet=quiet) as progress:
            return ingest_papers(
                sources, opened, build_embedder(settings), progress=progress, stopping=stopping
            )
    except KeyboardInterrupt:
        typer.echo(
            "Stopped. The papers embedded so far are stored; the same command goes on from there.", err=True
        )
        raise typer.Exit(130) from None
    finally:
        opened.close()


def show_report(report: IngestReport) -> None:
    """Print what an ingest did, rejections included."""
    counts = [f"{report.read:,} read", f"{report.added:,} added", f"{report.updated:,} updated",
              f"{report.unchanged:,} unchanged"]  # fmt: skip
    if report.merged:
        counts.append(f"{report.merged:,} merged as the same paper")
    if report.rejected:
        counts.append(f"{len(report.rejected):,} rejected")
    typer.echo(f"Papers: {', '.join(counts)} ({report.seconds:.1f} s)")
    for item in report.rejected[:SHOWN_REJECTIONS]:
        place = f", {item.where}" if item.where else ""
        typer.echo(f"  rejected: {item.file}{place}: {item.reason}")
    if len(report.rejected) > SHOWN_REJECTIONS:
        typer.echo(f"  … and {len(report.rejected) - SHOWN_REJECTIONS:,} more; --json lists them all")
    if report.interrupted:
        typer.echo("Stopped early: the papers counted are stored, and the same command goes on from there.")
    elif report.read and not report.added and not report.updated:
        typer.echo("Nothing has changed.")


@contextmanager
def stopping_on_sigterm() -> Iterator[Callable[[], bool]]:
    """Turn SIGTERM into a question that the ingest asks between batches."""
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGTERM, before)
