"""Models behind a provider's API, or any server that speaks OpenAI's protocol, through LangChain."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelUnavailable
from assistant.llm_errors import first_line, without_keys
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PROBE_SECONDS = 3.0
MAX_RETRIES = 2
THINKING_TOKENS = 4096
"""Added to the limit of models that think before they write: their thoughts count as written."""

_PIP_INSTALL = re.compile(r"pip install (?:-U )?([\w.-]+)")  # how LangChain names the package it lacks


@dataclass(frozen=True)
class Provider:
    """How a provider is reached.

    Attributes:
        package: Import name of its LangChain package.
        keys: Variables that may hold its key.
        default: The model taken where none is named; a provider without one doesn't serve `auto`.
    """

    package: str
    keys: tuple[str, ...]
    default: str = ""


PROVIDERS = {
    "openai": Provider("langchain_openai", ("OPENAI_API_KEY",), "gpt-4.1-mini"),
    "anthropic": Provider("langchain_anthropic", ("ANTHROPIC_API_KEY",), "claude-haiku-4-5"),
    "google_genai": Provider(
        "langchain_google_genai", ("GOOGLE_API_KEY", "GEMINI_API_KEY"), "gemini-2.5-flash-lite"
    ),
    "mistralai": Provider("langchain_mistralai", ("MISTRAL_API_KEY",), "mistral-small-latest"),
    "groq": Provider("langchain_groq", ("GROQ_API_KEY",), "llama-3.3-70b-versatile"),
    "deepseek": Provider("langchain_deepseek", ("DEEPSEEK_API_KEY",)),
    "openrouter": Provider("langchain_openrouter", ("OPENROUTER_API_KEY",)),
    "together": Provider("langchain_together", ("TOGETHER_API_KEY",)),
    "xai": Provider("langchain_xai", ("XAI_API_KEY",)),
}
"""Providers that can be checked before they are opened, in the order of `auto`; others are opened at once."""


@dataclass(frozen=True)
class HostedModel:
    """A model of a provider, and where its key comes from."""

    provider: str
    model: str
    key_from: str


def with_key() -> HostedModel | None:
    """Return the first provider's default model whose key is set and whose package is installed."""
    for name, provider in PROVIDERS.items():
        key = _key_variable(provider)
        if provider.default and key and importlib.util.find_spec(provider.package):
            return HostedModel(name, provider.default, key)
    return None


def find_model(provider: str, name: str, settings: Settings) -> HostedModel:
    """Check that a provider's model can be opened; a known provider's own service isn't contacted yet.

    Args:
        provider: LangChain's name of the provider.
        name: The model; empty takes the provider's default, or the server's first.
        settings: Key and address of an OpenAI-compatible server above all.

    Raises:
        ModelUnavailable: The provider is unknown, its package or key is missing, no default model is
            known, or the server of `llm_base_url` doesn't answer.
    """
    known = PROVIDERS.get(provider)
    if known and importlib.util.find_spec(known.package) is None:
        raise _lacks_package(provider, known.package.replace("_", "-"))
    if provider == "openai" and settings.llm_base_url:
        return _served_model(name, settings)
    name = name or (known.default if known else "")
    if not name:
        raise ModelUnavailable(
            f"llm = {provider}: the model's name is missing", f"write llm = {provider}:NAME"
        )
    if known is None:
        hosted = HostedModel(provider, name, "the environment")
        open_model(hosted, settings)
        return hosted
    has_setting = provider == "openai" and settings.llm_api_key is not None
    key = "llm_api_key" if has_setting else _key_variable(known)
    if not key:
        also = ", or the setting llm_api_key" if provider == "openai" else ""
        raise ModelUnavailable(
            f"llm = {provider}:{name}: there is no key for {provider}",
            f"set the variable {known.keys[0]}{also}",
        )
    return HostedModel(provider, name, key)


def open_model(hosted: HostedModel, settings: Settings) -> BaseChatModel:
    """Return the LangChain model; the service is contacted at the first question.

    Raises:
        ModelUnavailable: LangChain doesn't know the provider, or its package refuses the configuration.
    """
    options: dict[str, Any] = {
        "temperature": 0,
        "timeout": settings.llm_timeout,
        "max_tokens": settings.llm_max_tokens,
        "max_retries": MAX_RETRIES,
    }
    if hosted.provider == "openai":
        options["stream_usage"] = True
        if settings.llm_base_url:
            options |= {"base_url": settings.llm_base_url, "api_key": "none"}
        if settings.llm_api_key:
            options["api_key"] = settings.llm_api_key.get_secret_value()
    what = f"llm = {hosted.provider}:{hosted.model}"
    try:
        model = _init(hosted, options)
        limits = _limits(model, settings)
        return _init(hosted, options | limits) if limits else model
    except ImportError as error:
        named = _PIP_INSTALL.search(first_line(error))
        raise _lacks_package(
            hosted.provider, named[1] if named else f"langchain-{hosted.provider}"
        ) from error
    except Exception as error:  # each package has its own errors for a wrong configuration
        reason = without_keys(first_line(error), settings)
        if reason.startswith("Unsupported provider"):
            raise ModelUnavailable(
                f"{what}: LangChain has no provider called {hosted.provider!r}",
                f"take auto, none, ollama:NAME, llamacpp:NAME, or such as {', '.join(PROVIDERS)}",
            ) from error
        raise ModelUnavailable(
            f"{what} can't be opened: {reason}", "check the model's name and the provider's key"
        ) from error


def _init(hosted: HostedModel, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(hosted.model, model_provider=hosted.provider, **options)
    return model


def _limits(model: BaseChatModel, settings: Settings) -> dict[str, Any]:
    """Return what the model's profile asks to be different: some take no temperature, some think first."""
    profile = model.profile or {}
    limits: dict[str, Any] = {}
    if profile.get("temperature") is False:
        limits["temperature"] = None
    if profile.get("reasoning_output"):
        limits["max_tokens"] = settings.llm_max_tokens + THINKING_TOKENS
    return limits


def _lacks_package(provider: str, package: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"llm = {provider}: the package {package} isn't installed", f"run `pip install {package}`"
    )


def _key_variable(provider: Provider) -> str:
    return next((name for name in provider.keys if os.environ.get(name)), "")


def _served_model(name: str, settings: Settings) -> HostedModel:
    """Ask an OpenAI-compatible server for its models, and take the named one or the first."""
    import httpx

    where = f"the server at llm_base_url, {settings.llm_base_url}"
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else "none"
    url = settings.llm_base_url.rstrip("/") + "/models"
    try:
        answer = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=PROBE_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ModelUnavailable(
            f"{where}, doesn't answer: {without_keys(first_line(error), settings)}",
            "start it, or mend llm_base_url (it usually ends in /v1)",
            retryable=True,
        ) from error
    if answer.status_code in {401, 403}:
        raise ModelUnavailable(f"{where}, refuses the key", "check the setting llm_api_key")
    try:
        served = [str(item["id"]) for item in answer.json()["data"]]
    except (ValueError, KeyError, TypeError):
        served = []  # some servers have no such list
    if not (name or served):
        raise ModelUnavailable(f"{where}, names no models", "set llm = openai:NAME")
    return HostedModel("openai", name or served[0], "llm_api_key" if settings.llm_api_key else "no key")
