"""From evidence to sentences: a language model's draft, cut into cited claims, or the quotes themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import RunnableConfig

from assistant.citations import SentenceStream, read_markers, visible
from assistant.errors import ModelError, PaperchatError
from assistant.llm_errors import unexplained
from assistant.models import Evidence, Usage
from assistant.prompts import answer_prompt

QUOTE_CUTOFF = 0.85
"""A quote is shown if its score is at least this share of the best one's."""

PER_SIDE = 2
"""Quotes for each side of a comparison: what is compared is seldom said in one sentence."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that a model wrote, with the evidence it cites."""

    text: str
    cited: tuple[Evidence, ...]
    unknown: tuple[str, ...]


@dataclass
class Draft:
    """A model at work: iterate `parts` for pending words (str) and finished sentences."""

    parts: Iterator[str | Sentence]
    usage: list[Usage] = field(default_factory=list)
    first_words: list[float] = field(default_factory=list)
    """Seconds until the first words came, once they have."""


def write(
    model: BaseChatModel,
    question: str,
    evidence: Sequence[Evidence],
    explain: Callable[[Exception], ModelError] = unexplained,
    config: RunnableConfig | None = None,
) -> Draft:
    """Let a model write from evidence.

    Args:
        model: Any LangChain chat model.
        question: The standalone question.
        evidence: Sentences, grouped by paper; they are numbered from 1 for the model.
        explain: Turns what a provider's library raises into the project's error.
        config: LangChain's configuration, callbacks above all.

    Returns:
        A draft whose parts arrive as the model writes them; an empty one tells that it is still reading.

    Raises:
        ModelFailed: While the parts are read: the model broke off or couldn't start.
    """
    draft = Draft(iter(()))
    draft.parts = _write(
        lambda: model.stream(answer_prompt(question, evidence), config=config), evidence, explain, draft
    )
    return draft


def best_quotes(
    evidence: Sequence[Evidence], most: int, sides: Sequence[Sequence[str]] = ()
) -> list[Evidence]:
    """Return the quotes that answer without a model: the best and those nearly as good, papers together.

    Args:
        evidence: Sentences, best first.
        most: How many at the most.
        sides: Ids of the papers of each side of the question; each side is quoted, beyond `most` if need be.
    """
    if not evidence:
        return []
    chosen: list[Evidence] = []
    for side in sides:
        chosen += [item for item in evidence if item.paper_id in side and item not in chosen][:PER_SIDE]
    most = max(most, len(chosen))
    for item in evidence:
        if len(chosen) < most and item not in chosen and item.score >= QUOTE_CUTOFF * evidence[0].score:
            chosen.append(item)
    return in_reading_order(chosen)


def in_reading_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence grouped by paper, the best paper first, each paper's sentences as they stand in it."""
    order = {paper_id: i for i, paper_id in enumerate(dict.fromkeys(item.paper_id for item in evidence))}
    return sorted(evidence, key=lambda item: (order[item.paper_id], item.span.start))


def _write(
    start: Callable[[], Iterator[Any]],
    evidence: Sequence[Evidence],
    explain: Callable[[Exception], ModelError],
    draft: Draft,
) -> Iterator[str | Sentence]:
    cutter = SentenceStream()
    started = time.perf_counter()
    shown = ""
    for words in _stream(start, explain, draft):
        if not words:
            yield ""
            continue
        if not draft.first_words:
            draft.first_words.append(time.perf_counter() - started)
        for text in cutter.feed(words):
            yield _sentence(text, evidence)
            shown = ""
        growing = visible(cutter.pending)
        if growing.startswith(shown) and len(growing) > len(shown):
            yield growing[len(shown) :]
            shown = growing
    for text in cutter.end():
        yield _sentence(text, evidence)


def _sentence(text: str, evidence: Sequence[Evidence]) -> Sentence:
    marked = read_markers(text, known=len(evidence))
    return Sentence(marked.text, tuple(evidence[number - 1] for number in marked.numbers), marked.unknown)


def _stream(
    start: Callable[[], Iterator[Any]], explain: Callable[[Exception], ModelError], draft: Draft
) -> Iterator[str]:
    """Yield the model's words; whatever a provider's library raises becomes the project's error."""
    chunks = None
    try:
        chunks = start()
        for chunk in chunks:
            if usage := getattr(chunk, "usage_metadata", None):
                draft.usage.append(
                    Usage(input_tokens=usage["input_tokens"], output_tokens=usage["output_tokens"])
                )
            yield chunk.text
    except PaperchatError:
        raise
    except Exception as error:
        raise explain(error) from error
    finally:
        if chunks is not None and hasattr(chunks, "close"):
            chunks.close()
