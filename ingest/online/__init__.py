"""Papers from catalogues on the network: arXiv, OpenAlex and Semantic Scholar, asked by query."""

from __future__ import annotations

from ingest.online.access import Access, default_cache
from ingest.online.fetch import fetch
from ingest.online.query import OnlineQuery, parse_query

__all__ = ["Access", "OnlineQuery", "default_cache", "fetch", "parse_query"]
