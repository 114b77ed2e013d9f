"""Packed streams: gzip, bzip2 and xz undone, and what unpacks to far more than it is refused."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from typing import IO, BinaryIO, Protocol, cast

UNHARMFUL = 256 << 20
"""Bytes that anything may unpack to."""
MOST_TIMES = 200
"""Beyond `UNHARMFUL`, how many times its packed size a stream may have. Metadata packs 5 to 30 times."""
LARGEST_COPY = 4 << 30
"""Bytes of a stream that is copied to a temporary file, since its format is read back and forth."""

_PACKED: tuple[tuple[bytes, str], ...] = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))
_BZIP2_BLOCK = b"1AY&SY"
_BZIP2_END = b"\x17rE8P\x90"


class Damaged(Exception):
    """A stream breaks off; the message says why."""


class Readable(Protocol):
    """What can be read once, and closed."""

    def read(self, size: int, /) -> bytes:
        """Read up to `size` bytes."""

    def close(self) -> None:
        """Close it."""


class Metered(io.RawIOBase):
    """A stream that counts what comes out of it, and stops where that is out of all proportion."""

    def __init__(self, inner: Readable, packed: Callable[[], int], budget: Budget | None = None) -> None:
        """Begin to count.

        Args:
            inner: The unpacking stream.
            packed: Tells how many packed bytes there are, or have been read.
            budget: What the archive that the stream is in may still unpack to.
        """
        self._inner = inner
        self._packed = packed
        self._budget = budget
        self._count = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as far as one read goes.

        Raises:
            Damaged: Far too much has come out.
        """
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        self._count += len(data)
        if self._count > UNHARMFUL and self._count > MOST_TIMES * max(1, self._packed()):
            raise Damaged(too_large(self._count))
        if self._budget is not None:
            self._budget.spend(len(data))
        return len(data)

    def close(self) -> None:
        """Close the unpacking stream too."""
        if not self.closed:
            self._inner.close()
        super().close()


class Budget:
    """What all files of an archive together may unpack to: entries may share their packed bytes."""

    def __init__(self, packed: int) -> None:
        self._left = max(UNHARMFUL, MOST_TIMES * packed)
        self.spent = 0

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self.spent > self._left

    def spend(self, count: int) -> None:
        """Count bytes that came out.

        Raises:
            Damaged: They are more than the archive may unpack to.
        """
        self.spent += count
        if self.is_spent:
            raise Damaged(too_large(self.spent))


def too_large(count: int) -> str:
    """Return the reason for a refusal."""
    return f"unpacks to more than {count >> 20:,} MB, over {MOST_TIMES} times its size: not read further"


def packing_of(head: bytes) -> str:
    """Return how a stream with this beginning is packed: gzip, bzip2, xz, or empty."""
    for signature, name in _PACKED:
        if head.startswith(signature) and (name != "bzip2" or head[4:10] in (_BZIP2_BLOCK, _BZIP2_END)):
            return name
    return ""


def unpack(stream: BinaryIO, packing: str, consumed: Callable[[], int]) -> BinaryIO:
    """Return the unpacked stream.

    Args:
        stream: The packed one.
        packing: As `packing_of` names it.
        consumed: Tells how many packed bytes were read.
    """
    inner: IO[bytes]
    if packing == "gzip":
        import gzip

        inner = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    elif packing == "bzip2":
        import bz2

        inner = bz2.BZ2File(stream)
    else:
        import lzma

        inner = lzma.LZMAFile(stream)  # noqa: SIM115
    return io.BufferedReader(Metered(inner, consumed))


def copy_to_disk(stream: BinaryIO) -> BinaryIO:
    """Return a copy of a stream that can be read back and forth; a small one stays in memory.

    Raises:
        Damaged: It is too large to be copied.
    """
    if isinstance(stream, io.BytesIO) or (isinstance(stream, io.BufferedReader) and _is_file(stream)):
        stream.seek(0)
        return stream
    copy = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=16 << 20))  # noqa: SIM115
    try:
        size = 0
        while data := stream.read(1 << 20):
            size += len(data)
            if size > LARGEST_COPY:
                raise Damaged(f"larger than {LARGEST_COPY >> 30} GB: unpack it, and name the file instead")
            copy.write(data)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


def _is_file(stream: io.BufferedReader) -> bool:
    return isinstance(stream.raw, io.FileIO) and stream.seekable()
