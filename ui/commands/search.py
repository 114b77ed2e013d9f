"""`paperchat search`: ranked papers with their best passages and scores, without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ui.commands import options

if TYPE_CHECKING:
    from assistant.models import Ranked
    from assistant.search import Search


def search(
    query: Annotated[str, typer.Argument(help="What to look for: a topic or a question.")],
    k: Annotated[int, typer.Option("-k", "--top", min=1, max=200, help="How many papers at the most.")] = 10,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Tell how the query was understood and what each score is made of."),
    ] = False,
    history: options.History = None,
    since: options.Since = None,
    until: options.Until = None,
    author: options.Authors = None,
    venue: options.Venues = None,
    tag: options.Tags = None,
    source: options.Sources = None,
    paper: options.PaperIds = None,
    store: options.Store = None,
    llm: options.Llm = None,
    json: options.Json = False,
) -> None:
    """Rank the papers for a query."""
    from assistant.errors import UsageError
    from assistant.wiring import build_assistant
    from ui.commands.ask import read_history

    if not query.strip():
        raise UsageError("the query is empty", "name what to look for")
    filters = options.filters_of(since, until, author, venue, tag, source, paper)
    turns = read_history(history) if history else []
    found = build_assistant(options.settings_of(store, llm)).search(query, turns, filters=filters, k=k)
    if json:
        shown = found.model_dump()
        options.print_json(shown if explain else shown["ranked"])
        return
    for line in _understood(found, explain):
        typer.echo(line)
    for place, ranked in enumerate(found.ranked, start=1):
        typer.echo(f"{place:>3}. {ranked.title}")
        typer.echo(f"     score {ranked.score:.3f} {_scores(ranked)} · {ranked.paper_id}")
        if explain:
            typer.echo(f"     {_made_of(ranked)}")
        typer.echo(f"     {_shortened(ranked.passage)}\n")
    if not found.ranked:
        typer.echo("No papers found.")


def _understood(found: Search, explain: bool) -> list[str]:
    """Return how the query was understood: in full, or only what differs from what was typed."""
    from ui.filter_tokens import tokens

    lines = []
    if explain or found.standalone_question != found.question:
        lines.append(f"Understood as: {found.standalone_question}")
    if explain:
        lines += [f"Because:       {found.why}"] if found.why else []
        lines.append(f"Searched for:  {found.searched}")
        lines.append(f"Kind:          {found.question_kind}")
        lines += [f"Side:          {side}" for side in found.sides]
        lines += [f"Named:         {title}" for title in found.named]
    if found.filters:
        only = ", ".join(tokens(found.filters))
        lines.append(f"Only papers:   {only} ({found.kept:,} of {found.papers:,})")
    lines += [f"Note:          {note}" for note in found.notes]
    return [*lines, ""] if lines else []


def _scores(ranked: Ranked) -> str:
    dense = "–" if ranked.dense is None else f"{ranked.dense:.2f}"
    lexical = "–" if ranked.lexical is None else f"{ranked.lexical:.1f}"
    return f"(cosine {dense}, BM25 {lexical})"


def _made_of(ranked: Ranked) -> str:
    """Return what a score is made of, in the order in which it comes about."""
    dense = f"place {ranked.dense_rank} by vector" if ranked.dense_rank else "not near by vector"
    lexical = f"place {ranked.lexical_rank} by words" if ranked.lexical_rank else "not found by words"
    parts = [dense, f"{lexical} ({ranked.lexical_share:.0%} of what the words can bring)"]
    if ranked.covered is not None and ranked.sentence is not None:
        parts.append(f"{ranked.covered:.0%} of the words covered, nearest sentence {ranked.sentence:.2f}")
    if ranked.named:
        parts.append("named")
    if ranked.side:
        parts.append(f"found for “{ranked.side}”")
    if ranked.rerank is not None:
        parts.append(f"reranker {ranked.rerank:.2f}")
    return "; ".join(parts)


def _shortened(text: str, most: int = 240) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
