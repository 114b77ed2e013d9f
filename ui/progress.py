"""Progress on a terminal: bars for long work, on standard error, and nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ingest.progress import Progress as IngestProgress


class _Bars:
    """Shows an ingest as one bar that changes its text."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars, self._task = bars, task

    def read(self, papers: int) -> None:
        """Count the papers read."""
        self._bars.update(self._task, description=f"Reading: {papers:,} papers")

    def embedding(self, done: int, total: int) -> None:
        """Move the bar."""
        self._bars.update(self._task, description="Embedding papers", completed=done, total=total)

    def indexing(self, papers: int) -> None:
        """Tell that the last step runs."""
        self._bars.update(self._task, description=f"Indexing {papers:,} papers")


@contextmanager
def ingest_progress(*, quiet: bool) -> Iterator[IngestProgress | None]:
    """Show how an ingest goes; None where it should be quiet or no terminal is there."""
    with _bar("Reading", quiet=quiet) as shown:
        yield _Bars(*shown) if shown else None


@contextmanager
def byte_progress(text: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Show a download: the callback takes bytes done and bytes in all."""
    with count_progress(text, quiet=quiet, download=True) as update:
        yield update


@contextmanager
def count_progress(
    text: str, *, quiet: bool = False, download: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """Show work that is counted: the callback takes how many are done and how many there are."""
    with _bar(text, quiet=quiet, download=download) as shown:

        def update(done: int, total: int) -> None:
            if shown:
                shown[0].update(shown[1], completed=done, total=total)

        yield update


@contextmanager
def _bar(text: str, *, quiet: bool, download: bool = False) -> Iterator[tuple[Progress, TaskID] | None]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    counts = DownloadColumn() if download else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), counts, TimeRemainingColumn(compact=True))
    with Progress(*columns, console=console, transient=not download) as bars:
        yield bars, bars.add_task(text, total=None)
