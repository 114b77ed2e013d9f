"""Whether cited words support a sentence: paperchat's own check, or any NLI cross-encoder by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelUnavailable
from assistant.verify import check_claim

ENTAILMENT = "entail"


@dataclass(frozen=True)
class Support:
    """Who tells whether quotes support a claim: called with it, its quotes and their papers' titles."""

    name: str
    check: Callable[[str, Sequence[str], Sequence[str]], bool]

    def __call__(self, claim: str, quotes: Sequence[str], titles: Sequence[str]) -> bool:
        """Tell whether the quotes together support the claim; none support nothing."""
        return bool(quotes) and self.check(claim, quotes, titles)


def own_check(embedder: SentenceEmbeddings) -> Support:
    """Return the check that decides what paperchat shows: exact facts first, then words and their cosine."""

    def supports(claim: str, quotes: Sequence[str], titles: Sequence[str]) -> bool:
        if any(claim == quote for quote in quotes):
            return True  # the words themselves; nothing has to be compared
        vectors = embedder.document_vectors([claim, *quotes])
        return check_claim(claim, quotes, titles, float((vectors[1:] @ vectors[0]).max())).supported

    return Support("paperchat's check", supports)


def nli_check(name: str, device: str = "cpu") -> Support:
    """Return a natural-language-inference model's verdict: supported where entailment is the likeliest label.

    Args:
        name: A sentence-transformers CrossEncoder's name or folder, with a label for entailment.
        device: Where it runs.

    Raises:
        ModelUnavailable: It can't be had, or has no such label.
    """
    from sentence_transformers import CrossEncoder

    try:
        model: Any = CrossEncoder(name, device=device)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"{name}: can't be loaded as a cross-encoder: {str(error).splitlines()[0]}",
            "name a folder, or a model of a hub that can be reached from here",
        ) from error
    labels = {int(index): str(label).lower() for index, label in model.config.id2label.items()}
    wanted = [index for index, label in labels.items() if label.startswith(ENTAILMENT)]
    if not wanted:
        raise ModelUnavailable(
            f"{name}: has the labels {', '.join(labels.values())}, none for entailment",
            "name a model trained for natural-language inference",
        )

    def supports(claim: str, quotes: Sequence[str], titles: Sequence[str]) -> bool:
        premise = " ".join((*titles, *quotes))
        return int(model.predict([(premise, claim)], show_progress_bar=False)[0].argmax()) == wanted[0]

    return Support(name, supports)
