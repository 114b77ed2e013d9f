"""A BERT encoder in numpy for question time: ready in a fraction of a second where torch takes ten.

A question is a dozen tokens, so arithmetic costs next to nothing and start-up everything. It computes what
sentence-transformers computes for a BERT with mean or first-token pooling (Devlin et al. 2019,
arXiv 1810.04805), in float32; a test holds it to the same vectors. Other models go through torch.
"""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

_KINDS = {"sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling",
          "sentence_transformers.models.Normalize"}  # fmt: skip


class QuickBert:
    """A loaded encoder; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Load weights and tokenizer from a model's folder, as sentence-transformers saves it."""
        from safetensors.numpy import load_file
        from threadpoolctl import ThreadpoolController
        from tokenizers import Tokenizer

        config = _json(folder / "config.json")
        prefix = "bert."
        tensors = {
            name.removeprefix(prefix): value
            for name, value in load_file(folder / "model.safetensors").items()
        }
        self._weights: dict[str, Array] = {
            name: np.asarray(v, dtype=np.float32) for name, v in tensors.items()
        }
        for name, weight in self._weights.items():
            if name.endswith(".weight") and weight.ndim == 2 and not name.startswith("embeddings."):
                # As it is multiplied by: else numpy packs it anew for each question.
                self._weights[name] = np.ascontiguousarray(weight.T)
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = np.float32(config["layer_norm_eps"])
        self._first_token = bool(_json(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token"))
        self.window = int(_json(folder / "sentence_bert_config.json")["max_seq_length"])
        self.dimension = int(config["hidden_size"])
        self._blas = ThreadpoolController().select(user_api="blas")
        self._mutex = Lock()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @staticmethod
    def can_load(folder: Path) -> bool:
        """Tell whether a folder holds a model that this encoder computes exactly."""
        try:
            config, pooling = _json(folder / "config.json"), _json(folder / "1_Pooling" / "config.json")
            kinds = {module["type"] for module in _json(folder / "modules.json")}
            settings = _json(folder / "config_sentence_transformers.json")
            bert = _json(folder / "sentence_bert_config.json")
        except (OSError, ValueError, KeyError, TypeError):
            return False
        modes = {name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True}
        return (
            config.get("model_type") == "bert"
            and config.get("hidden_act") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and kinds <= _KINDS
            and modes in ({"pooling_mode_mean_tokens"}, {"pooling_mode_cls_token"})
            and not any((settings.get("prompts") or {}).values())
            and isinstance(bert.get("max_seq_length"), int)
            and (folder / "model.safetensors").is_file()
            and (folder / "tokenizer.json").is_file()
        )

    def is_word(self, text: str) -> bool:
        """Tell whether a text in small letters is a token by itself, as only common words are."""
        return self._tokenizer.token_to_id(text) is not None

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text takes, special tokens included, whatever the window."""
        return len(self._tokenizer.encode(text).ids)

    def encode(self, text: str) -> Array:
        """Return the unit vector of a text, shape (dimension,); what is beyond the window isn't read."""
        ids = self._tokenizer.encode(text).ids
        if len(ids) > self.window:
            ids = [*ids[: self.window - 1], ids[-1]]  # the last one closes the text
        # A question is too small to share out: on busy cores BLAS's threads wait for each other. Their number is the
        # whole process's, so one question at a time changes it.
        with self._mutex, self._blas.limit(limits=1):
            return self._encode(ids)

    def _encode(self, ids: list[int]) -> Array:
        w = self._weights
        hidden = w["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + w["embeddings.position_embeddings.weight"][: len(ids)]
        hidden = hidden + w["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(self._layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        pooled = hidden[0] if self._first_token else hidden.mean(axis=0)
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-12), dtype=np.float32)

    def _layer(self, hidden: Array, name: str) -> Array:
        attended = self._linear(
            self._attention(hidden, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        hidden = self._norm(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        return self._norm(hidden + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attention(self, hidden: Array, name: str) -> Array:
        """Return the mix of values by scaled dot products, head by head; shapes (heads, tokens, size)."""
        tokens, width = hidden.shape
        size = width // self._heads
        query, key, value = (
            self._linear(hidden, f"{name}.{part}").reshape(tokens, self._heads, size).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(size))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = scores / scores.sum(axis=-1, keepdims=True) @ value
        return np.asarray(mixed.transpose(1, 0, 2).reshape(tokens, width))

    def _linear(self, hidden: Array, name: str) -> Array:
        return np.asarray(hidden @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def _norm(self, hidden: Array, name: str) -> Array:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray(scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _gelu(x: Array) -> Array:
    """Return x · Φ(x); the error function by Abramowitz and Stegun 7.1.26, within 1.5e-7."""
    z = np.abs(x) / np.float32(np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - poly * np.exp(-z * z))
    return np.asarray(x * (1 + erf) / 2, dtype=np.float32)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
