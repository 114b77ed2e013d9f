"""What works on this machine and what doesn't, each with the way to mend it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.errors import PaperchatError, StoreMissing
from assistant.settings import Settings

LEAST_FREE_GB = 2


@dataclass(frozen=True)
class Check:
    """One thing looked at: what was found, and what to do where it isn't right (or could be better)."""

    what: str
    ok: bool
    found: str
    hint: str = ""


def examine(settings: Settings, *, mend: bool = False) -> list[Check]:
    """Look at everything an answer needs.

    Args:
        settings: The settings in force.
        mend: Make damaged or missing indexes again.
    """
    checks: list[Callable[[Settings], Iterator[Check]]] = [_python, _disk, _embedder, _language_model]
    found = [check for examined in checks for check in _reporting(examined, settings)]
    found.extend(_reporting(lambda s: _store(s, mend), settings))
    return found


def _reporting(examined: Callable[[Settings], Iterator[Check]], settings: Settings) -> Iterator[Check]:
    try:
        yield from examined(settings)
    except PaperchatError as error:
        yield Check(examined.__name__.strip("_<>").replace("_", " ").replace("lambda", "store"), False,
                    error.message, error.hint)  # fmt: skip


def _python(_: Settings) -> Iterator[Check]:
    yield Check("Python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _disk(settings: Settings) -> Iterator[Check]:
    folder = next(path for path in (settings.store, *settings.store.parents) if path.exists())
    free = shutil.disk_usage(folder).free / 1e9
    hint = (
        "" if free >= LEAST_FREE_GB else f"free some space: a local language model needs {LEAST_FREE_GB} GB"
    )
    yield Check("disk", free >= 0.2, f"{free:.1f} GB free in {folder}", hint)


def _embedder(settings: Settings) -> Iterator[Check]:
    from assistant.wiring import build_embedder

    embedder = build_embedder(settings)
    quick = embedder.warm()
    kind = "questions in numpy, papers in torch" if quick else "all in torch"
    yield Check(
        "embedding model",
        True,
        f"{embedder.name}: {embedder.dimension} dimensions, window {embedder.window}, {kind}",
    )


def _language_model(settings: Settings) -> Iterator[Check]:
    from assistant.llm import choose_model

    chosen = choose_model(settings)
    hint = "" if chosen.name else "answers are quotes; `paperchat models pull local` adds a language model"
    yield Check("language model", True, f"{chosen.name or 'none'}: {chosen.why}", hint)


def _store(settings: Settings, mend: bool) -> Iterator[Check]:
    from assistant.wiring import open_store

    try:
        store = open_store(settings)
    except StoreMissing as error:
        yield Check("store", True, error.message, error.hint)
        return
    papers, passages = store.library.count()
    if damage := store.library.damage():
        yield Check("library", False, damage, "restore it from a copy, or move it away and ingest again")
        return
    problems = store.health()
    if problems and mend:
        with store.writing():
            store.rebuild()
        yield Check("index", True, f"made again ({'; '.join(problems)})")
        problems = store.health()
    yield Check("store", True, f"{settings.store}: {papers:,} papers, {passages:,} passages")
    hint = "`paperchat doctor --mend` makes it again from the stored vectors" if problems else ""
    yield Check("index", not problems, "; ".join(problems) or "complete and readable", hint)
    store.close()
