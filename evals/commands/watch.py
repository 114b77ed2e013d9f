"""`paperchat eval watch`: saved runs over time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.commands import options


def watch(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[RUNS]", help="Folder of runs; the setting runs by default.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on, and show the table again when a run is added.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Show saved runs in the order of their time, each with its figures and the change since the last like it."""
    from evals import extras

    extras.require()
    from evals.runs.watch import follow as follow_runs
    from evals.runs.watch import history, watch_json, watch_table

    where = folder or options.settings_of(None, None).runs
    if json:
        options.print_json(watch_json(history(where)))
    elif follow:
        try:
            for runs in follow_runs(where, seconds=2.0):
                typer.echo(watch_table(runs) + "\n")
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
    else:
        typer.echo(watch_table(history(where)))
