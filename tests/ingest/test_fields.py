"""Names, dates, tags and columns as exports write them: every author is one person, and nothing goes lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.dates import as_date
from ingest.fields import as_names, as_tags, field_of
from ingest.match import surname
from ingest.records import Record, record_from

AUTHORS = {
    # every group parted by `and` is `Last, First`
    "van der Berg, Jan and Li, Wei": ("Jan van der Berg", "Wei Li"),
    "García Núñez, Eva and d'Arc, Joan and Li, Wei": ("Eva García Núñez", "Joan d'Arc", "Wei Li"),
    "van der Berg, Jan": ("Jan van der Berg",),
    r"{\v S}koda, Jan and Pr{\"o}ll, Eva": (r"Jan {\v S}koda", r"Eva Pr{\"o}ll"),
    # last names and initials in turn
    "Smith, J., Doe, A.": ("J. Smith", "A. Doe"),
    "Smith, J.-P., van der Berg, A.B., Łoś, Ż.": ("J.-P. Smith", "A.B. van der Berg", "Ż. Łoś"),
    "Ivanov, Yu.A., Petrov, A. B.": ("Yu.A. Ivanov", "A. B. Petrov"),
    "Smith, JA, Doe, B": ("JA Smith", "B Doe"),
    "Smith, J., A. Doe, and B. Roe": ("J. Smith", "A. Doe", "B. Roe"),
    "Garcia Lopez, M.": ("M. Garcia Lopez",),
    "Smith J, Doe AB": ("Smith J", "Doe AB"),
    "Jane Doe, MIT": ("Jane Doe", "MIT"),
    # nobody
    "Smith, J., Doe, A., et al.": ("J. Smith", "A. Doe"),
    "Jane Doe, Wei Li et al": ("Jane Doe", "Wei Li"),
    "Doe, Jane and others": ("Jane Doe",),
    "Doe, Jane; Li, Wei; others": ("Jane Doe", "Wei Li"),
    "et al.": (),
    # Chinese separators
    "王小明；李雷": ("王小明", "李雷"),
    "王小明、李雷": ("王小明", "李雷"),
    "王小明，李雷，等": ("王小明", "李雷"),
    "王小明, 李雷": ("王小明", "李雷"),
    "山田, 太郎; 佐藤, 花子": ("太郎 山田", "花子 佐藤"),
    # organisations
    "{Acme, Inc. and Sons} and Doe, Jane": ("Acme, Inc. and Sons", "Jane Doe"),
    '"Food, Drugs; and Care Office", Jane Doe': ("Food, Drugs; and Care Office", "Jane Doe"),
    "{Food, Drugs and Care Office}; Li, Wei": ("Food, Drugs and Care Office", "Wei Li"),
    "Acme, Inc.; Doe, Jane": ("Acme, Inc.", "Jane Doe"),
    'John "Jack" Smith, Jane Doe': ('John "Jack" Smith', "Jane Doe"),
    # suffixes
    "John Smith, Jr., Jane Doe": ("John Smith Jr.", "Jane Doe"),
    "Smith, Jr., John and Doe, Jane": ("John Smith Jr.", "Jane Doe"),
    "Smith, John, III; Doe, Jane": ("John Smith III", "Jane Doe"),
    "King Jr., Martin Luther": ("Martin Luther King Jr.",),
    "Smith, J., Jr., Doe, A.": ("J. Smith Jr.", "A. Doe"),
    # items of a list
    "Doe, J.; Smith, A. and Li, W.": ("J. Doe", "A. Smith", "W. Li"),
    "Doe, Jane; and Roe, Richard": ("Jane Doe", "Richard Roe"),
    "M&uuml;ller, Jo; Li, Wei": ("Jo Müller", "Wei Li"),
}


@pytest.mark.parametrize(("text", "names"), AUTHORS.items(), ids=list(AUTHORS))
def test_a_string_of_authors(text: str, names: tuple[str, ...]) -> None:
    assert as_names(text) == names


def test_a_list_of_authors() -> None:
    listed = ["Doe, Jane", "Smith, John, Jr.", "{Acme, Inc.}", "van der Berg, Jan", "et al.", "Plato"]
    assert as_names(listed) == ("Jane Doe", "John Smith Jr.", "Acme, Inc.", "Jan van der Berg", "Plato")


NAME_TEXT = st.lists(
    st.sampled_from(
        ["Li", "Doe", "J.", ", ", "; ", " and ", "{", "}", '"', "Jr.", "et al", "、", "，", "王", "\ufdd0"]
    )
    | st.text(max_size=4)
).map("".join)


@given(NAME_TEXT)
def test_any_text_gives_names_with_something_in_them(text: str) -> None:
    assert all(name == name.strip() and any(map(str.isalnum, name)) for name in as_names(text))


@given(
    st.lists(
        st.from_regex(r"[B-DF-HK-Z][a-z]{3,8}, [B-DF-HK-Z][a-z]{3,8}", fullmatch=True),
        min_size=2,
        unique=True,
    )
)
def test_however_a_list_is_parted_each_author_is_one(names: list[str]) -> None:
    turned = tuple(dict.fromkeys(" ".join(reversed(name.split(", "))) for name in names))
    assert as_names(" and ".join(names)) == as_names("; ".join(names)) == as_names("；".join(names)) == turned


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("Liu R.", "Liu"), ("Doe J.A.", "Doe"), ("GC David", "David"), ("Plato", "Plato"), ("Jane A. Doe", "Doe"),
        ("van der Berg J", "Berg"), ("Jan van der Berg", "Berg"), ("van der Berg J A", "Berg"), ("J. R.", "J."),
        ("John Smith Jr.", "Smith"), ("John Smith III", "Smith"),
    ],
)  # fmt: skip
def test_the_surname_is_the_same_however_the_name_is_turned(name: str, last: str) -> None:
    assert surname(name) == last


def test_tags_are_parted_by_chinese_signs_too() -> None:
    assert as_tags("检索；问答") == as_tags("检索、问答") == as_tags("检索，问答") == ("检索", "问答")
    assert as_tags("a, b；c") == ("a, b", "c")
    assert as_tags("R&amp;D, maps") == ("R&D", "maps")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("4--9 August 2021", "2021-08"), ("4-9 August 2021", "2021-08"), ("4–9 August 2021", "2021-08"),
        ("August 4-9, 2021", "2021-08"), ("2021 Aug 4-9", "2021-08"), ("30 August - 3 September 2021", "2021-08"),
        ("2021年5月4日", "2021-05-04"), ("2021 年 5 月", "2021-05"), ("2021년 5월 4일", "2021-05-04"),
        ("2021年", "2021"),
        ("04-May-2021", "2021-05-04"), ("4 May 2021", "2021-05-04"), ("03-05-2021", "2021"), ("2021年13月40日", "2021"),
    ],
)  # fmt: skip
def test_dates(written: str, date: str) -> None:
    assert as_date(written) == date


def test_columns_of_ieee_xplore_and_papers_with_code_are_known() -> None:
    row = {
        "Document Title": "T", "Authors": "J. Smith; A. Doe", "Publication Title": "V", "Publication Year": "2021",
        "Online Date": "11 June 2021", "Issue Date": "4-9 June 2021", "PDF Link": "https://a.b/c.pdf",
    }  # fmt: skip
    found = record_from(row, "export.csv", "line 2")
    assert not isinstance(found, Rejected)
    assert (found.date, found.url, found.year) == ("2021-06", "https://a.b/c.pdf", 2021)
    entry = {"title": "T", "proceeding": "V 2021", "tasks": ["Search", "Maps"], "url_abs": "https://a.b/c"}
    found = record_from(entry, "papers.json", "record 1")
    assert isinstance(found, Record)
    assert (found.venue, found.tags, found.url) == ("V 2021", ("Search", "Maps"), "https://a.b/c")


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Url", "url"), ("Date", "year"), ("Abstract Note", "abstract"), ("Manual Tags", "tags"), ("Author", "authors"),
        ("Publication Title", "venue"), ("Conference Name", "venue"), ("Meeting Name", "venue"),
        ("Language", "language"),
    ],
)  # fmt: skip
def test_columns_of_zoteros_table_are_known(column: str, field: str) -> None:
    assert field_of(column) == field
