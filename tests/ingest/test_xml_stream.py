"""XML read safely: nothing expanded or fetched, little memory, and damage that costs only what it touches."""

from __future__ import annotations

import io
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Rejected
from ingest.sources import find_format
from ingest.sources.xml_other import read_other_xml
from ingest.sources.xml_pieces import Shape, root_name
from ingest.sources.xml_stream import Found, read_xml
from ingest.sources.xml_text import inline_text

SHAPE = Shape(levels=(("list",), ("item",)))


def read(text: str, shape: Shape = SHAPE) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    found, rejected = [], []
    for one in read_xml(io.StringIO(text, newline=""), "t.xml", shape):
        if isinstance(one, Found):
            found.append((one.where, inline_text(one.element)))
        else:
            rejected.append((one.where, one.reason))
    return found, rejected


def test_records_come_with_their_number_and_line() -> None:
    found, rejected = read("<list>\r\n<item>one</item>\r\n\r\n<item>two</item>\r\n</list>")
    assert found == [("record 1, line 2", "one"), ("record 2, line 4", "two")]
    assert rejected == []


def test_lines_are_counted_beyond_what_16_bits_hold() -> None:
    found, _ = read("<list>" + "\n" * 70_000 + "<item>a</item>\n" * 2 + "</list>")
    assert [where for where, _ in found] == ["record 1, line 70001", "record 2, line 70002"]


def test_the_declared_encoding_is_of_no_account() -> None:
    assert (
        read('<?xml version="1.0" encoding="ISO-8859-1"?>\n<list><item>é–中</item></list>')[0][0][1] == "é–中"
    )


def test_html_entities_are_known_without_a_dtd() -> None:
    text = "<list><item>caf&eacute;&nbsp;&alpha;&NotEqualTilde; &lt; &#233; &#xE9;</item></list>"
    assert read(text) == ([("record 1, line 1", "café\xa0α≂̸ < é é")], [])


def test_characters_that_were_not_escaped_are_mended() -> None:
    text = "<list><item a='x&y'>AT&T, p <0.05, a < b, &unknown; ]]> \x00\x0b\x1f&#0;&#x1F;.</item></list>"
    ((_, said),), rejected = read(text)
    assert " ".join(said.split()) == "AT&T, p <0.05, a < b, &unknown; ]]> ."
    assert rejected == []


def test_a_cdata_section_is_text_as_it_stands() -> None:
    assert (
        read("<list><item><![CDATA[<item> &eacute; & ]]>&eacute;</item></list>")[0][0][1]
        == "<item> &eacute; & é"
    )


@pytest.mark.parametrize(
    "declared",
    [
        "<!ENTITY a '0123456789'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>",
        "<!ENTITY c SYSTEM 'file:///etc/hostname'>",
        "<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;",
    ],
)
def test_a_text_that_declares_entities_is_refused(declared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    found, rejected = read(
        f"<?xml version='1.0'?>\n<!DOCTYPE list [{declared}]>\n<list><item>&c;</item></list>"
    )
    assert found == []
    assert rejected == [
        ("line 2", "its XML declares entities of its own, which are not expanded: nothing was read")
    ]


def test_an_external_dtd_is_not_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/list.dtd"
        found, rejected = read(f"<!DOCTYPE list SYSTEM '{address}'><list><item>&eacute;</item></list>")
        assert ([said for _, said in found], rejected) == (["é"], [])
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    ("damaged", "kept", "where", "reason"),
    [
        ("<item>2</b></item>", "13", "record 2, line 2", "mismatch"),
        ("<item>2<b></item>", "13", "record 2, line 2", "mismatch"),
        ("<item>2", "13", "record 2, line 2", "no end before line 3"),
        ("<item <b>2</item>", "13", "line 2", "attribute"),
        ("</b>", "13", "line 2", "mismatch"),
        ("<item>2<![CDATA[ </item>", "1", "record 2, line 2", "ends in the middle"),
    ],
)
def test_damage_is_told_once_and_the_rest_is_read(damaged: str, kept: str, where: str, reason: str) -> None:
    found, rejected = read(
        f"<list>\n{damaged}\n<item>3</item></list>".replace("<list>", "<list><item>1</item>")
    )
    assert "".join(said for _, said in found) == kept
    ((told, why),) = rejected
    assert told == where
    assert reason in why


def test_a_truncated_file_gives_its_whole_records() -> None:
    text = "<list>\n<item>1</item>\n<item>2 <b>x</b>"
    assert read(text) == (
        [("record 1, line 2", "1")],
        [("record 2, line 3", "the file ends in the middle of this record")],
    )
    assert read("<list>\n<item>1</item>\n")[1] == [
        ("line 3", "the file ends before its XML does: records may be missing")
    ]


def test_files_joined_to_one_are_read_as_such() -> None:
    one = "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE list>\n<list><item>1</item></list>\n"
    found, rejected = read(one * 3)
    assert [where for where, _ in found] == [f"record {n}, line {3 * n}" for n in (1, 2, 3)]
    assert rejected == []


def test_records_without_a_list_around_them_are_read() -> None:
    assert read("<item>1</item>\n<item>2</item>") == (
        [("record 1, line 1", "1"), ("record 2, line 2", "2")],
        [],
    )


@pytest.mark.parametrize("tag", ["<list " + "x" * 50_000 + "'>", "<list " + "a='b' " * 20_000 + '">'])
def test_a_damaged_start_tag_of_any_length_takes_no_long_search(tag: str) -> None:
    found, rejected = read(f"{tag}<item>1</item></list>")
    assert [said for _, said in found] in ([], ["1"])
    assert rejected


def test_deep_nesting_is_damage() -> None:
    found, rejected = read("<list><item>" + "<b>" * 100_000 + "</item><item>2</item></list>")
    assert [said for _, said in found] == ["2"]
    assert len(rejected) == 1


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.StringIO):
        parts = 0

        def read(self, size: int | None = -1, /) -> str:
            self.parts += 1
            start = "<list>" if self.parts == 1 else ""
            return start + "<item>some words</item><x/>\n" * 2000 if self.parts <= 40 else ""

    count = 0
    for one in read_xml(Endless(), "t.xml", SHAPE):
        if isinstance(one, Found):
            count += 1
            # What the parser still holds: this record, and what it has read ahead of it.
            assert sum(1 for _ in one.element.getroottree().getroot().iter()) < 10
    assert count == 80_000


def test_a_record_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.xml_stream.LONGEST_RECORD", 100_000)
    found, rejected = read("<list><item>" + "word " * 60_000 + "</item><item>2</item></list>")
    assert [said for _, said in found] == ["2"]
    assert [why.partition(" (")[0] for _, why in rejected] == ["no record ends within 100,000 characters"]


@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("<?xml version='1.0'?>\n<!-- <x> --><!DOCTYPE a [<!ELEMENT b ANY>]>\n<p:list xmlns:p='u'>", "list"),
        ("\ufeff<list>", "list"),
        ("no XML <list>", ""),
        ("", ""),
    ],
)
def test_the_first_element_is_found(sample: str, name: str) -> None:
    assert root_name(sample) == name


def test_other_xml_is_refused_by_name() -> None:
    text = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><title>No paper</title></svg>'
    assert find_format(text).name == "XML of another kind"
    (item,) = read_other_xml(io.StringIO(text), "t.svg")
    assert isinstance(item, Rejected)
    assert "<svg>" in item.reason


@given(st.text(alphabet=st.sampled_from("<>/&;!?[]-'\"= \n\r\x00aitemlsxCDATA\ud800é"), max_size=200))
def test_random_text_raises_nothing(text: str) -> None:
    found, rejected = read(text)
    assert found or rejected or "<" in text


PARTS = ("<list>", "</list>", "<item>", "</item>", "<b>", "</b>", "<![CDATA[", "]]>", "&eacute;", "&", "<", "x\n",
         "<!--", "-->", "<?xml version='1.0'?>", "<!DOCTYPE list>", "<item a='1'>", "<item/>")  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_shuffled_markup_raises_nothing(parts: list[str]) -> None:
    read("".join(parts))


@given(st.lists(st.text("abc<&é>]\n", max_size=20), max_size=8), st.integers(1, 9), st.booleans())
def test_what_is_escaped_comes_back_whatever_the_chunks(texts: list[str], size: int, as_cdata: bool) -> None:
    from xml.sax.saxutils import escape

    class Slow(io.StringIO):
        def read(self, _: int | None = -1, /) -> str:
            return super().read(size)

    inner = (f"<![CDATA[{text.replace(']', '')}]]>" if as_cdata else escape(text) for text in texts)
    text = "<list>" + "".join(f"<item>{one}</item>" for one in inner) + "</list>"
    found = [
        inline_text(one.element) if isinstance(one, Found) else one
        for one in read_xml(Slow(text), "t", SHAPE)
    ]
    assert found == [text.replace("]", "") if as_cdata else text for text in texts]


@given(st.integers(0, 10_000))
def test_a_cut_anywhere_costs_one_record_at_most(at: int) -> None:
    whole = (
        "<list>\n"
        + "".join(f"<item n='{n}'>title {n} &amp; <i>x</i></item>\n" for n in range(9))
        + "</list>\n"
    )
    found, rejected = read(whole[: at % len(whole)])
    assert len(rejected) <= 1
    assert len(found) == whole[: at % len(whole)].count("</item>")
