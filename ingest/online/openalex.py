"""OpenAlex's API: pages by cursor, a filter or a search, and a free key for more than a few pages."""

from __future__ import annotations

import re

from assistant.models import Rejected
from ingest.online.access import Access
from ingest.online.service import Page, PageDamaged, QueryRefused, Request, complaint_in_json, decode_object
from ingest.records import Record
from ingest.sources.dialects import read_item
from ingest.sources.dialects.shapes import text_at

# `publication_year:2023,title.search:reranking`; a sentence with a colon has blanks before it.
_FILTER = re.compile(r"[a-z][a-z_.]*:[^,]+(?:,[a-z][a-z_.]*:[^,]+)*")


class OpenAlex:
    """OpenAlex's works, by its filters where the query is written as one, else by search."""

    title = "OpenAlex"
    pause = 0.2
    page_size = 100
    start = "*"
    doubtful_when_empty = False

    def __init__(self, access: Access) -> None:
        self._address = access.openalex
        self._mailto = access.mailto
        self._key = access.openalex_key

    def request(self, text: str, place: str, size: int) -> Request:
        """Return the request for the page at a cursor."""
        params = {
            "filter" if _FILTER.fullmatch(text) else "search": text,
            "per_page": str(size),
            "cursor": place,
        }
        if self._mailto:
            params["mailto"] = self._mailto
        secret = {"api_key": self._key} if self._key else {}
        return Request(self._address, params, {"Accept": "application/json"}, secret)

    def read(self, body: bytes, place: str, size: int, source: str) -> Page:
        """Read a page of works."""
        answer = decode_object(body)
        works, meta = answer.get("results"), answer.get("meta")
        if not isinstance(works, list) or not isinstance(meta, dict):
            if complaint := complaint_in_json(body):
                raise QueryRefused(complaint)
            raise PageDamaged("its answer has no results")
        items: list[Record | Rejected] = []
        for n, work in enumerate(works, start=1):
            short = text_at(work, "id").rstrip("/").rpartition("/")[2]
            items.append(read_item(work, source, short or f"result {n} at cursor {place[:20]}"))
        cursor, count = meta.get("next_cursor"), meta.get("count")
        # The last page has a cursor too, and an empty page after it.
        more = len(works) >= size and isinstance(cursor, str) and cursor != place
        return Page(items, cursor if more else None, count if isinstance(count, int) else None)

    def complaint(self, body: bytes) -> str:
        """Return what an error in JSON says."""
        return complaint_in_json(body)
