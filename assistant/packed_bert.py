"""A BERT encoder in torch for ingest: texts of any lengths lie end to end in one pack, so nothing is padding.

Linear layers don't care where a text ends, so they run over the whole pack; attention runs over the texts
of one length together and needs no mask. It computes what sentence-transformers computes for the models
that `QuickBert.can_load` names; a test holds it to the same vectors (docs/decisions/0013).
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.library import Vectors

if TYPE_CHECKING:
    from torch import Tensor

Part = tuple[int, int]
"""A part of a text: its first character and the one after its last."""

PACK = 8192
"""Most tokens of a pack: enough to fill the cores, few enough for their caches (docs/decisions/0013)."""


class PackedBert:
    """A loaded encoder. One call at a time: torch uses all cores for each."""

    def __init__(self, folder: Path, *, bfloat16: bool) -> None:
        """Load weights and tokenizer from a model's folder, as sentence-transformers saves it.

        Args:
            folder: A folder that `QuickBert.can_load` accepts.
            bfloat16: Compute in bfloat16; float32 else.
        """
        # The tokenizer's threads don't survive a fork, and it warns of that.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        config = _json(folder / "config.json")
        self.window = int(_json(folder / "sentence_bert_config.json")["max_seq_length"])
        self.dimension = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._first_token = not pools_by_mean(folder)
        self.dtype = torch.bfloat16 if bfloat16 else torch.float32
        self._weights: dict[str, Tensor] = {
            name.removeprefix("bert."): tensor.to(self.dtype)
            for name, tensor in load_file(folder / "model.safetensors").items()
            if tensor.is_floating_point()
        }
        for layer in range(self._layers):  # three products in one are faster than one by one
            for kind in ("weight", "bias"):
                names = [
                    f"encoder.layer.{layer}.attention.self.{part}.{kind}"
                    for part in ("query", "key", "value")
                ]
                joined = torch.cat([self._weights.pop(name) for name in names])
                self._weights[f"encoder.layer.{layer}.attention.self.{kind}"] = joined
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.window)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Return the unit vectors of texts, shape (texts, dimension).

        Args:
            texts: Any texts; what is beyond the window isn't read.
            progress: Hears after each pack how many more texts are done.
        """
        return self.encode_parts(texts, [()] * len(texts), progress)[0]

    def encode_parts(
        self,
        texts: Sequence[str],
        parts: Sequence[Sequence[Part]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[Vectors, list[Vectors]]:
        """Return the unit vectors of texts and of parts of them: a part's is the mean of its tokens within the text.

        Args:
            texts: Any texts; what is beyond the window isn't read.
            parts: The parts of each text.
            progress: Hears after each pack how many more texts are done.

        Returns:
            Vectors of shape (texts, dimension), and for each text those of its parts, (parts, dimension).
        """
        import torch

        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        of_parts = [np.zeros((len(each), self.dimension), dtype=np.float32) for each in parts]
        with torch.inference_mode():
            for pack in packs([len(encoding) for encoding in encodings]):
                ids = [torch.tensor([encodings[i].ids for i in alike]) for alike in pack]
                sizes = [group.numel() for group in ids]
                for alike, states in zip(pack, torch.split(self._states(ids), sizes), strict=True):
                    tokens = states.float().numpy().reshape(len(alike), -1, self.dimension)
                    vectors[alike] = unit(tokens[:, 0] if self._first_token else tokens.mean(axis=1))
                    for i, text in zip(alike, tokens, strict=True):
                        if parts[i]:
                            starts = [start for start, _ in encodings[i].offsets]
                            of_parts[i][:] = unit(_means(text, starts, parts[i]))
                if progress:
                    progress(sum(map(len, pack)))
        return vectors, of_parts

    def _states(self, ids: Sequence[Tensor]) -> Tensor:
        """Return the last states of all tokens of a pack, shape (tokens, dimension)."""
        import torch

        w = self._weights
        places = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
        hidden = torch.cat(
            [
                (w["embeddings.word_embeddings.weight"][group] + places[: group.shape[1]]).flatten(0, 1)
                for group in ids
            ]
        )
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        shapes = [tuple(group.shape) for group in ids]
        for layer in range(self._layers):
            hidden = self._layer(hidden, shapes, f"encoder.layer.{layer}")
        return hidden

    def _layer(self, hidden: Tensor, shapes: Sequence[tuple[int, ...]], name: str) -> Tensor:
        from torch.nn.functional import gelu

        attended = self._attention(self._linear(hidden, f"{name}.attention.self"), shapes)
        hidden = self._norm(
            self._linear(attended, f"{name}.attention.output.dense").add_(hidden),
            f"{name}.attention.output.LayerNorm",
        )
        inner = gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        return self._norm(
            self._linear(inner, f"{name}.output.dense").add_(hidden), f"{name}.output.LayerNorm"
        )

    def _attention(self, joined: Tensor, shapes: Sequence[tuple[int, ...]]) -> Tensor:
        """Return the mix of values, shape (tokens, dimension), of queries, keys and values side by side."""
        import torch
        from torch.nn.functional import scaled_dot_product_attention

        heads, width = self._heads, self.dimension
        mixed = []
        for (texts, length), part in zip(
            shapes, torch.split(joined, [texts * length for texts, length in shapes]), strict=True
        ):
            split = part.view(texts, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            query, key, value = split.unbind(0)
            mixed.append(
                scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(texts * length, width)
            )
        return torch.cat(mixed)

    def _linear(self, hidden: Tensor, name: str) -> Tensor:
        from torch.nn.functional import linear

        return linear(hidden, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, hidden: Tensor, name: str) -> Tensor:
        from torch.nn.functional import layer_norm

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return layer_norm(hidden, weight.shape, weight, bias, self._epsilon)


def packs(lengths: Sequence[int]) -> Iterator[list[list[int]]]:
    """Yield packs of texts' indices, each text once, longest first: lists of texts of one length.

    Args:
        lengths: The tokens of each text.
    """
    pack: list[int] = []
    tokens = 0
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if pack and tokens + lengths[i] > PACK:
            yield _alike(pack, lengths)
            pack, tokens = [], 0
        pack.append(i)
        tokens += lengths[i]
    if pack:
        yield _alike(pack, lengths)


def _alike(pack: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    return [list(group) for _, group in groupby(pack, key=lambda i: lengths[i])]


def _means(tokens: Vectors, starts: Sequence[int], parts: Sequence[Part]) -> Vectors:
    """Return the mean of each part's tokens; `starts` are the tokens' first characters, special ones at both ends."""
    last = len(starts) - 1
    found = []
    for start, end in parts:
        first = min(bisect_left(starts, start, 1, last), last - 1)
        found.append(tokens[first : max(bisect_left(starts, end, first, last), first + 1)].mean(axis=0))
    return np.stack(found)


def unit(vectors: Vectors) -> Vectors:
    """Return vectors at length one; a vector of zeros stays what it is."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


def pools_by_mean(folder: Path) -> bool:
    """Tell whether the vector of a text is the mean of its tokens, so that a part's can be too."""
    return not _json(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token")


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
