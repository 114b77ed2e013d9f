"""The options that every command takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.settings import Settings

Store = Annotated[
    Path | None, typer.Option("--store", metavar="DIR", help="Folder of the papers (or PAPERCHAT_STORE).")
]
Llm = Annotated[
    str | None,
    typer.Option("--llm", metavar="NAME", help="auto, none, ollama:NAME, llamacpp:NAME, openai:NAME, … "),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(store: Path | None, llm: str | None, **flags: Any) -> Settings:
    """Return the effective settings with a command's options over them."""
    from assistant.settings import load_settings

    return load_settings(store=store, llm=llm, **flags).settings


def print_json(value: Any) -> None:
    """Print a value as indented JSON in UTF-8."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
