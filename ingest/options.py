"""What a user may ask of an ingest beside its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class IngestOptions:
    """How an ingest is to go.

    Attributes:
        sync: Remove the papers that left the sources which are read.
        dry_run: Tell what would happen, and store nothing.
        strict: Stop at the first record that can't be taken.
        columns: Field → the table column that holds it, where the header's own names don't tell.
        limit: Most records taken of each query to an online source.
        cache: Folder where answers of online sources are kept for a day; None is the user's own.
        wait: Seconds to wait for another ingest into the same store.
    """

    sync: bool = False
    dry_run: bool = False
    strict: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    limit: int = 500
    cache: Path | None = None
    wait: float = 0.0
