"""What a user names as a source: a file, a folder, a pattern or standard input, and what lies under each."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import SourceInvalid
from assistant.models import Rejected
from ingest.records import ENDS_EARLY
from ingest.sources.files import shown, walk

STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "stdin"
MEMBER = "!"
"""Stands between an archive's name and that of a file in it: `exports.zip!2024/refs.bib`."""
UNREAD = "whole file"
CUT_OFF = "after "

_ONLINE = re.compile(r"[a-z][a-z0-9]+:(?!/)")

Argument = str | os.PathLike[str]


def is_incomplete(rejected: Rejected) -> bool:
    """Tell whether a rejection means that the rest of its file wasn't read.

    Its `where` then is `whole file`, or begins with `after` and names the last record that was
    read; or its reason is that the file ends in the middle of a record. What the file told before
    and doesn't now may be in the part that wasn't read.
    """
    unread = rejected.where == UNREAD or rejected.where.startswith(CUT_OFF)
    return unread or rejected.reason.startswith(ENDS_EARLY)


def is_standard_input(argument: Argument) -> bool:
    """Tell whether an argument stands for standard input."""
    return os.fspath(argument) == STANDARD_INPUT


def is_pattern(argument: Argument) -> bool:
    """Tell whether an argument is a pattern such as `papers/*.bib`, and no file of that very name."""
    return glob.has_magic(os.fspath(argument)) and not Path(argument).exists()


def matches(pattern: Argument) -> list[Path]:
    """Return the files that a pattern matches and those of the folders it matches, each once.

    Raises:
        SourceInvalid: It matches nothing.
    """
    found: dict[Path, None] = {}
    for name in sorted(glob.iglob(os.fspath(pattern), recursive=True)):  # noqa: PTH207 - absolute ones too
        path = Path(name)
        found |= dict.fromkeys(walk(path) if path.is_dir() else [path])
    if not found:
        raise SourceInvalid(
            f"{shown(pattern)}: no file matches this pattern",
            "`*` stands for any part of a name, `**` for any folders; quote the pattern in a shell",
        )
    return list(found)


def covers(argument: Argument, stored: str) -> bool:
    """Tell whether the source that a paper came from lies under an argument.

    Args:
        argument: A file, folder, archive, pattern or `-`, as given to `read_sources`.
        stored: The source of a record, as `read_sources` gave it then. It needn't exist any more.

    Returns:
        Whether `stored` is the file itself, one in the folder, one in the archive, or one that the
        pattern matches. Hidden files, which are passed over in a folder, aren't covered by it.
    """
    if is_standard_input(argument):
        return stored == STANDARD_INPUT_NAME or stored.startswith(STANDARD_INPUT_NAME + MEMBER)
    if stored.partition(MEMBER)[0] == STANDARD_INPUT_NAME or _ONLINE.match(stored):
        return stored == os.fspath(argument)  # these are no files, though a folder's might have such names
    path = stored if Path(stored).is_file() else stored.partition(MEMBER)[0]
    if is_pattern(argument):
        return _lies_under(Path(shown(argument)).parts, Path(path).parts)
    name = shown(Path(argument))
    if stored == name or stored.startswith(name + MEMBER):
        return True
    folder = Path(name).parts
    parts = Path(path).parts
    if not folder and (Path(path).is_absolute() or parts[:1] == ("..",)):
        return False
    return parts[: len(folder)] == folder and len(parts) > len(folder) and _visible(parts[len(folder) :])


def _lies_under(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Tell whether a path is what a pattern matches, or lies in a folder that it matches."""
    if not pattern:
        return _visible(parts)
    if not parts:
        return all(piece == "**" for piece in pattern)
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        return _lies_under(rest, parts) or (_visible(parts[:1]) and _lies_under(pattern, parts[1:]))
    same = fnmatch.fnmatchcase(parts[0], first) and (first.startswith(".") or _visible(parts[:1]))
    return (same or parts[0] == first) and _lies_under(rest, parts[1:])


def _visible(parts: Sequence[str]) -> bool:
    return not any(part.startswith(".") and part != ".." for part in parts)
