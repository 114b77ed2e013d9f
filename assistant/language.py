"""What language a question or an abstract is in.

Few questions are foreign, and one that is wrongly taken for foreign would be translated or doubted. So a
language must be shown: by its script, or by a classifier and function words together (docs/languages.md has
the figures). Names, acronyms, formulas and what stands in quotes show nothing.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from assistant.lexical import is_stopword
from assistant.text import QUESTION_WORDS, STOPWORDS

ENGLISH = "en"

NAMES: dict[str, str] = dict(
    entry.split("=")
    for entry in """ar=Arabic bg=Bulgarian ca=Catalan cs=Czech da=Danish de=German el=Greek en=English es=Spanish
    et=Estonian fa=Persian fi=Finnish fr=French he=Hebrew hi=Hindi hr=Croatian hu=Hungarian id=Indonesian
    it=Italian ja=Japanese ko=Korean lt=Lithuanian lv=Latvian nl=Dutch no=Norwegian pl=Polish pt=Portuguese
    ro=Romanian ru=Russian sk=Slovak sl=Slovenian sr=Serbian sv=Swedish th=Thai tr=Turkish uk=Ukrainian
    ur=Urdu vi=Vietnamese zh=Chinese""".split()
)
"""The languages that are told apart, by ISO 639-1 code. Others, such as Latin names of species, are passed over."""

_SINKS = ("la", "eu", "cy", "eo", "sw", "tl")
"""Languages that texts full of Latin names look like to the classifier; they are taken for none."""

_LISTED = dict(
    entry.split("=")
    for entry in """en=english de=german fr=french es=spanish it=italian pt=portuguese nl=dutch da=danish sv=swedish
    no=norwegian fi=finnish hu=hungarian""".split()
)
"""Languages whose function words tantivy knows (Snowball's lists), by its names for them."""

_ASKING: dict[str, frozenset[str]] = {
    "de": frozenset("wie wieviel wieviele viele wer wem wen wann warum wieso weshalb wozu womit woher wohin wofür "
                    "worin welche welcher welches welchen welchem gibt".split()),
    "fr": frozenset("combien comment pourquoi où quand quoi quel quelle quels quelles est".split()),
    "es": frozenset("qué cuál cuáles cuánto cuántos cuánta cuántas cómo dónde cuándo quién quiénes".split()),
    "it": frozenset("cosa quale quali quanto quanta quante quanti perché quando".split()),
    "pt": frozenset("qual quais quanto quantos quanta quantas onde quem é".split()),
    "nl": frozenset("wat welke hoe hoeveel waarom waar wanneer waarmee waarvoor".split()),
}  # fmt: skip
"""Words that ask. They say more than articles and prepositions, which names are full of (“van der Waals”)."""

_SCRIPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("HIRAGANA", ("ja",)),
    ("KATAKANA", ("ja",)),
    ("HANGUL", ("ko",)),
    ("CJK", ("zh",)),
    ("CYRILLIC", ("ru", "uk", "bg", "sr")),
    ("ARABIC", ("ar", "fa", "ur")),
    ("DEVANAGARI", ("hi",)),
    ("GREEK", ("el",)),
    ("HEBREW", ("he",)),
    ("THAI", ("th",)),
)
"""Scripts by the first word of their characters' names, and the languages written in them, likeliest first."""

_KNOWN_SCRIPTS = frozenset(script for script, _ in _SCRIPTS)
NOT_LATIN = frozenset(code for _, codes in _SCRIPTS for code in codes) - {"sr"}
"""Languages that aren't written in Latin letters."""

_UNSPACED = frozenset(("HIRAGANA", "KATAKANA", "CJK", "THAI"))
_SIGNS_A_WORD = 1.5
"""Characters that a word has in a script that leaves no space between words."""

_LEAST_ASKING = 0.3
_LEAST = {0: 0.8, 1: 0.8}
_LEAST_WITH_TWO = 0.45
_LEAST_UNLISTED = 0.7
"""What the classifier must be sure of where a question has a word that asks in its language, by how many function
words it has otherwise, and for a language whose function words aren't known (evals/bench/languages.py)."""
_NEVER = 2.0
_LEAST_GUESS = 0.3
"""The same for a guess that isn't acted on."""
_ALSO_FOREIGN = 2
"""Letters up to which an English function word may as well be one of a language without a list (Polish “to”)."""
_BORROWED = frozenset({"paper"})
"""English words that people use in their own languages too."""

_LONGEST = 2_000
"""Characters of a text that are looked at."""

_WORD = re.compile(r"[^\W\d_]+")
_COINED = re.compile(r"[^\s/’'-]*(?:\d|[A-Z][^\s/’'-]*[A-Z])[^\s/’'-]*")
_QUOTED = re.compile(r"[\"“”„«»][^\"“”„«»]{2,}[\"“”«»]|[「『《][^」』》]+[」』》]")


@dataclass(frozen=True)
class Detected:
    """A text's language.

    Attributes:
        code: ISO 639-1; empty where nothing shows a language, as in “GLEE?”.
        sure: Whether to act on it.
    """

    code: str
    sure: bool


def language_name(code: str) -> str:
    """Return a language's English name; the code itself where it has none here."""
    return NAMES.get(code, code)


@lru_cache(maxsize=512)
def detect_language(text: str) -> Detected:
    """Tell the language of a question or an abstract."""
    text = unicodedata.normalize("NFC", text[:_LONGEST])
    text = _without(_QUOTED, text)
    tokens = _telling(text)
    english = {token for token in tokens if _is_function_word(ENGLISH, token)}
    if code := _by_script(text, len(english)):
        return Detected(code, sure=True)
    hits = {code: {t for t in tokens if _is_function_word(code, t)} for code in _LISTED if code != ENGLISH}
    others = max(len(found - english) for found in hits.values())
    own = english.difference(*hits.values())
    if len(own) >= 2 + 2 * others:
        return Detected(ENGLISH, sure=True)
    ranked = _classified(_without(_COINED, text))
    if ranked[0][0] == ENGLISH and english and not others:
        return Detected(ENGLISH, sure=True)
    foreign = [(code, p) for code, p in ranked if code in NAMES and code != ENGLISH]
    for code, probability in foreign:
        if probability >= _needed(code, hits.get(code), english):
            return Detected(code, sure=True)
    for code, probability in foreign:
        if probability >= _LEAST_GUESS and hits.get(code, set()) - english and not english - hits[code]:
            return Detected(code, sure=False)
    return Detected("", sure=False)


def _needed(code: str, hits: set[str] | None, english: set[str]) -> float:
    """Return how sure the classifier must be of a language, by the function words of it and of English there are."""
    if hits is None:
        return _LEAST_UNLISTED if max(map(len, english), default=0) <= _ALSO_FOREIGN else _NEVER
    only_its = hits - english
    if len(only_its) <= len(english - hits) and english - hits:
        return _NEVER
    if only_its & _ASKING.get(code, frozenset()):
        return _LEAST_ASKING
    return _LEAST.get(len(only_its), _LEAST_WITH_TWO)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text without what a pattern finds; the text itself where no word would be left."""
    rest = pattern.sub(" ", text)
    return rest if _WORD.search(rest) else text


def _telling(text: str) -> set[str]:
    """Return the words that can show a language, in lower case: no acronyms, and no names inside a sentence."""
    found = _WORD.findall(text)
    if not any(word.islower() and len(word) > 1 for word in found):
        return {word.lower() for word in found}  # all in capitals: they tell nothing apart
    return {
        word.lower() for i, word in enumerate(found) if word.islower() or (i == 0 and word.istitle())
    }  # fmt: skip


def _by_script(text: str, english: int) -> str:
    """Return the language of a text that isn't in Latin letters; empty for one that is, or mostly.

    A word in another script inside an English sentence is a name or an example.
    """
    amounts = _amounts(text)
    total = sum(signs / (_SIGNS_A_WORD if script in _UNSPACED else 1) for script, signs in amounts.items())
    if not amounts or total <= english:
        return ""
    found = [(script, codes) for script, codes in _SCRIPTS if amounts[script]]
    by_itself = next(
        (codes for _, codes in found if codes in (("ja",), ("ko",))), None
    )  # both use Chinese signs
    codes = by_itself or max(found, key=lambda item: amounts[item[0]])[1]
    if len(codes) == 1:
        return codes[0]
    return next((guess for guess, _ in _classified(text) if guess in codes), codes[0])


def _amounts(text: str) -> Counter[str]:
    """Return how much of a text is in each script but the Latin: words, or characters where there are no spaces."""
    amounts: Counter[str] = Counter()
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        for script, signs in Counter(unicodedata.name(sign, "").partition(" ")[0] for sign in word).items():
            if script in _UNSPACED:
                amounts[script] += signs
            elif script in _KNOWN_SCRIPTS and signs > 1:  # a single letter is a symbol
                amounts[script] += 1
    return amounts


def foreign_signs(text: str) -> int:
    """Return how many words, or characters where there are no spaces, aren't in Latin letters; symbols don't count."""
    return _amounts(text).total()


def _is_function_word(code: str, word: str) -> bool:
    if code == ENGLISH and (word in STOPWORDS or word in QUESTION_WORDS - _BORROWED):
        return True
    return word in _ASKING.get(code, ()) or is_stopword(_LISTED[code], word)


_loading = threading.Lock()


def _classified(text: str) -> list[tuple[str, float]]:
    """Return the likeliest languages and how likely each is."""
    with _loading:
        identifier = _identifier()
    return [(str(code), float(probability)) for code, probability in identifier.rank(text)[:3]]


@cache
def _identifier() -> Any:
    """Return py3langid's classifier: half a second and 80 MB, so only where a question isn't plainly English."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*NAMES, *_SINKS])
    return identifier
