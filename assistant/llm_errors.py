"""What a provider's library raises, in plain words and without keys."""

from __future__ import annotations

import os
import re

from assistant.errors import ModelError, ModelFailed
from assistant.settings import Settings

_KEY_VARIABLE = re.compile(r"(?:^|_)(?:API_KEY|API_TOKEN|ACCESS_TOKEN|SECRET|SECRET_ACCESS_KEY|HF_TOKEN)$")
_LOOKS_LIKE_KEY = re.compile(r"\b(?:sk|gsk|xai|hf|AIza)[-_]?[\w*-]{12,}")
_SHORTEST_KEY = 6


def failure(error: Exception, name: str, settings: Settings) -> ModelError:
    """Say in plain words why a model's call failed.

    Args:
        error: What was raised while the model was at work; this project's own errors come back as they are.
        name: The model's name, as `ChosenModel.name`.
        settings: The effective settings; their key is kept out of the message.
    """
    if isinstance(error, ModelError):
        return error
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    said = without_keys(first_line(error), settings)
    if status in {401, 403}:
        return ModelFailed(f"{name}: the key was refused", "check the provider's key and what it covers")
    if status == 404:
        return ModelFailed(f"{name}: the model isn't there: {said}", "check the name in the setting llm")
    if status == 429:
        return ModelFailed(
            f"{name}: too many requests, or the credit is used up", "wait, then ask again", retryable=True
        )
    if "Timeout" in kind:
        return ModelFailed(
            f"{name}: no words came for {settings.llm_timeout:g} s", "raise llm_timeout", retryable=True
        )
    if isinstance(error, ConnectionError) or "Connect" in kind:
        return ModelFailed(
            f"{name}: the server can't be reached", "check that it runs, then ask again", retryable=True
        )
    return ModelFailed(f"{name}: {said}", "see `paperchat doctor`, or ask with --llm none", retryable=True)


def unexplained(error: Exception) -> ModelError:
    """Wrap an error of a model whose settings aren't known; only its kind is told, for its text may hold a key."""
    return (
        error
        if isinstance(error, ModelError)
        else ModelFailed(f"the language model failed ({type(error).__name__})")
    )


def without_keys(text: str, settings: Settings) -> str:
    """Return `text` with every configured key, and all that looks like one, replaced."""
    keys = [value for name, value in os.environ.items() if _KEY_VARIABLE.search(name)]
    if settings.llm_api_key:
        keys.append(settings.llm_api_key.get_secret_value())
    for key in keys:
        if len(key) >= _SHORTEST_KEY:
            text = text.replace(key, "[key]")
    return _LOOKS_LIKE_KEY.sub("[key]", text)


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, or its kind where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
