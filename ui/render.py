"""What the chat column shows: questions, answers in every state, the header's status line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from assistant.models import Answer, AnswerStatus, Citation, Claim, Verdict
from ui.exchange import Exchange, Problem
from ui.filter_tokens import tokens
from ui.render_html import blocks, escape, prose, sentence
from ui.render_sources import citation_anchor
from ui.service import LOADING, ServiceStatus

PROMISE = "Every sentence is checked against the papers, or quoted from them."


def messages(exchanges: Sequence[Exchange]) -> list[dict[str, str]]:
    """Return the chat as Gradio's messages: two for each exchange, the question and the answer."""
    shown = []
    for exchange in exchanges:
        shown.append({"role": "user", "content": question_html(exchange.question)})
        shown.append({"role": "assistant", "content": answer_html(exchange)})
    return shown


def question_html(question: str) -> str:
    """Return the user's question as it was typed."""
    return f'<p class="question">{escape(question)}</p>'


def answer_html(exchange: Exchange) -> str:
    """Return an answer in whatever state it is."""
    answer = exchange.answer
    if answer is not None and answer.status == AnswerStatus.NOT_IN_COLLECTION:
        return blocks([_understood(exchange), *_absent(exchange, answer)])
    parts = [_understood(exchange)]
    if exchange.summary:
        parts.append(f'<p class="claim summary">{escape(exchange.summary)}</p>')
    for claim, following in zip_longest(exchange.claims, exchange.claims[1:]):
        again = following is not None and _quoted_paper(claim) == _quoted_paper(following)
        parts.append(_claim(exchange, claim, named=not again))
    if exchange.running:
        parts.append(_draft(exchange))
    if exchange.problem is not None:
        parts.append(_problem(exchange.problem))
    if exchange.stopped:
        kept = " What is shown was checked." if exchange.claims else ""
        parts.append(f'<p class="note">Stopped.{kept}</p>')
    if answer is not None:
        if answer.status == AnswerStatus.FAILED:
            reason = "" if exchange.claims else answer.text
            parts.append(_problem(Problem("This question couldn’t be answered.", reason)))
        elif not exchange.claims:
            parts += [
                f'<p class="claim">{escape(line)}</p>' for line in answer.text.splitlines() if line.strip()
            ]
        parts += _notes(answer)
        parts.append(_outcome(answer))
    return blocks(parts)


def _understood(exchange: Exchange) -> str:
    """Show how a question was understood, where that isn't just what was typed, and what the search is kept to."""
    shown = ""
    if exchange.standalone and exchange.standalone.casefold() != exchange.question.casefold():
        shown = f'<p class="understood">Understood as: {escape(exchange.standalone)}</p>'
    if exchange.filters:
        shown += f'<p class="understood">Only papers {escape(", ".join(tokens(exchange.filters)))}</p>'
    return shown


def _draft(exchange: Exchange) -> str:
    if exchange.draft.strip():
        return f'<p class="draft">{escape(exchange.draft.strip())}</p>'
    if exchange.claims:
        return '<p class="waiting"><span class="unseen">More is being written…</span></p>'
    return f'<p class="waiting">{escape(exchange.waiting)}</p>'


def _quoted_paper(claim: Claim) -> str:
    """Return the id of the paper that a quote is from; empty for a written sentence."""
    quoted = claim.verdict in (Verdict.QUOTED, Verdict.REPLACED) and claim.citations
    return claim.citations[0].paper_id if quoted else ""


def _claim(exchange: Exchange, claim: Claim, *, named: bool) -> str:
    """Return one sentence by its verdict; `named` is whether a quote's paper is named under it."""
    chips = _chips(exchange, claim.citations)
    if claim.verdict == Verdict.DROPPED:
        return (
            '<details class="aside"><summary>A sentence was left out: the papers don’t support it</summary>'
            f"{_draft_and_reason(claim)}</details>"
        )
    if claim.verdict == Verdict.SUPPORTED:
        return f'<p class="claim">{escape(claim.text)}{chips}</p>'
    label = ""
    if claim.verdict == Verdict.REPLACED:
        label = (
            '<details class="aside"><summary>Quoted instead: the written sentence failed its check</summary>'
            f"{_draft_and_reason(claim)}</details>"
        )
    named = named and bool(claim.citations)
    from_paper = f'<p class="quoted-from">{escape(claim.citations[0].title)}</p>' if named else ""
    return f'<div class="claim quoted"><p>{_quoted(claim)}{chips}</p>{from_paper}{label}</div>'


def _quoted(claim: Claim) -> str:
    """Put quotation marks round a claim that is nothing but a quote."""
    text = claim.text.strip()
    whole = any(citation.quote.strip() == text for citation in claim.citations)
    return escape(f"“{text}”" if whole else text)


def _draft_and_reason(claim: Claim) -> str:
    written = f'<p>Written: <span class="struck">{escape(claim.draft)}</span></p>' if claim.draft else ""
    return written + (f"<p>Why: {escape(claim.why)}</p>" if claim.why else "")


def _chips(exchange: Exchange, citations: Sequence[Citation]) -> str:
    """Return one chip for each cited paper; it leads to the first of the words cited from it."""
    chips = []
    for n in dict.fromkeys(citation.n for citation in citations):
        cited = [citation for citation in citations if citation.n == n]
        quotes = " … ".join(citation.quote for citation in cited)
        hover = f"{cited[0].title}\n“{quotes}”"
        target = citation_anchor(exchange, cited[0])
        chips.append(f'<a class="chip" href="#{target}" title="{escape(hover)}">[{n}]</a>')
    return f'<span class="chips"> {" ".join(chips)}</span>' if chips else ""


def _absent(exchange: Exchange, answer: Answer) -> list[str]:
    reason = answer.notes or answer.text.strip().splitlines()[:1]  # the list of papers follows here as links
    said = "".join(f"<p>{escape(line)}</p>" for line in reason)
    near = "".join(
        f'<li><a href="#near-{exchange.number}-{place}">{escape(item.title)}</a></li>'
        for place, item in enumerate(answer.near_misses, 1)
    )
    nearest = f'<p class="near-title">The nearest papers are</p><ul>{near}</ul>' if near else ""
    body = f'<div class="absent"><h2>Not in the collection</h2>{said}{nearest}</div>'
    return [body]


def _problem(problem: Problem) -> str:
    hint = f'<p class="problem-hint">{prose(sentence(problem.hint))}</p>' if problem.hint else ""
    return f'<div class="problem" role="alert"><p>{prose(sentence(problem.message))}</p>{hint}</div>'


def _notes(answer: Answer) -> list[str]:
    notes = [f'<p class="note">{prose(note)}</p>' for note in answer.notes]
    if answer.unknown_markers:
        listed = ", ".join(answer.unknown_markers)
        notes.append(f'<p class="note">The model cited {escape(listed)}, which stands for no source.</p>')
    return notes


def _outcome(answer: Answer) -> str:
    parts = []
    if answer.status == AnswerStatus.PARTLY:
        parts.append("Answered in part")
    if answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTLY) and answer.claims:
        by = f"written by {answer.model} and checked" if answer.model else "in the papers’ own words"
        parts.append(by)
    if parts and "total" in answer.timings:
        parts.append(seconds(answer.timings["total"]))
    return f'<p class="outcome">{escape(" · ".join(parts))}</p>' if parts else ""


def seconds(value: float) -> str:
    """Return a duration as a reader wants it: `0.21 s`, `3.4 s`, `75 s`."""
    value = max(value, 0.01)
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s" if value < 20 else f"{value:.0f} s"


def status_html(status: ServiceStatus, last: float | None = None) -> str:
    """Return the header's status line.

    Args:
        status: How the system stands.
        last: Seconds that the last answer took; None before the first.
    """
    if status.error:
        pop = _pop("can’t answer yet", status.error, status.error_hint)
        return f'<div class="status bad" role="status">{pop}</div>'
    counted = f"{status.papers:,} paper{'s' if status.papers > 1 else ''}"
    papers = counted if status.papers else "no papers yet"
    parts = [f'<span class="item" title="{escape(status.collection)}">{papers}</span>']
    if not status.ready or status.activity:
        parts.append(f'<span class="item loading">{escape(status.activity or LOADING)}</span>')
    parts.append(_pop(status.model or "quotes only", status.why, status.hint))
    if last is not None:
        parts.append(f'<span class="item">last answer {seconds(last)}</span>')
    return f'<div class="status" role="status">{"".join(parts)}</div>'


def _pop(name: str, *more: str) -> str:
    """Return an item of the status line that opens to say more, where there is more."""
    said = "".join(f"<p>{prose(sentence(text))}</p>" for text in more if text)
    if not said:
        return f'<span class="item">{escape(name)}</span>'
    return (
        f'<details class="item more"><summary>{escape(name)}</summary><div class="pop">{said}</div></details>'
    )


def welcome_html(status: ServiceStatus) -> str:
    """Return what an empty chat says."""
    if status.error:
        problem = _problem(Problem(status.error, status.error_hint))
        return blocks(['<h2 class="welcome">The collection can’t be asked yet</h2>', problem])
    if not status.papers and not status.ready:
        doing = status.activity or LOADING
        return blocks(
            ['<h2 class="welcome">Getting ready</h2>', f'<p class="about">{escape(sentence(doing))}</p>']
        )
    if not status.papers:
        return blocks(
            [
                '<h2 class="welcome">There are no papers yet</h2>',
                "<p>Add a file of papers in a terminal, then come back to this page:</p>",
                '<p class="command"><code>paperchat ingest papers.jsonl</code></p>',
            ]
        )
    about = f'<p class="about">{escape(status.collection)}</p>' if status.collection else ""
    return blocks(['<h2 class="welcome">Ask the collection</h2>', about])
