"""Whether a text contains a form as whole words, case and accents aside."""

from __future__ import annotations

import re

from assistant.text import fold
from evals.cases import Fact

_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Of scripts that part words by spaces; Chinese, Japanese and Korean do without, so theirs end no word."""


def contains(text: str, form: str) -> bool:
    """Tell whether `form` occurs in `text` as whole words, case-insensitively.

    Spaces and dashes of any kind are alike, so that “one-shot” finds “one shot”. Numbers keep whole:
    “18” isn't in “18.5” or “118”.
    """
    wanted = _plain(form)
    edge = rf"(?<!{_LETTER})(?<!\d[.,])", rf"(?!{_LETTER})(?![.,]\d)"
    return bool(wanted) and re.search(f"{edge[0]}{re.escape(wanted)}{edge[1]}", _plain(text)) is not None


def says(text: str, fact: Fact) -> bool:
    """Tell whether a text says a fact: whether any of its surface forms occurs in it."""
    return any(contains(text, form) for form in fact.accept)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\s\-‐‑‒–—]+", " ", fold(text).replace("’", "'")).split())
