"""The pages of a query that were fetched already, kept for a day so that a stopped command goes on."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from ingest.online.service import Request

EXPIRES = 24 * 3600.0
_BEGUN = "query.json"


class KeptPages:
    """The kept pages of one query.

    Args:
        folder: The service's folder.
        first: The request for the first page: what a query is known by. Keys aren't part of it.
        now: The clock, in seconds since 1970.
    """

    def __init__(self, folder: Path, first: Request, now: Callable[[], float] = time.time) -> None:
        told = {key: text for key, text in first.params.items() if key != "mailto"}
        described = json.dumps([first.address, sorted(told.items())], ensure_ascii=False)
        self._folder = folder / hashlib.sha256(described.encode()).hexdigest()[:20]
        self._described = described
        self._now = now
        for other in folder.iterdir() if folder.is_dir() else ():
            if other.is_dir() and not self._is_fresh(other):
                shutil.rmtree(other, ignore_errors=True)

    def get(self, n: int) -> bytes | None:
        """Return the `n`th page, counted from 0, or None."""
        try:
            return self._path(n).read_bytes()
        except OSError:
            return None

    def put(self, n: int, body: bytes) -> None:
        """Keep a page; it is there whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        begun = self._folder / _BEGUN
        if not begun.exists():
            _write(begun, json.dumps({"begun": self._now(), "query": self._described}).encode())
        _write(self._path(n), body)

    def forget(self, n: int) -> None:
        """Drop a page that can't be read."""
        self._path(n).unlink(missing_ok=True)

    def _path(self, n: int) -> Path:
        return self._folder / f"{n:06}.page"

    def _is_fresh(self, folder: Path) -> bool:
        try:
            begun = float(json.loads((folder / _BEGUN).read_text(encoding="utf-8"))["begun"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return 0 <= self._now() - begun < EXPIRES


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_bytes(data)
    beside.replace(path)
