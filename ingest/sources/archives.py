"""Archives: the files in a zip or tar, one at a time and in memory; nothing is ever written to disk by its name."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from ingest.sources.packed import Budget, Damaged, Metered

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TAR_SIGN = slice(257, 262)
_OFFICE: tuple[tuple[str, str], ...] = (
    ("xl/workbook.xml", "spreadsheet"),
    ("xl/workbook.bin", "spreadsheet"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
)
_MIMETYPES: tuple[tuple[bytes, str], ...] = (
    (b"application/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"application/epub", "an EPUB book"),
)
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError,
    KeyError, IndexError,
)  # fmt: skip
"""What the standard library raises for archives that aren't as they should be. A UnicodeError is a ValueError."""
_TAR_FAULTS = (tarfile.TarError, zlib.error, EOFError, ValueError, OverflowError, IndexError)


class Refused(Exception):
    """A member of an archive isn't read; the message says why."""


Member = tuple[str, BinaryIO | Refused]
"""The name of a file in an archive, and the file, open for reading once, or why it isn't."""


def is_tar(head: bytes) -> bool:
    """Tell whether a stream with this beginning is a tar archive."""
    return head[_TAR_SIGN] == b"ustar"


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip archive.

    Raises:
        Damaged: It is none, or its list of files is damaged.
    """
    try:
        return zipfile.ZipFile(file)
    except _ZIP_FAULTS as error:
        raise Damaged(f"a zip archive that is damaged or cut off: {_said(error)}") from error


def kind_of_zip(archive: zipfile.ZipFile) -> str:
    """Return what a zip archive really is: `spreadsheet`, another document by its name, or empty."""
    names = set(archive.namelist())
    kind = next((kind for name, kind in _OFFICE if name in names), "")
    if not kind and "mimetype" in names:
        try:
            with archive.open("mimetype") as told:
                mimetype = told.read(80)
        except _ZIP_FAULTS:
            return ""
        kind = next((kind for sign, kind in _MIMETYPES if mimetype.startswith(sign)), "")
    return kind


def check_size(archive: zipfile.ZipFile, size: int) -> None:
    """Unpack all of a zip document once, since the library that reads it doesn't look at how large it gets.

    Raises:
        Damaged: It unpacks to far more than there is, or is damaged.
    """
    budget = Budget(size)
    try:
        for info in archive.infolist():
            with archive.open(info) as member:
                while data := member.read(1 << 20):
                    budget.spend(len(data))
    except _ZIP_FAULTS as error:
        raise Damaged(f"damaged: {_said(error)}") from error


def zip_members(archive: zipfile.ZipFile, size: int) -> Iterator[Member]:
    """Yield the files of a zip archive in order of name.

    Args:
        archive: The open archive.
        size: Its own size in bytes.

    Raises:
        Damaged: All files together unpack to far more than there is.
    """
    budget = Budget(size)
    seen: Counter[str] = Counter()
    for info in sorted(archive.infolist(), key=_name_in_zip):
        name = _name_in_zip(info)
        if info.is_dir() or is_hidden(name):
            continue
        seen[name] += 1
        name = name if seen[name] == 1 else f"{name} ({seen[name]})"  # a zip may hold a name twice
        if info.flag_bits & 0x1:
            yield name, Refused("encrypted: unpack it with its password, and name the file instead")
            continue
        try:
            inner = archive.open(info)
        except _ZIP_FAULTS as error:
            yield name, Refused(f"can't be unpacked: {_said(error)}")
            continue
        yield name, _metered(inner, info.compress_size, budget)
        if budget.is_spent:
            raise Damaged("what follows isn't unpacked: all files together are far larger than the archive")


def tar_members(stream: BinaryIO) -> Iterator[Member]:
    """Yield the files of a tar archive in the order in which they come.

    Raises:
        Damaged: The archive breaks off.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as archive:
            seen: Counter[str] = Counter()
            for entry in archive:
                archive.members = []  # type: ignore[attr-defined]  # else all are kept: a million takes a GB
                name = entry.name
                if entry.isdir() or is_hidden(name):
                    continue
                seen[name] += 1
                name = name if seen[name] == 1 else f"{name} ({seen[name]})"
                inner = archive.extractfile(entry) if entry.isfile() else None
                if inner is None:
                    yield name, Refused("not a regular file")
                else:
                    yield name, _metered(inner, entry.size)
    except _TAR_FAULTS as error:
        raise Damaged(f"a tar archive that is damaged or cut off: {_said(error)}") from error


def is_hidden(name: str) -> bool:
    """Tell whether a member is passed over: hidden, or what macOS adds to archives."""
    parts = name.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in parts)


class _Entry(tarfile.TarInfo):
    """A tar's entry that doesn't take damage for the archive's end, as the standard library does."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _Entry:
        try:
            return super().fromtarfile(archive)
        except tarfile.HeaderError as error:
            if type(error).__name__ == "EOFHeaderError":
                raise
            raise Damaged(f"a tar archive that is damaged or cut off: {error}") from error


def _metered(inner: IO[bytes], packed: int, budget: Budget | None = None) -> BinaryIO:
    return cast("BinaryIO", Metered(_Checked(inner), lambda: packed, budget))


class _Checked:
    """A member of an archive whose faults are told in one way; the standard library has many."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        try:
            return self._inner.read(size)
        except (*_ZIP_FAULTS, tarfile.TarError) as error:
            raise Damaged(f"damaged in the archive: {_said(error)}") from error

    def close(self) -> None:
        """Close the member."""
        self._inner.close()


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    """Return a member's name; many programs write UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
