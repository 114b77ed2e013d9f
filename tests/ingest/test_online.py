"""Asking catalogues page after page, on a server that also fails in all the ways that networks do."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SourceInvalid, SourceUnavailable, UsageError
from assistant.models import Rejected
from ingest.online import Access, OnlineQuery, fetch
from ingest.records import Record
from tests.ingest.catalogue import Answer, catalogue

QUERY = OnlineQuery("openalex", "kites")
PAGES = 3
SIZE = 100


def work(n: int) -> dict[str, Any]:
    return {
        "id": f"https://openalex.org/W{n}",
        "title": f"Kites, part {n}",
        "abstract_inverted_index": {"Kites": [0], "fly.": [1]},
    }


def page(params: dict[str, str], pages: int = PAGES) -> Answer:
    """Answer as OpenAlex does: cursors are `*`, `1`, `2`…, and the last page has one too."""
    n = int(params["cursor"].replace("*", "0"))
    size = int(params["per_page"])
    works = [work(n * size + k) for k in range(size)] if n < pages else []
    meta = {"count": pages * size, "next_cursor": str(n + 1) if works else None}
    return Answer(json.dumps({"meta": meta, "results": works}).encode())


def read(
    cache: Path,
    address: str,
    limit: int = 1000,
    slept: list[float] | None = None,
    query: OnlineQuery = QUERY,
    **other: Any,
) -> list[Record | Rejected]:
    given = {"pause": 0.0, "timeout": 5.0} | other
    access = Access(arxiv=address, openalex=address, s2=address, **given)
    return list(fetch(query, limit=limit, cache=cache, access=access, sleep=(slept or []).append))


def test_all_pages_are_read_and_each_record_names_its_query_and_id(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        items = read(tmp_path, served.address)
    assert len(items) == PAGES * SIZE
    assert len({item.where for item in items}) == PAGES * SIZE
    first = items[0]
    assert isinstance(first, Record)
    assert (first.source, first.where, first.abstract) == ("openalex:kites", "W0", "Kites fly.")
    assert [asked.params["cursor"] for asked in served.asked] == ["*", "1", "2", "3"]
    assert served.asked[0].params["search"] == "kites"
    assert served.asked[0].headers["user-agent"].startswith("paperchat/")


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (99, 1), (100, 1), (101, 2), (250, 3)])
def test_no_more_is_asked_for_than_the_limit_needs(tmp_path: Path, limit: int, requests: int) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        assert len(read(tmp_path, served.address, limit)) == limit
        assert len(served.asked) == requests
        assert served.asked[0].params["per_page"] == str(min(limit, SIZE))


def test_progress_is_told_after_each_page_with_the_total(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with catalogue(lambda n, params: page(params)) as served:
        access = Access(openalex=served.address, pause=0)
        list(
            fetch(
                QUERY,
                limit=250,
                cache=tmp_path,
                access=access,
                progress=lambda done, total: told.append((done, total)),
            )
        )
    assert told == [(100, 250), (200, 250), (250, 250)]


def test_a_run_that_stops_goes_on_from_the_page_where_it_stopped(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        access = Access(openalex=served.address, pause=0)
        running = fetch(QUERY, limit=1000, cache=tmp_path, access=access)
        for _ in range(SIZE + 1):
            next(running)
        running.close()
        assert len(served.asked) == 2
        items = read(tmp_path, served.address)
        assert len({item.where for item in items}) == PAGES * SIZE
        assert [asked.params["cursor"] for asked in served.asked] == ["*", "1", "2", "3"]


def test_a_process_killed_between_pages_goes_on_from_there(tmp_path: Path) -> None:
    def slow_third(n: int, params: dict[str, str]) -> Answer:
        answer = page(params)
        answer.seconds = 30.0 if n == 2 else 0.0
        return answer

    program = """
import sys
from pathlib import Path
from ingest.online import Access, OnlineQuery, fetch
access = Access(openalex=sys.argv[1], pause=0)
for item in fetch(OnlineQuery("openalex", "kites"), limit=1000, cache=Path(sys.argv[2]), access=access):
    pass
"""
    with catalogue(slow_third) as served:
        root = Path(__file__).resolve().parents[2]
        process = subprocess.Popen(
            [sys.executable, "-c", program, served.address, str(tmp_path)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        try:
            deadline = time.monotonic() + 120
            while len(served.asked) < 3 and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.02)
            assert len(served.asked) == 3, "the process never came to the third page"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        items = read(tmp_path, served.address)
        assert len({item.where for item in items}) == PAGES * SIZE
        assert [asked.params["cursor"] for asked in served.asked] == ["*", "1", "2", "2", "3"]


def test_kept_pages_expire_after_a_day(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        access = Access(openalex=served.address, pause=0)
        for hours, requests in ((0, 1), (23, 1), (25, 2), (26, 2)):
            now = 1_700_000_000.0 + hours * 3600
            list(fetch(QUERY, limit=100, cache=tmp_path, access=access, now=lambda now=now: now))  # type: ignore[misc]
            assert len(served.asked) == requests, hours


def test_a_kept_page_that_is_damaged_is_asked_for_again(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        read(tmp_path, served.address)
        kept = sorted(tmp_path.rglob("*.page"))
        kept[1].write_bytes(kept[1].read_bytes()[:50])
        before = len(served.asked)
        assert len(read(tmp_path, served.address)) == PAGES * SIZE
        assert [asked.params["cursor"] for asked in served.asked[before:]] == ["1", "3"]


def test_another_query_has_pages_of_its_own(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        read(tmp_path, served.address, 1)
        read(tmp_path, served.address, 1, query=OnlineQuery("openalex", "balloons"))
    assert [asked.params["search"] for asked in served.asked] == ["kites", "balloons"]


FAULTS = {
    "too many requests": (Answer(b"{}", 429, {"Retry-After": "7"}), 7.0),
    "unavailable": (Answer(b"<html>", 503), None),
    "a gateway's error": (Answer(b"", 502), None),
    "broken JSON": (Answer(b'{"meta": {"count": 300, "next_cur'), None),
    "a page of HTML": (Answer(b"<html><body>Log in to the hotel's network</body></html>"), None),
    "a list": (Answer(b"[]"), None),
    "nothing": (Answer(b""), None),
    "no results": (Answer(b'{"meta": {}}'), None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_costs_only_a_wait(tmp_path: Path, name: str) -> None:
    fault, wait = FAULTS[name]
    slept: list[float] = []
    with catalogue(lambda n, params: fault if n == 1 else page(params)) as served:
        items = list(
            fetch(
                QUERY,
                limit=1000,
                cache=tmp_path,
                access=Access(openalex=served.address, pause=0),
                sleep=slept.append,
            )
        )
    assert len({item.where for item in items}) == PAGES * SIZE
    assert [asked.params["cursor"] for asked in served.asked] == ["*", "1", "1", "2", "3"]
    assert len(slept) == 1
    assert slept[0] == wait if wait else slept[0] > 0


def test_a_service_that_stays_in_trouble_is_told_and_the_next_run_goes_on(tmp_path: Path) -> None:
    in_trouble = True

    def answer(n: int, params: dict[str, str]) -> Answer:
        down = in_trouble and params["cursor"] == "2"
        return Answer(b'{"message": "we are moving"}', 503) if down else page(params)

    got: list[Record | Rejected] = []
    with catalogue(answer) as served:
        access = Access(openalex=served.address, pause=0, attempts=4)
        with pytest.raises(SourceUnavailable) as caught:
            got.extend(fetch(QUERY, limit=1000, cache=tmp_path, access=access, sleep=lambda seconds: None))
        assert len(served.asked) == 2 + 4
        assert caught.value.retryable
        assert "HTTP 503" in caught.value.message
        assert "we are moving" in caught.value.message
        assert "after 200 results" in caught.value.message
        assert "openalex:kites" in caught.value.message
        in_trouble = False
        before = len(served.asked)
        assert len(read(tmp_path, served.address)) == PAGES * SIZE
        assert [asked.params["cursor"] for asked in served.asked[before:]] == ["2", "3"]


def test_a_wait_of_hours_is_told_and_not_waited_for(tmp_path: Path) -> None:
    slept: list[float] = []
    with catalogue(lambda n, params: Answer(b"{}", 429, {"Retry-After": "36000"})) as served:
        with pytest.raises(SourceUnavailable, match="asks to wait 10 hours"):
            read(tmp_path, served.address, slept=slept)
        assert len(served.asked) == 1
    assert slept == []


def test_a_service_that_answers_too_late_is_asked_again(tmp_path: Path) -> None:
    def answer(n: int, params: dict[str, str]) -> Answer:
        given = page(params, pages=1)
        given.seconds = 2.0 if n == 0 else 0.0
        return given

    with catalogue(answer) as served:
        assert len(read(tmp_path, served.address, 10, timeout=0.5)) == 10
        assert len(served.asked) == 2


def test_a_refused_connection_says_that_there_is_no_network(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceUnavailable, match="can't be reached") as caught:
        read(tmp_path, f"http://127.0.0.1:{port}/works")
    assert caught.value.retryable
    assert f"127.0.0.1:{port}" in caught.value.message
    assert "network" in caught.value.hint


def test_a_wrong_query_is_told_in_the_services_words(tmp_path: Path) -> None:
    body = b'{"error": "Invalid query", "message": "colour is not a valid field"}'
    with catalogue(lambda n, params: Answer(body, 400)) as served:
        with pytest.raises(SourceInvalid, match="colour is not a valid field"):
            read(tmp_path, served.address, query=OnlineQuery("openalex", "colour:red"))
        assert len(served.asked) == 1
        assert served.asked[0].params["filter"] == "colour:red"


def test_a_query_that_finds_nothing_says_so(tmp_path: Path) -> None:
    with (
        catalogue(lambda n, params: page(params, pages=0)) as served,
        pytest.raises(SourceInvalid, match="finds nothing"),
    ):
        read(tmp_path, served.address)


def test_a_refused_key_is_told(tmp_path: Path) -> None:
    with (
        catalogue(lambda n, params: Answer(b'{"message": "bad key"}', 403)) as served,
        pytest.raises(SourceUnavailable, match="bad key") as caught,
    ):
        read(tmp_path, served.address)
    assert "key" in caught.value.hint


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as other:
        moved = Answer(b"", 301, {"Location": other.address})
        with (
            catalogue(lambda n, params: moved) as served,
            pytest.raises(SourceUnavailable, match="sends on to"),
        ):
            read(tmp_path, served.address, openalex_key="sesame")
        assert other.asked == []


def test_a_key_is_sent_and_never_written_down(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        read(tmp_path, served.address, openalex_key="sesame-1", mailto="me@example.org")
    assert served.asked[0].params["api_key"] == "sesame-1"
    assert served.asked[0].params["mailto"] == "me@example.org"
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    assert b"sesame" not in kept


def test_the_pause_between_requests_is_kept_across_runs(tmp_path: Path) -> None:
    slept: list[float] = []
    access: dict[str, Any] = {"pause": 500.0}
    with catalogue(lambda n, params: page(params)) as served:
        for query in ("kites", "balloons"):
            given = Access(openalex=served.address, **access)
            list(
                fetch(
                    OnlineQuery("openalex", query), limit=1, cache=tmp_path, access=given, sleep=slept.append
                )
            )
    assert len(slept) == 1
    assert 300 < slept[0] <= 500


def test_a_work_without_a_title_is_a_rejection_with_its_id(tmp_path: Path) -> None:
    body = {"meta": {"count": 2}, "results": [work(1), {"id": "https://openalex.org/W2", "ids": {}}]}
    with catalogue(lambda n, params: Answer(json.dumps(body).encode())) as served:
        items = read(tmp_path, served.address)
    assert [type(item) for item in items] == [Record, Rejected]
    assert (items[1].where, isinstance(items[1], Rejected) and items[1].file) == ("W2", "openalex:kites")


def test_a_limit_of_none_is_an_error_before_anything_is_asked(tmp_path: Path) -> None:
    with catalogue(lambda n, params: page(params)) as served:
        with pytest.raises(UsageError):
            read(tmp_path, served.address, 0)
        assert served.asked == []


def test_a_folder_that_cant_hold_pages_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with (
        catalogue(lambda n, params: page(params)) as served,
        pytest.raises(SourceUnavailable, match="can't be kept"),
    ):
        read(tmp_path / "file", served.address)
