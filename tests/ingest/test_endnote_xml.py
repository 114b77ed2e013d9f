"""EndNote's XML: styles around every text, dates in parts, databases' numbers."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.endnote_xml import read_endnote_xml


def styled(text: str) -> str:
    return f'<style face="normal" font="default" size="100%">{text}</style>'


RECORD = f"""<record><database name="My.enl" path="C:\\My.enl">My.enl</database>
<source-app name="EndNote">EndNote</source-app>
<rec-number>12</rec-number><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>{styled("Reed, Iris M.")}</author><author>{styled("Pond Society,")}</author></authors>
</contributors><auth-address>Lake</auth-address>
<titles><title>{styled("Lilies at 10")}<style face="superscript">5</style>{styled(" Pa in H")}<style
 face="subscript">2</style>{styled("O")}</title><secondary-title>{styled("Journal of ponds")}</secondary-title></titles>
<periodical><full-title>Journal of ponds</full-title><abbr-1>J Ponds</abbr-1></periodical>
<pages>1-9</pages><keywords><keyword>{styled("lily")}</keyword><keyword>pond, small</keyword></keywords>
<dates><year>{styled("2015")}</year><pub-dates><date>{styled("May 4")}</date></pub-dates></dates>
<accession-num>25000001</accession-num>
<urls><related-urls><url>{styled("https://ponds.example/12")}</url></related-urls></urls>
<electronic-resource-num>{styled("10.1234/pond.12")}</electronic-resource-num>
<abstract>{styled("We count lilies.&#xD;They float.")}</abstract>
<remote-database-name>PubMed</remote-database-name><language>eng</language></record>"""


def export(*records: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" ?><xml><records>{"".join(records)}</records></xml>'


def read(*records: str) -> list[Record | Rejected]:
    text = export(*records)
    assert find_format(text).name == "EndNote (XML)"
    return list(read_endnote_xml(io.StringIO(text, newline=""), "e.xml"))


def record(*records: str) -> Record:
    (one,) = read(*records)
    assert isinstance(one, Record)
    return one


def reference(inner: str, title: str = "Lilies") -> str:
    kind = "<ref-type name='Journal Article'>17</ref-type>"
    return f"<record>{kind}<titles><title>{title}</title></titles>{inner}</record>"


def test_every_field_is_read_out_of_its_styles() -> None:
    one = record(RECORD)
    assert one.authors == ("Iris M. Reed", "Pond Society")
    assert (one.venue, one.date, one.year) == ("Journal of ponds", "2015-05-04", 2015)
    assert (one.doi, one.pmid, one.url) == ("10.1234/pond.12", "25000001", "https://ponds.example/12")
    assert (one.tags, one.language) == (("lily", "pond, small"), "eng")
    made = to_paper(one)
    assert isinstance(made, Paper)
    assert made.title == "Lilies at 10^5 Pa in H2O"
    assert made.abstract == "We count lilies. They float."


@pytest.mark.parametrize(
    ("dates", "date", "year"),
    [
        ("<year>2015</year><pub-dates><date>Mar</date></pub-dates>", "2015-03", 2015),
        ("<year>2015</year><pub-dates><date>2015-03-09</date></pub-dates>", "2015-03-09", 2015),
        ("<year>2015</year><pub-dates><date>March 9, 2015</date></pub-dates>", "2015-03-09", 2015),
        ("<year>2015</year><pub-dates><date>Spring</date></pub-dates>", "2015", 2015),
        ("<year>2015</year>", "2015", 2015),
        ("<year>in press</year>", "", None),
        ("<pub-dates><date>9 March 2015</date></pub-dates>", "2015-03-09", 2015),
    ],
)
def test_dates_come_in_parts(dates: str, date: str, year: int | None) -> None:
    one = record(reference(f"<dates>{dates}</dates>"))
    assert (one.date, one.year) == (date, year)


def test_a_number_of_another_database_is_no_pmid() -> None:
    number = "<accession-num>31000001</accession-num><remote-database-name>{}</remote-database-name>"
    assert record(reference(number.format("Web of Science"))).pmid == ""
    assert record(reference(number.format("MEDLINE"))).pmid == "31000001"
    url = "<urls><related-urls><url>https://www.ncbi.nlm.nih.gov/pubmed/31000002</url></related-urls></urls>"
    assert record(reference(url)).pmid == "31000002"


def test_a_preprint_is_known_by_its_address() -> None:
    one = record(reference("<urls><web-urls><url>https://arxiv.org/abs/2101.00042v2</url></web-urls></urls>"))
    made = to_paper(one)
    assert isinstance(made, Paper)
    assert (made.arxiv_id, made.arxiv_version) == ("2101.00042", 2)


def test_a_chapter_is_in_its_book_and_an_edited_book_by_its_editors() -> None:
    titles = "<title>Roots</title><secondary-title>All of lilies</secondary-title>"
    chapter = f"<titles>{titles}</titles><publisher>Bog</publisher>"
    editors = "<contributors><secondary-authors><author>Ed, Ann</author></secondary-authors></contributors>"
    one = record(f"<record><ref-type name='Book Section'>5</ref-type>{editors}{chapter}</record>")
    assert (one.venue, one.authors) == ("All of lilies", ("Ann Ed",))
    assert record(reference("<publisher>Bog</publisher>")).venue == "Bog"


def test_a_retraction_is_told_by_title_or_note() -> None:
    assert record(reference("", title="RETRACTED: Lilies")).retracted
    one = record(reference("<notes>Retraction in: J Ponds 2016;2:3</notes>"))
    assert (one.retracted, one.retraction_note) == (True, "Retraction in: J Ponds 2016;2:3")
    assert not record(RECORD).retracted


def test_a_reference_without_a_title_is_refused() -> None:
    first, second = read(reference("<abstract>Lost.</abstract>", title=""), RECORD)
    assert isinstance(first, Rejected)
    assert (first.where, first.reason) == ("record 1, line 1", "no title (found: ref-type, titles, abstract)")
    assert isinstance(second, Record)


def test_a_record_cut_off_leaves_the_ones_around_it() -> None:
    items = read(RECORD, RECORD[: len(RECORD) // 2], RECORD)
    assert [type(item) for item in items] == [Record, Rejected, Record]


FILE = export(RECORD, reference("<abstract>A &lt; b</abstract>"))


@given(st.integers(0, len(FILE)), st.integers(0, 60), st.text("<>&/ a\x00é", max_size=6))
def test_no_damage_raises(at: int, length: int, put: str) -> None:
    for text in (FILE[:at] + put + FILE[at + length :], FILE[:at]):
        items = list(read_endnote_xml(io.StringIO(text), "e.xml"))
        assert all(isinstance(item, Record | Rejected) for item in items)


@given(st.permutations(RECORD.split("\n")[1:-1]), st.integers(0, 5))
def test_shuffled_and_doubled_fields_raise_nothing(lines: list[str], doubled: int) -> None:
    inner = "\n".join([*lines, *lines[:doubled]])
    items = list(read_endnote_xml(io.StringIO(export(f"<record>{inner}</record>", RECORD)), "e.xml"))
    assert all(isinstance(item, Record | Rejected) for item in items)
    assert items
