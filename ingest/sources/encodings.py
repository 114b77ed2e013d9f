"""The encoding of a text, told by its first bytes; and by name what isn't text."""

from __future__ import annotations

import codecs
import re


class NotText(Exception):
    """A file isn't text that is read; the message says what it looks like."""


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%!PS", "a PostScript document"),
    (b"{\\rtf", "an RTF document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
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
