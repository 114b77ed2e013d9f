"""Reading a GGUF file's header, to refuse a damaged file before llama.cpp is given it.

The format is described in ggml's `docs/gguf.md`: magic, counts, key-value pairs, tensor descriptions,
then the tensors' data, aligned.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assistant.errors import ModelUnavailable

VERSIONS = (2, 3)
MAX_STRING = 16_000_000  # bytes; chat templates and vocabulary entries are far smaller
MAX_KEYS = 100_000
MAX_TENSORS = 1_000_000
NOT_WRITERS = {"bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "modern-bert", "t5encoder", "clip"}
"""Architectures that embed or see and can't write."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_SHARDED = "split.count"
# Tensor type → (numbers in a block, bytes of a block), from ggml's type table.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


@dataclass(frozen=True)
class GgufHeader:
    """What a GGUF file says of itself.

    Attributes:
        architecture: llama.cpp's name of the model family, such as `qwen2`.
        name: The model's own name; may be empty.
        tensors: How many tensors the file holds.
        needs: Length that the file must have at least, in bytes.
    """

    architecture: str
    name: str
    tensors: int
    needs: int


class _Damaged(Exception):
    """The header contradicts itself or the file's length."""


def read_header(path: Path) -> GgufHeader:
    """Read and check a GGUF file's header.

    Args:
        path: Any file.

    Raises:
        ModelUnavailable: The file can't be read, isn't GGUF, is damaged or truncated, or holds no
            model that writes.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = _Reader(file, size).header()
    except OSError as error:
        raise ModelUnavailable(
            f"{path}: the model file can't be read: {error.strerror or error}",
            "check the path and its permissions",
        ) from error
    except _Damaged as error:
        raise ModelUnavailable(
            f"{path}: this isn't a whole GGUF model file: {error}",
            "download it again, or choose another model",
        ) from error
    if header.architecture in NOT_WRITERS:
        raise ModelUnavailable(
            f"{path}: a {header.architecture} model can't write text", "choose a chat model, or llm = none"
        )
    return header


class _Reader:
    """One pass over a header; every length is held against the file's size before it is believed."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file = file
        self.size = size

    def header(self) -> GgufHeader:
        if self.take(4) != b"GGUF":
            raise _Damaged("it doesn't begin with GGUF")
        version = self.number("I")
        if version not in VERSIONS:
            raise _Damaged(f"version {version} is unknown")
        tensors, keys = self.number("Q"), self.number("Q")
        if tensors > MAX_TENSORS or keys > MAX_KEYS:
            raise _Damaged(f"it claims {tensors} tensors and {keys} keys")
        values: dict[str, object] = {}
        for _ in range(keys):
            name = self.string()
            values[name] = self.value(self.number("I"))
        end = max((self.tensor_end() for _ in range(tensors)), default=0)
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0:
            raise _Damaged(f"its alignment is {alignment}")
        needs = math.ceil(self.file.tell() / alignment) * alignment + end
        if needs > self.size:
            raise _Damaged(f"it is cut off: {self.size:,} of {needs:,} bytes are there")
        if not tensors and not values.get(_SHARDED):
            raise _Damaged("it holds no tensors")
        architecture = values.get("general.architecture", "")
        return GgufHeader(str(architecture), str(values.get("general.name", "")), int(tensors), int(needs))

    def take(self, count: int) -> bytes:
        data = self.file.read(count)
        if len(data) != count:
            raise _Damaged(f"it is cut off inside its header, at {self.size:,} bytes")
        return data

    def number(self, code: str) -> int:
        return int(struct.unpack(f"<{code}", self.take(struct.calcsize(code)))[0])

    def string(self) -> str:
        length = self.number("Q")
        if length > MAX_STRING:
            raise _Damaged(f"it claims a text of {length:,} bytes")
        return self.take(length).decode("utf-8", errors="replace")

    def value(self, kind: int) -> object:
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            self.skip_array()
            return None
        if kind not in _SCALARS:
            raise _Damaged(f"it holds a value of the unknown type {kind}")
        code = _SCALARS[kind]
        return struct.unpack(f"<{code}", self.take(struct.calcsize(code)))[0]

    def skip_array(self) -> None:
        kind, count = self.number("I"), self.number("Q")
        if kind in _SCALARS:
            width = struct.calcsize(_SCALARS[kind])
        elif kind == _STRING:
            width = 8
        else:
            raise _Damaged(f"it holds a list of the unknown type {kind}")
        if count * width > self.size:
            raise _Damaged(f"it claims a list of {count:,} values")
        if kind == _STRING:
            for _ in range(count):
                self.take(min(self.number("Q"), self.size))
        else:
            self.take(count * width)

    def tensor_end(self) -> int:
        """Read one tensor's description; return where its data ends, counted from the start of the data."""
        self.string()
        dimensions = self.number("I")
        if not 1 <= dimensions <= 4:
            raise _Damaged(f"a tensor has {dimensions} dimensions")
        elements = math.prod(self.number("Q") for _ in range(dimensions))
        kind, offset = self.number("I"), self.number("Q")
        per_block, block_bytes = _BLOCKS.get(kind, (1, 0))  # a newer type: only its start can be checked
        return offset + elements // per_block * block_bytes
