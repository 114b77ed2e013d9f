"""Paths become records: the content tells the format, and nothing is refused without a reason."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import SourceInvalid
from assistant.models import Rejected
from ingest.records import Record
from ingest.sources import read_sources

PAPERS = [{"title": f"Paper number {n}", "abstract": f"We study {n}. It is good."} for n in range(3)]
JSONL = "".join(json.dumps(paper) + "\n" for paper in PAPERS)
CSV = "title,abstract\nA table's paper,We study tables.\n"
PAGE = "Subscribe\n\nA Study of Pages in Practice\n\nWe study pages of the web. They are many, and few are good.\n"


def write(folder: Path, **contents: str | bytes) -> Path:
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(*paths: Path) -> tuple[list[Record], list[Rejected]]:
    items = list(read_sources(paths))
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if isinstance(item, Rejected)]


@pytest.mark.parametrize("ending", ["", ".txt", ".csv", ".pdf", ".jsonl"])
def test_the_content_tells_the_format_not_the_name(tmp_path: Path, ending: str) -> None:
    for content, title in (
        (JSONL, "Paper number 0"),
        (json.dumps(PAPERS), "Paper number 0"),
        (CSV, "A table's paper"),
        (PAGE, "A Study of Pages in Practice"),
    ):
        path = tmp_path / f"file{ending}"
        path.write_text(content)
        records, _ = read(path)
        assert records[0].title == title
        assert records[0].source == str(path)


def test_gzipped_files_are_read(tmp_path: Path) -> None:
    write(tmp_path, packed=gzip.compress(JSONL.encode()))
    records, rejected = read(tmp_path / "packed")
    assert len(records) == 3
    assert rejected == []


def test_gzipped_data_that_ends_early_keeps_what_was_read(tmp_path: Path) -> None:
    noise = "".join(json.dumps({"title": f"T {os.urandom(20).hex()}"}) + "\n" for _ in range(2000))
    write(tmp_path, packed=gzip.compress(noise.encode())[:40_000])
    records, rejected = read(tmp_path / "packed")
    assert len(records) > 100
    assert rejected[-1].reason == "the compressed data ends early or is damaged"
    assert rejected[-1].where.startswith("after line ")


def test_a_folder_is_walked_and_each_refusal_reported(tmp_path: Path) -> None:
    write(
        tmp_path, a=JSONL, b=b"", c=b"\x89PNG\r\n\x1a\n", d="@article{x,\n title={A}}", e="<!DOCTYPE html><p>",
        f="x = 1\ny = 2\n", g=PAGE, **{"README.md": "# Papers\n", ".hidden": JSONL},
    )  # fmt: skip
    records, rejected = read(tmp_path)
    assert len(records) == 4
    reasons = {Path(item.file).name: item.reason for item in rejected}
    assert reasons["b"] == "empty file"
    assert reasons["c"] == "not text: looks like a PNG image"
    assert reasons["d"].startswith("looks like BibTeX")
    assert reasons["e"].startswith("looks like an HTML page")
    assert reasons["f"].startswith("unknown kind of text")
    assert reasons["g"] == "page noise: Subscribe"
    assert reasons["README.md"] == "no papers, by its name"
    assert ".hidden" not in reasons


def test_a_folder_without_papers_is_refused_after_its_reasons(tmp_path: Path) -> None:
    write(tmp_path, empty=b"", picture=b"\x89PNG\r\n\x1a\n")
    seen = []
    with pytest.raises(SourceInvalid) as caught:  # noqa: PT012
        for item in read_sources([tmp_path]):
            seen.append(item)
    assert len(seen) == 2
    assert str(tmp_path) in caught.value.message
    assert "2 refused" in caught.value.message
    assert caught.value.hint


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceInvalid, match="no paper in this folder"):
        read(tmp_path)


def test_a_missing_path_is_told_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path, good=JSONL)
    with pytest.raises(SourceInvalid, match="no such file") as caught:
        next(read_sources([tmp_path / "good", tmp_path / "typo"]))
    assert "typo" in caught.value.message


def test_what_is_no_regular_file_is_reported(tmp_path: Path) -> None:
    write(tmp_path, good=JSONL)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    _, rejected = read(tmp_path)
    assert {Path(item.file).name: item.reason for item in rejected} == {
        "pipe": "not a regular file",
        "dangling": "not a regular file",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_reported(tmp_path: Path) -> None:
    write(tmp_path, good=JSONL, secret=JSONL)
    (tmp_path / "secret").chmod(0)
    _, rejected = read(tmp_path)
    assert rejected[0].reason == "can't be read: Permission denied"


def test_a_file_name_that_is_no_text_can_be_stored(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9"
    try:
        Path(os.fsdecode(path)).write_text(CSV)
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    (record,), _ = read(tmp_path)
    record.source.encode("utf-8")


_MEASURE = """
import resource, sys
from pathlib import Path
from ingest.sources import read_sources
list(read_sources([Path(sys.argv[1])]))  # imports and buffers are in the baseline
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in read_sources([Path(sys.argv[2])]))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("form", ["lines", "array", "table"])
def test_a_large_file_takes_the_memory_of_a_small_one(tmp_path: Path, form: str) -> None:
    def build(count: int) -> str:
        rows = [{"title": f"Paper {n}", "abstract": "words " * 400} for n in range(count)]
        if form == "table":
            return "title,abstract\n" + "".join(f'"{row["title"]}","{row["abstract"]}"\n' for row in rows)
        return json.dumps(rows) if form == "array" else "".join(json.dumps(row) + "\n" for row in rows)

    write(tmp_path, small=build(800), large=build(8000))  # 2 MB, 20 MB
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path / "small"), str(tmp_path / "large")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    count, growth = map(int, run.stdout.split())
    assert count == 8000
    assert growth < 6_000  # KiB; the text of the file would be 20,000


def test_reading_loads_no_heavy_library() -> None:
    code = (
        "import sys, ingest.records, ingest.sources, ingest.chunk, ingest.dedupe;"
        "print([name for name in ('torch', 'chromadb', 'langchain', 'ftfy', 'sentencex') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert run.stdout.strip() == "[]"
