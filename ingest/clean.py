"""Text as scraped → text as its authors meant it. Every citation counts characters in the result."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.latex import render_latex
from ingest.spacing import fold_white_space, join_hyphenated, unglue

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_ROUNDS = 50
"""Nested markup takes a round a level. Real text needs two; more than this is an attack."""

_CONTROL = re.compile(r"[^\n\t -~]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;){2,}")
_COMMENT = re.compile(r"<!--.{0,5000}?-->", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.{0,20000}?)\]\]>", re.DOTALL)
# Only tags of HTML, JATS and MathML: `<unk>`, `<mask>` and `a < b` are content.
_ATTRIBUTES = r"(?:\s[^<>]{0,500})?"
_BLOCK_TAG = re.compile(
    rf"</?(?:p|br|div|li|ul|ol|hr|h[1-6]|table|tr|td|th|blockquote|section|title|jats:\w+){_ATTRIBUTES}/?>",
    re.I,
)
_INLINE_TAG = re.compile(
    rf"</?(?:i|b|u|em|strong|span|a|font|small|code|tt|mark|cite|q|abbr|script|style|img|mml:\w+|math|mi|mo|mn|mrow)"
    rf"{_ATTRIBUTES}/?>",
    re.I,
)
_SUPERSCRIPT = re.compile(r"<(?:jats:)?sup>", re.I)
_SUBSCRIPT_AFTER_LETTER = re.compile(r"(?<=[A-Za-z)])<(?:jats:)?sub>", re.I)
_SUBSCRIPT = re.compile(r"<(?:jats:)?sub>", re.I)
_SCRIPT_END_BEFORE_DIGIT = re.compile(r"</(?:jats:)?su[bp]>(?=\d)", re.I)
_SCRIPT_END = re.compile(r"</(?:jats:)?su[bp]>", re.I)


def clean(text: str) -> str:
    """Clean a title or an abstract.

    Mends mojibake, entities, tags, LaTeX, white space, words cut at line ends and sentences or URLs
    glued together. No word or number is lost. Cleaning what is clean changes nothing.

    Args:
        text: Text as it was read; line breaks in it count for the words they cut.

    Returns:
        One line of text in Unicode's composed form (NFC), without control characters.
    """
    for _ in range(_ROUNDS):
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _clean_once(text: str) -> str:
    if "&" in text:
        text = _ESCAPED_AMPERSAND.sub("&amp;", text)
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    if "<" in text:
        text = _strip_tags(text)
    text = _mend_characters(text)
    text = join_hyphenated(text)
    text = render_latex(text)
    text = fold_white_space(text)
    return unglue(text)


def _strip_tags(text: str) -> str:
    text = _COMMENT.sub(" ", text)
    text = _CDATA.sub(r"\1", text)
    # 10<sup>5</sup> must not become 105, nor log<sub>2</sub>8 log28; H<sub>2</sub>O is H2O.
    text = _SUPERSCRIPT.sub("^", text)
    text = _SUBSCRIPT.sub("_", _SUBSCRIPT_AFTER_LETTER.sub("", text))
    text = _SCRIPT_END.sub("", _SCRIPT_END_BEFORE_DIGIT.sub(" ", text))
    return _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))


def _mend_characters(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and not _CONTROL.search(text):
        return text  # nothing that ftfy would touch, and it is the slowest step
    import ftfy  # loaded when the first such text is cleaned

    return ftfy.fix_text(text, _character_rules())


@lru_cache(maxsize=1)
def _character_rules() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    # Curly quotes are the author's; entities are undone above, where URLs are spared.
    return TextFixerConfig(unescape_html=False, uncurl_quotes=False, explain=False)
