"""arXiv, OpenAlex and Semantic Scholar as they really answered once, served again on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SourceInvalid
from assistant.models import Paper, Rejected
from ingest.online import Access, OnlineQuery, fetch
from ingest.records import Record, to_paper
from tests.ingest.catalogue import Answer, Catalogue, arxiv_feed, catalogue

RECORDED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"
recorded = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"the recorded answers aren't beside the checkout: {RECORDED}"
)


def ask(
    served: Catalogue, cache: Path, query: OnlineQuery, limit: int = 500, **other: Any
) -> list[Record | Rejected]:
    access = Access(arxiv=served.address, openalex=served.address, s2=served.address, pause=0, **other)
    return list(fetch(query, limit=limit, cache=cache, access=access, sleep=lambda seconds: None))


def arxiv_page(params: dict[str, str], total: int = 250) -> Answer:
    start, size = int(params["start"]), int(params["max_results"])
    return Answer(arxiv_feed([f"2401.{n:05}" for n in range(start, min(start + size, total))], total))


QUERY = OnlineQuery("arxiv", "cat:cs.IR AND reranking")


def test_arxiv_is_asked_by_search_and_paged_by_start(tmp_path: Path) -> None:
    with catalogue(lambda n, params: arxiv_page(params)) as served:
        items = ask(served, tmp_path, QUERY)
    assert [asked.params["start"] for asked in served.asked] == ["0", "100", "200"]
    assert {asked.params["search_query"] for asked in served.asked} == {"cat:cs.IR AND reranking"}
    assert len({item.where for item in items}) == 250
    assert isinstance(items[0], Record)
    assert items[0].source == "arxiv:cat:cs.IR AND reranking"
    paper = to_paper(items[0])
    assert isinstance(paper, Paper)
    assert (paper.arxiv_id, paper.arxiv_version, paper.title) == ("2401.00000", 2, "About 2401.00000")


def test_a_query_of_ids_asks_arxiv_for_those_papers(tmp_path: Path) -> None:
    with catalogue(lambda n, params: Answer(arxiv_feed(["2401.00001", "2401.00002"], 2))) as served:
        items = ask(served, tmp_path, OnlineQuery("arxiv", "2401.00001, arXiv:2401.00002v2"))
    assert len(items) == 2
    assert served.asked[0].params["id_list"] == "2401.00001,2401.00002v2"
    assert "search_query" not in served.asked[0].params


def test_arxivs_empty_page_amid_results_is_asked_for_again(tmp_path: Path) -> None:
    with catalogue(lambda n, params: Answer(arxiv_feed([], 250)) if n == 1 else arxiv_page(params)) as served:
        assert len(ask(served, tmp_path, QUERY)) == 250
    assert [asked.params["start"] for asked in served.asked] == ["0", "100", "100", "200"]


def test_arxivs_empty_first_page_is_believed_the_second_time(tmp_path: Path) -> None:
    with catalogue(lambda n, params: Answer(arxiv_feed([], 0)) if n == 0 else arxiv_page(params)) as served:
        assert len(ask(served, tmp_path, QUERY)) == 250
    with catalogue(lambda n, params: Answer(arxiv_feed([], 0))) as served:
        with pytest.raises(SourceInvalid, match="finds nothing"):
            ask(served, tmp_path, OnlineQuery("arxiv", "nothing at all"))
        assert len(served.asked) == 2


def test_a_feed_cut_off_is_asked_for_again(tmp_path: Path) -> None:
    def answer(n: int, params: dict[str, str]) -> Answer:
        whole = arxiv_page(params)
        return Answer(whole.body[: len(whole.body) // 2]) if n == 0 else whole

    with catalogue(answer) as served:
        assert len(ask(served, tmp_path, QUERY)) == 250
        assert len(served.asked) == 4


def test_arxivs_last_result_is_told(tmp_path: Path) -> None:
    from ingest.online.arxiv import Arxiv

    with pytest.raises(SourceInvalid, match="30,000"):
        Arxiv(Access()).request("all:x", "30000", 100)


def s2_page(params: dict[str, str]) -> Answer:
    n = int(params.get("token", "0"))
    papers = [
        {"paperId": f"{n * 2 + k:040x}", "title": f"Rope {n * 2 + k}", "abstract": "A."} for k in range(2)
    ]
    body: dict[str, Any] = {"total": 1000, "data": papers} | ({"token": str(n + 1)} if n < 2 else {})
    return Answer(json.dumps(body).encode())


def test_semantic_scholar_is_paged_by_token_and_given_the_key(tmp_path: Path) -> None:
    with catalogue(lambda n, params: s2_page(params)) as served:
        items = ask(served, tmp_path, OnlineQuery("s2", "ropes"), s2_key="sesame")
    assert [item.where for item in items] == [f"{n:040x}" for n in range(6)]
    assert [asked.params.get("token") for asked in served.asked] == [None, "1", "2"]
    assert {asked.headers["x-api-key"] for asked in served.asked} == {"sesame"}
    assert "abstract" in served.asked[0].params["fields"]


def test_semantic_scholar_without_results_says_so(tmp_path: Path) -> None:
    with (
        catalogue(lambda n, params: Answer(b'{"total": 0, "token": null, "data": []}')) as served,
        pytest.raises(SourceInvalid, match="finds nothing"),
    ):
        ask(served, tmp_path, OnlineQuery("s2", "zzzz"))


@recorded
@pytest.mark.parametrize(
    ("file", "count"),
    [("q_testing_s0_m100_http200.xml", 100), ("q_testing_s0_m10_http200.xml", 10)],
)
def test_arxivs_recorded_answers(tmp_path: Path, file: str, count: int) -> None:
    body = (RECORDED / "arxiv_atom" / file).read_bytes()
    with catalogue(lambda n, params: Answer(body)) as served:
        items = ask(served, tmp_path, OnlineQuery("arxiv", "all:testing"), limit=count)
    records = [item for item in items if isinstance(item, Record)]
    assert len(records) == len({record.where for record in records}) == count
    assert all(record.abstract and record.where == record.arxiv_id for record in records)


@recorded
def test_arxivs_recorded_refusal_and_its_answer_of_nothing(tmp_path: Path) -> None:
    refusal = (RECORDED / "arxiv_atom" / "id_abc_s0_m100_http400.xml").read_bytes()
    for status in (400, 200):  # arXiv has sent errors with either
        with (
            catalogue(lambda n, params, status=status: Answer(refusal, status)) as served,  # type: ignore[misc]
            pytest.raises(SourceInvalid, match="incorrect id format for abc"),
        ):
            ask(served, tmp_path, OnlineQuery("arxiv", "id:abc"))
    nothing = (RECORDED / "arxiv_atom" / "id_0000.0000_s0_m100_http200.xml").read_bytes()
    with (
        catalogue(lambda n, params: Answer(nothing)) as served,
        pytest.raises(SourceInvalid, match="finds nothing"),
    ):
        ask(served, tmp_path, OnlineQuery("arxiv", "0000.0000"))


def bodies(file: str) -> Iterator[bytes]:
    yaml = pytest.importorskip("yaml")
    tape = yaml.safe_load((RECORDED / "semantic_scholar" / file).read_text(encoding="utf-8"))
    for interaction in tape["interactions"]:
        body = interaction["response"]["body"]["string"]
        yield body if isinstance(body, bytes) else body.encode()


@recorded
def test_semantic_scholars_recorded_search(tmp_path: Path) -> None:
    (body,) = bodies("test_search_paper.yaml")
    papers = json.loads(body)["data"]
    with catalogue(lambda n, params: Answer(body)) as served:
        items = ask(served, tmp_path, OnlineQuery("s2", "turing"))
    assert [item.where for item in items] == [paper["paperId"] for paper in papers]
    assert [item.title for item in items if isinstance(item, Record)] == [paper["title"] for paper in papers]


@recorded
def test_recorded_papers_without_a_title_are_each_refused(tmp_path: Path) -> None:
    (body,) = bodies("test_search_paper_fields_of_study.yaml")
    with catalogue(lambda n, params: Answer(body)) as served:
        items = ask(served, tmp_path, OnlineQuery("s2", "turing"))
    assert len(items) == len(json.loads(body)["data"]) == 100
    assert {item.reason for item in items if isinstance(item, Rejected)} == {
        "no title (found: paperId, s2FieldsOfStudy)"
    }


@recorded
def test_openalexs_recorded_works(tmp_path: Path) -> None:
    works: list[dict[str, Any]] = []
    for file in sorted((RECORDED / "openalex").glob("*.json")):
        value = json.loads(file.read_text(encoding="utf-8"))
        works += value.get("results", [value])
    body = json.dumps({"meta": {"count": len(works), "next_cursor": "abc"}, "results": works}).encode()
    with catalogue(lambda n, params: Answer(body)) as served:
        items = ask(served, tmp_path, OnlineQuery("openalex", "labor"))
    records = [item for item in items if isinstance(item, Record)]
    assert len(items) == len(records) == len(works) == 12
    assert sum(bool(record.abstract) for record in records) == 8
    assert [record.where for record in records] == [work["id"].rpartition("/")[2] for work in works]
