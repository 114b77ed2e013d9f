"""`paperchat eval compare`: two runs, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.commands import options


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="A run's folder, or a file of scores.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The run to compare with it.")],
    json: options.Json = False,
) -> None:
    """Tell what changed from A to B: paired differences with 95% intervals, McNemar's test, flipped cases."""
    from evals import extras

    extras.require()
    from evals.runs.compare import compare as compare_scores
    from evals.runs.compare import comparison_json, render_comparison
    from evals.runs.scores import load_scores

    found = compare_scores(load_scores(before), load_scores(after))
    if json:
        options.print_json(comparison_json(found))
    else:
        typer.echo(render_comparison(found))
