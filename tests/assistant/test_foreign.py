"""A question in another language than the papers is translated, or searched for by its names, and never in silence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.foreign import collection_languages, is_multilingual, understand_language
from assistant.library import Embedded, Library
from assistant.models import Paper

QUESTION = "Wie viel Speicher spart ReMax gegenüber PPO?"
TRANSLATED = "How much memory does ReMax save over PPO?"
ENGLISH_ABSTRACT = "We show that the method saves memory, and that it needs no value model during training."
GERMAN_ABSTRACT = "Wir zeigen, dass das Verfahren weniger Speicher braucht und ohne ein Wertmodell auskommt."


def library_of(folder: Path, *papers: tuple[str, str]) -> Library:
    library = Library(folder, create=True)
    add(library, *papers)
    return library


def add(library: Library, *papers: tuple[str, str]) -> None:
    first = library.count()[0]
    library.put(
        [
            Embedded(
                paper=Paper(id=f"p{n}", title=f"Paper {n}", abstract=abstract, language=language),
                fingerprint=str(n),
                passages=(),
                passage_vectors=np.zeros((0, 4), dtype=np.float32),
                sentence_vectors=np.zeros((0, 4), dtype=np.float32),
            )
            for n, (language, abstract) in enumerate(papers, start=first)
        ]
    )


@pytest.fixture
def english(tmp_path: Path) -> Library:
    return library_of(tmp_path / "english", ("", ENGLISH_ABSTRACT))


def papers_with(word: str) -> int:
    return {"remax": 1, "ppo": 5, "toolformer": 1, "gpu": 9}.get(word.lower(), 0)


def test_an_english_question_is_searched_for_as_it_is(english: Library) -> None:
    found = understand_language(TRANSLATED, english, "all-MiniLM-L6-v2", None)
    assert (found.text_to_search, found.note, found.hint) == (TRANSLATED, "", "")


def test_a_translation_is_searched_for_and_shown(english: Library) -> None:
    found = understand_language(QUESTION, english, "all-MiniLM-L6-v2", lambda messages: TRANSLATED)
    assert found.translated and found.text_to_search == TRANSLATED
    assert "German" in found.note and TRANSLATED in found.note


def test_a_bad_translation_is_told_and_the_names_are_searched_for(english: Library) -> None:
    found = understand_language(
        QUESTION, english, "all-MiniLM-L6-v2", lambda messages: "It saves 46 %.", papers_with=papers_with
    )
    assert (found.text_to_search, found.translated, found.may_answer) == ("ReMax PPO", False, True)
    assert "brought in the number 46" in found.note and "models pull" not in found.note


def test_without_a_model_the_note_tells_what_helps(english: Library) -> None:
    found = understand_language(QUESTION, english, "all-MiniLM-L6-v2", None, papers_with=papers_with)
    assert found.text_to_search == "ReMax PPO"
    assert all(part in found.note for part in ("German", "English", "ReMax, PPO", "models pull", "reindex"))


def test_names_that_many_papers_have_lead_to_no_answer(english: Library) -> None:
    question = "Auf wie vielen GPU wurde das Modell trainiert?"
    found = understand_language(question, english, "all-MiniLM-L6-v2", None, papers_with=papers_with)
    assert (found.text_to_search, found.may_answer) == (question, False)


def test_a_plain_word_that_one_paper_is_called_by_comes_back_into_the_translation(english: Library) -> None:
    found = understand_language(
        "Sur quel modèle Toolformer est-il construit ?",
        english,
        "all-MiniLM-L6-v2",
        lambda messages: "Which model of Transformer is it built on?",
        papers_with=papers_with,
    )
    assert found.text_to_search == "Which model of Transformer is it built on? (toolformer)"


def test_a_multilingual_embedder_takes_the_question_as_it_is(english: Library) -> None:
    found = understand_language(QUESTION, english, "intfloat/multilingual-e5-small", None)
    assert (found.text_to_search, found.language, found.note) == (QUESTION, "de", "")


def test_a_question_in_the_collections_language_is_left_alone(tmp_path: Path) -> None:
    german = library_of(tmp_path, ("", GERMAN_ABSTRACT))
    assert understand_language(QUESTION, german, "all-MiniLM-L6-v2", None).note == ""
    asked = understand_language("How much memory does this method save?", german, "all-MiniLM-L6-v2", None)
    assert "in English, and the papers are in German" in asked.note


def test_an_unsure_guess_is_a_hint_for_when_nothing_is_found(english: Library) -> None:
    question = "Zero-Shot-Klassifikation mit CLIP"
    found = understand_language(question, english, "all-MiniLM-L6-v2", lambda messages: "Never asked.")
    assert (found.text_to_search, found.translated, found.note) == (question, False, "")
    assert "If the question is in German" in found.hint


def test_an_empty_collection_makes_no_question_foreign(tmp_path: Path) -> None:
    assert understand_language(QUESTION, library_of(tmp_path), "all-MiniLM-L6-v2", None).note == ""


def test_a_collections_languages_are_told_by_its_sources_and_texts(tmp_path: Path) -> None:
    library = library_of(tmp_path, *[("", ENGLISH_ABSTRACT)] * 150)
    assert collection_languages(library) == {"en"}
    add(library, *[("", GERMAN_ABSTRACT)] * 20, *[("fr", "")] * 20)
    assert collection_languages(library) == {"en", "de", "fr"}


def test_a_few_strays_are_not_the_collections_language(tmp_path: Path) -> None:
    library = library_of(tmp_path, *[("", ENGLISH_ABSTRACT)] * 99, ("de", GERMAN_ABSTRACT))
    assert collection_languages(library) == {"en"}


@pytest.mark.parametrize(
    ("embedder", "expected"),
    [
        ("all-MiniLM-L6-v2", False),
        ("intfloat/e5-large-v2", False),
        ("BAAI/bge-m3", True),
        ("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", True),
    ],
)
def test_an_embedder_is_multilingual_only_by_its_name(embedder: str, expected: bool) -> None:
    assert is_multilingual(embedder) is expected
    assert is_multilingual(embedder, "yes") and not is_multilingual(embedder, "no")


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [("xlm-roberta", 250002, True), ("bert", 30522, False), ("qwen2", 151646, False)],
)
def test_a_folder_is_judged_by_its_vocabulary(tmp_path: Path, kind: str, size: int, expected: bool) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind, "vocab_size": size}))
    assert is_multilingual(str(tmp_path)) is expected
