"""LaTeX in titles and abstracts, made readable without losing a word.

Only known commands are rendered; anything else stays as it was written. Pages often lose the
backslash of a command (`mathcal{O}`, `ell_0`, `10times`), so the forms with and without it come
out alike: letters are spelled (`alpha`, `ell_0`), operators become their sign (`±`, `≤`), and so does the mu of
a unit (`5μm`).
"""

from __future__ import annotations

import re
import unicodedata

from ingest.latex_symbols import symbols

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327", "k": "\u0328", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_ACCENT = (
    r"\\(?:([`'^~=.\"])(?:\{\\?([^\W\d_])\}|\\([ij])(?![A-Za-z])|([^\W\d_]))"
    # `Erd\H os`, `{\v S}koda`: without its brace such a command must stand in a word, or open a group.
    r"|(?:([urHvckdb])\{\\?([^\W\d_])\}|(?<=[A-Za-z{]\\)([urHvckdb])\s+\\?([^\W\d_])(?=[^\W\d_]|[}\\])))"
)
_BRACED_ACCENT = re.compile(r"\{" + _ACCENT + r"\}")
_BARE_ACCENT = re.compile(_ACCENT)
# Scraped JSON often escapes apostrophes, so `it\'s` is a contraction and no accent.
_ESCAPED_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\\'(?=(?:s|t|d|m|re|ve|ll)\b)")

_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ",
    "NG": "Ŋ",
}  # fmt: skip
_SPELLED = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma "
    "tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell nabla partial hbar log ln exp min max argmin argmax arg sup inf lim sum prod int sin cos tan det Pr"
).split()
_SIGNS = {
    "times": "×", "pm": "±", "mp": "∓", "sim": "~", "approx": "≈", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥",
    "neq": "≠", "ne": "≠", "ll": "≪", "gg": "≫", "infty": "∞", "rightarrow": "→", "to": "→", "leftarrow": "←",
    "cdot": "·", "ldots": "...", "dots": "...", "cdots": "...", "in": "∈", "propto": "∝", "circ": "°",
    "textbackslash": "\\", "textasciitilde": "~", "textless": "<", "textgreater": ">", "textdollar": "$",
    "textasciicircum": "^", "textasciigrave": "`", "textquotesingle": "'", "textquotedbl": '"', "textbar": "|",
    "textunderscore": "_", "textbraceleft": "{", "textbraceright": "}", "copyright": "©", "euro": "€",
    "degree": "°", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "mid": "|", "relax": "",
    "quad": " ", "qquad": " ", "newline": " ", "par": " ", "noindent": "", "left": "", "right": "", "xspace": "",
}  # fmt: skip
_COMMANDS = _LETTERS | {name: name for name in _SPELLED} | _SIGNS
_COMMAND = re.compile(
    r"(?<!\\)\\+(?:(" + "|".join(_LETTERS) + r")(?![A-Za-z])(?:\{\}| )?"  # TeX eats the blank: Stra\ss e
    r"|(" + "|".join(name for name in _COMMANDS if name not in _LETTERS) + r")(?![A-Za-z])(?:\{\})?)"
)
_OTHER_COMMAND = re.compile(r"(?<!\\)\\+([A-Za-z]{2,})(?:\{\})?")
# With its backslash a command may follow a letter; without it, it must start a word.
_START = r"(?:(?<!\\)\\+|(?<![A-Za-z\\]))"

_MATH_ALPHABETS = "mathcal|mathbb|mathbf|mathrm|mathit|mathsf|mathtt|mathfrak|mathscr|boldsymbol|operatorname"
_WRAPPERS = (
    r"textbf|textit|texttt|textsc|textsf|textrm|textup|textmd|textsl|textnormal|textsuperscript|textsubscript"
    r"|emph|underline|uline|mbox|hbox|ensuremath|bm|text"
)
_WRAPPED = re.compile(rf"{_START}(?:{_MATH_ALPHABETS}|{_WRAPPERS}|url)\{{([^{{}}]*)\}}")
_ALPHABET_LETTER = re.compile(rf"{_START}(?:{_MATH_ALPHABETS}) ([A-Za-z])(?![A-Za-z])")
_BRACED_COMMAND = re.compile(r"(?<![\^_])\{\\(text[a-z]+|" + "|".join(_LETTERS) + r")\s*\}")
_BARE_MARK = re.compile(r"\\([~^])\{\}")
_CIRCLE = r"\^\s?(?:\{\s?\\circ\s?\}|\\circ(?![A-Za-z]))"
_DEGREES = re.compile(rf"\$\s?{_CIRCLE}\s?\$|{_CIRCLE}")
_TEXT_SUBSCRIPT = re.compile(r"(?<=[A-Za-z)])\$_(?:\{(\d{1,3})\}|(\d))\$")  # CO$_2$ is CO2, as in HTML
_POWER = re.compile(r"(?<=\d)\\textsuperscript\{(?=-?\d)")  # 10\textsuperscript{5} must not become 105
_CITED = re.compile(
    r"(~?)\\(?:[Cc]ite[a-z]{0,9}\*?|(?:auto|eq|[Cc]|page)?ref)(?:\[[^\[\]{}]*\]){0,2}\{([^{}]*)\}"
)
_SWITCH = re.compile(r"\{\\(?:bf|it|em|tt|sc|rm|sf|bfseries|itshape|scshape)\s+([^{}]*)\}")
_HREF = re.compile(_START + r"href\{([^{}]*)\}\{([^{}]*)\}")
_HREF_RESIDUE = re.compile(
    r"(https?://[^\s{}()]{1,500})\{([^{}]*)\}"
)  # \href{url}{text} whose first half was lost
_FRACTION = re.compile(_START + r"[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(_START + r"sqrt\{([^{}]*)\}")
_MATH_ACCENT = re.compile(_START + r"(wide)?(tilde|hat|bar)\{([A-Za-z])\}")
_MATH_ACCENTS = {"tilde": "~", "hat": "^", "bar": "="}
_FOOTNOTE = re.compile(r" ?" + _START + r"footnote\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{\w+\*?\}|\\item(?![A-Za-z])")
_SHORT_SCRIPT = re.compile(r"([_^])\{([A-Za-z]|-?\d+)\}(?![A-Za-z0-9])")
_PROTECTED = re.compile(r"(?<![\w^_}\]\\])\{([^\W\d_][\w-]*)\}")  # BibTeX's {BERT}; sets like {0, 1} stay
_MATH = re.compile(r"(?<![\\$])(\$\$?)(?=[^\s$])([^$]{1,300})(?<=\S)\1(?!\$)")
_MARK_OF_MATH = re.compile(r"[\\^_{}=<>±×~≈≤≥]")
_WORDS = re.compile(r"[A-Za-z]{3,}")
_TIMES_BETWEEN = re.compile(r"(?<=\d)\s?times\s?(?=\d)")
_TIMES_AFTER = re.compile(r"(?<=\d)times(?![A-Za-z])")
_TIE = re.compile(r"(?<=\.)~(?=\w)|(?<=[A-Za-z]{2})~(?=[a-z]{2}|\\)|(?<=\d)~(?=[a-zμ])")
_ESCAPED = re.compile(r"(?<!\\)\\+([%&#_${}()\[\]])")
# A mu before a unit is the sign for a millionth: 5$\mu$m, $5\,\mu\mathrm{m}$.
_UNIT = r"(?:m|g|l|L|s|A|V|W|F|H|J|M|N|C|T|mol|Pa|Hz|Sv|Gy)(?![^\W\d_])"
_BEFORE_UNIT = re.compile(_UNIT)
_MICRO = re.compile(r"(?<=\d)(?:(\\[,;:]|[\s~])\s?)?\\mu\s(?=" + _UNIT + ")")
_COMMAND_GROUP = re.compile(
    r"(?<![A-Za-z^_}\]\\])\{\\(" + "|".join(name for name in _COMMANDS if name not in _LETTERS) + r")\s?\}"
)
_COMMAND_AT_END = re.compile(r"(?<!\\)\\([A-Za-z]{2,20})$")
_SPACES = re.compile(r"\\[,;:!](?=\S)|(?<!\\)(?:\\\\)+(?=\s|$)|\\[nr](?=[A-Z\s]|$)|\\(?=\s)")


def render_latex(text: str) -> str:
    """Return `text` with the LaTeX in it rendered as plain words and signs.

    Args:
        text: A title or abstract; plain text comes back unchanged.

    Returns:
        The text. One call renders one level of nesting; `ingest.clean` calls until nothing changes.
    """
    if "\\" in text:
        text = _ESCAPED_APOSTROPHE.sub("'", text)
        text = _BRACED_ACCENT.sub(_compose, _BRACED_ACCENT.sub(_compose, text))  # a letter may bear two
        text = _BARE_ACCENT.sub(_compose, text)
        text = _BRACED_COMMAND.sub(r"\\\1{}", text)
        text = _BARE_MARK.sub(r"\1", text)
        text = _DEGREES.sub("°", text)
        text = _COMMAND_GROUP.sub(_ungroup, text)
        text = _CITED.sub(lambda match: f"{' ' if match[1] else ''}[{match[2]}]", text)
        text = _POWER.sub(r"^{", text)
        text = _SWITCH.sub(_unwrap, text)
        text = _ENVIRONMENT.sub(" ", text)
    if "{" in text:
        text = _HREF.sub(r"\2 (\1)", text)
        text = _HREF_RESIDUE.sub(r"\1 (\2)", text)
        text = _WRAPPED.sub(_unwrap, text)
        text = _FRACTION.sub(_fraction, text)
        text = _ROOT.sub(r"sqrt(\1)", text)
        text = _MATH_ACCENT.sub(lambda match: _accented(_MATH_ACCENTS[match[2]], match[3]) or match[0], text)
        text = _FOOTNOTE.sub(r" (\1)", text)
        text = _SHORT_SCRIPT.sub(r"\1\2", text)
        text = _PROTECTED.sub(r"\1", text)
    if "math" in text:
        text = _ALPHABET_LETTER.sub(r"\1", text)
    if "$" in text:
        text = _TEXT_SUBSCRIPT.sub(r"\1\2", text)
        text = _MATH.sub(_unwrap_math, text)
    if "~" in text:
        text = _TIE.sub(" ", text)
    if "\\" in text:
        text = _MICRO.sub(lambda match: " μ" if match[1] else "μ", text)
        text = _COMMAND.sub(_command, text)
        text = _OTHER_COMMAND.sub(lambda match: symbols().get(match[1], match[0]), text)
        text = _SPACES.sub(" ", text)
        text = _ESCAPED.sub(r"\1", text)
    if "times" in text:
        text = _TIMES_AFTER.sub(" times", _TIMES_BETWEEN.sub("×", text))
    if "``" in text:
        text = text.replace("``", '"').replace("''", '"')
    return text


def _compose(match: re.Match[str]) -> str:
    """Put an accent on its letter, where Unicode has the two as one."""
    groups = match.groups()
    accent = groups[0] or groups[4] or groups[6]
    letter = groups[1] or groups[2] or groups[3] or groups[5] or groups[7]
    return _accented(accent, letter) or match.group()


def _accented(accent: str, letter: str) -> str:
    composed = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
    return composed if len(composed) == 1 else ""


def _fraction(match: re.Match[str]) -> str:
    above, below = (part if re.fullmatch(r"\w+", part) else f"({part})" for part in match.groups())
    return f"{above}/{below}"


def _unwrap_math(match: re.Match[str]) -> str:
    """Drop the dollars around mathematics; two prices in one sentence keep theirs."""
    inside = match.group(2)
    between_prices = len(_WORDS.findall(inside)) > 2 or match.string[match.end() : match.end() + 1].isdigit()
    if between_prices and not _MARK_OF_MATH.search(inside):
        return match.group()
    return _apart(inside, match)


def _unwrap(match: re.Match[str]) -> str:
    before = _COMMAND_AT_END.search(match.string[max(0, match.start() - 22) : match.start()])
    melts = before and match[1][:1].isalpha() and match.group()[0] == "\\"  # \mu\mathrm{m}
    return f"{' ' if melts else ''}{_apart(match[1], match)}"


def _ungroup(match: re.Match[str]) -> str:
    return _apart(f"\\{match[1]}", match)


def _apart(inside: str, match: re.Match[str]) -> str:
    """Return what stood in dollars or braces; a command at its end is kept from the letter that follows.

    A name that is spelled gets a blank (`$\\alpha$helix` → `alpha helix`), a sign or letter needs none.
    """
    command = _COMMAND_AT_END.search(inside[-22:])
    if not command or not match.string[match.end() : match.end() + 1].isalpha():
        return inside
    if inside == "\\mu" and _BEFORE_UNIT.match(match.string, match.end()):
        return "μ"
    is_sign = command[1] not in _SPELLED and (command[1] in _COMMANDS or command[1] in symbols())
    return f"{inside}{'{}' if is_sign else ' '}"


def _command(match: re.Match[str]) -> str:
    name = match.group(1) or match.group(2)
    rendered = _COMMANDS[name]
    before = match.string[match.start() - 1 : match.start()]
    # `x\alpha` is a product of two names: without the backslash they would run together.
    return f" {rendered}" if name in _SPELLED and before.isalpha() else rendered
