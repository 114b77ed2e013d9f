"""Reranking: a tiny cross-encoder of random weights through the real library, and scores handed out anew."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelUnavailable
from assistant.rerank import Reranker, reordered

WORDS = "what prunes graphs edges poker coral reefs light of the by".split()


@pytest.fixture(scope="module")
def make_encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Make a folder with a BERT of one small layer and random weights that gives so many scores."""

    def make(labels: int) -> Path:
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast  # type: ignore[attr-defined]

        folder = tmp_path_factory.mktemp(f"encoder-{labels}")
        vocabulary = folder / "vocab.txt"
        vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]))
        BertTokenizerFast(vocab_file=str(vocabulary)).save_pretrained(folder)
        torch.manual_seed(3)
        config = BertConfig(  # type: ignore[call-arg]
            vocab_size=5 + len(WORDS),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=64,
            num_labels=labels,
            initializer_range=1.0,  # or all scores would be nearly the same
        )
        BertForSequenceClassification(config).save_pretrained(folder)
        return folder

    return make


def test_scores_are_the_library_s_own(make_encoder: Callable[[int], Path]) -> None:
    from sentence_transformers import CrossEncoder

    folder = make_encoder(1)
    question, texts = "what prunes graphs", ["edges of graphs", "coral reefs", "poker by the light"]
    reranker = Reranker(str(folder))
    found = reranker.scores(question, texts)
    expected = CrossEncoder(str(folder), device="cpu").predict([(question, text) for text in texts])
    assert found == pytest.approx([float(each) for each in expected], abs=1e-5)
    assert len(set(found)) == 3
    assert reranker.scores(question, texts[::-1]) == pytest.approx(found[::-1], abs=1e-5)
    assert reranker.scores(question, []) == []


def test_a_text_of_any_length_is_scored(make_encoder: Callable[[int], Path]) -> None:
    assert len(Reranker(str(make_encoder(1))).scores("what", ["coral " * 5000, ""])) == 2


def test_a_model_that_isn_t_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="can't be loaded") as caught:
        Reranker(str(tmp_path)).scores("what", ["coral"])
    assert "PAPERCHAT_RERANKER" in caught.value.hint


def test_a_model_that_classifies_is_no_reranker(make_encoder: Callable[[int], Path]) -> None:
    with pytest.raises(ModelUnavailable, match="gives 3 scores"):
        Reranker(str(make_encoder(3))).scores("what", ["coral"])


def test_naming_a_model_loads_nothing() -> None:
    code = (
        "import sys; from assistant.rerank import Reranker; Reranker('some/model'); "
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_judged_papers_change_places_and_keep_the_scores_of_those_places() -> None:
    scores = {"a": 0.9, "b": 0.7, "c": 0.5, "d": 0.2}
    assert reordered(scores, {"a": -3.0, "b": 1.0, "c": 4.0}) == {"c": 0.9, "b": 0.7, "a": 0.5, "d": 0.2}
    assert reordered(scores, {"b": 1.0, "a": 1.0}) == scores
    assert reordered(scores, {}) == scores
    assert reordered(scores, {"unknown": 5.0}) == scores


@given(
    st.dictionaries(st.text(max_size=3), st.floats(0.01, 1), max_size=12),
    st.dictionaries(st.text(max_size=3), st.floats(-9, 9), max_size=12),
)
def test_reordering_hands_out_the_same_scores(scores: dict[str, float], judged: dict[str, float]) -> None:
    found = reordered(scores, judged)
    assert sorted(found.values()) == sorted(scores.values())
    assert all(found[id_] == scores[id_] for id_ in scores if id_ not in judged)
    common = [id_ for id_ in judged if id_ in scores]
    assert all(found[a] >= found[b] for a in common for b in common if judged[a] > judged[b])
