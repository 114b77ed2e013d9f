"""`paperchat eval`: its commands; the command line finds it by the entry point `paperchat.commands`."""

from __future__ import annotations

import typer

from evals.commands import calibrate, cases, compare, gate, report, run, score, watch

app = typer.Typer(
    help="Measure answers: ask a file of questions, score what comes back, compare, and gate changes.",
    no_args_is_help=True,
)
app.command("run")(run.run)
app.command("score")(score.score)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("gate")(gate.gate)
app.command("accept")(gate.accept)
app.command("watch")(watch.watch)
app.command("calibrate")(calibrate.calibrate)
app.add_typer(cases.app, name="cases")
