"""`paperchat models`: which model weights are known and installed, and getting one."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.commands import options

app = typer.Typer(help="List language models and install one.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_models(store: options.Store = None, llm: options.Llm = None, json: options.Json = False) -> None:
    """List the models that run in this process, and which one is in force."""
    from assistant.llm import choose_model
    from assistant.weights import list_models as known_models

    settings = options.settings_of(store, llm)
    chosen = choose_model(settings)
    models = known_models(settings.models_dir)
    if json:
        rows = [{**model.__dict__, "path": str(model.path) if model.path else None} for model in models]
        options.print_json({"in_force": chosen.name, "why": chosen.why, "models": rows})
        return
    for model in models:
        mark = "installed" if model.path else "-"
        best = ", recommended" if model.recommended else ""
        other = f" (also: {', '.join(model.aliases)})" if model.aliases else ""
        typer.echo(f"{model.name}{other}\n    {model.kind}, {model.size / 1e6:,.0f} MB, {mark}{best}")
        if model.about:
            typer.echo(f"    {model.about} {model.licence}, {model.source}")
    typer.echo(f"\nIn force: {chosen.name or 'none'}. {chosen.why}")


@app.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(help="A model of `models list`; `local` is the recommended writer.")],
    store: options.Store = None,
    llm: options.Llm = None,
) -> None:
    """Download a model, continuing where an earlier try stopped, and check its hash."""
    from assistant.weights.pull import pull
    from ui.progress import byte_progress

    settings = options.settings_of(store, llm)
    with byte_progress(name) as progress:
        path = pull(name, settings.models_dir, progress, note=lambda text: typer.echo(text, err=True))
    typer.echo(f"{name} is installed: {path}")
