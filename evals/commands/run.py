"""`paperchat eval run`: ask every case, record everything, score it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import UsageError
from ui.commands import options

if TYPE_CHECKING:
    from assistant.settings import Settings
    from evals.cases import Case

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="RUN", help="Folder for the run; one begun there is continued."),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Questions asked at once (1 for a local model, else 4)."),
]
Papers = Annotated[
    list[Path] | None,
    typer.Option("--papers", metavar="FILE", help="Ask about this file's papers, in a store of their own."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Begin anew where RUN holds a run already.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Ask only N cases, spread evenly.")]


def run(
    cases: Annotated[str, typer.Argument(metavar="CASES", help="JSON Lines, or demo, or collection.")],
    store: options.Store = None,
    llm: options.Llm = None,
    limit: Limit = None,
    out: Out = None,
    workers: Workers = None,
    papers: Papers = None,
    fresh: Fresh = False,
    json: options.Json = False,
) -> None:
    """Answer every case and record answer, citations, passages, timings, settings and versions; then score.

    A run that was stopped goes on where it was, with the same command. With --papers, or with CASES demo
    and no --store, the papers are put into a store of their own first.
    """
    from evals import extras

    extras.require()
    from evals.runs.record import remove_run
    from evals.shipped import DEMO, cases_file, with_store_of
    from ingest.demo import demo_file

    settings = options.settings_of(store, llm)
    source = cases_file(cases)
    if papers and store:
        raise UsageError("--papers and --store: each names the papers to ask about", "leave one out")
    files = papers or ([demo_file()] if store is None and cases == DEMO else [])
    if files:
        typer.echo("Making the store of the papers ready…", err=True)
        try:
            settings = with_store_of(files, settings)
        except KeyboardInterrupt:
            typer.echo(
                "Stopped. Papers stored so far are kept; the same command goes on from there.", err=True
            )
            raise typer.Exit(130) from None
    folder = out or settings.runs / _name(cases, settings.llm)
    if fresh:
        remove_run(folder)
    _answer(source, cases, settings, folder, limit, workers)
    from evals.commands import score

    score.score(folder, json=json)


def _answer(
    source: Path, name: str, settings: Settings, folder: Path, limit: int | None, workers: int | None
) -> None:
    from assistant.wiring import build_assistant
    from evals.cases import load_cases
    from evals.runs.answer import default_workers, resolve_all, run_cases, sample_evenly
    from evals.runs.describe import describe
    from ui.progress import count_progress

    chosen: list[Case] = sample_evenly(load_cases(source), limit)
    assistant = build_assistant(settings)
    try:
        resolved = resolve_all(chosen, assistant.store.library, name)
        info = describe(folder.name, source.name, resolved, assistant, settings)
        writer = assistant.chosen.name or "quotes only"
        typer.echo(f"{len(resolved)} cases, {info.papers:,} papers, {writer}: {folder}", err=True)
        with count_progress("Answering") as progress:
            asked = run_cases(
                resolved,
                info,
                assistant,
                folder,
                workers=workers or default_workers(info.llm),
                progress=progress,
            )
    except KeyboardInterrupt:
        typer.echo(
            "Stopped. The answers so far are on record; the same command goes on from there.", err=True
        )
        raise typer.Exit(130) from None
    finally:
        assistant.store.close()
    if asked < len(resolved):
        typer.echo(f"{len(resolved) - asked} answers were on record already.", err=True)


def _name(cases: str, llm: str) -> str:
    """Return a folder's name for what is asked of whom."""
    import re

    return "-".join(re.sub(r"[^\w.]+", "-", part).strip("-") for part in (Path(cases).stem, llm))
