"""A tiny cross-encoder made on the spot, which always gives the same label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def make_cross_encoder(folder: Path, labels: Sequence[str], says: int = 0) -> Path:
    """Save a BERT of one layer that gives the label number `says` to everything; return its folder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789."]
    (folder / "vocab.txt").write_text("\n".join([*words, *(f"##{word}" for word in words[5:])]), "utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=2 * len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, id2label=dict(enumerate(labels)), label2id={name: n for n, name in enumerate(labels)},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.bias[says] = 100.0
    model.save_pretrained(folder)
    return folder
