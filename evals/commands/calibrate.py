"""`paperchat eval calibrate`: how far a judge agrees with labels that a reader gave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import UsageError
from ui.commands import options


def calibrate(
    judge: Annotated[
        str | None,
        typer.Option("--judge", metavar="NAME", help="The model to try; paperchat's own check by default."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="Labelled claims; the shipped 100 by default."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only N claims, spread evenly.")] = None,
    json: options.Json = False,
) -> None:
    """Let a judge label claims that a reader labelled; print agreement and Cohen's kappa with 95% intervals."""
    from evals import extras

    extras.require()
    from assistant.llm import choose_model
    from assistant.settings import load_settings
    from assistant.wiring import build_embedder
    from evals.judging import calibration
    from evals.judging.judge import Judge

    settings = load_settings().settings
    claims = calibration.load_labels(labels or calibration.SHIPPED)
    if limit is not None and limit < len(claims):
        claims = [claims[index * len(claims) // limit] for index in range(limit)]
    if judge is None:
        rate, name = calibration.by_check(build_embedder(settings)), "paperchat's check"
    else:
        least = max(settings.llm_max_tokens, 1024)
        chosen = choose_model(settings.model_copy(update={"llm": judge, "llm_max_tokens": least}))
        if chosen.load is None or chosen.name is None:
            raise UsageError(f"--judge {judge}: no language model judges", "name one, such as local")
        rate, name = calibration.by_judge(Judge(chosen.name, chosen.load(), chosen.explain)), chosen.name
    found = calibration.calibrate(rate, claims, name)
    if json:
        options.print_json(calibration.calibration_json(found))
    else:
        typer.echo(calibration.render_calibration(found))
