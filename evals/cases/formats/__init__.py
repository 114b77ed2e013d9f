"""The formats in which others publish test sets, each read into cases and papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evals.cases import Case


@dataclass
class Imported:
    """What a test set became.

    `papers` are rows of JSON Lines to ingest, by which the cases name their gold. `skipped` tells of each
    row that became nothing, with its file and place; `notes` tell how the rest was understood; `places` where
    each case was read.
    """

    cases: list[Case] = field(default_factory=list)
    papers: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
