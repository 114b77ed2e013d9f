"""A question in another language than the papers: what to search for, and what to tell the reader.

A multilingual embedder takes it as it is. Else the language model translates it. Else the names in it are
searched for, which are the same in every language; and the reader is told what was done and what would help.
"""

from __future__ import annotations

import json
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.language import ENGLISH, NAMES, Detected, detect_language, language_name
from assistant.text import STOPWORDS, terms, words
from assistant.translate import Ask, names, translate

if TYPE_CHECKING:
    from assistant.library import Library

Multilingual = Literal["auto", "yes", "no"]

MOST_PAPERS = 3
"""A name that more papers have doesn't lead to one of them."""
_SHORTEST_WORD = 6
"""Letters from which a plain word that few papers have is taken for one of their names."""

SAMPLE = 120
"""Papers that are read to tell a collection's languages."""
LEAST_SHARE = 0.05
"""Share of them that must be in a language for it to be one of the collection's."""

_MULTILINGUAL = (
    "multilingual", "bge-m3", "labse", "xlm-r", "jina-embeddings-v3", "embeddinggemma", "qwen3-embedding",
    "arctic-embed-l-v2", "arctic-embed-m-v2", "nomic-embed-text-v2", "mbert",
)  # fmt: skip
_LARGE_VOCABULARY = 100_000
_ENCODERS = ("bert", "distilbert", "roberta", "new", "xlm-roberta", "xlm")
"""Kinds of encoders whose vocabulary is as large as that only for the sake of many languages."""


@dataclass(frozen=True)
class LanguageUnderstood:
    """What becomes of a question because of its language.

    Attributes:
        text_to_search: What to search for: the question, its translation, or the names in it.
        language: The question's language, empty where none shows.
        translated: Whether `text_to_search` is a translation.
        note: What every answer to it must say; empty where there is nothing to say.
        hint: What to say only if nothing is found: the question may be in another language.
        may_answer: Whether what is found may answer. False where the search had nothing but words of another
            language: then an answer needs a paper that the question names.
    """

    text_to_search: str
    language: str = ""
    translated: bool = False
    note: str = ""
    hint: str = ""
    may_answer: bool = True


def understand_language(
    question: str,
    library: Library,
    embedder: str,
    ask: Ask | None,
    *,
    papers_with: Callable[[str], int] | None = None,
    multilingual: Multilingual = "auto",
) -> LanguageUnderstood:
    """Make a standalone question one that can be searched for, whatever language it is in.

    Args:
        question: The standalone question.
        library: The collection.
        embedder: The embedder's name or folder.
        ask: Puts messages to the language model, None where it fails; None itself where there is no model.
        papers_with: How many papers have a word, as `LexicalIndex.papers_with` tells.
        multilingual: The setting `embedder_multilingual`.
    """
    found = detect_language(question)
    if found.code in ("", ENGLISH) and not found.sure:
        return LanguageUnderstood(question)
    languages = collection_languages(library)
    if not languages or found.code in languages:
        return LanguageUnderstood(question, found.code)
    if is_multilingual(embedder, multilingual):
        return LanguageUnderstood(question, found.code)
    target = ENGLISH if ENGLISH in languages else min(languages)
    if not found.sure:
        return LanguageUnderstood(question, found.code, hint=maybe_foreign(found.code, target))
    reason = ""
    if ask is not None:
        translation = translate(question, found.code, ask, target)
        if translation.text is not None:
            text = _with_lost_words(translation.text, question, papers_with)
            note = (
                f"The question is in {language_name(found.code)}; it was searched for in "
                f"{language_name(target)}: “{text}”"
            )
            return LanguageUnderstood(text, found.code, translated=True, note=note)
        reason = translation.reason
    known = [name for name in names(question) if papers_with is None or papers_with(name)]
    leads = papers_with is not None and any(papers_with(name) <= MOST_PAPERS for name in known)
    note = foreign_note(found.code, ask is not None, target, known if leads else (), reason)
    return LanguageUnderstood(" ".join(known) if leads else question, found.code, note=note, may_answer=leads)


def foreign_note(
    code: str, has_model: bool, target: str = ENGLISH, searched: Sequence[str] = (), reason: str = ""
) -> str:
    """Return what to say of a question that had to be searched for without a translation.

    Args:
        code: The question's language.
        has_model: Whether there is a language model.
        target: The papers' language.
        searched: The names that were searched for; empty where all its words were.
        reason: Why a translation was thrown away.
    """
    by = (
        f"the names in it ({', '.join(searched)})"
        if searched
        else "its own words, which the papers hardly use"
    )
    return f"{_both(code, target)} It was searched for by {by}{f': {reason}' if reason else ''}. " + _help(
        has_model, target
    )


def maybe_foreign(code: str, target: str = ENGLISH) -> str:
    """Return what to say where nothing is found for a question that may be in another language."""
    return (
        f"If the question is in {language_name(code)}: the papers are in {language_name(target)}. "
        f"Asked in {language_name(target)} it may be found."
    )


def _both(code: str, target: str) -> str:
    return f"The question is in {language_name(code)}, and the papers are in {language_name(target)}."


def _help(has_model: bool, target: str) -> str:
    ways = [f"asking in {language_name(target)}"]
    if not has_model:
        ways.append("a language model, which translates (`paperchat models pull local`)")
    ways.append("a multilingual embedder (PAPERCHAT_EMBEDDER=NAME, then `paperchat reindex`)")
    return f"What helps: {', '.join(ways[:-1])}, or {ways[-1]}."


def is_multilingual(embedder: str, setting: Multilingual = "auto") -> bool:
    """Tell whether an embedder puts a question near papers in another language.

    The setting has the say. Else a model is believed to be English unless its name says otherwise, or its folder
    holds an encoder with a vocabulary for many languages.

    Args:
        embedder: Its name, or its folder.
        setting: yes, no, or auto to judge by the model.
    """
    if setting != "auto":
        return setting == "yes"
    folder = Path(embedder).expanduser()
    if any(mark in folder.name.casefold() for mark in _MULTILINGUAL):
        return True
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return config.get("model_type") in _ENCODERS and int(config["vocab_size"]) >= _LARGE_VOCABULARY
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _with_lost_words(text: str, question: str, papers_with: Callable[[str], int] | None) -> str:
    """Return a translation with the words behind it that it lost and that only few papers have: their names.

    A model takes “Toolformer” for a transformer and translates “contriever”; neither looks like a name.
    """
    if papers_with is None:
        return text
    there = set(terms(text))
    lost = [
        word
        for word in dict.fromkeys(words(question))
        if len(word) >= _SHORTEST_WORD and word.isalpha() and word not in STOPWORDS
        and not there.issuperset(terms(word)) and 1 <= papers_with(word) <= MOST_PAPERS
    ]  # fmt: skip
    return f"{text} ({', '.join(lost)})" if lost else text


_known: weakref.WeakKeyDictionary[Library, tuple[int, frozenset[str]]] = weakref.WeakKeyDictionary()


def collection_languages(library: Library) -> frozenset[str]:
    """Return the languages that a collection's papers are in, empty where none shows.

    A paper's language is what its source says, else what its title and abstract show. A sample spread over the
    whole collection is read, once for each state of the library.
    """
    revision = library.revision()
    if (known := _known.get(library)) is not None and known[0] == revision:
        return known[1]
    counts: Counter[str] = Counter()
    for paper in library.papers(_sampled(library)):
        told = paper.language.partition("-")[0]
        found = (
            Detected(told, told in NAMES)
            if told
            else detect_language(f"{paper.title}. {paper.abstract}"[:600])
        )
        if found.sure:
            counts[found.code] += 1
    total = counts.total()
    languages = frozenset(code for code, papers in counts.items() if papers >= LEAST_SHARE * total)
    _known[library] = (revision, languages)
    return languages


def _sampled(library: Library) -> list[str]:
    with library.reading() as db:
        first, last = db.execute("SELECT coalesce(min(ord), 0), coalesce(max(ord), 0) FROM papers").fetchone()
        step = max(1, (last - first + 1) // SAMPLE)
        nearest = "SELECT id FROM papers WHERE ord >= ? ORDER BY ord LIMIT 1"
        rows = [db.execute(nearest, (place,)).fetchone() for place in range(first, last + 1, step)]
    return list(dict.fromkeys(str(row[0]) for row in rows if row))
