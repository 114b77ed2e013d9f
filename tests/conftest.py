"""What tests share: an isolated machine, the real embedding model, and a small store made with it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test may depend on a model hub
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # idle torch threads leave the cores to the browser

from assistant.embedding import SentenceEmbeddings
from assistant.llm import ChosenModel
from assistant.pipeline import Assistant
from assistant.store import Store
from ingest.pipeline import ingest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

PAPERS = [
    {
        "title": "Lumen: Sparse Attention for Long Documents",
        "abstract": "Transformers read long documents slowly because attention grows with the square of the length. "
        "We present Lumen, a sparse attention scheme that keeps only the 64 strongest links of each token. "
        "On the LongBench suite Lumen is 3.2 times faster than dense attention and loses 0.4% accuracy. "
        "It does not need any change to the training data.",
    },
    {
        "title": "GraphTrim: One-Shot Pruning of Graph Networks",
        "abstract": "Graph neural networks waste work on edges that carry little information. "
        "GraphTrim removes edges in one shot, using the degree of their nodes as the only cue. "
        "It reaches 71.5% accuracy on Cora with 40% fewer edges. "
        "Iterative methods need 20 training runs for the same result.",
    },
    {
        "title": "A Survey of Poker Agents Built on Language Models",
        "abstract": "Language models play card games without having been trained for it. "
        "We test seven models at no-limit poker against a solver. "
        "None of them plays optimally, and larger models bluff more often. "
        "Prompting with pot odds reduces their losses by 18%.",
    },
    {
        "title": "Translating Low-Resource Languages with Refinement",
        "abstract": "Machine translation into low-resource languages still makes many errors. "
        "Our refinement model rewrites the output of a base translator sentence by sentence. "
        "It adds 4.1 BLEU for Swahili and 2.7 BLEU for Quechua over BigTrans-13B. "
        "The refinement model has only 2B parameters.",
    },
    {
        "title": "Epidemic Forecasting with Mixed Experts",
        "abstract": "Forecasts of epidemics differ between teams and weeks. "
        "We combine the forecasts of 30 teams with a gating network trained on past errors. "
        "The mixture lowers the mean absolute error by 12.5\\% for weekly hospital admissions.",
    },
    {
        "title": "Measuring Coral Reef Health from Satellite Images",
        "abstract": "Coral reefs lose cover as the sea warms. "
        "We estimate reef cover from satellite images with a convolutional network. "
        "The estimate agrees with divers' counts at 112 of 120 sites.",
    },
]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder shared/ with the real collection and test sets isn't beside the project")
    return SHARED


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own settings, store and models out of every test."""
    for name in list(os.environ):
        if name.startswith("PAPERCHAT_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "home"
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbeddings:
    """The real default embedding model."""
    model = SentenceEmbeddings("all-MiniLM-L6-v2")
    model.load()
    return model


@pytest.fixture(scope="session")
def papers_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six invented papers as JSON Lines."""
    path = tmp_path_factory.mktemp("papers") / "papers.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def stored(papers_file: Path, embedder: SentenceEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store of those papers; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("stored") / "store"
    store = Store(folder, create=True)
    ingest([papers_file], store, embedder)
    store.close()
    return folder


@pytest.fixture
def store(stored: Path, tmp_path: Path) -> Iterator[Store]:
    """An open store of those papers, of the test's own."""
    shutil.copytree(stored, tmp_path / "store")
    opened = Store(tmp_path / "store")
    yield opened
    opened.close()


@pytest.fixture
def quoting(store: Store, embedder: SentenceEmbeddings) -> Assistant:
    """An assistant without a language model."""
    return Assistant(store, embedder, ChosenModel(None, "a test without a model", None))
