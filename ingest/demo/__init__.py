"""The bundled demo collection: well-known papers with summaries written for paperchat."""

from __future__ import annotations

from pathlib import Path

from assistant.library import Library


def demo_file() -> Path:
    """Return the demo collection's file, JSON Lines."""
    return Path(__file__).with_name("papers.jsonl")


def holds_only_demo(library: Library, paper_id: str | None = None) -> bool:
    """Tell whether a library has papers, all of them the demo collection's; or one paper, if an id is given."""
    papers = library.papers(None if paper_id is None else [paper_id])
    found = [place.source for paper in papers for place in paper.provenance]
    return bool(found) and all(Path(source).parts[-3:] == demo_file().parts[-3:] for source in found)
