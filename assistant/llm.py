"""Who writes the answers: one language model, chosen by the setting `llm`, loaded when first used."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelError, ModelUnavailable
from assistant.llm_errors import failure, unexplained
from assistant.settings import Settings
from assistant.weights.catalogue import find_weights
from assistant.weights.registry import find_gguf, installed_writer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.llm_hosted import HostedModel
    from assistant.llm_ollama import OllamaModel

NO_MODEL = "none"
LOCAL = "llamacpp"
OLLAMA = "ollama"
_PIP_LLAMA_CPP = "`pip install xllamacpp`"


@dataclass(frozen=True)
class ChosenModel:
    """The model that writes, and why this one.

    Attributes:
        name: `provider:model`; None where answers are quotes.
        why: One plain sentence.
        load: Opens the model the first time it is called and returns the same one after that, from any
            thread; raises ModelUnavailable. None where answers are quotes.
        explain: Says in plain words, without keys, why a call of the model failed.
    """

    name: str | None
    why: str
    load: Callable[[], BaseChatModel] | None
    explain: Callable[[Exception], ModelError] = unexplained


def choose_model(settings: Settings) -> ChosenModel:
    """Choose the language model by the setting `llm`; nothing is loaded yet.

    `auto` takes a hosted model with a configured key, else an Ollama server's chat model, else an
    installed GGUF, else none. Any other value is that model or an error.

    Args:
        settings: The effective settings.

    Raises:
        ModelUnavailable: The model asked for can't be had; the hint says how to get it.
    """
    chosen = _choose(settings)
    if chosen.name is None:
        return chosen
    name = chosen.name
    return replace(chosen, explain=lambda error: failure(error, name, settings))


def _choose(settings: Settings) -> ChosenModel:
    provider, _, name = settings.llm.strip().partition(":")
    provider = provider.lower() or "auto"
    if provider == "auto":
        return _auto(settings)
    if provider == NO_MODEL:
        return ChosenModel(None, "Answers are quotes: the setting llm is none.", None)
    if provider == "local":
        provider, name = LOCAL, name or "local"
    if provider == LOCAL:
        return _local(name, settings)
    if provider == OLLAMA:
        return _ollama(name, settings)
    return _hosted(provider, name, settings)


def _auto(settings: Settings) -> ChosenModel:
    from assistant import llm_hosted, llm_ollama

    lacking = "no hosted model is set up"
    if settings.llm_api_key or settings.llm_base_url:
        try:
            return _hosted("openai", "", settings)
        except ModelUnavailable as error:
            lacking = error.message
    if hosted := llm_hosted.with_key():
        return _chosen_hosted(hosted, settings)
    names = llm_ollama.server_models(settings.ollama_url)
    if names and (model := llm_ollama.chat_model(settings.ollama_url, names)):
        return _chosen_ollama(model, settings)
    where = f"at {settings.ollama_url}"
    lacking += (
        f", no Ollama server answers {where}" if names is None else f", Ollama {where} has no chat model"
    )
    writer = installed_writer(settings.models_dir)
    if writer is None or writer.path is None:
        return ChosenModel(None, f"Answers are quotes: {lacking}, and no local model is installed.", None)
    if not _has_llama_cpp():
        why = f"Answers are quotes: {lacking}, and {writer.name} lacks llama.cpp ({_PIP_LLAMA_CPP})."
        return ChosenModel(None, why, None)
    why = f"{writer.name} is installed in {settings.models_dir}; {lacking}."
    return _chosen_local(writer.path, writer.name, why, settings)


def _hosted(provider: str, name: str, settings: Settings) -> ChosenModel:
    from assistant import llm_hosted

    return _chosen_hosted(llm_hosted.find_model(provider, name, settings), settings)


def _chosen_hosted(hosted: HostedModel, settings: Settings) -> ChosenModel:
    from assistant import llm_hosted

    if hosted.provider == "openai" and settings.llm_base_url:
        why = f"The server at {settings.llm_base_url} serves {hosted.model}."
    else:
        why = f"{hosted.key_from} is set, so {hosted.provider}'s {hosted.model} writes."
    return ChosenModel(
        f"{hosted.provider}:{hosted.model}", why, _once(lambda: llm_hosted.open_model(hosted, settings))
    )


def _ollama(name: str, settings: Settings) -> ChosenModel:
    from assistant import llm_ollama

    return _chosen_ollama(llm_ollama.find_model(settings.ollama_url, name), settings)


def _chosen_ollama(model: OllamaModel, settings: Settings) -> ChosenModel:
    from assistant import llm_ollama

    return ChosenModel(
        f"{OLLAMA}:{model.name}",
        f"An Ollama server at {settings.ollama_url} has {model.name}.",
        _once(lambda: llm_ollama.open_model(model, settings)),
    )


def _local(name: str, settings: Settings) -> ChosenModel:
    if not _has_llama_cpp():
        raise ModelUnavailable(
            f"llm = {settings.llm}: llama.cpp isn't installed in this Python environment",
            f"run {_PIP_LLAMA_CPP}",
        )
    if not name:
        writer = installed_writer(settings.models_dir)
        name = writer.name if writer else "local"
    path = find_gguf(name, settings.models_dir)
    known = find_weights(path.name)
    return _chosen_local(path, known.name if known else path.stem, f"{path} is installed.", settings)


def _chosen_local(path: Path, name: str, why: str, settings: Settings) -> ChosenModel:
    def load() -> BaseChatModel:
        from assistant.llm_local import ChatLlamaCpp

        model = ChatLlamaCpp(
            model_path=path,
            threads=settings.llm_threads,
            context=settings.llm_context,
            max_tokens=settings.llm_max_tokens,
            timeout=settings.llm_timeout,
        )
        model.load()
        return model

    return ChosenModel(f"{LOCAL}:{name}", why, _once(load))


def _has_llama_cpp() -> bool:
    return importlib.util.find_spec("xllamacpp") is not None


def _once(open_model: Callable[[], BaseChatModel]) -> Callable[[], BaseChatModel]:
    """Return a function that opens the model at its first success and gives the same one ever after."""
    mutex = threading.Lock()
    opened: list[BaseChatModel] = []

    def load() -> BaseChatModel:
        with mutex:
            if not opened:
                opened.append(open_model())
            return opened[0]

    return load
