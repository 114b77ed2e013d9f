"""The ACL Anthology's XML: papers and what their volume tells of them."""

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
from ingest.sources.acl_xml import read_acl_xml

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest" / "acl_anthology_xml"

FIRST = """<paper id="1">
      <title><fixed-case>N</fixed-case>ets of <tex-math>\\mathcal{O}(n^2)</tex-math> words</title>
      <author><first>Ola</first><last>Weaver</last>
        <variant script="hani"><first>奥</first><last>织</last></variant></author>
      <author id="min-knot-2"><first/><last>Min</last></author>
      <abstract>We tie <i>nets</i> at <tex-math>k</tex-math>-grams. See <url>https://nets.example</url>.</abstract>
      <url hash="1">2031.nets-long.1</url>
      <doi>10.1234/nets.1</doi>
    </paper>"""
SECOND = (
    """<paper id="2"><title>Loose ends</title><editor><first>Ed</first><last>Itor</last></editor></paper>"""
)
VOLUME = f"""<volume id="long" type="proceedings">
    <meta><booktitle>Proceedings of <fixed-case>NETS</fixed-case></booktitle>
      <editor><first>A</first><last>B</last></editor>
      <month>May</month><year>2031</year><venue>nets</venue></meta>
    <frontmatter><url>2031.nets-long.0</url></frontmatter>
    {FIRST}
    {SECOND}
  </volume>"""
SHORT = """<volume id="short"><meta><booktitle>Short NETS</booktitle><year>2032</year></meta>
    <paper id="1"><title>Knots</title><url>https://elsewhere.example/knots.pdf</url></paper></volume>"""


def collection(*volumes: str, name: str = "2031.nets") -> str:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<collection id=\"{name}\">\n"
        + "\n".join(volumes)
        + "\n</collection>\n"
    )


def read(text: str) -> list[Record | Rejected]:
    assert find_format(text).name == "ACL Anthology (XML)"
    return list(read_acl_xml(io.StringIO(text, newline=""), "a.xml"))


def papers(text: str) -> list[Record]:
    items = read(text)
    assert all(isinstance(item, Record) for item in items)
    return [item for item in items if isinstance(item, Record)]


def test_a_paper_has_its_own_fields_and_its_volumes() -> None:
    first, second, third = papers(collection(VOLUME, SHORT))
    assert first.where == "record 1, line 8"
    assert first.authors == ("Ola Weaver", "Min")
    assert (first.venue, first.year, first.date) == ("Proceedings of NETS", 2031, "2031-05")
    assert (first.doi, first.url) == ("10.1234/nets.1", "https://aclanthology.org/2031.nets-long.1/")
    made = to_paper(first)
    assert isinstance(made, Paper)
    assert made.title == "Nets of O(n^2) words"
    assert made.abstract == "We tie nets at k-grams. See https://nets.example."
    assert (second.title, second.url) == ("Loose ends", "https://aclanthology.org/2031.nets-long.2/")
    assert second.authors == ("Ed Itor",)
    assert (third.venue, third.year, third.url) == ("Short NETS", 2032, "https://elsewhere.example/knots.pdf")


@pytest.mark.parametrize(
    ("name", "volume", "address"),
    [("J89", "1", "J89-1002"), ("W05", "2", "W05-0202"), ("D19", "1", "D19-1002"), ("D19", "54", "D19-5402")],
)
def test_ids_of_former_times(name: str, volume: str, address: str) -> None:
    (one,) = papers(collection(f"<volume id='{volume}'>{SECOND}</volume>", name=name))
    assert one.url == f"https://aclanthology.org/{address}/"
    assert one.year == int("20" + name[1:]) - (100 if name == "J89" else 0)


def test_front_matter_and_talks_are_no_papers() -> None:
    event = """<event id="nets-2031"><meta><title>NETS 2031</title></meta><talk><title>On nets</title></talk>
      <colocated><volume-id>2031.nets-long</volume-id></colocated></event>"""
    assert [one.title for one in papers(collection(event, SHORT))] == ["Knots"]
    assert papers(collection(event, SHORT))[0].venue == "Short NETS"


@pytest.mark.parametrize(
    ("element", "retracted", "note"),
    [
        ('<retracted date="2032-01-05">Results not found again.</retracted>', True,
         "retracted 2032-01-05: Results not found again."),
        ('<removed date="2032-01-06">Asked by the authors.</removed>', True,
         "removed 2032-01-06: Asked by the authors."),
        ('<erratum id="1" hash="a" date="2032-02-01">2031.nets-long.2e1</erratum>', False,
         "erratum 2032-02-01: 2031.nets-long.2e1"),
        ('<revision id="1" href="x"/><revision id="2" href="y" date="2032-03-01">Table 2.</revision>', False,
         "revised 2032-03-01: Table 2."),
        ("", False, ""),
    ],
)  # fmt: skip
def test_retractions_errata_and_revisions_are_noted(element: str, retracted: bool, note: str) -> None:
    paper = SECOND.replace("</paper>", f"{element}</paper>")
    (one,) = papers(collection(f"<volume id='1'><meta><year>2031</year></meta>{paper}</volume>"))
    assert (one.retracted, one.retraction_note) == (retracted, note)


def test_damage_gives_no_paper_to_another_volume() -> None:
    damaged = VOLUME.replace("Loose ends</title>", "Loose ends")
    items = read(collection(damaged, SHORT))
    assert [item.title if isinstance(item, Record) else "refused" for item in items] == [
        "Nets of $\\mathcal{O}(n^2)$ words",
        "refused",
        "Knots",
    ]
    assert isinstance(items[-1], Record)
    assert (items[-1].venue, items[-1].year) == ("Short NETS", 2032)
    # The short volume's description is lost: its paper isn't given the long one's.
    items = read(collection(VOLUME, SHORT.replace("</booktitle>", "")))
    assert isinstance(items[-1], Record)
    assert (items[-1].title, items[-1].venue, items[-1].year) == ("Knots", "", 2031)


def test_a_paper_without_a_title_is_refused() -> None:
    (one,) = read(
        collection("<volume id='1'><paper id='3'><pages>1-2</pages><bibkey>x</bibkey></paper></volume>")
    )
    assert isinstance(one, Rejected)
    assert one.reason == "no title (found: pages, bibkey)"


@pytest.mark.parametrize("name", ["2022.acl.xml", "J89.xml"])
def test_real_collections_give_the_counts_of_their_manifest(name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the real files aren't beside the checkout: {SHARED}")
    manifest = json.loads((SHARED.parent / "manifest.json").read_text(encoding="utf-8"))
    (told,) = (one for one in manifest if one["file"].endswith(f"/{name}"))
    with (SHARED / name).open(encoding="utf-8", newline="") as text:
        read_in = [item for item in read_acl_xml(text, name) if isinstance(item, Record)]
    assert len(read_in) == told["records"]
    assert sum(bool(one.abstract) for one in read_in) == told["with_abstract"]
    assert all(one.venue and one.year and one.url for one in read_in)
    raw = (SHARED / name).read_text(encoding="utf-8")
    assert sum(len(one.authors) for one in read_in) == raw.count("<author>") + raw.count("<author ")
    assert sum(bool(one.doi) for one in read_in) == raw.count("<doi>")


FILE = collection(VOLUME, SHORT)


@given(st.integers(0, len(FILE)), st.integers(0, 60), st.text("<>&/ a\x00é", max_size=6))
def test_no_damage_raises(at: int, length: int, put: str) -> None:
    for text in (FILE[:at] + put + FILE[at + length :], FILE[:at]):
        items = list(read_acl_xml(io.StringIO(text), "a.xml"))
        assert all(isinstance(item, Record | Rejected) for item in items)


@given(st.permutations(FILE.split("\n")))
def test_shuffled_lines_raise_nothing(lines: list[str]) -> None:
    items = list(read_acl_xml(io.StringIO("\n".join(lines)), "a.xml"))
    assert all(isinstance(item, Record | Rejected) for item in items)
