"""The page's HTML: complete, verbatim, and inert whatever the texts hold."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest
from fake_service import CLAIMS, CUE, EDGES, HOSTILE, PAPERS, FakeService, cite, source
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.events import ClaimReady, DraftDelta, EvidenceFound, Finished, Understood
from assistant.models import Answer, AnswerStatus, Claim, Paper, PaperRef, Provenance, Verdict
from ui.exchange import Exchange, Problem, advance, turns
from ui.render import answer_html, messages, question_html, seconds, status_html, welcome_html
from ui.render_html import Mark, escape, link, marked, merge, prose, sentence
from ui.render_sources import sources_html
from ui.service import ServiceStatus


class Page(HTMLParser):
    """Reads HTML back: its text, the tags in it, the attributes, and what lies in `<mark>`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.marked: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked[-1] += data

    def ids(self) -> list[str]:
        return [value or "" for name, value in self.attributes if name == "id"]

    def links(self) -> list[str]:
        return [value or "" for name, value in self.attributes if name == "href"]


def exchange_of(question: str, service: FakeService | None = None) -> Exchange:
    """Run a question through the fake service and fold its events."""
    service = service or FakeService()
    exchange = Exchange(number=1, question=question, papers={paper.id: paper for paper in PAPERS})
    for event in service.stream(question, ()):
        exchange = advance(exchange, event)
    return exchange


@given(st.text())
@example(HOSTILE)
@example("a\r\nb\n\nc\u2028d $$x$$ %%%LATEX_BLOCK_0%%% <!-- ]]>")
def test_escaped_text_is_one_line_without_markup_and_reads_back(text: str) -> None:
    html = escape(text)
    assert len(html.splitlines()) <= 1
    assert not set("<>\"'$%") & set(html)
    page = Page(f"<p>{html}</p>")
    assert page.tags == ["p"]
    same = page.text.splitlines() == text.replace("\0", "\ufffd").splitlines()
    assert same


texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=400)


@given(texts, st.lists(st.tuples(st.integers(0, 450), st.integers(0, 450))), st.booleans())
def test_marks_cover_their_spans_and_nothing_is_lost(
    text: str, pairs: list[tuple[int, int]], fold: bool
) -> None:
    marks = [Mark(min(pair), max(pair)) for pair in pairs]
    page = Page(f"<p>{marked(text, marks, 'src-1-1', fold=fold)}</p>")
    assert page.text == text
    covered = {place for mark in marks for place in range(mark.start, min(mark.end, len(text)))}
    assert "".join(page.marked) == "".join(text[place] for place in sorted(covered))
    assert len(set(page.ids())) == len(page.ids())
    for mark in marks:
        if mark.start < min(mark.end, len(text)):
            assert f"src-1-1-at-{mark.start}" in page.ids()


def test_overlapping_marks_become_one() -> None:
    assert merge([Mark(5, 9), Mark(0, 6), Mark(20, 22)]) == [Mark(0, 9), Mark(20, 22)]


def test_folding_hides_what_is_far_from_a_mark_at_word_boundaries() -> None:
    html = marked(PAPERS[0].abstract, [Mark(387, 420)], "a", fold=True)
    hidden = html.split('<span class="fold">')[1].split("</span>")[0]
    assert PAPERS[0].abstract.startswith(hidden)
    assert PAPERS[0].abstract[len(hidden)] == " "
    assert 'class="fold"' not in marked(PAPERS[2].abstract, [Mark(0, 4)], "a", fold=True)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "ftp://x.org", "", "//x", "http://[x"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link("t", url) == "t"


def test_a_link_opens_apart_and_its_address_is_escaped() -> None:
    assert link("t", 'https://x.org/"><b>') == (
        '<a href="https://x.org/&quot;&gt;&lt;b&gt;" target="_blank" rel="noopener noreferrer">t</a>'
    )


def test_commands_in_messages_become_code_and_stay_escaped() -> None:
    assert prose("run `a <b>`") == "run <code>a &lt;b&gt;</code>"
    assert sentence("the store is empty") == "The store is empty"
    assert sentence("papers.csv: line 3") == "papers.csv: line 3"
    assert sentence("paperchat can't start") == "paperchat can't start"


def test_an_answer_shows_each_verdict_in_its_own_way() -> None:
    html = answer_html(exchange_of("Which cue?"))
    page = Page(html)
    assert CLAIMS[0].text in page.text
    assert f"“{EDGES}”" in page.text
    assert "Quoted instead" in page.text
    assert "It removes 65% of the edges" in page.text
    assert "A sentence was left out" in page.text
    assert page.text.count("left out") == 1
    assert "[7], which stands for no source" in page.text
    assert "written by qwen2.5-1.5b and checked" in page.text
    assert page.tags.count("details") == 2


def test_quotes_in_a_row_from_one_paper_name_it_once() -> None:
    quotes = [cite(1, PAPERS[0], CUE), cite(1, PAPERS[0], EDGES)]
    claims = [Claim(text=quote.quote, verdict=Verdict.QUOTED, citations=(quote,)) for quote in quotes]
    exchange = Exchange(number=1, question="q", claims=(*claims, CLAIMS[2]))
    assert answer_html(exchange).count("quoted-from") == 2
    assert answer_html(exchange).count(f'quoted-from">{PAPERS[0].title}') == 1


def test_every_chip_leads_to_words_marked_in_the_panel() -> None:
    exchange = exchange_of("Which cue?")
    targets = [href[1:] for href in Page(answer_html(exchange)).links()]
    panel = Page(sources_html(exchange))
    assert len(targets) == 4
    assert set(targets) <= set(panel.ids())
    assert panel.marked[:2] == [CUE, EDGES]
    assert "2023" in panel.marked
    assert len(set(panel.ids())) == len(panel.ids())


def test_a_chip_tells_its_quotes_on_hover() -> None:
    titles = [
        value for name, value in Page(answer_html(exchange_of("Which cue?"))).attributes if name == "title"
    ]
    assert titles[0] == f"{PAPERS[0].title}\n“{CUE}”"


def test_the_panel_lists_cited_papers_then_the_others() -> None:
    html = sources_html(exchange_of("Which cue?"))
    text = Page(html).text
    order = [text.index(paper.title) for paper in PAPERS[:4]]
    assert order == sorted(order)
    assert text.index("Also found") > order[1]
    assert "Summary by the paperchat project, not the authors’ abstract" in text
    links = Page(html).links()
    assert "https://arxiv.org/abs/2403.00001" in links
    assert "https://doi.org/10.1234/quarry" in links
    assert not any(href.startswith("ftp") for href in links)


def test_evidence_is_marked_before_anything_is_written() -> None:
    exchange = Exchange(number=1, question="q", papers={paper.id: paper for paper in PAPERS})
    events = FakeService().stream("Which cue?", ())
    exchange = advance(advance(exchange, next(events)), next(events))
    panel = Page(sources_html(exchange))
    assert panel.marked[:2] == [CUE, EDGES]
    assert exchange.running
    assert "Reading 2 papers" in answer_html(exchange)


def test_a_checked_sentence_takes_the_place_of_its_draft() -> None:
    exchange = Exchange(number=1, question="q")
    exchange = advance(exchange, DraftDelta(text="It drops "))
    exchange = advance(exchange, DraftDelta(text="<b>edges"))
    assert '<p class="draft">It drops &lt;b&gt;edges</p>' in answer_html(exchange)
    exchange = advance(exchange, ClaimReady(claim=CLAIMS[0], sources=(source(1, PAPERS[0]),)))
    html = answer_html(exchange)
    assert "draft" not in html
    assert CLAIMS[0].text in html


def test_not_in_the_collection_looks_different_and_names_the_nearest() -> None:
    exchange = exchange_of("how to cook pasta")
    html = answer_html(exchange)
    assert '<div class="absent">' in html
    assert "Not in the collection" in html
    assert "claim" not in html
    near = [href[1:] for href in Page(html).links()]
    assert near == ["near-1-1", "near-1-2", "near-1-3"]
    assert set(near) <= set(Page(sources_html(exchange)).ids())


def test_failures_show_message_and_hint() -> None:
    failed = answer_html(exchange_of("fail"))
    assert "The model stopped answering." in failed
    assert 'role="alert"' in failed
    exchange = Exchange(number=1, question="q", problem=Problem("no answer", "start `ollama serve`"))
    html = answer_html(exchange)
    assert "No answer" in html
    assert "Start <code>ollama serve</code>" in html


def test_a_stopped_answer_keeps_what_was_checked() -> None:
    exchange = advance(
        Exchange(number=1, question="q", stopped=True),
        ClaimReady(claim=CLAIMS[0], sources=(source(1, PAPERS[0]),)),
    )
    assert "Stopped. What is shown was checked." in answer_html(exchange)
    assert not exchange.running


def test_a_quote_that_the_stored_text_no_longer_holds_is_shown_apart() -> None:
    exchange = exchange_of("Which cue?")
    changed = PAPERS[0].model_copy(update={"abstract": "Another text altogether."})
    html = sources_html(Exchange(**{**vars(exchange), "papers": {changed.id: changed}}))
    assert f'<p class="abstract lost"><mark>{CUE}</mark></p>' in html


def test_a_cited_paper_that_is_gone_still_has_its_card() -> None:
    exchange = exchange_of("Which cue?")
    panel = Page(sources_html(Exchange(**{**vars(exchange), "papers": {}})))
    assert PAPERS[0].title in panel.text
    assert "src-1-1" in panel.ids()


def test_a_card_warns_of_a_retraction_and_of_a_guessed_or_missing_abstract() -> None:
    exchange = exchange_of("Which cue?")

    def panel(**changes: object) -> Page:
        changed = PAPERS[0].model_copy(update=changes)
        return Page(sources_html(Exchange(**{**vars(exchange), "papers": {changed.id: changed}})))

    assert (
        "Retracted: <b>Error</b> in table 2."
        in panel(retracted=True, retraction_note="<b>Error</b> in table 2.").text
    )
    marked = panel(retracted=True, retraction_note="RETRACTED ARTICLE")
    assert "RETRACTED" not in marked.text
    assert "Retracted" in marked.text
    assert "Notice: Erratum of 2020." in panel(retraction_note="Erratum of 2020.").text
    assert "taken from a PDF" in panel(extracted=True).text
    where = (Provenance(source="refs.bib", where="line 1"),)
    assert "its title alone" in panel(abstract="", provenance=where).text
    for words in ("Retracted", "Notice", "PDF", "its title alone"):
        assert words not in panel().text


def test_older_sources_name_their_question() -> None:
    exchange = exchange_of("Which <b>cue</b>?")
    assert "for “Which &lt;b&gt;cue&lt;/b&gt;?”" in sources_html(exchange, latest=False)
    assert "for “" not in sources_html(exchange)


def test_a_follow_up_shows_how_it_was_understood() -> None:
    exchange = advance(Exchange(number=1, question="and it?"), Understood(standalone_question="and TRELLIS?"))
    assert "Understood as: and TRELLIS?" in answer_html(exchange)
    same = advance(Exchange(number=1, question="Which cue?"), Understood(standalone_question="which cue?"))
    assert "Understood" not in answer_html(same)


def test_hostile_texts_add_no_tag_and_no_attribute() -> None:
    plain = {"p", "div", "article", "h3", "span", "a", "mark", "details", "summary", "button", "ul", "li"}
    web = {paper.link for paper in PAPERS[:3]}
    exchange = exchange_of(f"attack {HOSTILE}")
    for html in (
        question_html(exchange.question),
        answer_html(exchange),
        sources_html(exchange, latest=False),
    ):
        page = Page(html)
        assert set(page.tags) <= plain
        own = {"class", "id", "href", "title", "tabindex", "type", "target", "rel"}
        assert {name for name, _ in page.attributes} <= own
        assert all(href.startswith("#src-1-1") or href in web for href in page.links())
        assert not page.open
    status = ServiceStatus(papers=1, collection=HOSTILE, model=HOSTILE, why=HOSTILE, hint=HOSTILE)
    for html in (status_html(status), welcome_html(status), welcome_html(ServiceStatus(error=HOSTILE))):
        assert not {"script", "img", "svg", "iframe", "form", "style", "h1"} & set(Page(html).tags)


def test_no_block_holds_a_line_break_that_markdown_could_read() -> None:
    exchange = exchange_of(f"attack {HOSTILE}")
    for message in messages([exchange]):
        for block in message["content"].split("\n\n"):
            assert "\n" not in block
            assert block.startswith(("<p", "<div", "<details"))
    assert all(block.startswith("<") and "\n" not in block for block in sources_html(exchange).split("\n\n"))


def test_the_status_line_counts_names_and_hints() -> None:
    quotes = status_html(
        ServiceStatus(papers=1204, why="no model found", hint="run `make chat LLM=local`"), 1.234
    )
    text = Page(quotes).text
    assert "1,204 papers" in text
    assert "quotes only" in text
    assert "Run make chat LLM=local" in text
    assert "last answer 1.2 s" in text
    assert "loading the embedding model…" in status_html(ServiceStatus(papers=1, ready=False))
    assert "adding papers: 3 of 9" in status_html(
        ServiceStatus(ready=False, activity="adding papers: 3 of 9")
    )
    broken = status_html(ServiceStatus(error="the store is damaged", error_hint="rebuild it"))
    assert "The store is damaged" in broken
    assert "Rebuild it" in broken


def test_an_empty_store_tells_the_next_step() -> None:
    assert "paperchat ingest" in welcome_html(ServiceStatus())
    assert "Getting ready" in welcome_html(ServiceStatus(ready=False))
    assert "Ask the collection" in welcome_html(ServiceStatus(papers=3))


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0.01 s"), (0.214, "0.21 s"), (3.44, "3.4 s"), (75.2, "75 s")]
)
def test_durations(value: float, shown: str) -> None:
    assert seconds(value) == shown


def test_history_has_cited_papers_and_leaves_out_what_got_no_answer() -> None:
    answered = exchange_of("Which cue?")
    broken = Exchange(number=2, question="broken", problem=Problem("x"))
    half = Exchange(
        number=3, question="half", claims=CLAIMS[:1], sources=(source(1, PAPERS[0]),), stopped=True
    )
    history = turns([answered, broken, half])
    assert [turn.role for turn in history] == ["user", "assistant", "user", "assistant"]
    assert history[1].paper_ids == (PAPERS[0].id, PAPERS[1].id)
    assert history[3].content == CLAIMS[0].text
    assert history[3].paper_ids == (PAPERS[0].id,)


def test_a_title_can_be_cited_and_stays_a_link() -> None:
    paper = Paper(id="x", title="A Study of Marks", url="https://x.org/p")
    claim = Claim(text="c", verdict=Verdict.SUPPORTED, citations=(cite(1, paper, "Marks", "title"),))
    exchange = Exchange(
        number=4, question="q", claims=(claim,), sources=(source(1, paper),), papers={"x": paper}
    )
    html = sources_html(exchange)
    assert '<a href="https://x.org/p"' in html
    assert '<mark id="src-4-1-title-at-11">Marks</mark></a>' in html
    assert 'href="#src-4-1-title-at-11"' in answer_html(exchange)


def test_long_answers_render_fast() -> None:
    abstract = " ".join(f"Sentence {n} says that {n} of 100 things hold." for n in range(40))
    papers = {f"p{n}": Paper(id=f"p{n}", title=f"Paper {n}", abstract=abstract) for n in range(1, 51)}
    claims = tuple(
        Claim(
            text=f"Claim {n}.", verdict=Verdict.SUPPORTED, citations=(cite(n, papers[f"p{n}"], "Sentence 7"),)
        )
        for n in range(1, 51)
    )
    answer = Answer(
        status=AnswerStatus.ANSWERED, question="q", standalone_question="q", text="t", claims=claims,
        sources=tuple(source(n, papers[f"p{n}"]) for n in range(1, 51)),
        retrieved=tuple(PaperRef(paper_id=key, title="t", score=1) for key in papers),
    )  # fmt: skip
    exchange = Exchange(number=1, question="q", papers=papers)
    exchange = advance(advance(exchange, EvidenceFound(retrieved=(), evidence=())), Finished(answer=answer))
    started = time.perf_counter()
    sources_html(exchange)
    answer_html(exchange)
    assert time.perf_counter() - started < 0.5
