"""Notes of OpenReview: a submission is a paper, a review of it is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.sources.dialects.catalogue import Catalogue
from ingest.sources.dialects.paths import first_at, values_at

_MARKS = ("invitation", "invitations", "signatures", "forum", "replyto")


def _is_note(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("content"), Mapping) and "id" in value and any(key in value for key in _MARKS)


def _why_no_paper(value: Mapping[str, Any]) -> str:
    """Tell of a reply without authors and abstract which kind of note it is, and to what it replies."""
    to = first_at(value, "replyto")
    authors = values_at(value, "content.authors.value") or values_at(value, "content.authors")
    is_paper = authors and first_at(value, "content.abstract.value content.abstract")
    if not to or is_paper:
        return ""
    kind = first_at(value, "invitations invitation").rpartition("/")[2].replace("_", " ").strip()
    return f"an OpenReview note{f' ({kind})' if kind else ''} in reply to {to}, no paper of its own"


def _both(*names: str) -> str:
    """Return the paths to parts of a note's content, in version 2 of the API and in version 1."""
    return " ".join(f"content.{name}.value content.{name}" for name in names)


OPENREVIEW = Catalogue(
    name="OpenReview",
    recognises=_is_note,
    refuses=_why_no_paper,
    title=_both("title"),
    abstract=_both("abstract"),
    authors=_both("authors"),
    date="pdate odate cdate tcdate",
    venue=_both("venue", "venueid"),
    doi=_both("doi", "html", "ee"),
    arxiv_id=_both("arxiv", "pdf", "html", "ee"),
    prefix="https://openreview.net/forum?id=",
    ids="forum id",
    tags=_both("keywords", "subject_areas"),
    language=_both("language"),
)
"""What its API tells of a note; `content` holds `{value}` in version 2 and the value itself in version 1."""
