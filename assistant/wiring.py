"""The composition root: the one place that picks concrete parts by the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from assistant.embedding import SentenceEmbeddings
from assistant.errors import StoreMismatch
from assistant.llm import ChosenModel, choose_model
from assistant.pipeline import Assistant
from assistant.rerank import Reranker
from assistant.settings import Settings, load_settings
from assistant.store import Store


def build_assistant(
    settings: Settings | None = None, *, chosen: ChosenModel | None = None, **flags: Any
) -> Assistant:
    """Build an assistant over a store that exists; models load when first used.

    Args:
        settings: All settings; read from file and environment where None.
        chosen: The language model, where not the settings shall choose it.
        flags: Single settings that go before file and environment, such as `store` or `llm`.

    Raises:
        SettingsInvalid: A setting is wrong.
        StoreMissing: There is no store in the folder.
        StoreMismatch: The store was made with another embedding model.
        ModelUnavailable: The language model asked for can't be had.
    """
    settings = settings or load_settings(**flags).settings
    store = open_store(settings)
    chosen = chosen or choose_model(settings)
    return assemble(settings, store, build_embedder(settings), chosen, build_reranker(settings))


def assemble(
    settings: Settings,
    store: Store,
    embedder: SentenceEmbeddings,
    chosen: ChosenModel,
    reranker: Reranker | None,
    *,
    today: Callable[[], date] = date.today,
) -> Assistant:
    """Return an assistant of parts that are there already, with all else as the settings say."""
    return Assistant(
        store,
        embedder,
        chosen,
        reranker=reranker,
        multilingual=settings.embedder_multilingual,
        today=today,
        retrieve_papers=settings.retrieve_papers,
        evidence_tokens=settings.evidence_tokens,
        answer_quotes=settings.answer_quotes,
    )


def open_store(settings: Settings, *, create: bool = False) -> Store:
    """Open the settings' store and check that the settings' embedder made it.

    Raises:
        StoreMissing: There is none, and `create` is false.
        StoreMismatch: Another embedding model made it.
    """
    store = Store(settings.store, chroma=settings.chroma, create=create)
    made_with = store.library.meta("embedder")
    if made_with is not None and made_with != settings.embedder:
        raise StoreMismatch(
            f"{settings.store}: was made with the embedding model {made_with}, the settings say {settings.embedder}",
            f"`paperchat reindex` embeds it anew with {settings.embedder}; "
            f"PAPERCHAT_EMBEDDER={made_with} uses it as it is",
        )
    return store


def build_embedder(settings: Settings) -> SentenceEmbeddings:
    """Return the settings' embedder, not loaded yet."""
    return SentenceEmbeddings(
        settings.embedder, precision=settings.embedder_precision, device=settings.device
    )


def build_reranker(settings: Settings) -> Reranker | None:
    """Return the settings' reranker, not loaded yet; None where they name none."""
    return Reranker(settings.reranker, device=settings.device) if settings.reranker else None
