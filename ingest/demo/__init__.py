"""The bundled demo collection: well-known papers with summaries written for paperchat."""

from __future__ import annotations

from pathlib import Path


def demo_file() -> Path:
    """Return the demo collection's file, JSON Lines."""
    return Path(__file__).with_name("papers.jsonl")
