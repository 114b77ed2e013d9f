"""`paperchat eval score`: the metrics of a saved run, and RAGAS's judged ones where a judge is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import UsageError
from ui.commands import options

if TYPE_CHECKING:
    from assistant.embedding import SentenceEmbeddings
    from assistant.settings import Settings
    from evals.runs.record import Run

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a saved run.")]
JudgeName = Annotated[
    str | None,
    typer.Option("--judge", metavar="NAME", help="Language model that judges, named as for --llm."),
]
Metrics = Annotated[
    str | None,
    typer.Option("--metrics", metavar="A,B", help="RAGAS metrics that the judge works on; all by default."),
]
SupportBy = Annotated[
    str | None,
    typer.Option(
        "--support",
        metavar="NAME",
        help="NLI cross-encoder that tells ALCE's support; paperchat's own check by default.",
    ),
]
Price = Annotated[
    str | None,
    typer.Option("--price", metavar="IN,OUT", help="Dollars per million tokens read and written."),
]


def score(
    run: RunFolder,
    judge: JudgeName = None,
    metrics: Metrics = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Judge only N cases.")] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Ask the judge again where it failed before.")
    ] = False,
    price: Price = None,
    support: SupportBy = None,
    json: options.Json = False,
) -> None:
    """Compute every metric of a saved run again; the model that answered isn't called.

    With --judge, RAGAS's metrics that need a language model are asked of it, one record a value; what it
    fails at is reported as missing. A judging that was stopped goes on where it was.
    """
    from evals import extras

    extras.require()
    from assistant.settings import load_settings
    from assistant.wiring import build_embedder
    from evals.judging.ragas_metrics import judged_metrics, judges_of
    from evals.judging.support import nli_check
    from evals.metrics.registry import all_metrics
    from evals.report.text import summary
    from evals.runs.record import load_run
    from evals.runs.scores import SCORES, samples_of, save_scores, score_run

    loaded = load_run(run)
    settings = load_settings().settings
    embedder = build_embedder(settings)
    name = _judge(loaded, judge, metrics, limit, retry_failed, settings, embedder) if judge else None
    if judge is None and (metrics or retry_failed or limit is not None):
        raise UsageError(
            "--metrics, --limit and --retry-failed tell a judge what to do", "name one with --judge"
        )
    if name is None and (known := judges_of(run)):
        name = known[-1]
        if len(known) > 1:
            typer.echo(f"judged by {', '.join(known)}: {name}'s values are shown, --judge chooses", err=True)
    checker = nli_check(support, settings.device) if support else None
    every = all_metrics(embedder, samples=samples_of(loaded), price=_price(price), support=checker)
    scores = score_run(loaded, [*every, *(judged_metrics(run, name) if name else ())], judge=name)
    save_scores(scores, run / SCORES)
    if json:
        options.print_json(scores.model_dump(mode="json", exclude={"cases"}))
    else:
        typer.echo(summary(scores))


def _judge(
    run: Run,
    llm: str,
    metrics: str | None,
    limit: int | None,
    retry_failed: bool,
    settings: Settings,
    embedder: SentenceEmbeddings,
) -> str:
    """Ask the judge; return its name."""
    from assistant.llm import choose_model
    from evals.judging.judge import Judge
    from evals.judging.ragas_run import judge_run
    from evals.runs.answer import default_workers
    from ui.progress import count_progress

    least = max(settings.llm_max_tokens, 1024)  # a judge lists statements, an answer doesn't
    chosen = choose_model(settings.model_copy(update={"llm": llm, "llm_max_tokens": least}))
    if chosen.load is None or chosen.name is None:
        raise UsageError(f"--judge {llm}: no language model judges", "name one, such as local or ollama:NAME")
    judge = Judge(chosen.name, chosen.load(), chosen.explain)
    wanted = [name.strip() for name in metrics.split(",") if name.strip()] if metrics else None
    with count_progress(f"{chosen.name} judges") as progress:
        judged = judge_run(
            run, judge, embedder, metrics=wanted, workers=default_workers(chosen.name), limit=limit,
            retry_failed=retry_failed, progress=progress,
        )  # fmt: skip
    typer.echo(
        f"{chosen.name}: {judged.asked} values asked for, {judged.failed} failed; {judge.calls} calls, "
        f"{judge.retries} of them retries, {judge.parse_failures} replies that couldn't be read",
        err=True,
    )
    for metric, reasons in judged.left_out.items():
        told = ", ".join(f"{why} ({times})" for why, times in reasons.items())
        typer.echo(f"{metric} doesn't apply to {sum(reasons.values())} cases: {told}", err=True)
    return chosen.name


def _price(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        read, written = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"--price {text}: isn't two numbers", "write --price 0.15,0.60") from error
    return read, written
