"""The signs that LaTeX's symbol commands print, by the tables of pylatexenc."""

from __future__ import annotations

from functools import lru_cache

# Names that are also words of paths and code, and one that the tables give a wrong letter.
_AMBIGUOUS = frozenset("eth id leo top today virgo aries".split())


@lru_cache(maxsize=1)
def symbols() -> dict[str, str]:
    """Return sign by command name: `subseteq` → `⊆`, `textregistered` → `®`."""
    from pylatexenc.latex2text import get_default_latex_context_db  # loaded for texts with such a command

    return {
        spec.macroname: spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs()
        if isinstance(spec.simplify_repl, str)
        and len(spec.simplify_repl) == 1
        and not spec.simplify_repl.isascii()
        and len(spec.macroname) > 1
        and spec.macroname not in _AMBIGUOUS
    }
