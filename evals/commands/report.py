"""`paperchat eval report`: a run as a web page, as Markdown and as JSON."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.score import RunFolder
from ui.commands import options


def report(
    run: RunFolder,
    json: options.Json = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the report; the run's by default.")
    ] = None,
) -> None:
    """Write report.html (self-contained), report.md and report.json; --json prints every metric by type."""
    from evals import extras

    extras.require()
    from evals.report.formats import html_report, json_report, markdown_report
    from evals.runs.record import load_run, replace_text
    from evals.runs.scores import load_scores

    loaded, scores = load_run(run), load_scores(run)
    if json:
        options.print_json(json_report(scores))
        return
    folder = out or run
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        from assistant.errors import UsageError

        raise UsageError(f"{folder}: can't be made: {error.strerror}", "name another --out") from error
    texts = {
        "report.html": html_report(loaded, scores),
        "report.md": markdown_report(loaded, scores),
        "report.json": json_module.dumps(json_report(scores), ensure_ascii=False, indent=1) + "\n",
    }
    for name, text in texts.items():
        replace_text(folder / name, text)
        typer.echo(folder / name)
