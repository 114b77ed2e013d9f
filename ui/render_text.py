"""An answer as plain text for a terminal; pure."""

from __future__ import annotations

from assistant.compose import answer_text
from assistant.models import Answer, Verdict


def answer_whole(answer: Answer) -> str:
    """Return the answer's text, then its sources with their quotes."""
    return "\n\n".join(part for part in (answer.text, sources(answer)) if part)


def answer_tail(answer: Answer, printed: int) -> str:
    """Return what is left of an answer of which the supported sentences have been printed already.

    Args:
        answer: The answer.
        printed: How many supported sentences have been printed.
    """
    supported = [claim for claim in answer.claims if claim.verdict is Verdict.SUPPORTED]
    if len(supported) != printed:
        return answer_whole(answer)
    rest = [claim for claim in answer.claims if claim.verdict is not Verdict.SUPPORTED]
    parts = [answer_text(rest, answer.notes, ()) if rest else " ".join(answer.notes), sources(answer)]
    return "\n" + "\n\n".join(part for part in parts if part)


def sources(answer: Answer) -> str:
    """Return the numbered papers with the words that were cited from each."""
    lines = []
    for source in answer.sources:
        about = ", ".join(str(part) for part in (_authors(source.authors), source.venue, source.year) if part)
        mark = " [retracted]" if source.retracted else ""
        lines.append(f"[{source.n}] {source.title}" + (f" ({about})" if about else "") + mark)
        if source.url:
            lines.append(f"    {source.url}")
        cited = [
            c.quote
            for claim in answer.claims
            for c in claim.citations
            if c.n == source.n and c.field == "abstract"
        ]
        shown = {claim.text for claim in answer.claims}
        lines.extend(f"    “{quote}”" for quote in dict.fromkeys(cited) if quote not in shown)
    return "\n".join(lines)


def _authors(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} et al."
