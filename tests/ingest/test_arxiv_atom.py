"""arXiv's Atom feeds: versions, categories, withdrawn papers, errors told as entries."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.arxiv_atom import entries, is_arxiv_atom, read_arxiv_atom

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"
NAMES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:o="http://a9.com/o/1.1/"'


def feed(*inner: str) -> str:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {NAMES}>\n<id>https://arxiv.org/api/x</id>"
        f"<title>arXiv Query: all:kites</title><o:totalResults>214</o:totalResults>\n{''.join(inner)}</feed>\n"
    )


def entry(more: str = "", summary: str = "Kites\n  rise.", title: str = "Kites in\n  wind") -> str:
    return (
        "<entry><id>http://arxiv.org/abs/2004.99906v3</id>"
        f"<title>{title}</title><updated>2021-01-02T00:00:00Z</updated><summary>{summary}</summary>"
        "<category term='cs.LG' scheme='x'/><category term='cs.CL'/><published>2020-04-10T04:53:17Z</published>"
        "<arxiv:primary_category term='cs.CL'/><link href='https://arxiv.org/pdf/2004.99906v3' rel='related'/>"
        "<link href='https://arxiv.org/abs/2004.99906v3' rel='alternate'/>"
        "<author><name>Vla Breeze</name><arxiv:affiliation>Bay</arxiv:affiliation></author>"
        f"<author><name>Bar Gust</name></author>{more}</entry>\n"
    )


def record(text: str) -> Record:
    (one,) = entries(text, "f.xml")
    assert isinstance(one, Record)
    return one


def test_every_field_is_read() -> None:
    one = record(
        feed(
            entry(
                "<arxiv:doi>10.1234/k.1 10.1234/k.2</arxiv:doi><arxiv:journal_ref>Wind 3 (2021)</arxiv:journal_ref>"
            )
        )
    )
    assert one.where == "record 1, line 4"
    assert (one.arxiv_id, one.doi, one.related) == ("2004.99906v3", "10.1234/k.1", ("10.1234/k.2",))
    assert (one.date, one.year, one.venue) == ("2020-04-10", 2020, "Wind 3 (2021)")
    assert one.authors == ("Vla Breeze", "Bar Gust")
    assert one.tags == ("cs.CL", "cs.LG")
    assert one.url == "https://arxiv.org/abs/2004.99906v3"
    made = to_paper(one)
    assert isinstance(made, Paper)
    assert (made.title, made.abstract) == ("Kites in wind", "Kites rise.")
    assert (made.arxiv_id, made.arxiv_version) == ("2004.99906", 3)


def test_old_ids_keep_their_archive() -> None:
    assert record(feed(entry().replace("2004.99906v3", "math.AG/0601001v1"))).arxiv_id == "math.AG/0601001v1"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            entry("<arxiv:comment>This paper has been withdrawn by the authors</arxiv:comment>"),
            "This paper has been",
        ),
        (
            entry(summary="This paper has been withdrawn due to an error in Lemma 2."),
            "This paper has been withdrawn",
        ),
        (entry("<arxiv:comment>9 pages; replaces the withdrawn cs/0101001</arxiv:comment>"), ""),
        (entry(summary="We ask why " + "many papers were read, " * 60 + "and this paper was withdrawn."), ""),
    ],
)
def test_withdrawn_papers_are_marked_in_their_own_words(text: str, note: str) -> None:
    one = record(feed(text))
    assert one.retracted is bool(note)
    assert one.retraction_note.startswith(note)
    assert bool(one.retraction_note) is bool(note)


def test_an_error_is_told_in_arxivs_words() -> None:
    error = (
        "<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_xy</id><title>Error</title>"
        "<summary>incorrect id format for xy</summary></entry>"
    )
    (item,) = entries(feed(error), "f.xml")
    assert isinstance(item, Rejected)
    assert item.reason == "arXiv answered with an error: incorrect id format for xy"


def test_an_empty_feed_is_a_valid_file_without_papers() -> None:
    assert find_format(feed()).name == "arXiv (Atom)"
    assert list(entries(feed().encode(), "f.xml")) == []


def test_a_blog_is_no_feed_of_arxivs() -> None:
    assert not is_arxiv_atom('<feed xmlns="http://www.w3.org/2005/Atom"><title>A blog</title></feed>')


def test_an_entry_without_a_title_is_refused() -> None:
    first, second = entries(feed(entry(title=" "), entry()), "f.xml")
    assert isinstance(first, Rejected)
    assert "no title (found: id, title, " in first.reason
    assert isinstance(second, Record)


def test_real_feeds_give_the_counts_of_their_manifest() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the real files aren't beside the checkout: {SHARED}")
    manifest = json.loads((SHARED / "manifest.json").read_text(encoding="utf-8"))
    feeds = [one for one in manifest if one["file"].startswith("arxiv_atom/")]
    assert len(feeds) == 6
    for one in feeds:
        with (SHARED / one["file"]).open(encoding="utf-8", newline="") as text:
            items = list(read_arxiv_atom(text, one["file"]))
        assert len(items) == one["records"]
        refused = [item.reason for item in items if isinstance(item, Rejected)]
        # The manifest counts arXiv's error for a paper with an abstract; it is none.
        is_error = "http400" in one["file"]
        assert refused == (["arXiv answered with an error: incorrect id format for abc"] if is_error else [])
        papers = [item for item in items if isinstance(item, Record)]
        assert sum(bool(item.abstract) for item in papers) == one["with_abstract"] - is_error
        assert all(item.arxiv_id and item.authors and item.date and item.tags for item in papers)


FILE = feed(entry(), entry("<arxiv:doi>10.1234/k.1</arxiv:doi>"))


@given(st.integers(0, len(FILE)), st.integers(0, 60), st.text("<>&/ a\x00é", max_size=6))
def test_no_damage_raises(at: int, length: int, put: str) -> None:
    for text in (FILE[:at] + put + FILE[at + length :], FILE[:at]):
        items = list(read_arxiv_atom(io.StringIO(text), "f.xml"))
        assert all(isinstance(item, Record | Rejected) for item in items)


@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing(content: bytes) -> None:
    for data in (content, FILE.encode()[:500] + content + FILE.encode()[500:]):
        assert all(isinstance(item, Record | Rejected) for item in entries(data, "f.xml"))
