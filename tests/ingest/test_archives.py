"""Archives and packed files are read as the files in them; damage, passwords and bombs cost only themselves."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources import is_incomplete, packed, read_sources
from ingest.sources.columns import Asked
from ingest.sources.opening import read_stream

CSV = b"title,abstract\nA table's paper,We study tables.\n"
PAGE = b"A Study of Pages in Practice\n\nWe study pages of the web. They are many, and few are good.\n"
LINES = b"".join(
    b'{"title": "Paper %d", "abstract": "%s"}\n' % (n, os.urandom(30).hex().encode()) for n in range(999)
)

Items = list[Record | Rejected]


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tar_of(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def read(data: bytes) -> Items:
    return list(read_stream(io.BytesIO(data), "a", Asked()))


def told(items: Items) -> list[tuple[str, str]]:
    return [
        (item.source, item.title) if isinstance(item, Record) else (item.file, f"{item.where}: {item.reason}")
        for item in items
    ]


def test_the_files_of_a_zip_are_read_in_order_of_name(tmp_path: Path) -> None:
    path = tmp_path / "exports"
    path.write_bytes(zip_of({"z.csv": CSV, "folder/page.txt": PAGE, "a.csv": CSV}))
    items = list(read_sources([str(path)]))
    assert told(items) == [
        (f"{path}!a.csv", "A table's paper"),
        (f"{path}!folder/page.txt", "A Study of Pages in Practice"),
        (f"{path}!z.csv", "A table's paper"),
    ]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_archives_packed_in_any_way(mode: str) -> None:
    assert told(read(tar_of({"b.csv": CSV, "x/a.txt": PAGE}, mode))) == [
        ("a!b.csv", "A table's paper"),
        ("a!x/a.txt", "A Study of Pages in Practice"),
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files(pack: object) -> None:
    assert callable(pack)
    assert len(read(pack(LINES))) == 999
    assert told(read(pack(pack(CSV)))) == [("a", "A table's paper")]
    (refused,) = read(pack(pack(pack(CSV))))
    assert isinstance(refused, Rejected)
    assert refused.reason.startswith("packed more than 2 times")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_that_is_cut_off_or_damaged_keeps_what_was_read(pack: object) -> None:
    assert callable(pack)
    data = pack(LINES * 20)
    damaged = bytearray(data)
    damaged[len(data) * 3 // 4] ^= 0xFF
    for form in (data[: len(data) * 3 // 4], bytes(damaged)):
        items = read(form)
        assert isinstance(items[-1], Rejected)
        assert is_incomplete(items[-1])
        assert sum(isinstance(item, Record) for item in items) > 100


def test_what_is_inside_an_archive_may_be_packed_or_an_archive_once_more() -> None:
    inner = zip_of({"deep.csv": CSV})
    items = read(
        zip_of({"a.csv.gz": gzip.compress(CSV), "b.zip": inner, "c.tgz": tar_of({"d.csv": CSV}, "w:gz")})
    )
    assert told(items) == [
        ("a!a.csv.gz", "A table's paper"),
        ("a!b.zip!deep.csv", "A table's paper"),
        ("a!c.tgz!d.csv", "A table's paper"),
    ]
    (refused,) = read(zip_of({"b.zip": zip_of({"c.zip": inner})}))
    assert told([refused]) == [
        ("a!b.zip!c.zip", "whole file: an archive inside an archive inside an archive: unpack it first")
    ]


def test_hidden_files_and_those_of_macos_are_passed_over() -> None:
    items = read(
        zip_of({"a.csv": CSV, "__MACOSX/._a.csv": b"\x00", ".DS_Store": b"\x00", "x/.git/y.csv": CSV})
    )
    assert told(items) == [("a!a.csv", "A table's paper")]


def test_what_cant_be_read_is_told_and_the_rest_goes_on() -> None:
    items = read(zip_of({"README.md": b"# x", "b.png": b"\x89PNG\r\n\x1a\n", "c.csv": CSV, "d.txt": b""}))
    assert told(items) == [
        ("a!README.md", "whole file: no papers, by its name"),
        ("a!b.png", "whole file: not text: looks like a PNG image"),
        ("a!c.csv", "A table's paper"),
        ("a!d.txt", "whole file: empty file"),
    ]


def test_names_that_lead_elsewhere_open_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evil = {"../../up.csv": CSV, "/etc/absolute.csv": CSV, "line\nbreak.csv": CSV}
    for items in (read(zip_of(evil)), read(tar_of(evil))):
        assert len(items) == 3
        assert {item.source for item in items if isinstance(item, Record)} == {
            "a!../../up.csv", "a!/etc/absolute.csv", "a!line?break.csv",
        }  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_links_and_devices_in_a_tar_are_refused() -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert told(read(data.getvalue())) == [("a!link.csv", "whole file: not a regular file")]


def test_a_name_that_stands_twice_in_a_zip_is_read_twice() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", CSV)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", PAGE)
    assert [source for source, _ in told(read(data.getvalue()))] == ["a!a.csv", "a!a.csv (2)"]


def test_an_encrypted_file_is_refused_and_the_rest_read() -> None:
    data = bytearray(zip_of({"a.csv": CSV, "b.csv": CSV}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1  # the flag in the list of files
    data[6] |= 1  # and before the file itself
    items = read(bytes(data))
    assert told(items)[0][1].startswith("whole file: encrypted")
    assert told(items)[1] == ("a!b.csv", "A table's paper")


def test_a_damaged_file_in_a_zip_is_told_and_the_rest_read() -> None:
    data = bytearray(zip_of({"a.jsonl": LINES, "b.csv": CSV}, zipfile.ZIP_STORED))
    data[len(LINES) // 2] ^= 0x01
    items = read(bytes(data))
    assert sum(isinstance(item, Record) for item in items) >= 990
    faults = [item for item in items if isinstance(item, Rejected)]
    assert faults[-1].where.startswith("after line ")
    assert "damaged in the archive" in faults[-1].reason
    assert told(items)[-1] == ("a!b.csv", "A table's paper")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.999])
def test_an_archive_that_is_cut_off_is_refused_or_told_as_incomplete(share: float) -> None:
    members = {"a.csv": CSV, "b.jsonl": LINES, "c.csv": CSV}
    zipped = zip_of(members)
    (refused,) = read(zipped[: int(len(zipped) * share)])
    assert isinstance(refused, Rejected)
    assert refused.where == "whole file"
    tarred = tar_of(members).rstrip(b"\x00")
    items = read(tarred[: int(len(tarred) * share)])
    assert isinstance(items[0], Record)
    assert isinstance(items[-1], Rejected)
    assert items[-1].file == "a"
    assert items[-1].where.startswith("after ")


def test_a_tar_that_ends_between_two_files_is_told_as_incomplete() -> None:
    data = tar_of({"a.csv": CSV, "b.csv": CSV})
    items = read(data[: 2 * 512])
    assert told(items)[0] == ("a!a.csv", "A table's paper")
    assert isinstance(items[-1], Rejected)
    assert items[-1].where == "after a.csv"


def test_an_archive_without_files_is_refused() -> None:
    for data in (zip_of({}), zip_of({".hidden": CSV})):
        assert told(read(data)) == [("a", "whole file: an archive without files")]


@pytest.mark.parametrize("name", ["word/document.xml", "ppt/presentation.xml"])
def test_office_documents_are_named_for_what_they_are(name: str) -> None:
    (refused,) = read(zip_of({name: b"<x/>"}))
    assert isinstance(refused, Rejected)
    assert refused.reason.startswith("not text: looks like a ")


def test_what_unpacks_to_far_more_than_it_is_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNHARMFUL", 1 << 20)
    line = b'{"title": "' + b"x" * 1000 + b'"}\n'
    for data in (gzip.compress(line * 5000, 9), zip_of({"a.jsonl": line * 5000}), bz2.compress(line * 5000)):
        items = read(data)
        assert isinstance(items[-1], Rejected)
        assert "times its size" in "".join(item.reason for item in items if isinstance(item, Rejected))
        assert is_incomplete(items[-1])
        assert len(items) < 5000


def test_files_that_together_are_far_too_large_end_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNHARMFUL", 1 << 20)
    monkeypatch.setattr(packed, "MOST_TIMES", 50)
    line = b'{"title": "' + b"x" * 1000 + b'"}\n'
    items = read(zip_of({f"{n}.jsonl": line * 900 for n in range(9)}))
    assert told(items)[-1][1].startswith("after ")
    assert "together" in told(items)[-1][1]
    assert sum(isinstance(item, Record) for item in items) < 2000


def test_a_small_repetitive_file_is_no_bomb() -> None:
    assert len(read(gzip.compress(b'{"title": "The same again"}\n' * 20_000))) == 20_000


_MEASURE = """
import resource, sys
from ingest.sources import read_sources
list(read_sources([sys.argv[1]]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in read_sources([sys.argv[2]]))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    "pack", [lambda data: zip_of({"a.jsonl": data}), lambda data: tar_of({"a": data}, "w:gz")]
)
def test_a_large_file_in_an_archive_takes_the_memory_of_a_small_one(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    for name, times in (("small", 20), ("large", 250)):
        (tmp_path / name).write_bytes(pack(LINES * times))
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path / "small"), str(tmp_path / "large")],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    count, growth = map(int, run.stdout.split())
    assert count == 249_750
    assert growth < 6_000  # KiB; the lines are 24,000


GOOD_ZIP = zip_of({"a.csv": CSV, "b.txt": PAGE, "c.gz": gzip.compress(CSV)})
GOOD_TAR = tar_of({"a.csv": CSV, "b.txt": PAGE})


@settings(max_examples=80)
@given(
    st.sampled_from(
        [
            GOOD_ZIP,
            GOOD_TAR,
            gzip.compress(GOOD_TAR),
            gzip.compress(CSV),
            bz2.compress(CSV),
            lzma.compress(CSV),
        ]
    ),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=10),
    st.floats(0, 1),
)
def test_no_damage_is_an_error(good: bytes, changes: list[tuple[float, int]], cut: float) -> None:
    data = bytearray(good)
    for place, byte in changes:
        data[int(place * len(data))] = byte
    for form in (bytes(data), bytes(data)[: int(cut * len(data))]):
        items = read(form)
        assert items
        assert all(isinstance(item, Record | Rejected) for item in items)


@settings(max_examples=80)
@given(
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"PK\x05\x06",
            b"\x1f\x8b\x08",
            b"BZh91AY&SY",
            b"\xfd7zXZ\x00",
            b"x" * 257 + b"ustar",
        ]
    ),
    st.binary(max_size=1500),
)
def test_random_bytes_behind_any_signature(signature: bytes, noise: bytes) -> None:
    items = read(signature + noise)
    assert items
    assert all(isinstance(item, Record | Rejected) for item in items)
