"""Who hears how an ingest goes."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears how an ingest goes."""

    def read(self, papers: int) -> None:
        """So many records were read in all."""

    def embedding(self, done: int, total: int) -> None:
        """So many of the papers that need it have been embedded."""

    def indexing(self, papers: int) -> None:
        """The indexes are being built over so many papers."""


class Quiet:
    """Hears nothing."""

    def read(self, papers: int) -> None:
        """Ignore it."""

    def embedding(self, done: int, total: int) -> None:
        """Ignore it."""

    def indexing(self, papers: int) -> None:
        """Ignore it."""
