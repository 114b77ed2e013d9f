"""A BibTeX value's own typesetting: braces that only group, ties and dashes become plain text.

What is LaTeX proper (accents, commands, mathematics) stays for `ingest.latex`, which every text goes through.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""(?P<escaped>\\[^A-Za-z])
      | (?P<command>\\[A-Za-z]+\*?)
      | (?P<math>\$)
      | (?P<open>\{)
      | (?P<close>\})
      | (?P<plain>[^\\{}$]+)
      | (?P<rest>\\)""",
    re.VERBOSE | re.DOTALL,
)
_MEANT = re.compile(r"(?:\\[A-Za-z]+\*?|\\[`'^~=.\"]|[\^_])(?:\[[^\]]{0,200}\])*\s?\Z")
"""What makes the brace after it an argument."""
_KEPT_WITH = re.compile(
    r"""\\(?:[`'^~=."]|[A-Za-z]+\s*\}|[A-Za-z]\s|(?:bf|it|em|tt|sc|rm|sf|sl|bfseries|itshape|scshape)\s)"""
)
"""How a group begins whose command acts on its inside: an accent, a letter, a change of typeface."""
_WORD = re.compile(r"\S+")
_TIE = re.compile(r"(?<=[^\W_])([.,:)]?)~(?=[\w(\\$])")
_DASHES = re.compile(r"(?<!-)---?(?!-)")
_ADDRESS = re.compile(r"\\(?:url|href|path)\s*\{([^{}]*)\}")
_ESCAPE = re.compile(r"\\([_%&#$~{}^-])|\{([_%&#~-])\}|\\textasciitilde(?:\{\}|\s)?")
_NO_SIGN = re.compile(r"(?<!\\)\\(?:[-/](?=[^\W\d_])|@)")
_ESCAPED_ENTITY = re.compile(r"\\&(?=(?:#\d{1,7}|[a-z]{2,8});)")  # Zotero escapes the publisher's HTML
_SORT_KEY = re.compile(r"\\noopsort\s?\{[^{}]*\}")
_EMPTY_BASE = re.compile(r"\{\}(?=[\^_])")  # dblp's O\({}^{2}\)
_BRACKETED_MATH = re.compile(r"\\\((.{1,300}?)\\\)", re.DOTALL)
_DEEPEST = 200


def ungroup(value: str) -> str:
    """Return a value without the braces that protect case or group words; arguments keep theirs.

    Args:
        value: A field's value, its delimiters taken off.

    Returns:
        The value: `{BERT}: a {D}eep model` as `BERT: a Deep model`; `\\emph{x}`, `{\\"o}`, `$x^{2}$` as they are.
    """
    if "\\" in value:
        value = _SORT_KEY.sub("", value)
        value = _ESCAPED_ENTITY.sub("&", value)
        value = _NO_SIGN.sub("", value)  # allows a word's break, sets space right: prints nothing
        value = _BRACKETED_MATH.sub(r"$\1$", value)
    if "{}" in value:
        value = _EMPTY_BASE.sub("", value)
    if "{" in value or "}" in value:
        value = _without_grouping(value)
    if "~" in value or "--" in value:
        value = _WORD.sub(_set, value)
    return value


def bare(value: str) -> str:
    """Return an identifier or address as it is meant: `\\_` and `{\\_}` as `_`, `\\url{…}` as its address."""
    if "\\" not in value and "{" not in value:
        return value.strip()
    value = _ADDRESS.sub(r"\1", value).replace("{\\", "\\").replace("\\_}", "\\_").replace("\\&}", "\\&")
    value = _ESCAPE.sub(lambda match: match[1] or match[2] or "~", value)
    return value.replace("{", "").replace("}", "").strip()


def _without_grouping(value: str) -> str:
    pieces: list[str] = []
    kept: list[bool] = []  # whether the open braces, outermost first, are arguments
    in_math = False
    for match in _TOKEN.finditer(value):
        piece = match.group()
        if match["math"]:
            in_math = not in_math
        elif match["open"]:
            before = "".join(pieces[-3:])
            keep = in_math or bool(_KEPT_WITH.match(value, match.end())) or bool(_MEANT.search(before[-260:]))
            keep = keep or (before.endswith("}") and _second_argument(pieces))
            kept.append(keep)
            if len(kept) > _DEEPEST:
                return value
            piece = piece if keep else ""
        elif match["close"]:
            piece = piece if kept and kept.pop() else ""
        pieces.append(piece)
    return "".join(pieces)


def _second_argument(pieces: list[str]) -> bool:
    """Tell whether a brace right after a closed argument opens the next one, as in `\\href{a}{b}`."""
    tail = "".join(pieces[-12:])[-600:]
    return bool(re.search(r"\\(?:href|frac|dfrac|tfrac|textcolor|footnotetext)\s?\{[^{}]*\}\Z", tail))


def _set(match: re.Match[str]) -> str:
    """Set ties and dashes of a word; in an address they are characters."""
    word = match.group()
    if "://" in word or "@" in word:
        return word
    return _DASHES.sub(lambda dash: "–" if dash.group() == "--" else "—", _TIE.sub(r"\1 ", word))
