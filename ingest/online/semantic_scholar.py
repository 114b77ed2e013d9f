"""Semantic Scholar's bulk search: a thousand papers a page, each page with the token of the next."""

from __future__ import annotations

from assistant.models import Rejected
from ingest.online.access import Access
from ingest.online.service import Page, PageDamaged, QueryRefused, Request, complaint_in_json, decode_object
from ingest.records import Record
from ingest.sources.dialects import read_item
from ingest.sources.dialects.shapes import text_at

_FIELDS = (
    "title,abstract,authors,year,venue,publicationVenue,journal,publicationDate,externalIds,url,"
    "fieldsOfStudy,s2FieldsOfStudy,publicationTypes"
)


class SemanticScholar:
    """Semantic Scholar's papers, the most cited first; the page's size is the service's own."""

    title = "Semantic Scholar"
    page_size = 1000
    start = ""
    doubtful_when_empty = False

    def __init__(self, access: Access) -> None:
        self._address = access.s2
        self._key = access.s2_key
        # A key is good for a request a second; all users without one share a small allowance.
        self.pause = 1.0 if access.s2_key else 3.0

    def request(self, text: str, place: str, size: int) -> Request:
        """Return the request for the page that a token stands for."""
        params = {"query": text, "fields": _FIELDS, "sort": "citationCount:desc"}
        if place:
            params["token"] = place
        headers = {"Accept": "application/json"} | ({"x-api-key": self._key} if self._key else {})
        return Request(self._address, params, headers, {})

    def read(self, body: bytes, place: str, size: int, source: str) -> Page:
        """Read a page of papers."""
        answer = decode_object(body)
        papers, token, total = answer.get("data"), answer.get("token"), answer.get("total")
        if not isinstance(papers, list):
            if complaint := complaint_in_json(body):
                raise QueryRefused(complaint)
            if total == 0:
                papers = []
            else:
                raise PageDamaged("its answer has no papers")
        items: list[Record | Rejected] = [
            read_item(paper, source, text_at(paper, "paperId") or f"result {n} after {place[:20] or 'none'}")
            for n, paper in enumerate(papers, start=1)
        ]
        following = token if papers and isinstance(token, str) and token and token != place else None
        return Page(items, following, total if isinstance(total, int) else None)

    def complaint(self, body: bytes) -> str:
        """Return what an error in JSON says."""
        return complaint_in_json(body)
