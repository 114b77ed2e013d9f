"""Files in any encoding are decoded; what isn't text is named for what it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ingest.sources import files
from ingest.sources.encodings import NotText, find_encoding
from ingest.sources.files import open_text, read_lines, walk

GERMAN = "title,abstract\nÜber Größe,Für naïve Köpfe wird größer. "


class OneWay(io.BytesIO):
    """A stream that can't go back and gives a few bytes at a time, as a pipe does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation("seek")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", GERMAN),
        ("utf-8-sig", GERMAN),
        ("utf-16", GERMAN),
        ("utf-16-le", GERMAN),
        ("utf-16-be", GERMAN),
        ("utf-32", GERMAN),
        ("latin-1", GERMAN),
        ("cp1252", "title,abstract\nL’été “chaud”,Nous présentons une méthode – générale – d’évaluation. "),
        (
            "cp1250",
            "title,abstract\nZażółć gęślą jaźń,Proponujemy nową metodę uczenia się modeli językowych. ",
        ),
        ("cp1251", "title,abstract\nОбучение,Мы предлагаем новый метод обучения с подкреплением. "),
        ("gb18030", "title,abstract\n方法,我们提出了一种新的强化学习方法，用于训练大型语言模型。"),
        ("euc_jp", "title,abstract\n手法,大規模言語モデルのための新しい強化学習手法を提案する。"),
    ],
)
@pytest.mark.parametrize("can_go_back", [False, True])
def test_encodings(encoding: str, text: str, can_go_back: bool) -> None:
    data = (text * 3).encode(encoding)
    opened, sample = open_text(io.BytesIO(data) if can_go_back else OneWay(data))
    with opened:
        assert opened.read() == text * 3
    assert sample.startswith("title")


def test_a_stray_byte_in_utf8_is_read_as_western(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes("ä ö ü ß é\n".encode() * 20_000 + b"caf\xe9 \x93quoted\x94\n")
    opened, _ = open_text(path.open("rb"))
    with opened:
        assert opened.read().endswith("café “quoted”\n")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty file"),
        (b" \n\r\n\t", "empty file"),
        (b"\x89PNG\r\n\x1a\n....", "not text: looks like a PNG image"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "not text: looks like a 7z archive"),
        (b"\xff\xd8\xff\xe0", "not text: looks like a JPEG image"),
        (b"SQLite format 3\x00", "not text: looks like a SQLite database"),
        (b"GGUF\x03\x00\x00\x00", "not text: looks like a GGUF model"),
        (bytes(range(256)) * 4, "not text: it holds bytes that no text has"),
        (b"some words\x00\x00and more", "not text: it holds bytes that no text has"),
    ],
)
def test_what_isnt_text_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(NotText) as caught:
        find_encoding(data)
    assert str(caught.value) == reason


def test_text_that_starts_like_a_picture_is_text() -> None:
    assert find_encoding(b"BM25 and beyond: a study of term weighting") == "utf-8-sig"


def test_walk_is_sorted_and_passes_over_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden", ".git/x.txt", "c/d/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.relative_to(tmp_path).as_posix() for path in walk(tmp_path)] == [
        "b.txt",
        "a/z.txt",
        "c/d/e.txt",
    ]


def test_a_link_to_a_folder_is_shown_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "circle").symlink_to(tmp_path)
    assert list(walk(tmp_path)) == [tmp_path / "inner" / "circle"]


def test_an_endless_line_is_given_once_and_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 100)
    path = tmp_path / "file"
    path.write_text("short\n" + "x" * 1000 + "\nlast")
    opened, _ = open_text(path.open("rb"))
    with opened:
        found = [(number, len(line), whole) for number, line, whole in read_lines(opened)]
    assert found == [(1, 6, True), (2, 100, False), (3, 4, True)]
