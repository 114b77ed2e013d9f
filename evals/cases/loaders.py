"""Other people's test sets as cases: the formats by name, and what is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.errors import UsageError
from evals.cases.formats import Imported, beir, pubmedqa, questions_table, ragas_rows, scifact, scitldr

__all__ = ["KINDS", "Imported", "import_cases"]

KINDS: dict[str, Callable[[Path, Imported], None]] = {
    "scifact": scifact.read,
    "pubmedqa": pubmedqa.read,
    "scitldr": scitldr.read,
    "beir": beir.read,
    "ragas": ragas_rows.read,
    "csv": questions_table.read,
}
"""What each kind of test set is read by."""


def import_cases(kind: str, path: Path, *, limit: int | None = None) -> Imported:
    """Read a test set into cases, and its corpus into papers.

    Args:
        kind: One of `KINDS`.
        path: The test set's file or folder, as it was published.
        limit: Keep at most so many cases, spread over the set; its papers are all kept.

    Returns:
        Cases that name their gold so that it is found once the papers are ingested; and what was skipped.

    Raises:
        UsageError: The kind or the path is wrong, or no case came of it.
    """
    if kind not in KINDS:
        raise UsageError(f"{kind}: no such kind of test set", f"choose one of {', '.join(KINDS)}")
    if not path.exists():
        raise UsageError(f"{path}: isn't there", f"name the file or folder of the {kind} test set")
    into = Imported()
    KINDS[kind](path, into)
    cases = into.cases
    if not cases:
        why = f": {into.skipped[0]}" if into.skipped else ""
        raise UsageError(f"{path}: holds no case of kind {kind}{why}", f"the kinds are {', '.join(KINDS)}")
    if limit is not None and limit < len(cases):
        cases = [cases[n * len(cases) // limit] for n in range(limit)]
    return replace(into, cases=cases)
