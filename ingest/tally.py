"""What an ingest has come to so far: every record read has one outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from assistant.models import IngestReport, Rejected
from assistant.papers import MOST_REJECTED


@dataclass
class Tally:
    """Counts of records, and which sources were read."""

    read: int = 0
    """Records whose outcome is decided: added, updated, unchanged, merged or rejected."""
    ahead: int = 0
    """Records that were taken from the sources, decided or not."""
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_more: int = 0
    removed: int = 0
    notes: list[str] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    """Names of the sources that had papers."""
    incomplete: set[str] = field(default_factory=set)
    """Names of the sources that couldn't be read to their end."""
    stopped: bool = False
    started: float = field(default_factory=time.monotonic)

    def reject(self, item: Rejected, *, incomplete: bool) -> None:
        """Count a record or file that isn't taken; an incomplete source keeps its papers when others leave."""
        self.read += 1
        if incomplete:
            self.incomplete.add(item.file)
        if len(self.rejected) < MOST_REJECTED:
            self.rejected.append(item)
        else:
            self.rejected_more += 1

    def count(self, *, new: bool, met: bool, counted: bool, records: int) -> None:
        """Count the records of a paper that was stored new or changed.

        Args:
            new: The store didn't have it.
            met: This ingest met it before, and has counted it.
            counted: It was counted as added or updated then, not as unchanged.
            records: Records that told of it now; none where a source took back what it had told.
        """
        if not records and not met:
            return
        self.read += records
        if met:
            self.merged += records
            if not counted:
                self.unchanged -= 1
                self.updated += 1
        else:
            self.merged += records - 1
            self.added += new
            self.updated += not new

    def report(self, *, dry_run: bool) -> IngestReport:
        """Return the report.

        Raises:
            ValidationError: The outcomes don't add up to the records read: a fault of the program.
        """
        return IngestReport(
            read=self.read,
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            merged=self.merged,
            rejected=tuple(self.rejected),
            rejected_more=self.rejected_more,
            removed=self.removed,
            notes=tuple(dict.fromkeys(self.notes)),
            dry_run=dry_run,
            interrupted=self.stopped,
            seconds=round(time.monotonic() - self.started, 2),
        )
