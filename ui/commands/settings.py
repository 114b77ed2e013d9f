"""`paperchat settings` and `paperchat doctor`: what is in force, and what works here."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import SecretStr

from ui.commands import options


def settings(store: options.Store = None, llm: options.Llm = None, json: options.Json = False) -> None:
    """Show every setting with its value, where the value comes from, and what it means."""
    from assistant.settings import ENV_PREFIX, Settings, load_settings

    loaded = load_settings(store=store, llm=llm)
    values = {name: getattr(loaded.settings, name) for name in Settings.model_fields}
    shown = {name: "********" if isinstance(value, SecretStr) else value for name, value in values.items()}
    if json:
        options.print_json(
            {name: {"value": str(v) if v is not None and not isinstance(v, int | float) else v,
                    "origin": loaded.origins[name]} for name, v in shown.items()}
        )  # fmt: skip
        return
    for name, field in Settings.model_fields.items():
        typer.echo(f"{name} = {shown[name]}   ({loaded.origins[name]})\n    {field.description}")
    typer.echo(
        f"\nSet one in paperchat.toml ({next(iter(shown))} = …) or as {ENV_PREFIX}NAME in the environment."
    )


def doctor(
    store: options.Store = None,
    llm: options.Llm = None,
    json: options.Json = False,
    mend: Annotated[bool, typer.Option("--mend", help="Make damaged or missing indexes again.")] = False,
) -> None:
    """Check what works here, and tell how to mend what doesn't. Exit code 1: something needs mending."""
    from ui.doctor import examine

    found = examine(options.settings_of(store, llm), mend=mend)
    if json:
        options.print_json([check.__dict__ for check in found])
    else:
        for check in found:
            typer.echo(f"{'ok  ' if check.ok else 'MEND'}  {check.what}: {check.found}")
            if check.hint:
                typer.echo(f"      → {check.hint}")
    if not all(check.ok for check in found):
        raise typer.Exit(1)
