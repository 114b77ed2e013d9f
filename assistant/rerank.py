"""The adapter to rerankers: any sentence-transformers CrossEncoder by name or folder, loaded when first used.

Off unless the setting names one. A cross-encoder reads the question and a passage together (Nogueira and Cho 2019,
arXiv 1901.04085): better than anything that compares vectors, and many times dearer.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

DEPTH = 30
"""How many of the best a reranker reads."""

_BATCH = 32


class Reranker:
    """A cross-encoder, loaded once, safe to share between threads."""

    def __init__(self, name: str, *, device: str = "cpu") -> None:
        """Name the model; nothing is loaded yet.

        Args:
            name: A model's name on the hub, or a folder.
            device: cpu, cuda, mps, or auto to let torch choose.
        """
        self.name = name
        self._device = device
        self._mutex = threading.Lock()
        self._model: CrossEncoder | None = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers the question, higher is better; scores of two questions can't be compared.

        Raises:
            ModelUnavailable: The model is neither a folder nor to be had from a hub, or isn't a reranker.
        """
        if not texts:
            return []
        model = self.load()
        with self._mutex:
            found = model.predict(
                [(question, text) for text in texts], batch_size=_BATCH, show_progress_bar=False
            )
        return [float(score) for score in np.asarray(found, dtype=np.float64)]

    def load(self) -> CrossEncoder:
        """Load the model if it isn't loaded.

        Raises:
            ModelUnavailable: It is neither a folder nor to be had from a hub, or isn't a reranker.
        """
        with self._mutex:
            if self._model is None:
                self._model = _load(self.name, self._device)
        return self._model


def reordered(scores: Mapping[str, float], judged: Mapping[str, float]) -> dict[str, float]:
    """Return ranking scores with the judged papers in the order that a reranker gives them.

    Args:
        scores: Scores of a ranking by id.
        judged: A reranker's scores of some of those papers.

    Returns:
        The same scores: those of the judged papers are handed out anew among them, best to best, so that a score keeps
        its scale. Papers that the reranker finds equal stay as they stood.
    """
    stood = sorted((id_ for id_ in judged if id_ in scores), key=lambda id_: -scores[id_])
    order = sorted(stood, key=lambda id_: -judged[id_])
    handed = dict(zip(order, (scores[id_] for id_ in stood), strict=True))
    return {id_: handed.get(id_, score) for id_, score in scores.items()}


def _load(name: str, device: str) -> CrossEncoder:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import transformers
    from sentence_transformers import CrossEncoder

    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    path = Path(name).expanduser()
    hint = (
        "check the name and the network; a reranker in a folder works too (PAPERCHAT_RERANKER=/path/to/folder); "
        "without the setting nothing is reranked, and no network is needed"
    )
    try:
        model: CrossEncoder = CrossEncoder(
            str(path) if path.is_dir() else name,
            device=None if device == "auto" else device,
            local_files_only=path.is_dir(),
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(f"reranker {name}: can't be loaded: {first}", hint) from error
    if model.num_labels != 1:
        told = f"reranker {name}: gives {model.num_labels} scores for a pair, where a reranker gives one"
        raise ModelUnavailable(told, "name a CrossEncoder that was trained to rank")
    return model
