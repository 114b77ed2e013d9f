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
_LONG = 50_000
"""No abstract has so many characters; beyond them a round takes long, so there are few."""
_ROUNDS_OF_LONG = 5

_CONTROL = re.compile(r"[^\n\t -~]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;){2,}")
_COMMENT = re.compile(r"<!--.{0,5000}?-->", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.{0,20000}?)\]\]>", re.DOTALL)
# Only tags of HTML, JATS and MathML: `<unk>`, `<mask>` and `a < b` are content.
_ATTRIBUTES = r"(?:\s[^<>]{0,500})?"
_INLINE_JATS = (
    r"jats:(?:italic|bold|sc|monospace|underline|overline|strike|roman|sans-serif|styled-content|named-content"
    r"|ext-link|uri|email|xref|inline-formula)"
)
_BLOCK_TAG = re.compile(
    rf"</?(?:p|br|div|li|ul|ol|hr|h[1-6]|table|tr|td|th|blockquote|section|title|jats:[\w-]+){_ATTRIBUTES}/?>",
    re.I,
)
_INLINE_TAG = re.compile(
    rf"</?(?:i|b|u|em|strong|span|a|font|small|code|tt|mark|cite|q|abbr|script|style|img|mml:\w+|math|mi|mo|mn|mrow"
    rf"|{_INLINE_JATS}){_ATTRIBUTES}/?>",
    re.I,
)
_SUPERSCRIPT = re.compile(r"<(?:jats:)?sup>", re.I)
# A chemical formula (H2O, NOx) is one word; p_trend and T_max are two.
_SUBSCRIPT_IN_WORD = re.compile(r"(?<=[A-Za-z)])<(?:jats:)?sub>(?!\s?[^\W\d_]{2})", re.I)
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
    return _until_settled(text, sentences=True)


def clean_name(text: str) -> str:
    """Clean a short field that holds no sentences: an author, a tag, a venue.

    Does what `clean` does but for parting what a full stop glues: `stat.ML`, `J.Smith`, `Phys.Rev` are names.
    """
    return _until_settled(text, sentences=False)


def _until_settled(text: str, *, sentences: bool) -> str:
    for _ in range(_ROUNDS if len(text) <= _LONG else _ROUNDS_OF_LONG):
        cleaned = _clean_once(text)
        cleaned = unglue(cleaned) if sentences else cleaned
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
    return fold_white_space(text)


def _strip_tags(text: str) -> str:
    text = _COMMENT.sub(" ", text)
    text = _CDATA.sub(r"\1", text)
    text = _INLINE_TAG.sub("", text)  # first, so that a script is seen beside its letter
    # 10<sup>5</sup> must not become 105, nor log<sub>2</sub>8 log28; H<sub>2</sub>O is H2O.
    text = _SUPERSCRIPT.sub("^", text)
    text = _SUBSCRIPT.sub("_", _SUBSCRIPT_IN_WORD.sub("", text))
    text = _SCRIPT_END.sub("", _SCRIPT_END_BEFORE_DIGIT.sub(" ", text))
    return _BLOCK_TAG.sub(" ", text)


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
