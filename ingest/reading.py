"""Records of all sources, files and online ones alike, as the comparison takes them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path

from assistant.library import Telling
from assistant.models import Rejected
from ingest.compare import Comparison, Told
from ingest.options import IngestOptions
from ingest.progress import Progress
from ingest.raw import pack
from ingest.records import Record, to_paper
from ingest.sources import covers, is_incomplete, read_sources
from ingest.sources.arguments import MEMBER
from ingest.sources.files import shown
from ingest.sources.opening import PASSED_OVER
from ingest.tally import Tally


def read(
    arguments: Sequence[str | PathLike[str]],
    comparison: Comparison,
    run: int,
    tally: Tally,
    options: IngestOptions,
    progress: Progress,
) -> Iterator[Told | tuple[str, Telling]]:
    """Read records as papers; what isn't one is noted in the tally.

    Args:
        arguments: Files, folders, globs, archives, `-`, and queries of online sources.
        comparison: Knows which records a place told of in the same words before.
        run: The ingest's number.
        tally: Counts.
        options: How the ingest is to go.
        progress: Hears how many records were read.

    Yields:
        A cleaned paper, or the id of a stored one that the record tells of as it did before.

    Raises:
        SourceInvalid: A source isn't there.
    """
    for item in _records(arguments, tally, options):
        tally.ahead += 1
        progress.read(tally.ahead)
        if isinstance(item, Record):
            tally.sources.add(item.source)
            telling = pack(item, run)
            known = comparison.known_already(telling)
            if known is not None:
                yield known, telling
                continue
            paper = to_paper(item)
            if not isinstance(paper, Rejected):
                yield Told(telling, paper)
                continue
            item = paper
        tally.reject(item, incomplete=is_incomplete(item))
        if options.strict and item.reason != PASSED_OVER:
            tally.stopped = True
            return


def lies_under(argument: str | PathLike[str], source: str) -> bool:
    """Tell whether the source of a stored paper is what an argument names, or lies in it."""
    from ingest.online import parse_query

    query = parse_query(str(argument))
    return covers(argument, source) if query is None else source == query.source


def named_by(arguments: Sequence[str | PathLike[str]], sources: Iterable[str]) -> list[str]:
    """Return the sources of stored papers that any argument names or holds."""
    files = {shown(Path(argument)) for argument in arguments if Path(argument).is_file()}
    others = [argument for argument in arguments if not Path(argument).is_file()]
    return [
        source
        for source in sources
        if source in files
        or source.partition(MEMBER)[0] in files
        or any(lies_under(argument, source) for argument in others)
    ]


def _records(
    arguments: Sequence[str | PathLike[str]], tally: Tally, options: IngestOptions
) -> Iterator[Record | Rejected]:
    from ingest.online import Access, default_cache, fetch, parse_query

    queries = {argument: parse_query(str(argument)) for argument in arguments}
    files = [argument for argument, query in queries.items() if query is None]
    if files:
        yield from read_sources(files, columns=options.columns or None, note=tally.notes.append)
    for query in filter(None, queries.values()):
        cache, count = options.cache or default_cache(), 0
        for item in fetch(
            query, limit=options.limit, cache=cache, access=Access.from_environment(os.environ)
        ):
            count += 1
            yield item
        if count >= options.limit:  # there may be more, and what isn't among these hasn't left
            tally.incomplete.add(query.source)
