"""What a run is made with: model, settings without secrets, versions, and fingerprints of store and cases."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from assistant.library import Library
from assistant.pipeline import Assistant
from assistant.settings import Settings
from evals.cases import Case, fingerprint
from evals.runs.record import RunInfo

_PACKAGES = (
    "paperchat",
    "chromadb",
    "sentence-transformers",
    "torch",
    "langchain-core",
    "xllamacpp",
    "ragas",
)
_ADDRESSES = frozenset({"llm_base_url", "ollama_url", "chroma"})
_ELSEWHERE = frozenset({"store", "models_dir", "host", "port", "runs"})
"""Settings that say where things are and don't change an answer."""


def describe(
    name: str, source: str, cases: Sequence[Case], assistant: Assistant, settings: Settings
) -> RunInfo:
    """Return what a run is made with."""
    library = assistant.store.library
    return RunInfo(
        name=name,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        llm=assistant.chosen.name,
        cases_file=source,
        cases=len(cases),
        cases_fingerprint=fingerprint(cases),
        store=str(settings.store),
        papers=library.count()[0],
        store_fingerprint=store_fingerprint(library),
        embedder=settings.embedder,
        settings=masked(settings),
        versions=_versions(),
    )


def store_fingerprint(library: Library) -> str:
    """Return a digest that is the same for the same papers, whatever order they came in."""
    rows = "\n".join(f"{id_} {print_}" for id_, print_ in sorted(library.fingerprints().items()))
    return hashlib.sha256(rows.encode()).hexdigest()[:16]


def masked(settings: Settings) -> dict[str, Any]:
    """Return the settings that bear on answers, secrets masked."""
    values = {name: getattr(settings, name) for name in Settings.model_fields if name not in _ELSEWHERE}
    return {name: _shown(name, value) for name, value in values.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return "********"
    if name in _ADDRESSES and isinstance(value, str):
        return _without_keys(value)
    return str(value) if isinstance(value, Path) else value


def _without_keys(address: str) -> str:
    """Return an address without user, password, query and fragment, any of which may be a key."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
