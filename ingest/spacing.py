"""White space: folded to single blanks, put back where sentences and URLs were glued together."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")

_LINE_HYPHEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-‐\u00ad][^\S\n]*\n[^\S\n]*([^\W\d_]+)")
_CHAIN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHEN_AT_LINE_END = re.compile(r"[-‐\u00ad][^\S\n]*\n")  # found at once, where the above tries every word
# First and last halves of compounds that are written with their hyphen, so a line end keeps it.
_HYPHENATED_FIRST = frozenset(
    """all anti co coarse cross data de deep easy end ever few fine first free full graph hand hard head high
    human in inter intra large left level light long low meta mid mini model multi near next non off on one open
    out over path peer per plug post pre pseudo question real rule second self semi short single small so
    state step sub super task test text third three time token top two ultra un up user value vision well word
    world zero""".split()
)
_HYPHENATED_LAST = frozenset(
    """agnostic art augmented aware based box by centric class conditioned constrained context dependent driven
    efficient end edge fine free friendly grained guided in independent known language learned like level line
    modal of only oriented out parameter play quality rank scale sensitive shot source specific style supervised
    target term the time to token trained training tuned tuning turn way wise world""".split()
)

_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"“”]+", re.IGNORECASE)
_INNER_URL = re.compile(r"(?<=[A-Za-z0-9.,;:)\]])(?<!/)(?=https?://)", re.IGNORECASE)
_LABEL_AT_END = re.compile(
    r"(?<=[a-z0-9/])[.,;]?(?=(?:Code|Codes|Data|Dataset|Demo|Model|Models|Project|Video|Videos|Webpage|Website):$)"
)
_WORD_AT_END = re.compile(r"[.!?;,)]{1,4}(?=([A-Z][a-z]*|and|or|which|where|with|while|but)[:,]?$)")
_FILE_ENDINGS = frozenset("R Rmd Rproj Md Zip Pdf Jar Js Py Html".split())

_GLUED = re.compile(
    r"""(?<!\S)(?P<left>(?:[^\s.!?]|(?<=\d)\.(?=\d))+)(?<=[\w%)\]"”’])   # a word; decimal points are of it
        (?P<stop>[.!?]["”’)\]]?)
        (?P<right>[A-Z][\w’'-]*)(?=[\s,;:)]|$)""",
    re.VERBOSE,
)
_MAYBE_GLUED = re.compile(r"[.!?][\"”’)\]]?[A-Z]")  # cheap: most texts need no closer look
_NOT_A_WORD = re.compile(r"[/\\@_=]")
_CODE_NAMES = frozenset(
    """com cv io java javax jax keras math net nn np numpy org os pandas pd plt scipy self sklearn sys system tf
    torch transformers www""".split()
)
_SUFFIXES = frozenset("ai api app com csv dev edu gov io js json net org pdf py txt xml yaml".split())

# Archives of arXiv whose subjects are two capitals: `stat.ML` is a name, `results.AI` two sentences.
_ARCHIVE = re.compile(r"(?:.*[^\w-])?(?:astro-ph|cs|econ|eess|math|q-bio|q-fin|stat)")


def join_hyphenated(text: str) -> str:
    """Rejoin words that a line end cut in two.

    The hyphen goes unless it belongs to a compound: the text shows the compound elsewhere, or one of
    its halves is known to be written with a hyphen (`pre-`, `-based`), or it has another hyphen.
    """

    if not _HYPHEN_AT_LINE_END.search(text):
        return text
    words: set[str] = set()
    compounds: set[str] = set()
    for chain in _CHAIN.findall(text):
        halves = chain.split("-")
        words.update(halves)
        compounds.update(f"{first}-{last}" for first, last in pairwise(halves))
    sorted_words, sorted_compounds = sorted(words), sorted(compounds)

    def join(match: re.Match[str]) -> str:
        first, last = match.groups()
        compound, solid = f"{first}-{last}", first + last
        keeps = (
            not last[0].islower()
            or _any_starts(sorted_compounds, compound)
            or "-" in (text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1])
            or first.casefold() in _HYPHENATED_FIRST
            or last in _HYPHENATED_LAST
        )
        return compound if keeps and not _any_starts(sorted_words, solid) else solid

    return _LINE_HYPHEN.sub(join, text)


def _any_starts(ordered: list[str], beginning: str) -> bool:
    """Tell whether one of the words, which are in order, starts so; a plural tells of its singular."""
    at = bisect_left(ordered, beginning)
    return at < len(ordered) and ordered[at].startswith(beginning)


def fold_white_space(text: str) -> str:
    """Return `text` with every run of white space as one blank, and none at its ends."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def unglue(text: str) -> str:
    """Put a blank between sentences, and between words and URLs, that have run together.

    Names with inner dots (`Node.js`, `GPT-3.5`, `e.g.`, `U.S.`, `torch.Tensor`, domains, DOIs) stay whole.
    """
    if "://" not in text:
        return _GLUED.sub(_separate, text) if _MAYBE_GLUED.search(text) else text
    pieces: list[str] = []
    done = 0
    for match in _URL.finditer(text):
        before = text[done : match.start()]
        pieces.append(_GLUED.sub(_separate, before))
        previous = text[match.start() - 1 : match.start()]
        if previous.isalnum() or (previous and previous in ".,:;)]}!?"):
            pieces.append(" ")
        pieces.append(_split_url(match.group(), text[match.end() : match.end() + 2]))
        done = match.end()
    pieces.append(_GLUED.sub(_separate, text[done:]))
    return "".join(pieces)


def _separate(match: re.Match[str]) -> str:
    """Insert the blank after a full stop, unless the token reads as one name."""
    left, stop, right = match["left"], match["stop"], match["right"]
    core = left.lstrip("\"'“‘([{").rstrip(')]"”’%')
    is_name = (
        _NOT_A_WORD.search(left)
        or (len(core) < 2 and not core.isdigit() and left[-1:] == core)  # initials: J.Smith
        or core.casefold() in _CODE_NAMES
        or right.casefold() in _SUFFIXES
        or "_" in right
        or (len(right) == 1 and right not in "AI")
        # ASP.NET, Socket.IO: capitals start a sentence only after a plain lower-case word.
        or (len(right) > 1 and right[1].isupper() and not (core.islower() and len(core) > 3))
        or (len(right) == 2 and right.isupper() and _ARCHIVE.fullmatch(core))
    )
    return match.group() if is_name else f"{left}{stop} {right}"


def _split_url(url: str, after: str) -> str:
    """Cut a URL from the text that ran into its end; `after` is what follows it."""
    parts = _INNER_URL.split(url)
    if len(parts) > 1:
        return " ".join(_split_url(part, " h") for part in parts)
    label = _LABEL_AT_END.search(url)
    if label:
        return f"{url[: label.end()]} {url[label.end() :]}"
    glued = _WORD_AT_END.search(url)
    ends_here = glued is not None and (after[:1].isspace() or url.endswith(":") or not after)
    if glued is None or not ends_here or glued[1] in _FILE_ENDINGS or "/" not in url[8 : glued.start() + 1]:
        return url
    starts_sentence = after[1:2].islower() or url.endswith((":", ",")) or len(glued[1]) < 4
    return f"{url[: glued.end()]} {url[glued.end() :]}" if starts_sentence else url
