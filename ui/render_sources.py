"""The sources panel: the cited papers with their quotes marked, then the others that were found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.models import AnswerStatus, Citation, CitedField, Claim, Paper, SourceRef
from ui.exchange import Exchange
from ui.render_html import Mark, blocks, escape, link, marked

EMPTY = (
    '<div class="panel-empty"><p>The papers behind an answer appear here, with the words it rests on '
    "<mark>marked</mark> in their abstracts.</p></div>"
)


def sources_html(exchange: Exchange | None, *, latest: bool = True) -> str:
    """Return the panel for one exchange.

    Args:
        exchange: None before the first question.
        latest: Whether it is the newest of the chat; an older one is named by its question.
    """
    if exchange is None:
        return EMPTY
    question = "" if latest else f'<p class="for-question">for “{escape(exchange.question)}”</p>'
    cards = [_cited_card(exchange, source) for source in exchange.sources]
    shown = {source.paper_id for source in exchange.sources}
    if _is_absent(exchange):
        near = exchange.answer.near_misses if exchange.answer else ()
        shown.update(item.paper_id for item in near)
        heading = '<h3 class="panel-part">Nearest papers, none of which answers</h3>' if near else ""
        found = [
            _found_card(exchange, item.paper_id, item.title, f"near-{exchange.number}-{place}", ())
            for place, item in enumerate(near, 1)
        ]
    else:
        heading, found = "", _pending_cards(exchange, shown) if exchange.answer is None else []
    also = _also_found(exchange, shown)
    if not (cards or found or also):
        return blocks([question, _nothing_yet(exchange)])
    return blocks([question, *cards, heading, *found, also])


def citations_of(claims: Iterable[Claim], paper_id: str) -> list[Citation]:
    """Return every citation of one paper, in the order of the claims."""
    return [item for claim in claims for item in claim.citations if item.paper_id == paper_id]


def card_anchor(exchange: Exchange, n: int) -> str:
    """Return the id of the card of source `n`; a citation's words have it as their prefix."""
    return f"src-{exchange.number}-{n}"


def citation_anchor(exchange: Exchange, citation: Citation) -> str:
    """Return the id of the marked words of a citation."""
    where = "" if citation.field == "abstract" else f"-{citation.field}"
    return f"{card_anchor(exchange, citation.n)}{where}-at-{citation.start}"


def _is_absent(exchange: Exchange) -> bool:
    return exchange.answer is not None and exchange.answer.status == AnswerStatus.NOT_IN_COLLECTION


def _nothing_yet(exchange: Exchange) -> str:
    return EMPTY if exchange.running else '<div class="panel-empty"><p>No paper was found.</p></div>'


def _cited_card(exchange: Exchange, source: SourceRef) -> str:
    paper = exchange.papers.get(source.paper_id) or _paper_of(source)
    cited = citations_of(exchange.claims, source.paper_id)
    return _card(paper, card_anchor(exchange, source.n), cited, number=source.n)


def _paper_of(source: SourceRef) -> Paper:
    """Stand in for a paper that the store doesn't hold any more: what the answer knows of it."""
    known = source.model_dump(include={"title", "url", "authors", "year", "venue", "retracted"})
    return Paper(id=source.paper_id, **known)


def _pending_cards(exchange: Exchange, shown: set[str]) -> list[str]:
    """While the answer is being written: the papers of the evidence that aren't cited yet."""
    cards = []
    places = {paper_id: place for place, paper_id in enumerate(dict.fromkeys(_evidence_ids(exchange)), 1)}
    for paper_id, place in places.items():
        if paper_id not in shown:
            shown.add(paper_id)
            spans = [item.span for item in exchange.evidence if item.paper_id == paper_id]
            title = next(item.title for item in exchange.evidence if item.paper_id == paper_id)
            marks = [Mark(span.start, span.end) for span in spans]
            cards.append(_found_card(exchange, paper_id, title, f"found-{exchange.number}-{place}", marks))
    return cards


def _evidence_ids(exchange: Exchange) -> list[str]:
    return [item.paper_id for item in exchange.evidence]


def _found_card(exchange: Exchange, paper_id: str, title: str, anchor: str, marks: Sequence[Mark]) -> str:
    paper = exchange.papers.get(paper_id) or Paper(id=paper_id, title=title)
    return _card(paper, anchor, (), marks=marks)


def _card(
    paper: Paper,
    anchor: str,
    cited: Sequence[Citation],
    *,
    number: int | None = None,
    marks: Sequence[Mark] = (),
) -> str:
    """Return one paper as a card; quotes that the stored text no longer holds are shown under it."""
    placed = [item for item in cited if paper.field(item.field)[item.start : item.end] == item.quote]
    lost = dict.fromkeys(item.quote for item in cited if item not in placed)

    def text(field: CitedField) -> str:
        own = [Mark(item.start, item.end) for item in placed if item.field == field]
        where = anchor if field == "abstract" else f"{anchor}-{field}"
        extra = marks if field == "abstract" else ()
        return marked(paper.field(field), [*own, *extra], where, fold=field == "abstract")

    badge = f'<span class="badge"><span class="unseen">Source </span>{number}</span>' if number else ""
    abstract = text("abstract") if paper.abstract else ""
    kind = "card cited" if number else "card found"
    return (
        f'<article class="{kind}" id="{anchor}" tabindex="-1">'
        f'<h3 class="card-title">{badge}{link(text("title"), paper.link)}</h3>'
        f"{_meta(text('authors'), text('year'), text('venue'))}{_notice(paper)}"
        + (f'<p class="abstract">{abstract}</p>' if abstract else "")
        + "".join(f'<p class="abstract lost"><mark>{escape(quote)}</mark></p>' for quote in lost)
        + _byline(paper)
        + ('<button type="button" class="more">Whole abstract</button>' if 'class="fold"' in abstract else "")
        + "</article>"
    )


def _meta(*parts: str) -> str:
    known = [part for part in parts if part]
    return f'<p class="meta">{" · ".join(known)}</p>' if known else ""


def _notice(paper: Paper) -> str:
    """Return what a reader must know before trusting a paper: its retraction, or another notice about it."""
    if not paper.retracted and not paper.retraction_note:
        return ""
    what = "Retracted" if paper.retracted else "Notice"
    is_mark = (
        paper.retracted and len(paper.retraction_note.split()) < 3
    )  # the title's own “RETRACTED ARTICLE”
    note = f": {escape(paper.retraction_note)}" if paper.retraction_note and not is_mark else ""
    return f'<p class="notice"><strong>{what}</strong>{note}</p>'


def _byline(paper: Paper) -> str:
    """Return where an abstract comes from, where it isn't the authors' own, as an export has it."""
    if not paper.abstract:  # a stand-in, which has no provenance, doesn't know
        return (
            '<p class="byline">No abstract: the collection has its title alone</p>'
            if paper.provenance
            else ""
        )
    by = f"Summary by {escape(paper.abstract_by)}, not the authors’ abstract" if paper.abstract_by else ""
    guessed = "Title and abstract were taken from a PDF by a program" if paper.extracted else ""
    return "".join(f'<p class="byline">{text}</p>' for text in (by, guessed) if text)


def _also_found(exchange: Exchange, shown: set[str]) -> str:
    retrieved = exchange.answer.retrieved if exchange.answer else exchange.retrieved
    items = []
    for found in retrieved:
        if found.paper_id in shown:
            continue
        paper = exchange.papers.get(found.paper_id)
        year = f' <span class="year">{paper.year}</span>' if paper and paper.year else ""
        items.append(f"<li>{link(escape(found.title), paper.link if paper else '')}{year}</li>")
    if not items:
        return ""
    heading = "Also found" if shown else "Found"
    return f'<div class="also"><h3 class="panel-part">{heading}</h3><ul>{"".join(items)}</ul></div>'
