"""arXiv's API: an Atom feed a page, no key, and one request each three seconds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import SourceInvalid
from assistant.models import Rejected
from ingest.identify import arxiv_version, normalise_arxiv_id
from ingest.online.access import Access
from ingest.online.service import Page, PageDamaged, QueryRefused, Request
from ingest.records import Record

if TYPE_CHECKING:
    from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_MOST = 30_000
_BETWEEN_IDS = re.compile(r"[\s,;]+")


class Arxiv:
    """arXiv's search; a query that is nothing but arXiv ids asks for those papers."""

    title = "arXiv"
    pause = 3.0
    page_size = 100
    start = "0"
    doubtful_when_empty = True

    def __init__(self, access: Access) -> None:
        self._address = access.arxiv

    def request(self, text: str, place: str, size: int) -> Request:
        """Return the request for `size` results from the place on.

        Raises:
            SourceInvalid: The place lies behind the last result that arXiv gives of any query.
        """
        if int(place) >= _MOST:
            raise SourceInvalid(
                f"arXiv gives no more than {_MOST:,} results of one query",
                "part the query by date, as in submittedDate:[202301010000 TO 202306302359]",
            )
        ids = [part for part in _BETWEEN_IDS.split(text) if part]
        only_ids = all(normalise_arxiv_id(one) for one in ids)
        bare = [
            normalise_arxiv_id(one) + (f"v{arxiv_version(one)}" if arxiv_version(one) else "") for one in ids
        ]
        params = {"id_list": ",".join(bare)} if only_ids else {"search_query": text}
        params |= {"start": place, "max_results": str(size)}
        if not only_ids:
            params |= {"sortBy": "relevance", "sortOrder": "descending"}
        return Request(self._address, params, {"Accept": "application/atom+xml"}, {})

    def read(self, body: bytes, place: str, size: int, source: str) -> Page:
        """Read a feed; a feed that ends before the results do is damaged, as arXiv's sometimes are."""
        from ingest.sources.arxiv_atom import entries as read_entries

        feed = _parse(body)
        refused = _error_of(feed)
        if refused:
            raise QueryRefused(refused)
        entries = len(feed.findall(f"{_ATOM}entry"))
        told = (feed.findtext(_TOTAL) or "").strip()
        total = int(told) if told.isdecimal() else None
        following = int(place) + entries
        if not entries and total is not None and following < total:
            raise PageDamaged(f"it gave no result from {following} on where there should be {total:,}")
        items: list[Record | Rejected] = [
            replace(item, source=source, where=item.arxiv_id or item.where)
            if isinstance(item, Record)
            else item
            for item in read_entries(body, source)
        ]
        more = entries > 0 and (following < total if total is not None else entries >= size)
        return Page(items if entries else [], str(following) if more else None, total)

    def complaint(self, body: bytes) -> str:
        """Return what a feed of errors says."""
        try:
            return _error_of(_parse(body))
        except PageDamaged:
            return ""


def _parse(body: bytes) -> etree._Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        feed = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PageDamaged(f"its answer is no XML: {error}") from error
    if feed.tag != f"{_ATOM}feed":
        raise PageDamaged(f"its answer is no Atom feed but {str(feed.tag)[:40]}")
    return feed


def _error_of(feed: etree._Element) -> str:
    """Return the message of a feed whose one entry is an error: arXiv has sent those with code 200 too."""
    for entry in feed.findall(f"{_ATOM}entry"):
        if "/api/errors" in (entry.findtext(f"{_ATOM}id") or ""):
            return " ".join((entry.findtext(f"{_ATOM}summary") or "error").split())[:300]
    return ""
