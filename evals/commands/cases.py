"""`paperchat eval cases`: check a file of cases, draft cases, and read other people's test sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import UsageError
from ui.commands import options

app = typer.Typer(help="Check, draft and import cases.", no_args_is_help=True)
File = Annotated[str, typer.Argument(metavar="FILE", help="JSON Lines, or demo, or collection.")]


@app.command("check")
def check(
    file: File,
    store: options.Store = None,
    pin: Annotated[
        Path | None,
        typer.Option(
            "--pin", metavar="OUT", help="Write the cases with evidence named by sentence position."
        ),
    ] = None,
    papers: Annotated[
        list[Path] | None,
        typer.Option(
            "--papers", metavar="FILE", help="Check against this file's papers, in a store of their own."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Verify golds, evidence and facts against the store. Exit code 1: something is wrong."""
    from evals.cases import dump_cases, load_cases
    from evals.cases.check import check_cases, pin_evidence
    from evals.shipped import DEMO, cases_file, with_store_of
    from ingest.demo import demo_file

    settings = options.settings_of(store, None)
    cases = load_cases(cases_file(file))
    if papers or (file == DEMO and store is None):
        settings = with_store_of(papers or [demo_file()], settings)
    from assistant.wiring import open_store

    opened = open_store(settings)
    try:
        problems = check_cases(cases, opened.library)
        if pin:
            pinned, unpinned = pin_evidence(cases, opened.library)
            dump_cases(pinned, pin)
            problems += unpinned
    finally:
        opened.close()
    wrong = [problem for problem in problems if problem.severity == "error"]
    if json:
        options.print_json([problem.__dict__ for problem in problems])
    else:
        for problem in problems:
            typer.echo(f"{problem.severity}: {problem.case_id}: {problem.field}: {problem.message}")
        typer.echo(f"{len(cases)} cases, {len(wrong)} errors, {len(problems) - len(wrong)} warnings")
    if wrong:
        raise typer.Exit(1)


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise UsageError(f"{file}: is there already", "name another file: nothing is overwritten")


@app.command("make")
def make(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File for the drafts, JSON Lines.")],
    store: options.Store = None,
    llm: Annotated[
        str,
        typer.Option("--llm", metavar="NAME", help="Model that drafts (with RAGAS); none uses templates."),
    ] = "none",
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="How many cases.")] = 40,
) -> None:
    """Draft cases from a collection, for a person to accept: each says reviewed: false until then."""
    from evals import extras

    extras.require()
    from assistant.llm import choose_model
    from assistant.wiring import build_embedder, open_store
    from evals.cases import dump_cases
    from evals.cases.make import draft_cases, draft_with_model

    _refuse_existing(out)
    settings = options.settings_of(store, llm)
    opened = open_store(settings)
    failures: list[str] = []
    try:
        chosen = choose_model(settings)
        if chosen.load is None:
            cases = draft_cases(opened.library, number)
        else:
            drafted = draft_with_model(opened.library, chosen.load(), build_embedder(settings), number)
            cases, failures = list(drafted.cases), list(drafted.failures)
    finally:
        opened.close()
    for failure in failures:
        typer.echo(f"not drafted: {failure}", err=True)
    typer.echo(f"{out}: {dump_cases(cases, out)} of {number} drafts; read each before you rely on it")


@app.command("import")
def import_(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="scifact, pubmedqa, scitldr, beir, ragas or csv.")
    ],
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The test set's file or folder.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File for the cases, JSON Lines.")],
    papers: Annotated[
        Path | None,
        typer.Option("--papers", metavar="FILE", help="File for the test set's papers, to ingest."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Take only N cases.")] = None,
) -> None:
    """Turn a public test set into cases, and its corpus into papers."""
    import json

    from evals.cases import dump_cases
    from evals.cases.loaders import import_cases
    from evals.runs.record import replace_text

    for file in filter(None, (out, papers)):
        _refuse_existing(file)
    found = import_cases(kind, path, limit=limit)
    typer.echo(f"{out}: {dump_cases(found.cases, out)} cases")
    if papers:
        rows = "".join(json.dumps(paper, ensure_ascii=False) + "\n" for paper in found.papers)
        replace_text(papers, rows)
        typer.echo(f"{papers}: {len(found.papers)} papers")
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)
    for skipped in found.skipped:
        typer.echo(f"skipped: {skipped}", err=True)
