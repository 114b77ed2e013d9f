"""BibTeX: every entry is a record or a reported rejection; macros, inheritance and LaTeX come out as meant."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.models import Paper, Rejected
from ingest.records import Record, to_paper
from ingest.sources import find_format
from ingest.sources.bibtex import is_bibtex, read_bibtex
from ingest.sources.bibtex_text import bare, ungroup

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ingest"


def read(text: str) -> tuple[list[Record], list[tuple[str, str]]]:
    records, rejected = [], []
    for item in read_bibtex(io.StringIO(text, newline=""), "t.bib"):
        if isinstance(item, Record):
            records.append(item)
        else:
            rejected.append((item.where, item.reason))
    return records, rejected


def paper(entry: str) -> Paper:
    (record,), rejected = read(entry)
    made = to_paper(record)
    assert rejected == [] and isinstance(made, Paper)
    return made


def test_every_field_that_a_paper_has_is_read() -> None:
    found = paper(
        """@Article{lund2021,
  author = "Lund, {\\AA}sa and van der Meer, Piet and others",
  title = {{Deep} {G}raphs in {{\\O}resund}: 10\\% less},
  subtitle = {A Study},
  journaltitle = {Journal of Made-Up Results},
  date = {2021-05-04},
  doi = {https://doi.org/10.5555/ab\\_c},
  eprint = {2101.00001v2}, archiveprefix = {arXiv}, primaryclass = {cs.LG},
  pmid = {12345678},
  url = {https://example.org/a\\_b},
  keywords = {graphs, deep learning},
  langid = {ngerman},
  note = {Retracted by the editors},
  abstract = {We find $\\alpha$-decay at 5\\,\\% --- and more.},
}"""
    )
    assert found.title == "Deep Graphs in Øresund: 10% less: A Study"
    assert found.authors == ("Åsa Lund", "Piet van der Meer")
    assert (found.year, found.date, found.venue) == (2021, "2021-05-04", "Journal of Made-Up Results")
    assert (found.doi, found.arxiv_id, found.arxiv_version) == ("10.5555/ab_c", "2101.00001", 2)
    assert (found.pmid, found.url, found.language) == ("12345678", "https://example.org/a_b", "de")
    assert found.tags == ("graphs", "deep learning", "cs.LG")
    assert (found.retracted, found.retraction_note) == (True, "Retracted by the editors")
    assert found.abstract == "We find alpha-decay at 5 % — and more."


def test_macros_are_put_in_and_parts_joined() -> None:
    text = (
        '@string{jmr = "Journal of"}\n@String(rest = {Results})\n'
        '@article{a, title="A" # { title}, journal = jmr # " " # REST, year=2020, month = 12 # "~" # aug}\n'
        "@article{b, title={B}, journal = unknown, year = 2019, month = 3, day = 7}\n"
    )
    (first, second), rejected = read(text)
    assert (first.title, first.venue, second.venue) == ("A title", "Journal of Results", "unknown")
    dates = [made.date for made in map(to_paper, (first, second)) if isinstance(made, Paper)]
    assert dates == ["2020-08-12", "2019-03-07"]
    assert rejected == []


def test_crossref_and_xdata_are_inherited_from_before_and_after() -> None:
    text = (
        "@xdata{common, langid = {french}}\n"
        "@inproceedings{child, title={Child}, crossref={Volume}}\n"
        "@inproceedings{own, title={Own}, year=1999, booktitle={Mine}, crossref={Volume}, xdata={common}}\n"
        "@proceedings{volume, title={Proceedings of X}, year=2003, editor={Ed Itor}}\n"
        "@incollection{late, title={Late}, crossref={volume}}\n"
        "@incollection{orphan, title={Orphan}, crossref={nowhere}}\n"
    )
    records, rejected = read(text)
    found = {record.title: (record.venue, record.year) for record in records}
    assert found == {
        "Child": ("Proceedings of X", 2003),
        "Own": ("Mine", 1999),
        "Proceedings of X": ("", 2003),
        "Late": ("Proceedings of X", 2003),
        "Orphan": ("", None),
    }
    assert [record.language for record in records if record.title == "Own"] == ["fr"]
    assert rejected == []


def test_entries_that_inherit_from_each_other_end() -> None:
    records, rejected = read("@book{a, title={A}, crossref={b}}\n@book{b, title={B}, crossref={a}}\n")
    assert sorted(record.title for record in records) == ["A", "B"]
    assert rejected == []


def test_a_broken_entry_is_refused_alone_with_line_and_key() -> None:
    text = (
        "@article{good1, title={One}}\n"
        "@article{open, title={Never closed,\n  year=2000\n"
        "@article{good2, title={Two}}\n"
        "@article{nocomma title={Three}}\n"
        "@misc{untitled, author={A. B.}, year=2001}\n"
        "@article{good3, title={Four}}\n"
        "@article{cut, title={Five}, abstract={and then"
    )
    records, rejected = read(text)
    assert [record.title for record in records] == ["One", "Two", "Four"]
    assert [where for where, _ in rejected] == [
        "line 2 (key open)",
        "line 5 (key nocomma)",
        "line 6 (key untitled)",
        "line 8 (key cut)",
    ]
    assert rejected[2][1] == "no title in this @misc (found: author, year)"
    assert "never closed" in rejected[3][1]


def test_comments_and_remarks_are_no_records() -> None:
    text = (
        "% Encoding: UTF-8\nMade by hand.\n@Preamble{ {\\newcommand{\\x}{y}} }\n"
        "@Comment{jabref-meta: grouping:\n0 AllEntriesGroup:;\n}\nSome remark on a@b.c\n"
        "@article{a, title={A}}\ntrailing\n"
    )
    records, rejected = read(text)
    assert [(record.title, record.where) for record in records] == [("A", "line 8 (key a)")]
    assert rejected == []


def test_equal_keys_are_two_records_and_a_repeated_field_loses_no_keyword() -> None:
    text = "@misc{k, title={A}, keywords={x}, keywords={y}, title={Other}}\n@misc{k, title={B}}\n"
    records, rejected = read(text)
    assert [(record.title, record.tags) for record in records] == [("A", ("x", "y")), ("B", ())]
    assert rejected == []


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Jane Doe and John Smith", ("Jane Doe", "John Smith")),
        ("Doe, Jane and {The {ATLAS} Collaboration}", ("Jane Doe", "The ATLAS Collaboration")),
        ("{Barnes and Noble, Inc.}", ("Barnes and Noble, Inc.",)),
        ("von Hippel, Jr., Eric and Sherry, John F., Jr.", ("Eric von Hippel Jr.", "John F. Sherry Jr.")),
        ("M{\\\"u}ller, J{\\'e}r{\\^o}me\n  and\n {\\L}ukasz \\v{S}kvor", ("Jérôme Müller", "Łukasz Škvor")),
        ("Doe, Jane; Smith, John", ("Jane Doe", "John Smith")),
        ("Knuth, D.~E. and others", ("D. E. Knuth",)),
        ("Wei Li 0001 and Jos{\\'{e}} A", ("Wei Li", "José A")),
    ],
)
def test_people_come_out_first_name_first(authors: str, names: tuple[str, ...]) -> None:
    assert paper(f"@article{{a, title={{T}}, author={{{authors}}}}}").authors == names


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "venue"),
    [
        ("journal={arXiv preprint arXiv:1706.00001}", "1706.00001", "arXiv preprint arXiv:1706.00001"),
        ("journal={CoRR}, volume={abs/1706.00002}", "1706.00002", "CoRR"),
        ("eprint={hep-th/9700001}, archivePrefix={arXiv}", "hep-th/9700001", "arXiv"),
        ("eprint={1706.00003}, eprinttype={arxiv}", "1706.00003", "arXiv"),
        ("note={arXiv:1706.00004 [cs]}, publisher={arXiv}", "1706.00004", "arXiv"),
        ("eprint={12345}, eprinttype={pubmed}", "", ""),
        ("journal={\\mnras}", "", "Monthly Notices of the Royal Astronomical Society"),
    ],
)
def test_preprints_are_known_however_they_are_told(fields: str, arxiv_id: str, venue: str) -> None:
    found = paper(f"@article{{a, title={{T}}, {fields}}}")
    assert (found.arxiv_id, found.venue) == (arxiv_id, venue)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("{BERT}: a {D}eep {Model of {X}}", "BERT: a Deep Model of X"),
        (r"\emph{E. {coli}} and $x^{2}$", r"\emph{E. coli} and $x^{2}$"),
        (r"{\"o} {\bf bold {X}}", r"{\"o} {\bf bold X}"),
        (r"\href{https://a.b/c--d}{the {X} page}", r"\href{https://a.b/c--d}{the X page}"),
        ("Fig.~3, pages 3--4, ~50, https://a.b/~me--x", "Fig. 3, pages 3–4, ~50, https://a.b/~me--x"),
        (r"sets \{0, 1\}, hy\-phen", r"sets \{0, 1\}, hyphen"),
        (r"O\({}^{\mbox{2}}\)-trees", r"O$^{\mbox{2}}$-trees"),
        ("un}balanced{", "unbalanced"),
    ],
)
def test_grouping_braces_go_and_arguments_stay(value: str, plain: str) -> None:
    assert ungroup(value) == plain


def test_identifiers_lose_their_escapes() -> None:
    assert bare(r"\url{https://a.b/x\_y?p=1\&q=\%20}") == "https://a.b/x_y?p=1&q=%20"
    assert bare(r"10.5555/a{\_}b\_c") == "10.5555/a_b_c"


@pytest.mark.parametrize(
    "sample",
    [
        "@article{a, title={A}}",
        "\ufeff% Encoding: UTF-8\n\n@Article{a,",
        "This file was made by a tool.\nEncoding: UTF8\n\n@INPROCEEDINGS{a,\n",
        '@string{x = "y"}\n',
        "@comment{jabref}",
        "@article{ WOS:000,\n Title",
    ],
)
def test_bibtex_is_recognised_by_its_first_entry(sample: str) -> None:
    assert is_bibtex(sample)
    assert find_format(sample).name == "BibTeX"


@pytest.mark.parametrize(
    "sample",
    [
        "A page.\n\n```bibtex\n@article{a,\n",
        'title,bibtex\nA,"\n@article{a, title={A}}"\n',
        "@someone wrote (yesterday) that\n",
        "me@example.org {x}",
        "<html>\n@article{a,\n",
    ],
)
def test_what_only_mentions_bibtex_is_none(sample: str) -> None:
    assert not is_bibtex(sample)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"real exports aren't beside the checkout: {SHARED}")
@pytest.mark.parametrize("name", ["complex.bib", "jabref-authors.bib"])
def test_real_libraries_give_their_counts(name: str) -> None:
    (told,) = (e for e in json.loads((SHARED / "manifest.json").read_text()) if e["file"] == f"bibtex/{name}")
    records, rejected = read((SHARED / "bibtex" / name).read_text(encoding="utf-8"))
    assert len(records) == told["records"] and rejected == []
    assert sum(bool(record.abstract) for record in records) == told["with_abstract"]
    assert all(record.authors or record.title.startswith("Proceedings") for record in records)


GOOD = (
    '@string{x = "Venue"}\n@article{one, title={A {B} \\"{o}}, author={A B and C, D}, journal=x, year=2000}\n'
    '@book{two, title="Q", crossref={three}, abstract={a {b} c}}\n@proceedings{three, title={P}}\n'
)


@settings(deadline=None)
@given(st.text(st.sampled_from('@{}",=#()\\ \n%abtitle$~-') | st.characters(), max_size=300))
def test_any_text_gives_records_and_rejections(text: str) -> None:
    for item in read_bibtex(io.StringIO(text, newline=""), "t.bib"):
        assert isinstance(item, Record | Rejected)
        if isinstance(item, Record):
            to_paper(item)


@settings(deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, len(GOOD)), st.text(max_size=5))
def test_damage_loses_no_entry_before_it(cut: int, resume: int, noise: str) -> None:
    records, _ = read(GOOD[:cut] + noise)
    first_end = GOOD.index("@book")
    if cut >= first_end:
        assert any(record.title.startswith("A B") for record in records)
    read(GOOD[:cut] + GOOD[resume:])


FIELD = st.sampled_from(
    [
        "title={T}",
        'author="A and B"',
        "year=2000",
        "month=jan # {~}",
        "crossref={a}",
        "keywords={x}",
        "date={20}",
        "doi={}",
    ]
)


@settings(deadline=None)
@given(st.lists(st.lists(FIELD, max_size=6), max_size=5))
def test_each_entry_gives_exactly_one_item(entries: list[list[str]]) -> None:
    text = "\n".join(f"@misc{{{chr(97 + n)}, {', '.join(fields)}}}" for n, fields in enumerate(entries))
    records, rejected = read(text)
    titled = sum(any(field.startswith("title") for field in fields) for fields in entries)
    assert (len(records), len(rejected)) == (titled, len(entries) - titled)
