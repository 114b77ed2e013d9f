"""`paperchat eval gate` and `accept`: whether a run is good enough, and the baseline that it is held against."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import UsageError
from evals.commands.score import RunFolder
from ui.commands import options


def gate(
    run: RunFolder,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Thresholds, TOML; those that ship by default."),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="B", help="An accepted file of scores, or a run's folder."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Hold a run against thresholds and a baseline. Exit code 1: it fell short, and the lines say where."""
    from evals import extras

    extras.require()
    from evals.gate.judge import SHIPPED, gate_json, judge_gate, load_config, render_gate
    from evals.runs.scores import load_scores

    known = load_scores(baseline) if baseline else None
    result = judge_gate(load_scores(run), known, load_config(config or SHIPPED))
    if json:
        options.print_json(gate_json(result))
    else:
        typer.echo(render_gate(result))
    if not result.passed:
        raise typer.Exit(1)


def accept(
    run: RunFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the baseline.")],
) -> None:
    """Write a run's scores as a baseline for the gate, without settings, paths and texts of its machine."""
    from evals import extras

    extras.require()
    from evals.runs.scores import baseline_of, load_scores, save_scores

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{file.parent}: can't be made: {error.strerror}", "name another FILE") from error
    if file.is_dir():
        raise UsageError(f"{file}: is a folder", "name a file, such as baseline.json")
    save_scores(baseline_of(load_scores(run)), file)
    typer.echo(f"{file}: is the baseline now")
