"""Paths become records: the content tells the format, and nothing is refused without a reason."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from assistant.errors import SourceInvalid
from assistant.models import Rejected
from ingest.records import Record
from ingest.sources import covers, is_incomplete, read_sources

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
        h="<?xml version='1.0'?><feedback><a/></feedback>",
        f="x = 1\ny = 2\n", g=PAGE, **{"README.md": "# Papers\n", ".hidden": JSONL},
    )  # fmt: skip
    records, rejected = read(tmp_path)
    assert len(records) == 5
    reasons = {Path(item.file).name: item.reason for item in rejected}
    assert reasons["b"] == "empty file"
    assert reasons["c"] == "not text: looks like a PNG image"
    assert reasons["e"].startswith("an HTML page without text")
    assert reasons["h"].startswith("XML of another kind")
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


def test_a_pattern_takes_what_it_matches_in_order_of_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "more" / "deep").mkdir(parents=True)
    write(tmp_path, **{"b.csv": CSV, "a.csv": CSV, "c.txt": PAGE, ".d.csv": CSV})
    write(tmp_path / "more" / "deep", **{"e.csv": CSV, "README.csv": CSV})
    assert [item.source for item in read_sources(["*.csv"]) if isinstance(item, Record)] == ["a.csv", "b.csv"]
    everywhere = list(read_sources(["**/*.csv"]))
    assert [item.source for item in everywhere if isinstance(item, Record)] == [
        "a.csv",
        "b.csv",
        "more/deep/e.csv",
    ]
    assert [item.file for item in everywhere if isinstance(item, Rejected)] == ["more/deep/README.csv"]
    in_folders = [item.source for item in read_sources(["mor?"]) if isinstance(item, Record)]
    assert in_folders == ["more/deep/e.csv"]


def test_a_pattern_without_a_match_is_told_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path, good=JSONL)
    with pytest.raises(SourceInvalid, match="no file matches this pattern"):
        next(read_sources([tmp_path / "good", str(tmp_path / "*.bib")]))


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    write(tmp_path, **{"paper[1].csv": CSV, "paper1.csv": JSONL})
    records, _ = read(tmp_path / "paper[1].csv")
    assert [record.title for record in records] == ["A table's paper"]


@pytest.mark.parametrize(
    ("argument", "stored", "expected"),
    [
        ("a.bib", "a.bib", True),
        ("./a.bib", "a.bib", True),
        ("a.bib", "b.bib", False),
        ("a.bib", "a.bib.gz", False),
        ("exports.zip", "exports.zip!2024/refs.bib", True),
        ("exports", "exports.zip!refs.bib", False),
        ("papers/", "papers/a.bib", True),
        ("papers", "papers/sub/x.zip!y.bib", True),
        ("papers", "papers2/a.bib", False),
        ("papers", "papers/.hidden.bib", False),
        ("papers", "papers/x.zip!.not/hidden", True),
        (".", "a.bib", True),
        (".", "/somewhere/a.bib", False),
        (".", "../a.bib", False),
        ("/data", "/data/a.bib", True),
        ("/", "/data/a.bib", True),
        ("*.bib", "a.bib", True),
        ("*.bib", ".a.bib", False),
        ("*.bib", "sub/a.bib", False),
        ("*.bib", "a.zip!refs.bib", False),
        ("*.zip", "a.zip!sub/refs.bib", True),
        ("papers/*", "papers/sub/a.bib", True),
        ("papers/**/*.bib", "papers/a.bib", True),
        ("papers/**/*.bib", "papers/x/y/a.bib", True),
        ("papers/**/*.bib", "papers/x/y/a.ris", False),
        ("papers/**", "papers/x/a.ris", True),
        ("**/*.bib", "a.bib", True),
        ("-", "stdin", True),
        ("-", "stdin!a.bib", True),
        ("-", "-", False),
        ("stdin", "stdin", True),
        (".", "stdin", False),
        ("*", "stdin!a.bib", False),
        (".", "arxiv:cat:cs.IR", False),
    ],
)
def test_what_lies_under_an_argument(argument: str, stored: str, expected: bool) -> None:
    assert covers(argument, stored) is expected
    if argument != "-":
        assert covers(Path(argument), stored) is expected


def test_whatever_is_read_under_an_argument_is_covered_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("in/side.csv", CSV)
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", **{"one.csv": CSV, "two.jsonl": JSONL})
    for argument in (".", "sub", "./sub/", "*", "**", "**/*.csv", "s*/*.csv", "x.zip", "*.zip", str(tmp_path),
                     str(tmp_path / "**" / "*.jsonl"), "sub/one.csv"):  # fmt: skip
        sources = {item.source for item in read_sources([argument]) if isinstance(item, Record)}
        assert sources
        assert all(covers(argument, source) for source in sources), argument


@pytest.mark.parametrize(
    ("where", "expected"),
    [("whole file", True), ("after line 3", True), ("line 3", False), ("record 2", False)],
)
def test_a_file_that_wasnt_read_to_its_end_can_be_told(where: str, expected: bool) -> None:
    assert is_incomplete(Rejected(file="f", where=where, reason="r")) is expected


_STDIN = """
import json, sys
from ingest.records import Record
from ingest.sources import read_sources
for item in read_sources(["-"]):
    print(json.dumps([item.source, item.title] if isinstance(item, Record) else [item.file, item.where, item.reason]))
"""


def piped(data: bytes) -> list[list[str]]:
    run = subprocess.run(
        [sys.executable, "-c", _STDIN],
        input=data,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_standard_input_may_be_anything_that_a_file_may_be() -> None:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("t.csv", CSV)
    assert piped(CSV.encode()) == [["stdin", "A table's paper"]]
    assert piped(gzip.compress(CSV.encode("utf-16"))) == [["stdin", "A table's paper"]]
    assert piped(zipped.getvalue()) == [["stdin!t.csv", "A table's paper"]]
    assert piped(b"") == [["stdin", "whole file", "empty file"]]
    assert len(piped(JSONL.encode() * 40_000)) == 120_000


def test_standard_input_replaced_by_text_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(CSV))
    (record,) = read_sources(["-"])
    assert isinstance(record, Record)
    assert record.source == "stdin"


def test_a_named_pipe_of_the_shells_is_read(tmp_path: Path) -> None:
    script = f"cat {tmp_path}/packed > {tmp_path}/pipe"
    write(tmp_path, packed=gzip.compress(JSONL.encode()))
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["sh", "-c", script]):
        records, _ = read(tmp_path / "pipe")
    assert len(records) == 3


def test_columns_that_no_table_has_are_an_error_after_the_reasons(tmp_path: Path) -> None:
    write(tmp_path, a=CSV)
    seen = []
    with pytest.raises(SourceInvalid, match="no column is named 'Paper'; there are: title, abstract"):  # noqa: PT012
        for item in read_sources([tmp_path / "a"], columns={"title": "Paper"}):
            seen.append(item)
    assert [is_incomplete(item) for item in seen] == [True]


def test_columns_that_one_table_has_are_refused_in_the_other_alone(tmp_path: Path) -> None:
    heard: list[str] = []
    write(tmp_path, a=CSV, b="Paper,Worum\nEins,x\n", c=JSONL)
    items = list(read_sources([tmp_path], columns={"title": "Paper", "abstract": "Worum"}, note=heard.append))
    assert next(item.title for item in items if isinstance(item, Record)) == "Eins"
    assert len([item for item in items if isinstance(item, Record)]) == 4
    (refused,) = (item for item in items if isinstance(item, Rejected))
    assert refused.file.endswith("a")
    assert heard == [f'{tmp_path / "b"}: title ← "Paper", abstract ← "Worum"']


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
