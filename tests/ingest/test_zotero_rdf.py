"""Zotero's RDF: items with their journals elsewhere, notes and attachments that are no papers."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.zotero_rdf import is_zotero_rdf, read_zotero_rdf

HEAD = """<rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
"""
ARTICLE = """    <bib:Article rdf:about="https://owls.example/1">
        <z:itemType>journalArticle</z:itemType>
        <dcterms:isPartOf rdf:resource="urn:issn:1111-2222"/>
        <bib:authors><rdf:Seq>
            <rdf:li><foaf:Person><foaf:surname>Barn</foaf:surname><foaf:givenName>Tia</foaf:givenName></foaf:Person></rdf:li>
            <rdf:li><foaf:Person><foaf:surname>Owl Society</foaf:surname></foaf:Person></rdf:li>
        </rdf:Seq></bib:authors>
        <link:link rdf:resource="#item_3"/>
        <dcterms:isReferencedBy rdf:resource="#item_4"/>
        <dc:subject>night</dc:subject>
        <dc:subject><z:AutomaticTag><rdf:value>Owls, barn</rdf:value></z:AutomaticTag></dc:subject>
        <dc:subject><dcterms:LCC><rdf:value>QL696</rdf:value></dcterms:LCC></dc:subject>
        <dc:title>How owls see</dc:title>
        <dcterms:abstract>Owls see &amp; hear.</dcterms:abstract>
        <dc:date>2018-03-04</dc:date>
        <z:language>en-GB</z:language>
        <dc:identifier><dcterms:URI><rdf:value>https://owls.example/1</rdf:value></dcterms:URI></dc:identifier>
        <dc:description>PMID: 30000001
arXiv: 1803.00009</dc:description>
    </bib:Article>
"""
JOURNAL = """    <bib:Journal rdf:about="urn:issn:1111-2222">
        <prism:volume>7</prism:volume>
        <dc:title>Owl letters</dc:title>
        <dc:identifier>DOI 10.1234/owl.1</dc:identifier>
        <dc:identifier>ISSN 1111-2222</dc:identifier>
    </bib:Journal>
"""
ATTACHMENT = """    <z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType>
        <dc:title>Full text</dc:title></z:Attachment>
"""
MEMO = """    <bib:Memo rdf:about="#item_4"><rdf:value>&lt;p&gt;Read again&lt;/p&gt;</rdf:value></bib:Memo>
"""
TALK = """    <rdf:Description rdf:about="urn:isbn:978-1-0000-0000-0">
        <z:itemType>conferencePaper</z:itemType>
        <dcterms:isPartOf><bib:Journal><dc:title>Proceedings of hooting</dc:title>
            <dc:identifier>ISBN 978-1-0000-0000-0</dc:identifier>
            <dc:identifier>DOI 10.1234/hoot.2</dc:identifier></bib:Journal></dcterms:isPartOf>
        <bib:editors><rdf:Seq><rdf:li><foaf:Person><foaf:givenName>Ed</foaf:givenName><foaf:surname>Tawny</foaf:surname>
        </foaf:Person></rdf:li></rdf:Seq></bib:editors>
        <dc:title>RETRACTED: Hoots</dc:title>
        <dc:date>May 2019</dc:date>
    </rdf:Description>
"""
SECTION = """    <bib:BookSection rdf:about="#item_9">
        <z:itemType>bookSection</z:itemType>
        <dcterms:isPartOf><bib:Book><dc:title>The book of owls</dc:title></bib:Book></dcterms:isPartOf>
        <dc:title>Feathers</dc:title>
    </bib:BookSection>
"""
BOOK = """    <bib:Book rdf:about="#item_8"><z:itemType>book</z:itemType>
        <dc:publisher><foaf:Organization><foaf:name>Nest</foaf:name></foaf:Organization></dc:publisher>
        <dc:title>Owls whole</dc:title></bib:Book>
"""
COLLECTION = """    <z:Collection rdf:about="#collection_1"><dc:title>Birds</dc:title>
        <dcterms:hasPart rdf:resource="#item_8"/></z:Collection>
"""


def read(*parts: str) -> list[Record | Rejected]:
    text = HEAD + "".join(parts) + "</rdf:RDF>\n"
    assert find_format(text).name == "Zotero (RDF)"
    return list(read_zotero_rdf(io.StringIO(text, newline=""), "z.rdf"))


def record(*parts: str) -> Record:
    (one,) = read(*parts)
    assert isinstance(one, Record)
    return one


@pytest.mark.parametrize("parts", [(ARTICLE, JOURNAL), (JOURNAL, ARTICLE)])
def test_an_article_has_its_fields_and_its_journals(parts: tuple[str, str]) -> None:
    one = record(*parts)
    assert one.authors == ("Tia Barn", "Owl Society")
    assert (one.title, one.abstract, one.venue) == ("How owls see", "Owls see & hear.", "Owl letters")
    assert (one.date, one.year, one.language) == ("2018-03-04", 2018, "en-GB")
    assert (one.pmid, one.url, one.tags) == ("30000001", "https://owls.example/1", ("night", "Owls, barn"))
    # A journal that came before may have been another article's, with its DOI.
    assert one.doi == ("10.1234/owl.1" if parts[0] == ARTICLE else "")
    made = to_paper(one)
    assert isinstance(made, Paper)
    assert (made.arxiv_id, made.language) == ("1803.00009", "en")


def test_two_articles_of_one_journal_do_not_share_its_doi() -> None:
    first, second = read(ARTICLE, ARTICLE.replace("owls.example/1", "owls.example/2"), JOURNAL)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.venue, second.venue, first.doi, second.doi) == ("Owl letters", "Owl letters", "", "")


def test_an_article_whose_journal_is_missing_is_read_without_it() -> None:
    one = record(ARTICLE)
    assert (one.title, one.venue, one.doi) == ("How owls see", "", "")


def test_a_conference_paper_has_its_proceedings_inside() -> None:
    one = record(TALK)
    assert (one.venue, one.doi, one.date) == ("Proceedings of hooting", "10.1234/hoot.2", "2019-05")
    assert (one.authors, one.retracted, one.retraction_note) == (("Ed Tawny",), True, "RETRACTED")


def test_books_and_their_sections() -> None:
    section, book = read(SECTION, BOOK)
    assert isinstance(section, Record)
    assert isinstance(book, Record)
    assert (section.title, section.venue) == ("Feathers", "The book of owls")
    assert (book.title, book.venue) == ("Owls whole", "Nest")


def test_notes_and_attachments_are_refused_and_collections_left_out() -> None:
    items = read(BOOK, ATTACHMENT, MEMO, COLLECTION)
    assert [(item.where, item.reason) for item in items if isinstance(item, Rejected)] == [
        ("record 2, line 13", "a Zotero attachment, no paper of its own"),
        ("record 3, line 15", "a Zotero note, no paper of its own"),
    ]
    assert len(items) == 3


def test_an_item_without_a_title_is_refused() -> None:
    (one,) = read(BOOK.replace("Owls whole", ""))
    assert isinstance(one, Rejected)
    assert one.reason == "no title (found: book, itemType, publisher, title)"


def test_an_item_whose_end_is_missing_swallows_no_other() -> None:
    items = read(TALK.replace("</rdf:Description>", ""), BOOK, SECTION)
    assert [item.title if isinstance(item, Record) else item.where for item in items] == [
        "record 1, line 10",
        "Owls whole",
        "Feathers",
    ]


def test_other_rdf_is_not_zoteros() -> None:
    assert not is_zotero_rdf('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">')


FILE = HEAD + ARTICLE + JOURNAL + ATTACHMENT + MEMO + TALK + BOOK + SECTION + COLLECTION + "</rdf:RDF>\n"


@given(st.integers(0, len(FILE)), st.integers(0, 60), st.text("<>&/ a\x00é", max_size=6))
def test_no_damage_raises(at: int, length: int, put: str) -> None:
    for text in (FILE[:at] + put + FILE[at + length :], FILE[:at]):
        items = list(read_zotero_rdf(io.StringIO(text), "z.rdf"))
        assert all(isinstance(item, Record | Rejected) for item in items)


@given(st.permutations([ARTICLE, JOURNAL, ATTACHMENT, MEMO, TALK, BOOK, SECTION, COLLECTION]))
def test_the_order_of_the_file_changes_no_counts(parts: list[str]) -> None:
    items = read(*parts)
    assert sum(isinstance(item, Record) for item in items) == 4
    assert sum(isinstance(item, Rejected) for item in items) == 2


@given(st.permutations(ARTICLE.split("\n")))
def test_shuffled_fields_raise_nothing(lines: list[str]) -> None:
    text = HEAD + "\n".join(lines) + BOOK + "</rdf:RDF>"
    assert all(isinstance(item, Record | Rejected) for item in read_zotero_rdf(io.StringIO(text), "z.rdf"))
