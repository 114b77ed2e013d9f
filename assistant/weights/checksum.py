"""Checking files once: a passed check is remembered by the file's size and time of change."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path

import platformdirs


def sha256(path: Path) -> str:
    """Return the sha256 of a file as lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_sha256(path: Path, expected: str) -> bool:
    """Tell whether a file has this sha256; a file that has changed since the last time is read again.

    Args:
        path: An existing file.
        expected: The hash as lower-case hex.
    """
    if recall(path) == expected:
        return True
    if sha256(path) != expected:
        return False
    remember(path, expected)
    return True


def recall(path: Path) -> str | None:
    """Return what was remembered about this file, or None where nothing is or the file has changed."""
    entry = _read().get(str(path.resolve()))
    return entry[1] if entry and entry[0] == _stamp(path) else None


def remember(path: Path, verdict: str) -> None:
    """Remember `verdict` about the file as it is now; where nothing can be written, nothing is remembered."""
    passed = _read()
    passed[str(path.resolve())] = (_stamp(path), verdict)
    with contextlib.suppress(OSError):  # only a later check is slower then
        memory = _memory()
        memory.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=memory.parent, prefix=memory.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(passed, file, indent=1)
        Path(draft).replace(memory)


def _memory() -> Path:
    return Path(platformdirs.user_cache_dir("paperchat", appauthor=False)) / "checked-files.json"


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _read() -> dict[str, tuple[str, str]]:
    try:
        entries = json.loads(_memory().read_text(encoding="utf-8"))
        return {path: (stamp, verdict) for path, (stamp, verdict) in entries.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # absent or damaged: everything is checked again
