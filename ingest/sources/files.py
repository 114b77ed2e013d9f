"""Files on disk: found, opened, unzipped and decoded, or refused with the reason."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast

SAMPLE_BYTES = 65_536
MAX_LINE = 16_000_000
"""Characters of one line that are kept; a longer one is refused, whatever it holds."""

_GZIP = b"\x1f\x8b"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"GGUF", "a GGUF model"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"RIFF", "a sound, video or WebP file"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
)
_TEXT_SIGNATURES = (
    b"BM",
    b"BZh",
    b"ID3",
    b"RIFF",
    b"GIF8",
    b"GGUF",
    b"PAR1",
    b"Rar!",
    b"OggS",
)  # letters only
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16's, which it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Where the bytes allow several, charset-normalizer favours the first of the alphabet.
_LEGACY = [
    "cp1252",
    "latin_1",
    "cp1250",
    "cp1251",
    "cp1253",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
]
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class NotText(Exception):
    """A file isn't text; the message says what it looks like."""


def walk(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and its subfolders, sorted, without the hidden ones."""
    for base, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        yield from (Path(base) / name for name in sorted(files) if not name.startswith("."))


def open_text(path: Path) -> tuple[TextIO, str]:
    """Open a file as text, whatever its encoding, gzipped or not.

    Args:
        path: A regular file.

    Returns:
        The open text, line ends as they are, and a sample of its beginning.

    Raises:
        NotText: The file is empty, or isn't text.
        OSError: It can't be read, or isn't what its gzip header promises.
    """
    stream = cast("BinaryIO", path.open("rb"))
    try:
        if stream.read(2) == _GZIP:
            stream.seek(0)
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=stream))
        else:
            stream.seek(0)
        sample = _read_full(stream)
        encoding = find_encoding(sample)
        stream.seek(0)
        text = io.TextIOWrapper(stream, encoding=encoding, errors=_FALLBACK, newline="")
        decoded = codecs.getincrementaldecoder(encoding)(_FALLBACK).decode(sample)
    except BaseException:
        stream.close()
        raise
    return text, decoded


def _read_full(stream: BinaryIO) -> bytes:
    """Read the sample; a gzip stream may give less than asked for at a time."""
    sample = b""
    while len(sample) < SAMPLE_BYTES and (more := stream.read(SAMPLE_BYTES - len(sample))):
        sample += more
    return sample


def find_encoding(sample: bytes) -> str:
    """Return the name of a text's encoding.

    Args:
        sample: The beginning of a file.

    Raises:
        NotText: The sample is empty or isn't text.
    """
    if not sample.strip():
        raise NotText("empty file")
    for signature, what in _SIGNATURES:
        if sample.startswith(signature) and (signature not in _TEXT_SIGNATURES or _is_binary(sample)):
            raise NotText(f"not text: looks like {what}")
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if sample.startswith(mark)), "")
    encoding = encoding or _utf16_without_mark(sample)
    if not encoding and _is_binary(sample):
        raise NotText("not text: it holds bytes that no text has")
    return encoding or ("utf-8-sig" if _is_utf8(sample) else _legacy_encoding(sample))


def _is_binary(sample: bytes) -> bool:
    return b"\x00" in sample or len(_CONTROL.findall(sample)) * 50 > len(sample)


def _utf16_without_mark(sample: bytes) -> str:
    """Tell UTF-16 by its NULs: Western text has one in every other place, and none in the rest."""
    even, odd = sample[0::2], sample[1::2]
    for name, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if high.count(0) * 2 > len(high) and low.count(0) * 20 < len(low):
            return name
    return ""


def _is_utf8(sample: bytes) -> bool:
    """Tell UTF-8 by its sequences; a few broken ones among many don't make it another encoding."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)  # the last may be cut off
    broken = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text) - broken if broken else 0
    return broken == 0 or whole > 4 * broken


def _legacy_encoding(sample: bytes) -> str:
    """Return the likeliest encoding of before Unicode; Windows' Western one where nothing speaks against it."""
    from charset_normalizer import from_bytes  # loaded for the few files that need it

    matches = list(from_bytes(sample, cp_isolation=_LEGACY))
    if not matches:
        return "cp1252"
    best = matches[0]
    for match in matches:
        if match.chaos <= best.chaos and {"cp1252", "latin_1"} & {
            match.encoding,
            *match.could_be_from_charset,
        }:
            return "cp1252"
    return best.encoding


def _decode_one_by_one(error: UnicodeError) -> tuple[str, int]:
    """Decode the bytes that an encoding can't as Windows' Western one: no line is lost to one byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", "replace"), error.end


_FALLBACK = "paperchat-western"
codecs.register_error(_FALLBACK, _decode_one_by_one)


def read_lines(text: TextIO) -> Iterator[tuple[int, str, bool]]:
    """Yield the lines of a text without ever holding more than one.

    Yields:
        The line's number from 1, the line with its end, and whether it is whole: a line of more
        than `MAX_LINE` characters is given once, cut off.
    """
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        whole = len(line) < MAX_LINE or line.endswith(("\n", "\r"))
        yield number, line, whole
        while not whole and (rest := text.readline(MAX_LINE)):
            whole = len(rest) < MAX_LINE or rest.endswith(("\n", "\r"))
