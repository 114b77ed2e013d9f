"""Models of an Ollama server: what is there, which of them write, and opening one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import ModelUnavailable
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from ollama import Client

PROBE_SECONDS = 0.5
"""A server that isn't there must not hold up the start."""
SHOW_SECONDS = 5.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_EMBEDDERS = ("bert", "minilm", "embed", "bge", "gte-", "e5-")


@dataclass(frozen=True)
class OllamaModel:
    """A chat model on the server, and whether it thinks aloud before it answers."""

    name: str
    thinks: bool


def server_models(url: str) -> list[str] | None:
    """Return the names of the models that an Ollama server has, the latest first; None if none answers.

    Args:
        url: The server's address.
    """
    import httpx
    import ollama

    try:
        listed = _client(url, PROBE_SECONDS).list()
    except (ConnectionError, httpx.HTTPError, ollama.ResponseError, ValueError):
        return None
    return [model.model for model in listed.models if model.model]


def chat_model(url: str, names: list[str]) -> OllamaModel | None:
    """Return the first of the named models that can write; None if all of them only embed."""
    for name in names:
        capabilities = _capabilities(url, name)
        if "completion" in capabilities:
            return OllamaModel(name, "thinking" in capabilities)
    return None


def find_model(url: str, name: str) -> OllamaModel:
    """Return a chat model by name, or the first one where the name is empty.

    Raises:
        ModelUnavailable: No server answers, it hasn't the model, or the model only embeds.
    """
    there = server_models(url)
    if there is None:
        raise ModelUnavailable(
            f"no Ollama server answers at {url}",
            "start it with `ollama serve`, or set ollama_url to where it runs",
            retryable=True,
        )
    listing = f"it has {', '.join(there)}" if there else "it has no models yet"
    matching = [full for full in there if name in {"", full, full.removesuffix(":latest")}]
    if not matching:
        wanted = name or "qwen3:4b"
        what = f"the model {name}" if name else "any model"
        raise ModelUnavailable(
            f"the Ollama server at {url} doesn't have {what}", f"run `ollama pull {wanted}`; {listing}"
        )
    found = chat_model(url, matching)
    if found is None:
        what = f"{name} only embeds text and can't write" if name else "no model that can write"
        raise ModelUnavailable(
            f"the Ollama server at {url}: {what}",
            f"choose a chat model, such as `ollama pull qwen3:4b`; {listing}",
        )
    return found


def open_model(model: OllamaModel, settings: Settings) -> BaseChatModel:
    """Return the LangChain model; the server loads the weights at the first question."""
    from langchain_ollama import ChatOllama

    return ChatOllama(
        model=model.name,
        base_url=settings.ollama_url,
        temperature=0,
        num_ctx=settings.llm_context,
        num_predict=settings.llm_max_tokens,
        # Thoughts would use up the few tokens that an answer may have.
        reasoning=False if model.thinks else None,
        client_kwargs={"timeout": settings.llm_timeout, **_proxies(settings.ollama_url)},
    )


def _capabilities(url: str, name: str) -> set[str]:
    import httpx
    import ollama

    try:
        told = _client(url, SHOW_SECONDS).show(name).capabilities
    except (ConnectionError, httpx.HTTPError, ollama.ResponseError, ValueError):
        told = None
    if told is not None:
        return set(told)
    # Servers older than 0.6.4 don't say; names do, well enough.
    return set() if any(word in name.lower() for word in _EMBEDDERS) else {"completion"}


def _client(url: str, seconds: float) -> Client:
    import ollama

    return ollama.Client(host=url, timeout=seconds, **_proxies(url))


def _proxies(url: str) -> dict[str, bool]:
    """Keep a proxy set in the environment out of the way of a server on this machine."""
    return {"trust_env": False} if urlsplit(url).hostname in _LOOPBACK else {}
