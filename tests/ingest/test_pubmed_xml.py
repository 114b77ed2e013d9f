"""PubMed's XML: labelled abstracts, names of groups, dates of all kinds, retractions."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.pubmed_xml import read_pubmed_xml

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"
HEAD = '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://x/y.dtd">\n'


def article(
    inner: str = "", title: str = "<ArticleTitle>Moss on stones.</ArticleTitle>", outer: str = ""
) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>77</PMID><Article>{title}{inner}</Article>{outer}"
        "</MedlineCitation></PubmedArticle>"
    )


def read(*articles: str) -> list[Record | Rejected]:
    text = f"{HEAD}<PubmedArticleSet>\n" + "\n".join(articles) + "\n</PubmedArticleSet>\n"
    assert find_format(text).name == "PubMed (XML)"
    return list(read_pubmed_xml(io.StringIO(text, newline=""), "p.xml"))


def record(*articles: str) -> Record:
    (one,) = read(*articles)
    assert isinstance(one, Record)
    return one


def paper(one: Record) -> Paper:
    made = to_paper(one)
    assert isinstance(made, Paper)
    return made


WHOLE = article(
    """
    <Journal><JournalIssue><PubDate><Year>2020</Year><Month>Mar</Month></PubDate></JournalIssue>
    <Title>Journal of moss</Title><ISOAbbreviation>J. Moss</ISOAbbreviation></Journal>
    <ELocationID EIdType="pii">x9</ELocationID>
    <ELocationID EIdType="doi" ValidYN="N">10.1234/wrong</ELocationID>
    <ELocationID EIdType="doi" ValidYN="Y">10.1234/moss.1</ELocationID>
    <Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">Does <i>Bryum</i> grow at 10<sup>5</sup> Pa?
    </AbstractText><AbstractText Label="UNLABELLED">It needs H<sub>2</sub>O <u>&lt;</u>4 &amp; light.</AbstractText>
    <CopyrightInformation>Moss Press</CopyrightInformation></Abstract>
    <AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Fern</LastName><ForeName>Ada B</ForeName>
    <Initials>AB</Initials><Suffix>3rd</Suffix></Author><Author ValidYN="N"><LastName>Furn</LastName></Author>
    <Author><CollectiveName>The Moss Group</CollectiveName></Author></AuthorList>
    <Language>ger</Language><PublicationTypeList><PublicationType>Journal Article</PublicationType>
    </PublicationTypeList>
    """,
    outer="""
    <KeywordList><Keyword>stones, wet</Keyword></KeywordList>
    <MeshHeadingList><MeshHeading><DescriptorName>Bryophyta</DescriptorName>
    <QualifierName>growth &amp; development</QualifierName></MeshHeading></MeshHeadingList>
    """,
)


def test_every_field_is_read() -> None:
    one = record(WHOLE)
    assert one.where == "record 1, line 4"
    assert one.title == "Moss on stones."
    assert one.authors == ("Ada B Fern 3rd", "The Moss Group")
    assert (one.date, one.year, one.venue) == ("2020-03", 2020, "Journal of moss")
    assert (one.doi, one.pmid, one.url) == ("10.1234/moss.1", "77", "https://pubmed.ncbi.nlm.nih.gov/77/")
    assert one.tags == ("stones, wet", "Bryophyta/growth & development")
    assert (one.language, paper(one).language, one.retracted) == ("ger", "de", False)


def test_sections_keep_their_labels_and_markup_its_meaning() -> None:
    assert paper(record(WHOLE)).abstract == "AIM: Does Bryum grow at 10^5 Pa? It needs H2O ≤4 & light."


def test_mathml_becomes_a_line_of_text() -> None:
    m = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    formula = f"""of <mml:math {m}>
      <mml:mrow><mml:mmultiscripts><mml:mi>Xe</mml:mi><mml:mprescripts/><mml:none/><mml:mn>129</mml:mn>
      </mml:mmultiscripts><mml:mo>=</mml:mo><mml:mfrac><mml:mn>1</mml:mn><mml:mrow><mml:mi>n</mml:mi><mml:mo>+</mml:mo>
      <mml:mn>1</mml:mn></mml:mrow></mml:mfrac><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup>
      <mml:mover><mml:mi>V</mml:mi><mml:mo>.</mml:mo></mml:mover></mml:mrow>
    </mml:math>."""
    one = record(article(f"<Abstract><AbstractText>{formula}</AbstractText></Abstract>"))
    assert one.abstract == "of ^129Xe=1/(n+1)x^2V̇."


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("<ArticleTitle>[On moss.]</ArticleTitle>", "On moss."),
        ("<ArticleTitle>[On moss].</ArticleTitle>", "On moss."),
        ("<ArticleTitle>[A] and [B]</ArticleTitle>", "[A] and [B]"),
        (
            "<ArticleTitle>Not Available</ArticleTitle><VernacularTitle>Über Moos</VernacularTitle>",
            "Über Moos",
        ),
        ("<ArticleTitle/><VernacularTitle>Über Moos</VernacularTitle>", "Über Moos"),
        (
            "<ArticleTitle>Effect of <i>E. coli</i> on CO<sub>2</sub></ArticleTitle>",
            "Effect of E. coli on CO2",
        ),
    ],
)
def test_translated_titles_lose_their_brackets(title: str, read_as: str) -> None:
    assert paper(record(article(title=title))).title == read_as


def test_another_abstract_stands_in_for_a_missing_one_with_its_language() -> None:
    other = "<OtherAbstract Type='Publisher' Language='fre'><AbstractText>La mousse.</AbstractText></OtherAbstract>"
    one = record(article("<Language>eng</Language>", outer=other))
    assert (one.abstract, one.language) == ("La mousse.", "fre")
    main = "<Abstract><AbstractText>Moss.</AbstractText></Abstract><Language>eng</Language>"
    one = record(article(main, outer=other))
    assert (one.abstract, one.language) == ("Moss.", "eng")


@pytest.mark.parametrize(
    ("published", "online", "date", "year"),
    [
        ("<Year>2013</Year><Month>Nov</Month><Day>7</Day>", "", "2013-11-07", 2013),
        ("<Year>2013</Year><Month>06</Month>", "", "2013-06", 2013),
        ("<Year>2013</Year><Season>Spring</Season>", "<Year>2013</Year><Month>04</Month>", "2013-04", 2013),
        ("<Year>2013</Year>", "<Year>2012</Year><Month>04</Month>", "2013", 2013),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", "1998-12", 1998),
        ("<MedlineDate>2000 Spring</MedlineDate>", "", "2000", 2000),
        ("", "<Year>2012</Year><Month>04</Month><Day>09</Day>", "2012-04-09", 2012),
    ],
)
def test_dates_of_issues(published: str, online: str, date: str, year: int) -> None:
    one = record(
        article(
            f"<Journal><JournalIssue><PubDate>{published}</PubDate></JournalIssue></Journal>"
            f"<ArticleDate>{online}</ArticleDate>"
        )
    )
    assert (one.date, one.year) == (date, year)


def comments(kind: str, more: str = "") -> str:
    return (
        f"<CommentsCorrectionsList><CommentsCorrections RefType='{kind}'><RefSource>J Moss. 2021;3:4. doi: 10.1234/n.2"
        f"</RefSource><PMID>88</PMID></CommentsCorrections>{more}</CommentsCorrectionsList>"
    )


def test_a_retraction_names_its_notice() -> None:
    one = record(article(outer=comments("RetractionIn")))
    assert one.retracted
    assert one.retraction_note == "Retracted in: J Moss. 2021;3:4. doi: 10.1234/n.2 (PMID 88)"
    kind = (
        "<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>"
    )
    assert record(article(kind)).retracted


def test_the_notice_of_a_retraction_and_a_concern_are_not_retracted() -> None:
    notice = record(article(outer=comments("RetractionOf")))
    concern = record(article(outer=comments("ExpressionOfConcernIn")))
    assert (notice.retracted, concern.retracted) == (False, False)
    assert notice.retraction_note.startswith("Retraction of: J Moss")
    assert concern.retraction_note.startswith("Expression of concern in: J Moss")
    assert record(article(outer=comments("Cites"))).retraction_note == ""


def test_other_versions_are_related() -> None:
    assert record(article(outer=comments("UpdateOf"))).related == ("10.1234/n.2",)


def test_the_doi_is_the_articles_own_and_not_a_references() -> None:
    cited = "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.9/cited</ArticleId></ArticleIdList>"
    own = "<ArticleIdList><ArticleId IdType='doi'>10.1234/own</ArticleId></ArticleIdList>"
    for ids, doi in ((own, "10.1234/own"), ("", "")):
        data = f"</MedlineCitation><PubmedData>{ids}{cited}</Reference></ReferenceList></PubmedData></PubmedArticle>"
        assert record(article().replace("</MedlineCitation></PubmedArticle>", data)).doi == doi


BOOK = """<PubmedBookArticle><BookDocument><PMID>99</PMID>
<ArticleIdList><ArticleId IdType="doi">10.1234/ch</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>Bog Press</PublisherName></Publisher><BookTitle>All of moss</BookTitle>
<PubDate><Year>2009</Year><Month>02</Month></PubDate><AuthorList Type="editors"><Author><LastName>Ed</LastName>
</Author></AuthorList></Book>CHAPTER<Language>eng</Language><Abstract><AbstractText>Moss.</AbstractText></Abstract>
</BookDocument></PubmedBookArticle>"""


def test_books_and_their_chapters() -> None:
    book = record(BOOK.replace("CHAPTER", ""))
    assert (book.title, book.venue, book.authors, book.date) == (
        "All of moss",
        "Bog Press",
        ("Ed",),
        "2009-02",
    )
    chapter = (
        "<ArticleTitle>Peat</ArticleTitle><AuthorList Type='authors'><Author><LastName>Au</LastName></Author>"
    )
    one = record(BOOK.replace("CHAPTER", chapter + "</AuthorList>"))
    assert (one.title, one.venue, one.authors, one.doi) == ("Peat", "All of moss", ("Au",), "10.1234/ch")


def test_an_article_without_a_title_is_refused_and_named() -> None:
    first, second = read(article(title=""), WHOLE)
    assert isinstance(first, Rejected)
    assert (first.where, first.reason) == ("record 1, line 4", "no title (found: PMID 77)")
    assert isinstance(second, Record)


def test_a_record_whose_end_is_missing_mixes_with_no_other() -> None:
    items = read(WHOLE, article().removesuffix("</PubmedArticle>"), WHOLE)
    assert [type(item) for item in items] == [Record, Rejected, Record]


@pytest.mark.parametrize(
    ("name", "count"),
    [(f"pubmed/pubmed{n}.xml", 1) for n in (4, 5, 6, 7)]
    + [("jabref_importer/MedlineImporterTestNbib.xml", 2)],
)
def test_real_files_give_the_counts_of_their_manifest(name: str, count: int) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the real files aren't beside the checkout: {SHARED}")
    with (SHARED / name).open(encoding="utf-8", newline="") as text:
        items = list(read_pubmed_xml(text, name))
    assert len(items) == count
    assert all(isinstance(item, Record) and item.abstract and item.pmid and item.authors for item in items)


FILE = f"{HEAD}<PubmedArticleSet>{WHOLE}{BOOK}{article(outer=comments('RetractionIn'))}</PubmedArticleSet>"


@given(st.integers(0, len(FILE)), st.integers(0, 80), st.text("<>&/ a\x00é", max_size=6))
def test_no_damage_raises(at: int, length: int, put: str) -> None:
    damaged = FILE[:at] + put + FILE[at + length :]
    for text in (damaged, FILE[:at]):
        assert all(
            isinstance(item, Record | Rejected) for item in read_pubmed_xml(io.StringIO(text), "p.xml")
        )


@given(st.permutations(WHOLE.replace("><", ">\n<").split("\n")))
def test_shuffled_fields_raise_nothing(lines: list[str]) -> None:
    text = "<PubmedArticleSet>" + "\n".join(lines) + WHOLE + "</PubmedArticleSet>"
    assert all(isinstance(item, Record | Rejected) for item in read_pubmed_xml(io.StringIO(text), "p.xml"))
