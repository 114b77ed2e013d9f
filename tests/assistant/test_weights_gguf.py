"""The check of a GGUF header: no bytes whatever may do more harm than a clear refusal."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.errors import ModelUnavailable
from assistant.weights.gguf import GgufHeader, read_header

U32, F32, TEXT, LIST = 4, 6, 8, 9


def text(word: str) -> bytes:
    return struct.pack("<Q", len(word.encode())) + word.encode()


def pair(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def gguf(
    *, pairs: list[bytes], tensors: list[tuple[str, tuple[int, ...], int, int]], data: int, version: int = 3
) -> bytes:
    """Build a file; a tensor is (name, shape, type, offset), `data` the bytes after the header."""
    header = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs)) + b"".join(pairs)
    for name, shape, kind, offset in tensors:
        header += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
    return header + b"\0" * (-len(header) % 32) + b"\7" * data


SOUND = gguf(
    pairs=[
        pair("general.architecture", TEXT, text("llama")),
        pair("general.name", TEXT, text("Tiny ü")),
        pair("llama.block_count", U32, struct.pack("<I", 1)),
        pair("tokens", LIST, struct.pack("<IQ", TEXT, 2) + text("a") + text("bc")),
        pair("scores", LIST, struct.pack("<IQ", F32, 2) + struct.pack("<2f", 0, 1)),
    ],
    tensors=[("a", (256, 2), 12, 0), ("b", (8,), 0, 288)],  # 2 blocks of 144 bytes, then 8 of 4
    data=320,
)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_sound_file_tells_what_it_is(tmp_path: Path) -> None:
    header = read_header(write(tmp_path / "a.gguf", SOUND))
    assert header == GgufHeader("llama", "Tiny ü", tensors=2, needs=len(SOUND))


@pytest.mark.parametrize("cut", range(1, len(SOUND), 23))
def test_every_truncation_is_refused(tmp_path: Path, cut: int) -> None:
    with pytest.raises(
        ModelUnavailable, match=r"isn't a whole GGUF model file: it (is cut off|doesn't begin)"
    ):
        read_header(write(tmp_path / "a.gguf", SOUND[:-cut]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"PK\3\4" + SOUND, "doesn't begin with GGUF", id="zip"),
        pytest.param(gguf(pairs=[], tensors=[], data=99), "holds no tensors", id="no-tensors"),
        pytest.param(
            gguf(pairs=[], tensors=[("a", (8,), 0, 0)], data=32, version=9), "version 9", id="version"
        ),
        pytest.param(
            b"GGUF" + struct.pack("<IQQ", 3, 2**60, 1), "claims 1152921504606846976 tensors", id="count"
        ),
        pytest.param(
            gguf(pairs=[pair("k", 77, b"")], tensors=[], data=0), "unknown type 77", id="unknown-value"
        ),
        pytest.param(
            gguf(pairs=[pair("k", LIST, struct.pack("<IQ", LIST, 1))], tensors=[], data=0),
            "list of the unknown type 9",
            id="nested-list",
        ),
        pytest.param(
            gguf(pairs=[pair("k", LIST, struct.pack("<IQ", F32, 2**50))], tensors=[], data=0),
            "list of 1,125,899,906,842,624 values",
            id="endless-list",
        ),
        pytest.param(
            gguf(pairs=[pair("k", TEXT, struct.pack("<Q", 2**40))], tensors=[], data=0),
            "a text of 1,099,511,627,776 bytes",
            id="endless-text",
        ),
        pytest.param(
            gguf(pairs=[], tensors=[("a", (1, 1, 1, 1, 1), 0, 0)], data=64), "5 dimensions", id="dimensions"
        ),
        pytest.param(gguf(pairs=[], tensors=[("a", (8,), 0, 2**40)], data=64), "is cut off", id="offset"),
        pytest.param(
            gguf(
                pairs=[pair("general.alignment", U32, struct.pack("<I", 0))],
                tensors=[("a", (8,), 0, 0)],
                data=32,
            ),
            "alignment is 0",
            id="alignment",
        ),
    ],
)
def test_each_kind_of_damage_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    path = write(tmp_path / "a.gguf", data)
    with pytest.raises(ModelUnavailable) as caught:
        read_header(path)
    assert said in caught.value.message
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_an_embedding_model_is_no_writer(tmp_path: Path) -> None:
    data = gguf(
        pairs=[pair("general.architecture", TEXT, text("bert"))], tensors=[("a", (8,), 0, 0)], data=32
    )
    with pytest.raises(ModelUnavailable, match="a bert model can't write"):
        read_header(write(tmp_path / "a.gguf", data))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(ModelUnavailable, match="can't be read"):
            read_header(path)


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_changed_bytes_never_raise_anything_else(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(SOUND)
    for place, value in changes:
        data[place] = value
    path = write(tmp_path / "a.gguf", bytes(data))
    try:
        header = read_header(path)
    except ModelUnavailable:
        return
    assert header.needs <= len(SOUND)
