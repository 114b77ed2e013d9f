"""The quick encoder gives sentence-transformers' own vectors, and serving never loads torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelUnavailable
from assistant.quick_bert import QuickBert
from assistant.weights import embedder_folder

TEXTS = [
    "Which cue does the one-shot graph sparsifier use?",
    "x",
    "Über 12.5% naïve Zeichen, 中文 und Σ",
    "A title\n" + "This sentence is repeated until the window is full. " * 60,
]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = embedder_folder("all-MiniLM-L6-v2")
    assert found is not None
    return found


def test_the_quick_encoder_computes_what_sentence_transformers_does(folder: Path) -> None:
    exact = SentenceEmbeddings("all-MiniLM-L6-v2", precision="float32")
    exact.load()
    expected = exact.document_vectors(TEXTS)
    quick = QuickBert(folder)
    for text, vector in zip(TEXTS, expected, strict=True):
        assert float(quick.encode(text) @ vector) > 0.99999


def test_the_processors_format_gives_the_same_neighbours(embedder: SentenceEmbeddings, folder: Path) -> None:
    quick = QuickBert(folder)
    vectors = embedder.document_vectors(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert float(quick.encode(text) @ vector) > 0.999


def test_only_models_that_it_computes_exactly_are_taken(folder: Path, tmp_path: Path) -> None:
    assert QuickBert.can_load(folder)
    copy = tmp_path / "model"
    shutil.copytree(folder, copy)
    for name, change in (
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"model_type": "mpnet"}),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
        ("config_sentence_transformers.json", {"prompts": {"query": "query: "}}),
    ):
        original = (copy / name).read_text()
        (copy / name).write_text(json.dumps(json.loads(original) | change))
        assert not QuickBert.can_load(copy)
        (copy / name).write_text(original)
    assert QuickBert.can_load(copy)
    assert not QuickBert.can_load(tmp_path)


def test_a_folder_is_a_model_too(folder: Path) -> None:
    named, by_path = SentenceEmbeddings("all-MiniLM-L6-v2"), SentenceEmbeddings(str(folder))
    assert np.allclose(named.query_vector("graphs"), by_path.query_vector("graphs"))


def test_it_is_langchains_embeddings(embedder: SentenceEmbeddings) -> None:
    assert isinstance(embedder, Embeddings)
    assert len(embedder.embed_query("graphs")) == embedder.dimension == 384
    assert np.allclose(embedder.embed_documents(["graphs"])[0], embedder.embed_query("graphs"), atol=0.02)
    assert embedder.document_vectors([]).shape == (0, 384)
    assert embedder.window == 256


def test_a_model_that_is_nowhere_is_told() -> None:
    with pytest.raises(ModelUnavailable, match="no/such-model") as caught:
        SentenceEmbeddings("no/such-model").query_vector("graphs")
    assert "all-MiniLM-L6-v2" in caught.value.hint


def test_the_quick_encoder_is_there_only_where_the_model_s_files_are(folder: Path) -> None:
    assert isinstance(SentenceEmbeddings("all-MiniLM-L6-v2").quick, QuickBert)
    assert isinstance(SentenceEmbeddings(str(folder)).quick, QuickBert)
    assert SentenceEmbeddings("no/such-model").quick is None


def test_asking_never_loads_torch(stored: Path) -> None:
    code = f"""
        import sys
        from assistant import build_assistant
        answer = build_assistant(store={str(stored)!r}, llm="none").ask("Which cue does GraphTrim use?")
        assert answer.claims
        print(sorted({{"torch", "transformers", "sentence_transformers", "gradio"}} & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
