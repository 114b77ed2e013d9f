"""The adapter to embedding models, as LangChain's `Embeddings`; each part loads when first used.

Papers are embedded in bfloat16 where the processor computes in it (cosine to float32 above .9999;
docs/decisions/0003): by `packed_bert` where it computes the model exactly (docs/decisions/0013), else by
sentence-transformers. Questions and single sentences go through `quick_bert` where the model allows it, so
that serving never waits for torch. Vectors are unit float32.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.errors import ModelUnavailable
from assistant.library import Vectors
from assistant.packed_bert import PackedBert, Part, pools_by_mean, unit
from assistant.quick_bert import QuickBert
from assistant.weights import embedder_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32
_DEFAULT_WINDOW = 512
_FEW = 12
"""Texts up to which numpy is used rather than loading torch."""


class SentenceEmbeddings(Embeddings):
    """A sentence-transformers model, loaded once, safe to share between threads."""

    def __init__(self, name: str, *, precision: str = "auto", device: str = "cpu") -> None:
        """Name the model; nothing is loaded yet.

        Args:
            name: The default model's name, another model's name on the hub, or a folder.
            precision: auto, float32 or bfloat16.
            device: cpu, cuda, mps, or auto to let torch choose.
        """
        self.name = name
        self._precision = precision
        self._device = device
        self._mutex = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._quick: QuickBert | None = None
        self._folder: Path | None = None
        self._folder_known = False
        self._packed: PackedBert | None = None

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        quick = self.warm()
        return quick.dimension if quick else int(self.load().get_embedding_dimension() or 0)

    @property
    def window(self) -> int:
        """Most tokens of a text that the model reads, its two special tokens included."""
        quick = self.warm()
        return quick.window if quick else int(self.load().max_seq_length or _DEFAULT_WINDOW)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens of the window a text takes, the special tokens included."""
        if quick := self.warm():
            return quick.count_tokens(text)
        return len(self.load().tokenizer(text, verbose=False)["input_ids"])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text."""
        vectors: list[list[float]] = self.document_vectors(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        vector: list[float] = self.query_vector(text).tolist()
        return vector

    def document_vectors(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return unit vectors of shape (texts, dimension); `progress` hears how many more are done."""
        if self._model is None and (quick := self.warm()):
            if len(texts) > _FEW or self._packed:
                with self._mutex:
                    return self._load_packed().encode(texts, progress)
            few = [quick.encode(text) for text in texts]
            return np.stack(few) if few else np.zeros((0, quick.dimension), dtype=np.float32)
        model = self.load()
        order = sorted(
            range(len(texts)), key=lambda i: -len(texts[i])
        )  # alike lengths share a batch: less padding
        vectors: Vectors | None = None
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            with self._mutex:
                found = model.encode_document(
                    [texts[i] for i in batch], batch_size=_BATCH, show_progress_bar=False
                )
            if vectors is None:
                vectors = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
            vectors[batch] = unit(found)
            if progress:
                progress(len(batch))
        return np.zeros((0, self.dimension), dtype=np.float32) if vectors is None else vectors

    @property
    def pools_parts(self) -> bool:
        """Whether `part_vectors` can be had; depends on the model and the device alone."""
        folder = self._exact_folder()
        return folder is not None and pools_by_mean(folder)

    def part_vectors(
        self, texts: Sequence[str], parts: Sequence[Sequence[Part]]
    ) -> tuple[Vectors, list[Vectors]]:
        """Return unit vectors of texts and of parts of each, in one pass; see `PackedBert.encode_parts`."""
        with self._mutex:
            return self._load_packed().encode_parts(texts, parts)

    def _load_packed(self) -> PackedBert:
        if self._packed is None:
            import torch

            folder = self._exact_folder()
            assert folder is not None, "asked for only where there is one"
            fast = self._precision == "auto" and computes_in_bfloat16(torch)
            self._packed = PackedBert(folder, bfloat16=fast or self._precision == "bfloat16")
        return self._packed

    def _exact_folder(self) -> Path | None:
        """Return the folder of a model that our own encoders compute exactly, if it is one."""
        if not self._folder_known:
            folder = _folder(self.name) if self._device == "cpu" else None
            self._folder = folder if folder is not None and QuickBert.can_load(folder) else None
            self._folder_known = True
        return self._folder

    def query_vector(self, text: str) -> Vectors:
        """Return the unit vector of a question, shape (dimension,)."""
        if quick := self.warm():
            return quick.encode(text)
        model = self.load()
        with self._mutex:
            vectors = unit(model.encode_query([text], show_progress_bar=False))
        return np.asarray(vectors[0], dtype=np.float32)

    @property
    def quick(self) -> QuickBert | None:
        """The quick encoder, from files that are at hand; None where the model has none. Never the whole model."""
        with self._mutex:
            if self._quick is None and self._model is None:
                folder = self._exact_folder()
                if folder is not None:
                    self._quick = QuickBert(folder)
        return self._quick

    def warm(self) -> QuickBert | None:
        """Make ready for questions: the quick encoder, or the whole model where there is none for it.

        Raises:
            ModelUnavailable: The model is neither installed nor to be had from a hub.
        """
        if (quick := self.quick) is None:
            self.load()
        return quick

    def load(self) -> SentenceTransformer:
        """Load the whole model if it isn't loaded.

        Raises:
            ModelUnavailable: It is neither installed nor to be had from a hub.
        """
        with self._mutex:
            if self._model is None:
                self._model = _load(self.name, self._precision, self._device)
        return self._model


def _load(name: str, precision: str, device: str) -> SentenceTransformer:
    os.environ.setdefault(
        "TOKENIZERS_PARALLELISM", "false"
    )  # its threads don't survive a fork, and warn of it
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    folder = _folder(name)
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            str(folder or name), device=None if device == "auto" else device, local_files_only=bool(folder)
        )
    except (OSError, ValueError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0]
        hint = (
            "check the name and the network; a model in a folder works too (PAPERCHAT_EMBEDDER=/path/to/folder); "
            "the default, all-MiniLM-L6-v2, needs no network"
        )
        raise ModelUnavailable(f"embedding model {name}: can't be loaded: {first}", hint) from error
    if precision == "bfloat16" or (
        precision == "auto" and model.device.type == "cpu" and computes_in_bfloat16(torch)
    ):
        model = model.to(torch.bfloat16)
    return model


def _folder(name: str) -> Path | None:
    """Return the folder of an installed model or of one named by its path; None for a name on the hub."""
    path = Path(name).expanduser()
    return embedder_folder(name) or (path if path.is_dir() else None)


def computes_in_bfloat16(torch: Any) -> bool:
    """Tell whether this processor has bfloat16 arithmetic; without it bfloat16 is slower than float32."""
    probes = (
        getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )
    return any(probe() for probe in probes if probe is not None)
