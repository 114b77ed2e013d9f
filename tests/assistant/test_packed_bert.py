"""The packed encoder gives sentence-transformers' own vectors, whatever lengths lie in one pack."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedding import SentenceEmbeddings
from assistant.packed_bert import PACK, PackedBert, packs
from assistant.weights import embedder_folder

TEXTS = [
    "",
    "x",
    "Which cue does the one-shot graph sparsifier use?",
    "Which cue does the one-shot graph sparsifier take?",
    "Über 12.5% naïve Zeichen, 中文 und Σ",
    "A title\nand a sentence of another length, which no other text has.",
    "A title\n" + "This sentence is repeated until the window is full. " * 60,
    *(" ".join(["pruning"] * n) for n in range(1, 60)),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = embedder_folder("all-MiniLM-L6-v2")
    assert found is not None
    return found


def test_it_computes_what_sentence_transformers_does(folder: Path) -> None:
    whole = SentenceEmbeddings("all-MiniLM-L6-v2", precision="float32").load()
    expected = whole.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    vectors = PackedBert(folder, bfloat16=False).encode(TEXTS)
    assert vectors.dtype == np.float32
    assert ((vectors * expected).sum(axis=1) > 0.99999).all()


def test_bfloat16_gives_the_same_neighbours(folder: Path) -> None:
    exact = PackedBert(folder, bfloat16=False).encode(TEXTS)
    quick = PackedBert(folder, bfloat16=True).encode(TEXTS)
    assert np.allclose(np.linalg.norm(quick, axis=1), 1, atol=1e-5)
    assert ((exact * quick).sum(axis=1) > 0.999).all()


def test_a_models_first_token_is_taken_where_it_says_so(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder, copy)
    pooling = json.loads((copy / "1_Pooling" / "config.json").read_text())
    pooling |= {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    (copy / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    few = TEXTS[2:7]
    expected = SentenceEmbeddings(str(copy), precision="float32").load().encode(few, show_progress_bar=False)
    vectors = PackedBert(copy, bfloat16=False).encode(few)
    assert ((vectors * expected).sum(axis=1) > 0.99999).all()
    assert not np.allclose(vectors, PackedBert(folder, bfloat16=False).encode(few), atol=0.01)


def test_the_embedder_takes_it_for_papers_without_sentence_transformers(folder: Path) -> None:
    code = (
        "import sys; from assistant.embedding import SentenceEmbeddings\n"
        "heard = []\n"
        "texts = [f'Text {n}.' for n in range(40)]\n"
        "found = SentenceEmbeddings('all-MiniLM-L6-v2').document_vectors(texts, heard.append)\n"
        "assert found.shape == (40, 384) and sum(heard) == 40\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['torch']"


def test_a_part_is_the_mean_of_its_tokens_within_the_text(folder: Path) -> None:
    text = "Über naïve graphs. They are pruned, 中文 too."
    whole = SentenceEmbeddings("all-MiniLM-L6-v2", precision="float32").load()
    states = np.asarray(whole.encode(text, output_value="token_embeddings", show_progress_bar=False))
    tokens = whole.tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
    first = text.index("They")
    inside = [n for n, (start, end) in enumerate(tokens) if start >= first and end > start]
    expected = states[inside].mean(axis=0)
    vectors, (parts, none) = PackedBert(folder, bfloat16=False).encode_parts(
        [text, "x"], [[(0, first - 1), (first, len(text))], []]
    )
    assert vectors.shape == (2, 384)
    assert none.shape == (0, 384)
    assert float(parts[1] @ expected) / float(np.linalg.norm(expected)) > 0.99999
    assert float(parts[0] @ parts[1]) < 0.99


def test_a_part_beyond_the_window_still_has_a_vector(folder: Path) -> None:
    long = "word " * 600
    _, (parts,) = PackedBert(folder, bfloat16=False).encode_parts([long], [[(0, 4), (2900, 2999)]])
    assert np.allclose(np.linalg.norm(parts, axis=1), 1, atol=1e-5)


def test_no_texts_have_no_vectors(folder: Path) -> None:
    assert PackedBert(folder, bfloat16=False).encode([]).shape == (0, 384)


@given(st.lists(st.integers(2, 600), max_size=80))
def test_every_text_is_in_one_pack_beside_texts_of_its_length(lengths: list[int]) -> None:
    found = list(packs(lengths))
    assert sorted(i for pack in found for alike in pack for i in alike) == list(range(len(lengths)))
    for pack in found:
        assert sum(lengths[i] for alike in pack for i in alike) <= PACK
        assert all(len({lengths[i] for i in alike}) == 1 for alike in pack)
