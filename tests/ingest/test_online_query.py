"""What counts as an online query, and what as a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid, UsageError
from ingest.online import Access, OnlineQuery, parse_query


@pytest.mark.parametrize(
    ("text", "service", "query"),
    [
        ("arxiv:cat:cs.IR AND reranking", "arxiv", "cat:cs.IR AND reranking"),
        ("arXiv: 2004.04906", "arxiv", "2004.04906"),
        ("openalex:reranking", "openalex", "reranking"),
        ("s2:dense retrieval", "s2", "dense retrieval"),
        ("SemanticScholar:dense  retrieval", "s2", "dense retrieval"),
        ("semantic-scholar:x", "s2", "x"),
    ],
)
def test_a_name_and_a_query(text: str, service: str, query: str) -> None:
    parsed = parse_query(text)
    assert parsed is not None
    assert (parsed.service, parsed.text) == (service, query)
    assert parsed.source == f"{service}:{query}"
    assert parse_query(parsed.source) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "papers.bib",
        "C:\\papers",
        "c:/papers",
        "s:x",
        "https://arxiv.org/abs/2004.04906",
        "other:query",
        "arxiv",
        "",
    ],
)
def test_paths_and_other_words_are_no_queries(text: str) -> None:
    assert parse_query(text) is None


def test_a_file_of_that_name_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_query("arxiv:x") == OnlineQuery("arxiv", "x")
    Path("arxiv:x").write_text("a file", encoding="utf-8")
    assert parse_query("arxiv:x") is None


@pytest.mark.parametrize("text", ["arxiv:", "openalex:   ", "s2:::", "s2:" + "x" * 5000])
def test_a_name_without_a_usable_query_is_told(text: str) -> None:
    with pytest.raises(UsageError):
        parse_query(text)


def test_addresses_and_keys_come_from_the_environment() -> None:
    access = Access.from_environment(
        {"ARXIV_API_URL": "http://mirror.example/a", "S2_API_KEY": "secret-1", "OPENALEX_API_KEY": "secret-2"}
    )
    assert access.arxiv == "http://mirror.example/a"
    assert access.openalex == Access().openalex
    assert (access.s2_key, access.openalex_key) == ("secret-1", "secret-2")
    assert "secret" not in repr(access)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="openalex"):
        Access.from_environment({"OPENALEX_API_URL": "file:///etc/passwd"})
