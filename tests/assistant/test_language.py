"""Languages are shown by script, by function words and by the classifier; English is never taken for foreign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import ENGLISH, Detected, detect_language, foreign_signs, language_name

CASES = Path(__file__).resolve().parents[2] / "evals" / "cases"
QUESTIONS = CASES.parent / "bench" / "foreign_questions.tsv"


def cases() -> list[tuple[str, str]]:
    """Every case's question, and its language by its tag."""
    rows = [json.loads(line) for name in ("collection", "demo") for line in (CASES / f"{name}.jsonl").open()]
    return [(_tagged(row.get("tags", [])), row["question"]) for row in rows if row["type"] != "out_of_domain"]


def _tagged(tags: list[str]) -> str:
    return next((tag.removeprefix("lang:") for tag in tags if tag.startswith("lang:")), ENGLISH)


def is_foreign(text: str) -> bool:
    found = detect_language(text)
    return found.sure and found.code != ENGLISH


def test_no_english_case_is_taken_for_foreign() -> None:
    assert [question for code, question in cases() if code == ENGLISH and is_foreign(question)] == []


def test_every_case_in_another_language_is_recognised() -> None:
    foreign = [(code, question) for code, question in cases() if code != ENGLISH]
    assert len(foreign) > 20
    assert [(c, q) for c, q in foreign if detect_language(q) != Detected(c, sure=True)] == []


def test_the_benchmarks_questions_are_told_apart() -> None:
    rows = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    whole = [(code, text) for code, kind, _, text in rows if code != ENGLISH and kind != "terse"]
    right = [code for code, text in whole if detect_language(text) == Detected(code, sure=True)]
    assert len(right) >= 0.97 * len(whole)
    assert [text for code, _, _, text in rows if code == ENGLISH and is_foreign(text)] == []


@pytest.mark.parametrize(
    "question",
    [
        "GLEE - what do they measure?",
        "COD 70B error?",
        "van der Waals forces in neural potentials",
        "de novo protein design",
        "Is “Weltanschauung” ever mentioned?",
        "What does 注意力机制 mean in that paper?",
        "Papers by Nguyễn Văn Minh and José García",
        "α, β and γ in TD(λ)",
        "Erdős–Rényi random graphs",
        "Infections by Staphylococcus aureus and Candida albicans",
    ],
)
def test_names_quotes_and_latin_terms_leave_a_question_english(question: str) -> None:
    assert not is_foreign(question)


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("de", "Wie viel Speicher spart ReMax gegenüber PPO?"),
        ("de", "WIE VIEL SPEICHER SPART REMAX?"),
        ("fr", "Que dit l'article « What Does BERT Look At » sur l'attention ?"),
        ("es", "¿Qué es RAG?"),
        ("zh", "LoRA是什么"),
        ("ja", "BERTとRoBERTaの違いは何ですか"),
        ("ko", "RAG란 무엇인가요"),
        ("uk", "Які типи завдань охоплює MTEB?"),
        ("pl", "Jakie są różnice między BERT a RoBERTa?"),
    ],
)
def test_a_question_full_of_english_names_keeps_its_language(code: str, question: str) -> None:
    assert detect_language(question) == Detected(code, sure=True)


def test_a_short_question_with_one_foreign_word_is_guessed_and_not_acted_on() -> None:
    assert detect_language("Zero-Shot-Klassifikation mit CLIP") == Detected("de", sure=False)


def test_names_alone_show_no_language() -> None:
    assert detect_language("ReMax PPO") == Detected("", sure=False)


def test_a_plainly_english_question_needs_no_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> list[tuple[str, float]]:
        raise AssertionError("loaded for an English question")

    monkeypatch.setattr("assistant.language._classified", refuse)
    assert detect_language("Which of these methods saves the most memory?") == Detected("en", sure=True)


def test_symbols_are_no_foreign_signs() -> None:
    assert foreign_signs("α-β pruning, λ = 0.5") == 0
    assert foreign_signs("扩散模型 and модели") == 5


def test_an_unknown_code_stands_for_itself() -> None:
    assert (language_name("de"), language_name("qq")) == ("German", "qq")


@given(st.text(max_size=200))
def test_any_text_has_a_verdict(text: str) -> None:
    found = detect_language(text)
    assert not (found.sure and not found.code)
