"""The command `paperchat`: its commands, and the one place where errors become messages and exit codes.

Exit codes: 0 answered or done, 3 not in the collection, 2 bad usage, 1 error, 130 stopped by
Ctrl-C, 143 an ingest ended early by SIGTERM.
Heavy libraries are imported inside the commands that need them, so that `--help` stays quick.
"""

from __future__ import annotations

import sys

import typer

from ui import extensions
from ui.commands import ask, ingest, models, papers, papers_change, reindex, replay, search, serve, settings

app = typer.Typer(
    name="paperchat",
    help="Ask a collection of scientific papers. Every sentence of an answer is checked against the papers, "
    "or quoted from them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("ingest")(ingest.ingest)
app.command("ask")(ask.ask)
app.command("replay")(replay.replay)
app.command("search")(search.search)
papers.app.command("remove")(papers_change.remove_papers)
papers.app.command("export")(papers_change.export_papers)
papers.app.command("duplicates")(papers_change.show_duplicates)
app.add_typer(papers.app, name="papers")
app.command("serve")(serve.serve)
app.add_typer(models.app, name="models")
app.command("settings")(settings.settings)
app.command("doctor")(settings.doctor)
app.command("reindex")(reindex.reindex)
for name, commands in extensions.parts("paperchat.commands"):
    app.add_typer(commands, name=name)


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # what has no character is shown as ?, and read so
    from assistant.errors import PaperchatError, SettingsInvalid, UsageError

    try:
        app()
    except PaperchatError as error:
        typer.echo(f"paperchat: {error.message}", err=True)
        if error.hint:
            typer.echo(f"  → {error.hint}", err=True)
        sys.exit(2 if isinstance(error, UsageError | SettingsInvalid) else 1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has gone: nothing to say, and no one to say it to
        sys.exit(0)


if __name__ == "__main__":
    main()
