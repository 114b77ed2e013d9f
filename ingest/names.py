"""Authors' names in one string: parted, and each put as `First Last`."""

from __future__ import annotations

import html
import re

_SUFFIX = re.compile(r"(?:(?P<name>.*\S)\s+)?(?P<suffix>[JS]r\.?|I{2,3}|IV)")
_FIRM = re.compile(r"(?:Inc|Ltd|LLC|LLP|Corp|GmbH)\.?")
_NOBODY = frozenset({"et al", "et alii", "and others", "others", "等"})
_TRAILING_ET_AL = re.compile(r"(?:\s+et\.?\s+al(?:ii|\.)?|\s+and\s+others)$", re.IGNORECASE)
_LEADING_AND = re.compile(r"^(?:and|AND|&)\s+")
_AND = re.compile(r",?\s+(?:and|AND|&)\s+")
_ENTITY = re.compile(r"&#?\w{2,31};")
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_CJK_NAME = re.compile(rf"[{_CJK}][{_CJK}·\s]*[{_CJK}]")
_LETTERS = re.compile(r"([^\W\d_]+)(\.?)")
_NOT_INITIAL = re.compile(r"[^\w.\s-]|[\d_]")
_PARTICLE = re.compile(r"[^\W\d_]+['’ ]")

# What stands in braces or quotes is one name: its separators are hidden while the rest is parted.
_KEPT = re.compile(r'\{[^{}]{1,300}\}|(?:(?<=^)|(?<=[\s,;]))"[^"]{1,300}"(?=$|[\s,;])')
_HIDDEN = str.maketrans(",;&；、， ", "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6")
_SHOWN = str.maketrans("\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6", ",;&；、， ")
_ENCLOSED = re.compile(r'\{([^{}]*)\}|"([^"]*)"')


def split_names(text: str) -> list[str]:
    """Return the names in a string that lists them, each as `First Last`.

    Names are parted by `;` (or `；`, `、`, `，`), by `and`, or by commas between whole names. `Last, First`
    is one name; so is what stands in braces or quotes. `et al.` and `others` are nobody.
    """
    text = " ".join(unescaped(text).split())
    text = _KEPT.sub(lambda match: match.group().translate(_HIDDEN), text)
    if re.search("[;；、]", text):
        listed = [_LEADING_AND.sub("", part.strip()) for part in re.split("[;；、]", text)]
        names = [name for part in listed for name in _of_item(part)]
    else:
        names = _of_groups(text.replace("，", ","))
    return list(filter(None, map(_shown, names)))


def unreverse(name: str) -> str:
    """Return one name as `First Last`; nothing where it is `et al.` or the like."""
    hidden = _KEPT.sub(lambda match: match.group().translate(_HIDDEN), " ".join(name.split()))
    parts = _parts(hidden)
    return _shown(_joined(parts) if len(parts) < 3 else hidden.strip(" ,"))


def unescaped(text: str) -> str:
    """Return `text` without HTML's entities, whose semicolons part nothing."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def _of_item(part: str) -> list[str]:
    """Return the names of one item of a list: one, unless it is several `Last, First` joined by `and`."""
    if _CJK_NAME.fullmatch(part.replace("，", "")):
        return part.split("，")
    part = part.replace("，", ",")
    groups = [_parts(group) for group in _AND.split(part)]
    if len(groups) > 1 and all(len(group) == 2 for group in groups):
        return [_joined(group) for group in groups]
    whole = _parts(part)
    return [_joined(whole) if len(whole) < 3 else part.strip(" ,")]


def _of_groups(text: str) -> list[str]:
    groups = [parts for group in _AND.split(text) if (parts := _parts(group))]
    reversed_each = len(groups) > 1 and all(len(parts) == 2 for parts in groups)
    names: list[str] = []
    for parts in groups:
        if reversed_each or (len(parts) == 2 and _is_last(parts[0][0])):
            names.append(_joined(parts))
        else:
            names.extend(_paired(parts))
    return names


def _paired(parts: list[tuple[str, str]]) -> list[str]:
    """Return the names of a list parted by commas, where `Smith, J., Doe, A.` are two."""
    alternate = len(parts) % 2 == 0 and all(_are_initials(given) for given, _ in parts[1::2])
    names: list[str] = []
    at = 0
    while at < len(parts):
        given = parts[at + 1][0] if at + 1 < len(parts) else ""
        last = parts[at][0]
        # `Jane Doe, MIT` are two: capitals without a full stop follow a single word.
        sure = "." in given or (alternate and (" " not in last or len(given) < 3))
        pair = _are_initials(given) and sure and "." not in last
        names.append(_joined(parts[at : at + 1 + pair]))
        at += 1 + pair
    return names


def _parts(text: str) -> list[tuple[str, str]]:
    """Return what commas part in `text`, each with its suffix (`Jr.`); nobody's parts are left out."""
    parts: list[tuple[str, str]] = []
    for written in text.split(","):
        part = _TRAILING_ET_AL.sub("", written.strip())
        suffixed = _SUFFIX.fullmatch(part)
        if suffixed and suffixed["name"]:
            parts.append((suffixed["name"], suffixed["suffix"]))
        elif suffixed and parts and not parts[-1][1]:
            parts[-1] = (parts[-1][0], part)
        elif parts and _FIRM.fullmatch(part):
            # With a hidden comma the firm is one name: `Acme, Inc.`
            parts[-1] = (f"{parts[-1][0]}, {part}".translate(_HIDDEN), "")
        elif part and part.casefold().rstrip(".") not in _NOBODY:
            parts.append((part, ""))
    return parts


def _joined(parts: list[tuple[str, str]]) -> str:
    """Return one name of its parts: what was told first comes last, a suffix after it."""
    suffix = next((suffix for _, suffix in parts if suffix), "")
    return " ".join(filter(None, [*(name for name, _ in reversed(parts)), suffix]))


def _is_last(name: str) -> bool:
    """Tell whether a name before a comma is a last name only: one word, or words led by a particle."""
    if _ENCLOSED.fullmatch(name) or _CJK_NAME.fullmatch(name):
        return False
    return " " not in name or (name[0].islower() and bool(_PARTICLE.match(name)))


def _are_initials(part: str) -> bool:
    runs = _LETTERS.findall(part)
    return (
        0 < len(runs) < 6
        and not _NOT_INITIAL.search(part)
        and all(
            (run.isupper() and len(run) < 4) or (dot and len(run) == 2 and run[0].isupper())
            for run, dot in runs
        )
    )


def _shown(name: str) -> str:
    name = name.strip(" ,").translate(_SHOWN)
    enclosed = _ENCLOSED.fullmatch(name)
    name = (enclosed[1] or enclosed[2] or "").strip() if enclosed else name
    return name if any(char.isalnum() for char in name) else ""
