"""The papers that a service finds for a query, page after page, from where the last run stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.errors import SourceInvalid, SourceUnavailable, UsageError
from assistant.models import Rejected
from ingest.online.access import Access
from ingest.online.arxiv import Arxiv
from ingest.online.client import Client
from ingest.online.openalex import OpenAlex
from ingest.online.pages import KeptPages
from ingest.online.query import OnlineQuery
from ingest.online.semantic_scholar import SemanticScholar
from ingest.online.service import Page, PageDamaged, QueryRefused, Service
from ingest.records import Record

Progress = Callable[[int, int | None], None]
"""Told after each page: how many results are here, and how many there will be, where that is known."""

_SERVICES: dict[str, Callable[[Access], Service]] = {
    "arxiv": Arxiv,
    "openalex": OpenAlex,
    "s2": SemanticScholar,
}


def fetch(
    query: OnlineQuery,
    *,
    limit: int,
    cache: Path,
    access: Access | None = None,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Iterator[Record | Rejected]:
    """Ask a service and read its answers, a page at a time.

    Args:
        query: What to ask.
        limit: The most results to read.
        cache: The folder for fetched pages; the same query within a day reads them from there.
        access: Addresses and keys; the public ones without keys if None.
        progress: Told after each page.
        sleep: How to wait between requests.
        now: The clock by which kept pages expire.

    Yields:
        A record, or a rejection, for each result. Its source is the query, its place the paper's id.

    Raises:
        UsageError: The limit is less than one.
        SourceInvalid: The service refuses the query, or finds nothing.
        SourceUnavailable: The service can't be reached, or gives no usable answer after all
            attempts. What was yielded before is good, and the same call goes on after it.
    """
    if limit < 1:
        raise UsageError(f"{query.source}: at most {limit} papers were asked for", "ask for one or more")
    access = access or Access()
    service = _SERVICES[query.service](access)
    folder = cache / query.service
    try:
        folder.mkdir(parents=True, exist_ok=True)
        reading = _Reading(query, service, min(limit, service.page_size), folder, access, sleep, now)
    except OSError as error:
        raise _not_kept(folder, error) from error
    count, place, n = 0, service.start, 0
    while True:
        try:
            page = reading.page(n, place)
        except SourceUnavailable as error:
            error.message = f"{query.source}: {error.message}" + (
                f", after {count:,} results" if count else ""
            )
            raise
        except OSError as error:
            raise _not_kept(folder, error) from error
        if progress:
            progress(
                min(count + len(page.items), limit), None if page.total is None else min(limit, page.total)
            )
        if not page.items and not count:
            raise SourceInvalid(f"{query.source}: {service.title} finds nothing", "try other words")
        yield from page.items[: limit - count]
        count += len(page.items)
        if count >= limit or page.following is None:
            return
        place, n = page.following, n + 1


def _not_kept(folder: Path, error: OSError) -> SourceUnavailable:
    return SourceUnavailable(
        f"{folder}: fetched pages can't be kept there: {error.strerror or error}",
        "make room, or choose another cache folder",
    )


class _Reading:
    """The pages of one query, kept or asked for."""

    def __init__(
        self,
        query: OnlineQuery,
        service: Service,
        size: int,
        folder: Path,
        access: Access,
        sleep: Callable[[float], None],
        now: Callable[[], float],
    ) -> None:
        self._query = query
        self._service = service
        self._size = size
        self._client = Client(service, access, folder, sleep)
        self._kept = KeptPages(folder, service.request(query.text, service.start, size), now)

    def page(self, n: int, place: str) -> Page:
        """Return the `n`th page, which begins at `place`."""

        def read(body: bytes) -> Page:
            return self._service.read(body, place, self._size, self._query.source)

        kept = self._kept.get(n)
        if kept is not None:
            try:
                return read(kept)
            except (PageDamaged, QueryRefused):
                self._kept.forget(n)
        request = self._service.request(self._query.text, place, self._size)
        body, page = self._client.get(request, read)
        if n == 0 and not page.items and self._service.doubtful_when_empty:
            body, page = self._client.get(request, read)
        if page.items:
            self._kept.put(n, body)
        return page
