"""Parts that another package adds to the command line and to the page, found by their entry points.

`ui` doesn't know `evals`, and serving doesn't need it. So pyproject.toml names what it adds: a Typer app in
the group `paperchat.commands`, and a function from settings to HTML in the group `paperchat.tabs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata, util
from typing import Any

PROJECT = "paperchat"


def parts(group: str, project: str = PROJECT) -> Iterator[tuple[str, Any]]:
    """Yield the name and the object of each entry point of a group, in the order of their names.

    Only one project's are read: looking through every installed distribution would cost each command a
    tenth of a second. A package that isn't installed adds nothing; the container leaves `evals` out.

    Args:
        group: The group's name.
        project: The distribution that names the entry points.
    """
    try:
        points = metadata.distribution(project).entry_points
    except metadata.PackageNotFoundError:
        return  # run from a folder, not installed
    for point in sorted(points.select(group=group), key=lambda point: point.name):
        if util.find_spec(point.module.partition(".")[0]) is not None:
            yield point.name, point.load()
