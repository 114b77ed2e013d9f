"""`paperchat ingest`: bring papers into the store, with a progress bar and a report."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.models import IngestReport
    from assistant.settings import Settings
    from assistant.store import Store
    from ingest.options import IngestOptions

SHOWN_REJECTIONS = 20
TERMINATED = 143
"""The exit code of a process that SIGTERM ended: 128 + 15."""

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE...", help="Files, folders, patterns, archives, - for standard input, or a query "
                   "such as arxiv:'cat:cs.IR AND reranking'. `demo` is the bundled collection."),
]  # fmt: skip
Sync = Annotated[bool, typer.Option("--sync", help="Remove the papers that the sources tell of no more.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would happen; store and embed nothing.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first record that can't be taken.")]
Columns = Annotated[
    str,
    typer.Option("--columns", metavar="MAP", help="Columns of a table, where its header doesn't tell: "
                 "title='Paper name',abstract=Summary."),
]  # fmt: skip
Most = Annotated[int, typer.Option("--max", min=1, metavar="N", help="Most papers of each online query.")]
Wait = Annotated[
    float, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait for another ingest to end.")
]


def ingest(
    sources: Sources,
    sync: Sync = False,
    dry_run: DryRun = False,
    strict: Strict = False,
    columns: Columns = "",
    most: Most = 500,
    wait: Wait = 0.0,
    store: options.Store = None,
    llm: options.Llm = None,
    json: options.Json = False,
) -> None:
    """Add papers to the store; what is there already is left as it is."""
    from ingest.options import IngestOptions

    asked = IngestOptions(
        sync=sync, dry_run=dry_run, strict=strict, columns=column_map(columns), limit=most, wait=wait
    )
    report = run_ingest(
        options.settings_of(store, llm), [resolve(source) for source in sources], asked, quiet=json
    )
    if json:
        options.print_json(report.model_dump())
    else:
        show_report(report)
    if strict and report.interrupted and report.rejected:
        from assistant.errors import SourceInvalid

        last = report.rejected[-1]
        raise SourceInvalid(
            f"{last.file}, {last.where}: {last.reason}",
            "mend it, or leave --strict out to skip such records"
            + ("" if dry_run else "; what came before is stored"),
        )
    if report.interrupted:
        raise typer.Exit(TERMINATED)
    if report.read == len(report.rejected) + report.rejected_more and not report.removed:
        from assistant.errors import SourceInvalid

        raise SourceInvalid(
            f"{', '.join(sources)}: no papers found",
            "a paper is a title line and an abstract, or a record with a title",
        )


def resolve(source: str) -> str:
    """Return the file that a source names; `demo` is the bundled collection."""
    from ingest.demo import demo_file

    return str(demo_file()) if source == "demo" and not Path(source).exists() else source


def column_map(text: str) -> dict[str, str]:
    """Return field → column of `title=Paper name,abstract=Summary`.

    Raises:
        UsageError: It isn't of that form, or names a field that papers don't have.
    """
    from assistant.errors import UsageError
    from ingest.fields import ALIASES

    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or field not in ALIASES:
            raise UsageError(
                f"--columns: {part!r} isn't FIELD=COLUMN",
                f"FIELD is one of {', '.join(ALIASES)}; for example --columns title='Paper name'",
            )
        found[field] = column
    return found


def run_ingest(
    settings: Settings, sources: Sequence[str], asked: IngestOptions | None = None, *, quiet: bool = False
) -> IngestReport:
    """Ingest with a progress bar on a terminal; SIGTERM ends it between two batches."""
    from assistant.wiring import build_embedder
    from ingest.pipeline import ingest as ingest_papers
    from ui.progress import ingest_progress

    with _store_for(settings, dry_run=bool(asked and asked.dry_run)) as opened:
        try:
            with stopping_on_sigterm() as stopping, ingest_progress(quiet=quiet) as progress:
                embedder = build_embedder(settings)
                return ingest_papers(
                    sources, opened, embedder, options=asked, progress=progress, stopping=stopping
                )
        except KeyboardInterrupt:
            typer.echo(
                "Stopped. The papers embedded so far are stored; the same command goes on from there.",
                err=True,
            )
            raise typer.Exit(130) from None


@contextmanager
def _store_for(settings: Settings, *, dry_run: bool) -> Iterator[Store]:
    """Open the store, or make it; a rehearsal for a store that isn't there yet leaves none behind."""
    from assistant.errors import StoreMissing
    from assistant.wiring import open_store

    with TemporaryDirectory(prefix="paperchat-") as elsewhere:
        try:
            opened = open_store(settings, create=not dry_run)
        except StoreMissing:
            opened = open_store(settings.model_copy(update={"store": Path(elsewhere)}), create=True)
        try:
            yield opened
        finally:
            opened.close()


def show_report(report: IngestReport) -> None:
    """Print what an ingest did, rejections included."""
    counts = [f"{report.read:,} read", f"{report.added:,} added", f"{report.updated:,} updated",
              f"{report.unchanged:,} unchanged"]  # fmt: skip
    rejected = len(report.rejected) + report.rejected_more
    if report.merged:
        counts.append(f"{report.merged:,} merged as the same paper")
    if rejected:
        counts.append(f"{rejected:,} rejected")
    if report.removed:
        counts.append(f"{report.removed:,} removed")
    would = "Dry run, nothing is stored. " if report.dry_run else ""
    typer.echo(f"{would}Papers: {', '.join(counts)} ({report.seconds:.1f} s)")
    for note in report.notes:
        typer.echo(f"  {note}")
    for item in report.rejected[:SHOWN_REJECTIONS]:
        place = f", {item.where}" if item.where else ""
        typer.echo(f"  rejected: {item.file}{place}: {item.reason}")
    if rejected > SHOWN_REJECTIONS:
        typer.echo(f"  … and {rejected - SHOWN_REJECTIONS:,} more; --json lists them")
    if report.interrupted:
        typer.echo("Stopped early: the papers counted are stored, and the same command goes on from there.")
    elif report.unchanged and not (report.added or report.updated or report.removed):
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
