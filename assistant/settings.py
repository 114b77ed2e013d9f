"""Every setting, in one strict tree: defaults < settings file < environment < command-line flags.

The file is TOML, `paperchat.toml` in the working folder or else `settings.toml` in the user's
configuration folder; the environment's names are these with the prefix `PAPERCHAT_`.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.errors import SettingsInvalid

ENV_PREFIX = "PAPERCHAT_"


def _data_dir() -> Path:
    return Path(platformdirs.user_data_dir("paperchat", appauthor=False))


class Settings(BaseSettings):
    """The effective settings of one run. Field descriptions are the reference (docs/settings.md)."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, extra="forbid", frozen=True, env_ignore_empty=True
    )

    store: Path = Field(
        default_factory=lambda: _data_dir() / "store", description="Folder that holds the papers."
    )
    models_dir: Path = Field(
        default_factory=lambda: _data_dir() / "models",
        description="Folder that holds downloaded model weights.",
    )
    runs: Path = Field(
        default_factory=lambda: _data_dir() / "runs", description="Folder that holds saved evaluation runs."
    )
    embedder: str = Field(
        "all-MiniLM-L6-v2",
        description="Embedding model: the default, another sentence-transformers model's name, or a folder.",
    )
    embedder_precision: str = Field(
        "auto",
        pattern="^(auto|float32|bfloat16)$",
        description="Number format of the embedder: auto takes bfloat16 where the processor computes in it.",
    )
    embedder_multilingual: Literal["auto", "yes", "no"] = Field(
        "auto",
        description="Whether the embedder reads many languages: auto tells by its name or its vocabulary.",
    )
    device: str = Field("cpu", description="Where the embedder runs: cpu, cuda, mps or auto.")
    chroma: str = Field(
        "embedded",
        pattern=r"^(embedded|https?://[^\s/]+/?)$",
        description="Where Chroma runs: embedded (in the store's folder) or a server's address, http://host:port.",
    )
    llm: str = Field(
        "auto",
        description="Who writes: auto, none, local, ollama:NAME, llamacpp:NAME-or-path, openai:NAME, anthropic:NAME, "
        "or any other LangChain provider:NAME.",
    )
    llm_base_url: str = Field("", description="Address of an OpenAI-compatible server for llm = openai:NAME.")
    llm_api_key: SecretStr | None = Field(
        None, description="Key for that server; the providers' own variables (OPENAI_API_KEY…) work too."
    )
    llm_timeout: float = Field(
        120.0, gt=0, description="Seconds to wait for the language model's next words."
    )
    llm_max_tokens: int = Field(320, ge=16, description="Most tokens that the language model may write.")
    llm_threads: int = Field(
        default_factory=lambda: max(1, os.cpu_count() or 1),
        ge=1,
        description="Threads of the in-process GGUF model.",
    )
    llm_context: int = Field(4096, ge=512, description="Context window, in tokens, of a local model.")
    ollama_url: str = Field("http://127.0.0.1:11434", description="Address of the Ollama server.")
    reranker: str = Field(
        "",
        description="Reads the leading papers once more: a sentence-transformers CrossEncoder's name or folder; "
        "empty for none.",
    )
    retrieve_papers: int = Field(10, ge=1, le=200, description="Papers that retrieval passes on.")
    evidence_tokens: int = Field(
        420, ge=50, description="Most tokens of evidence that an answer is written from."
    )
    answer_quotes: int = Field(
        3, ge=1, le=20, description="Most quotes in an answer without a language model."
    )
    host: str = Field("127.0.0.1", description="Address that the chat page is served on.")
    port: int = Field(
        7860, ge=0, le=65535, description="Port that the chat page is served on; 0 takes a free one."
    )

    @field_validator("store", "models_dir", "runs")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keep two sources: what is passed in (flags over file values), over the environment."""
        return (init_settings, env_settings)


@dataclass(frozen=True)
class Loaded:
    """The settings, and for each name where its value came from."""

    settings: Settings
    origins: dict[str, str]


def settings_file() -> Path | None:
    """Return the settings file in force: the working folder's, else the user's, else None."""
    named = os.environ.get(ENV_PREFIX + "SETTINGS")
    if named:
        return Path(named)
    user_file = Path(platformdirs.user_config_dir("paperchat", appauthor=False)) / "settings.toml"
    return next((path for path in (Path("paperchat.toml"), user_file) if path.is_file()), None)


def load_settings(**flags: Any) -> Loaded:
    """Read the settings from file, environment and flags.

    Args:
        flags: Values given on the command line; None means not given.

    Returns:
        The settings and the origin of each value: default, file, environment or flag.

    Raises:
        SettingsInvalid: A name is unknown, a value is wrong, or the file isn't TOML.
    """
    path = settings_file()
    from_file = _read_file(path) if path else {}
    names = Settings.model_fields
    in_environment = {name for name in names if os.environ.get(ENV_PREFIX + name.upper())}
    _reject_unknown_variables(set(names))
    given = {name: value for name, value in flags.items() if value is not None}
    file_values = {name: value for name, value in from_file.items() if name not in in_environment}
    try:
        settings = Settings(**{**file_values, **given})
    except ValidationError as error:
        raise _explain(error, from_file, given, path) from error
    origins = {
        name: "flag" if name in given
        else f"environment {ENV_PREFIX}{name.upper()}" if name in in_environment
        else f"file {path}" if name in from_file
        else "default"
        for name in names
    }  # fmt: skip
    return Loaded(settings, origins)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(
            f"{path}: can't be read as settings: {error}", "mend or remove that file"
        ) from error


def _reject_unknown_variables(names: set[str]) -> None:
    known = {ENV_PREFIX + name.upper() for name in names} | {ENV_PREFIX + "SETTINGS", ENV_PREFIX + "TORCH"}
    unknown = sorted(name for name in os.environ if name.startswith(ENV_PREFIX) and name not in known)
    if unknown:
        raise SettingsInvalid(
            f"environment: no setting has the name {', '.join(unknown)}",
            "`paperchat settings` lists the names",
        )


def _explain(
    error: ValidationError, from_file: dict[str, Any], given: dict[str, Any], path: Path | None
) -> SettingsInvalid:
    problems = []
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else "settings"
        origin = "flag" if name in given else str(path) if name in from_file else "environment"
        problems.append(f"{origin}: {name}: {item['msg']}")
    return SettingsInvalid("; ".join(problems), "`paperchat settings` lists the names and values in force")
