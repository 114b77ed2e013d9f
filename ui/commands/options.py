"""The options that every command takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.filters import Filters
    from assistant.settings import Settings

Store = Annotated[
    Path | None, typer.Option("--store", metavar="DIR", help="Folder of the papers (or PAPERCHAT_STORE).")
]
Llm = Annotated[
    str | None,
    typer.Option("--llm", metavar="NAME", help="auto, none, ollama:NAME, llamacpp:NAME, openai:NAME, … "),
]
History = Annotated[
    Path | None,
    typer.Option("--history", metavar="FILE", help="What was said before: JSON, a list of {role, content}."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Since = Annotated[
    int | None,
    typer.Option("--since", metavar="YEAR", min=1000, max=2999, help="Only papers of that year or later."),
]
Until = Annotated[
    int | None,
    typer.Option("--until", metavar="YEAR", min=1000, max=2999, help="Only papers of that year or earlier."),
]
Authors = Annotated[
    list[str] | None,
    typer.Option("--author", metavar="NAME", help="Only papers by that author; may be given several times."),
]
Venues = Annotated[
    list[str] | None,
    typer.Option("--venue", metavar="NAME", help="Only papers of that venue; may be given several times."),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="TAG", help="Only papers with that tag; may be given several times."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source", metavar="FILE", help="Only papers read from that file; may be given several times."
    ),
]
PaperIds = Annotated[
    list[str] | None,
    typer.Option(
        "--paper", metavar="ID", help="Only that paper: its id, DOI or arXiv id; may be given several times."
    ),
]


def filters_of(
    since: int | None = None,
    until: int | None = None,
    author: list[str] | None = None,
    venue: list[str] | None = None,
    tag: list[str] | None = None,
    source: list[str] | None = None,
    paper: list[str] | None = None,
) -> Filters:
    """Return what a command's filter options restrict.

    Raises:
        UsageError: An option is empty, or the years are the wrong way round.
    """
    from assistant.errors import UsageError
    from assistant.filters import Filters

    named = {"author": author, "venue": venue, "tag": tag, "source": source, "paper": paper}
    lists = {
        name: tuple(dict.fromkeys(value.strip() for value in given or ())) for name, given in named.items()
    }
    for name, given in lists.items():
        if "" in given:
            raise UsageError(f"--{name} is empty", f"name one, or leave --{name} out")
    if since is not None and until is not None and since > until:
        raise UsageError(
            f"--since {since} is after --until {until}", f"write --since {until} --until {since}"
        )
    return Filters(
        since=since,
        until=until,
        authors=lists["author"],
        venues=lists["venue"],
        tags=lists["tag"],
        sources=lists["source"],
        paper_ids=lists["paper"],
    )


def settings_of(store: Path | None, llm: str | None, **flags: Any) -> Settings:
    """Return the effective settings with a command's options over them."""
    from assistant.settings import load_settings

    return load_settings(store=store, llm=llm, **flags).settings


def print_json(value: Any) -> None:
    """Print a value as indented JSON in UTF-8."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
