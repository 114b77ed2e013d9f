"""Saved web pages: as many papers as their text has, with what their tags and links tell besides."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.records import Record
from ingest.sources import find_format, read_sources
from ingest.sources.encodings import NotText
from ingest.sources.html_page import is_html, read_html

COLLECTION = Path(__file__).resolve().parents[2].parent / "shared" / "collection" / "papers-page.txt"
PAPERS = [
    (
        "Counting Swifts at Dusk with Cheap Microphones",
        "We count swifts by their calls alone. A row of microphones is hung below the eaves, and a small model tells "
        "parties from single birds. The counts agree with those of observers.",
    ),
    (
        "GrainNet: Sorting Barley Kernels by Sound",
        "Barley kernels are sorted by the sound of their fall. We train a network on 2,000 falls and find that it "
        "tells sound kernels from broken ones. Code & data are released.",
    ),
    (
        "On the Shape of Puddles",
        "Puddles after rain have a fractal border. In this paper we measure 400 of them, and show that the dimension "
        "depends on the slope of the road, if 1 < slope < 3.",
    ),
]


def read(text: str) -> tuple[list[Record], list[Rejected]]:
    items = list(find_format(text[:65_536]).read(io.StringIO(text), "page.html"))
    records = [item for item in items if isinstance(item, Record)]
    return records, [item for item in items if isinstance(item, Rejected)]


def page(body: str, head: str = "") -> str:
    menu = '<nav><a href="/">Home</a> <a href="/papers">Papers</a></nav>'
    return f"<!DOCTYPE html>\n<html><head><title>Papers</title>{head}</head><body>{menu}{body}</body></html>"


def as_articles(papers: list[tuple[str, str]]) -> str:
    body = "<main><h1>Trending Papers</h1><button>Subscribe</button>"
    for number, (title, abstract) in enumerate(papers):
        body += (
            f'<article><div><h3><a href="/papers/2403.{number:05}">{html.escape(title)}</a></h3><ul><li>12 authors'
            f"</li></ul><p>{html.escape(abstract)}</p><div><span>Upvote 12</span></div></div></article>"
        )
    return page(body + "</main><footer>© someone</footer>")


def as_layers(papers: list[tuple[str, str]]) -> str:
    body = "".join(
        f"<div><div><div>{html.escape(title)}</div></div><div><span>{html.escape(abstract)}</span></div></div>"
        for title, abstract in papers
    )
    return page(body)


def as_paragraphs(papers: list[tuple[str, str]]) -> str:
    body = "".join(f"<p><b>{html.escape(t)}</b><br>\n{html.escape(a)}</p>\n" for t, a in papers)
    return f"<div>{body}</div>"


def as_list(papers: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<li><a href="https://arxiv.org/abs/2403.{n:05}v2">{html.escape(t)}</a>: {html.escape(a)}</li>'
        for n, (t, a) in enumerate(papers)
    )
    return f"<ul>{rows}</ul>"


def as_table(papers: list[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td>{n}</td><td>{html.escape(t)}</td><td>{html.escape(a)}</td></tr>"
        for n, (t, a) in enumerate(papers)
    )
    return page(f"<table><tr><th>Rank</th><th>Paper title</th><th>Summary</th></tr>{rows}</table>")


LAYOUTS: list[Callable[[list[tuple[str, str]]], str]] = [
    as_articles,
    as_layers,
    as_paragraphs,
    as_list,
    as_table,
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_its_papers(layout: Callable[[list[tuple[str, str]]], str]) -> None:
    text = layout(PAPERS)
    assert is_html(text)
    records, _ = read(text)
    assert [(record.title, " ".join(record.abstract.split())) for record in records] == PAPERS


@pytest.mark.skipif(
    not COLLECTION.is_file(), reason=f"the reader's collection isn't beside the checkout: {COLLECTION}"
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_readers_collection_as_a_web_page_has_as_many_papers(
    layout: Callable[[list[tuple[str, str]]], str],
) -> None:
    papers = [(item.title, item.abstract) for item in read_sources([COLLECTION]) if isinstance(item, Record)]
    records, _ = read(layout(papers))
    assert len(papers) == 103
    assert [record.title for record in records] == [title for title, _ in papers]
    assert [record.abstract.split() for record in records] == [abstract.split() for _, abstract in papers]


def test_links_tell_which_paper_it_is() -> None:
    records, _ = read(as_articles(PAPERS))
    assert [record.arxiv_id for record in records] == ["2403.00000", "2403.00001", "2403.00002"]
    records, _ = read(as_list(PAPERS))
    assert [(record.arxiv_id, record.url) for record in records][1] == (
        "2403.00001v2",
        "https://arxiv.org/abs/2403.00001v2",
    )


def test_a_link_to_another_paper_in_an_abstract_isnt_the_papers_own() -> None:
    title, abstract = PAPERS[0]
    cited = f'{abstract} It follows <a href="https://arxiv.org/abs/1901.00001">earlier work</a>.'
    for body in (f"<h2>{title}</h2><p>{cited}</p>", f"<div>{title}</div><div>{cited}</div>"):
        (record,), _ = read(page(body))
        assert (record.arxiv_id, record.doi) == ("", "")


def test_names_below_a_title_are_its_authors() -> None:
    body = "".join(f"<h3>{t}</h3><p>Ada Moss, Tom Reed and Wei Li</p><p>{a}</p>" for t, a in PAPERS)
    records, rejected = read(page(body.replace("&", "&amp;").replace(" < ", " &lt; ")))
    assert records[0].authors == ("Ada Moss", "Tom Reed", "Wei Li")
    assert rejected == []


def test_what_belongs_to_no_paper_is_told_and_scripts_and_menus_are_no_text() -> None:
    text = as_articles(PAPERS).replace(
        "<main>", "<script>var t = 'A Script';</script><style>p{}</style><main>"
    )
    records, rejected = read(text)
    assert len(records) == 3
    assert [item.reason for item in rejected][:2] == ["page noise: Trending Papers", "page noise: 12 authors"]
    assert "Script" not in repr(records) + repr(rejected)
    assert "Home" not in repr(rejected)


def test_the_tags_of_a_papers_own_page_are_taken_before_its_text() -> None:
    head = """
      <meta name="citation_title" content="On the Shape of Puddles">
      <meta name="citation_author" content="Moss, Ada"><meta name="citation_author" content="Reed, Tom">
      <meta name="citation_publication_date" content="2021/05/04"><meta name="citation_doi" content="10.5555/p1">
      <meta name="citation_journal_title" content="Journal of Rain"><meta name="citation_pmid" content="31452104">
      <meta name="citation_arxiv_id" content="2105.01234"><meta name="citation_language" content="en">
      <meta name="description" content="Abstract page for a paper"><meta name="citation_keywords" content="rain; roads">
    """
    body = f'<h1>Some site</h1><blockquote class="abstract mathjax"><span>Abstract:</span> {PAPERS[2][1]}</blockquote>'
    (record,), rejected = read(page(body.replace(" < ", " &lt; "), head))
    assert (record.title, record.authors) == ("On the Shape of Puddles", ("Ada Moss", "Tom Reed"))
    assert record.abstract == PAPERS[2][1]
    assert (record.doi, record.arxiv_id, record.pmid, record.venue, record.year, record.date, record.language) == (
        "10.5555/p1", "2105.01234", "31452104", "Journal of Rain", 2021, "2021-05-04", "en",
    )  # fmt: skip
    assert record.tags == ("rain", "roads")
    assert rejected == []


def test_scholarly_articles_in_json_ld_are_taken_wherever_they_are() -> None:
    articles = [
        {
            "@type": "ListItem",
            "item": {
                "@type": ["ScholarlyArticle"], "headline": title, "abstract": abstract, "datePublished": "2022-03-01",
                "author": [{"@type": "Person", "name": "Ada Moss"}], "url": f"https://arxiv.org/abs/2203.0000{n}",
                "isPartOf": {"@type": "Periodical", "name": "Journal of Rain"}, "sameAs": f"https://doi.org/10.5555/{n}",
            },
        }
        for n, (title, abstract) in enumerate(PAPERS)
    ]  # fmt: skip
    told = json.dumps(
        {"@context": "https://schema.org", "@graph": [{"@type": "ItemList", "itemListElement": articles}]}
    )
    head = f'<script type="application/ld+json">{{broken</script><script type="application/ld+json">{told}</script>'
    records, _ = read(page("<p>Much else is on this page, and none of it is of any use here.</p>", head))
    assert [(record.title, record.abstract) for record in records] == PAPERS
    assert records[1].arxiv_id == "2203.00001"
    assert (records[1].doi, records[1].venue, records[1].date) == (
        "10.5555/1",
        "Journal of Rain",
        "2022-03-01",
    )


def test_the_text_is_taken_where_structured_data_lacks_the_abstracts() -> None:
    told = json.dumps([{"@type": "ScholarlyArticle", "name": title} for title, _ in PAPERS])
    head = f'<script type="application/ld+json">{told}</script>'
    text = as_articles(PAPERS).replace("</head>", head + "</head>")
    records, _ = read(text)
    assert [record.abstract != "" for record in records] == [True] * 3


@pytest.mark.parametrize(
    "text",
    [
        "A Study of <b>bold</b> Words\n\nWe study <i>words</i>.",
        "<?xml version='1.0'?><article xmlns='x'><p>a</p></article>",
        "<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>",
        "if a < b and c > d:\n    pass",
    ],
)
def test_other_texts_with_tags_are_no_web_pages(text: str) -> None:
    assert not is_html(text)


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(NotText, match="without text"):
        list(read_html(io.StringIO("<html><script>app()</script><div id=root></div></html>"), "x"))


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>" + "<div>" * 20_000 + "deep words here" + "</div>" * 20_000,
        "<html><body>" + "<b><i><a>" * 5_000 + "never closed",
        "<html>" + "<table><tr><td>" * 3_000,
        "<html><p>" + "word " * 400_000,
        "<html><!--" + "-" * 300_000,
        "<html " + "a=b " * 50_000,
        "<html><img src='data:image/png;base64," + "A" * 3_000_000 + "'><p>Some words here.",
    ],
    ids=["deep", "unclosed", "tables", "long", "comment", "attributes", "picture"],
)
def test_huge_and_broken_pages_come_to_an_end(text: str) -> None:
    try:
        items = list(read_html(io.StringIO(text), "x"))
    except NotText:
        return
    assert all(isinstance(item, Record | Rejected) for item in items)


GOOD = as_articles(PAPERS) + as_table(PAPERS)


@given(
    st.integers(0, len(GOOD)),
    st.text(st.sampled_from("<>/\"'=&; abtdr!-"), max_size=30),
    st.integers(0, len(GOOD)),
)
def test_no_damage_is_an_error(cut: int, noise: str, place: int) -> None:
    for text in (GOOD[:cut], GOOD[:place] + noise + GOOD[place:], "<html>" + noise):
        try:
            items = list(read_html(io.StringIO(text), "x"))
        except NotText:
            continue
        assert all(isinstance(item, Record | Rejected) for item in items)
