"""What a paper is called, and which papers a question names: surely, maybe, or not at all."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import StoreDamaged
from assistant.models import Paper
from assistant.name_index import NameIndex
from assistant.names import PaperNames
from assistant.own_names import Source, own_names
from assistant.text import terms

PAPERS = [
    Paper(
        id="quill",
        title="QuillNet: Sparse Routing for Handwriting",
        abstract="We present QuillNet, a router.",
        authors=("Ada Fenwick", "Bo Larsen"),
        year=2020,
    ),
    Paper(
        id="harbor",
        title="Sharing Cranes Fairly",
        abstract="Ports are busy. We propose Harbour Allocation by Local Observation (HALO), which shares cranes. "
        "Cranes wait less.",
        authors=("Fenwick, Ada", "Mira Osei"),
        year=2022,
    ),
    Paper(
        id="grace",
        title="GRACE: Tuning Pianos by Ear",
        abstract="We introduce GRACE. It listens to strings.",
        authors=("Bo Larsen",),
        year=2022,
    ),
    Paper(
        id="tidal",
        title="Tidal Energy Forecasts From Buoy Networks",
        abstract="Buoys tell of waves; TEF is short for them. Forecasts get better.",
        authors=("Jun Watanabe",),
        year=2019,
    ),
    Paper(id="slow", title="Slow Is Smooth: Planning Robot Grasps", abstract="Robots grasp."),
    Paper(id="soil1", title="Soil moisture: a survey", abstract="Water in soil."),
    Paper(
        id="soil2", title="Measuring soil moisture from orbit", abstract="Orbits of water, with HALO data."
    ),
    Paper(id="bench", title="Judging Translators with MossBench", abstract="Judges disagree."),
    Paper(
        id="learn",
        title="Learning to Prune Vineyards in Winter Without Labelled Photographs",
        abstract="Vines are cut.",
    ),
]
COMMON = {"grace", "slow", "smooth", "halo", "quill"}


def names_of(papers: list[Paper]) -> PaperNames:
    count: Counter[str] = Counter()
    for paper in papers:
        count.update(set(terms(f"{paper.title}\n{paper.abstract}")))
    return PaperNames(
        NameIndex.build(None, papers),
        lambda word: min((count[term] for term in terms(word)), default=0),
        COMMON.__contains__,
    )


@pytest.fixture(scope="module")
def names() -> PaperNames:
    return names_of(PAPERS)


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("QuillNet: Sparse Routing", "We present QuillNet, a router.", ("QuillNet", Source.BOTH)),
        ("Soil moisture: a survey", "Water.", ("Soil moisture", Source.HEAD)),
        ("Sharing Cranes", "We propose Crane Sharing (CRASH), which shares.", ("CRASH", Source.TOLD)),
        ("A Better Crane", "In this paper we introduce Kranich, a crane.", ("Kranich", Source.TOLD)),
        ("A Better Crane", "The method, called KranX, lifts.", ("KranX", Source.TOLD)),
        ("Cranes", "MOSS is a benchmark of mosses.", ("MOSS", Source.TOLD)),
        ("Cranes", "Crane-Net, or CRN, lifts.", ("CRN", Source.TOLD)),
        ("More Questions for Moss", "Moss-QA 2.0 extends Moss-QA.", ("Moss-QA 2.0", Source.TOLD)),
        ("Judging Translators with MossBench", "Judges disagree.", ("MossBench", Source.WITHIN)),
        ("Tidal Energy Forecasts", "TEF is short for them.", ("TEF", Source.INITIALS)),
        ("Tidal Energy Forecasts", "Nothing.", ("TEF", Source.UNUSED_INITIALS)),
    ],
)
def test_the_names_that_a_paper_gives_itself(title: str, abstract: str, expected: tuple[str, Source]) -> None:
    assert expected in [(name.spelled, name.source) for name in own_names(title, abstract)]


@pytest.mark.parametrize(
    "abstract",
    [
        "Graph networks (GNNs) are slow.",
        "We develop an ML-driven tool for ports.",
        "We design a tool on top of BERT-based encoders.",
        "Learning with rewards (RL) is hard. We try it.",
    ],
)
def test_what_an_abstract_only_mentions_is_no_name_of_the_paper(abstract: str) -> None:
    assert [name.spelled for name in own_names("Cranes", abstract)] == []


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What is QuillNet?", ["quill"]),
        ("what does quillnet route", ["quill"]),
        ("How does quill net's router work?", ["quill"]),
        ("what's in the quill-net paper", ["quill"]),
        ("What does HALO share?", ["harbor"]),
        ("GRACE vs QuillNet on strings", ["grace", "quill"]),
        ("quillnet vs grace", ["quill", "grace"]),
        ("grace: which strings does it hear?", ["grace"]),
        ("the grace paper, please", ["grace"]),
        ("who translates for MossBench", ["bench"]),
        ("what do they mean by Slow Is Smooth?", ["slow"]),
    ],
)
def test_papers_are_named_by_their_own_names(names: PaperNames, question: str, named: list[str]) -> None:
    assert names.find(question) == named


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What is QuilNlet?", "quill"),
        ("quilnet: what is routed?", "quill"),
        ("what does QuillNett route", "quill"),
        ("Which translators did MosBench judge?", None),
        ("What is QuilNlet 2?", "quill"),
        ("how do tidle energy forecasts from buoy networks work?", "tidal"),
        ("tidal energy forcasts - from which buoys?", "tidal"),
    ],
)
def test_names_are_recognised_with_a_slip(names: PaperNames, question: str, named: str | None) -> None:
    assert names.find(question) == ([named] if named else [])


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ('Summarise "Sharing Cranes Fairly" for me', ["harbor"]),
        ("How does the fair cranes paper count?", ["harbor"]),
        ("in the paper on planning robot grasps, which robots?", ["slow"]),
        ("What does the buoy forecast study say?", ["tidal"]),
        ("In Planning Robot Grasps, which robots are slow?", ["slow"]),
        ("learning to prune vineyards: which photographs?", ["learn"]),
        ("Learning to Prune Vineyards in Winter Without Labelled Photographs reports what?", ["learn"]),
        ("In the pianos paper (not the vineyards one), who listens?", ["grace"]),
    ],
)
def test_papers_are_named_by_words_of_their_titles(
    names: PaperNames, question: str, named: list[str]
) -> None:
    assert names.find(question) == named


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What do Watanabe et al. forecast?", ["tidal"]),
        ("what do watanabe et al forecast", ["tidal"]),
        ("the Watanabe paper", ["tidal"]),
        ("Fenwick et al. (2020) on routing", ["quill"]),
        ("Fenwick and Osei 2022", ["harbor"]),
        ("what did Osei's paper find", ["harbor"]),
        ("the paper by Jun Watanabe from 2019", ["tidal"]),
        ("Larsen et al. 2022", ["grace"]),
        ("Nobody et al. 2022", []),
        ("Fenwick et al.", []),
        ("Watanabe et al. 2020", []),
    ],
)
def test_papers_are_named_by_their_authors(names: PaperNames, question: str, named: list[str]) -> None:
    assert names.find(question) == named


def test_of_two_papers_by_one_author_none_is_sure(names: PaperNames) -> None:
    found = names.mentions("What do Fenwick et al. say?")
    assert {named.paper_id for named in found} == {"quill", "harbor"}
    assert not any(named.sure for named in found)


@pytest.mark.parametrize(
    "question",
    [
        "What gives dancers their grace?",
        "is slow really smooth",
        "How wet is soil moisture in spring?",
        "Which papers share cranes?",
        "Another paper explains cranes. Which?",
        "What is an ad-hoc crane?",
        "which grasp is it of a robot",
        "How many cranes are there?",
        "For buoy networks, what is the best sensor?",
        "What is said of robot grasps, ports and pianos?",
        "Unlike QuillNet, what needs no router?",
        "",
    ],
)
def test_common_words_and_topics_name_nothing(names: PaperNames, question: str) -> None:
    assert names.find(question) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "In our own tests with old letters from monasteries QuillNet reads as well as a trained monk.",
            ["quill"],
        ),
        ("In our own tests with old letters from monasteries quillnet reads as well as a trained monk.", []),
        ("Cranes that are run by HALO in the northern ports wait less than cranes run by people.", []),
        ("Robots that measure soil moisture from orbit see more of it than robots on the ground do.", []),
        (
            "Vines are cut by learning to prune vineyards in winter without labelled photographs of any other plant.",
            ["learn"],
        ),
        ("QuillNet reads monks.", ["quill"]),
        ("Grace listens to strings.", []),
    ],
)
def test_a_statement_names_papers_only_by_their_own_spelling_or_a_long_title(
    names: PaperNames, statement: str, named: list[str]
) -> None:
    assert names.find(statement) == named


def test_a_longer_name_leaves_out_the_one_within_it() -> None:
    lamps = [
        Paper(id="one", title="Lumo: Lamps", abstract="We present Lumo."),
        Paper(id="two", title="Darker Lamps", abstract="We present Lumo 2.0, which follows Lumo."),
    ]
    assert [named.paper_id for named in names_of(lamps).mentions("What light does Lumo 2.0 give?")] == ["two"]


def test_a_known_name_that_something_is_measured_by_is_not_meant() -> None:
    users = [Paper(id=f"u{n}", title=f"Lifting {n}", abstract="Tested on HoistQA.") for n in range(4)]
    own = Paper(id="own", title="HoistQA: Questions on Cranes", abstract="We present HoistQA.")
    names = names_of([*users, own])
    assert names.find("Which HoistQA score did they reach?") == []
    assert names.find("Who asked the questions of HoistQA?") == ["own"]


def test_a_name_of_two_papers_is_not_sure() -> None:
    twins = [
        Paper(id="a", title="Moor: one way", abstract=""),
        Paper(id="b", title="Moor: another way", abstract=""),
    ]
    assert names_of(twins).find("the Moor paper") == []


def test_a_name_tells_where_it_stands(names: PaperNames) -> None:
    (named,) = names.mentions("So what is QuillNet?")
    assert (named.place, named.end, named.said, named.sure) == (11, 19, "QuillNet", True)


def test_the_index_is_the_same_when_opened_again(tmp_path: Path) -> None:
    NameIndex.build(tmp_path / "names", PAPERS)
    opened = NameIndex.open(tmp_path / "names")
    assert len(opened) == len(PAPERS)
    (paper,) = opened.called("quillnet")
    assert (paper.paper_id, paper.surnames, paper.year) == ("quill", ("fenwick", "larsen"), 2020)
    assert [paper.paper_id for paper in opened.called_nearly("quilnlet", 1)] == ["quill"]


@pytest.mark.parametrize("size", [0, 40])
def test_a_missing_or_damaged_index_is_told(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "names"
    with pytest.raises(StoreDamaged):
        NameIndex.open(folder)
    NameIndex.build(folder, PAPERS)
    for file in folder.glob("*.store"):
        file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(StoreDamaged):
        NameIndex.open(folder)


def test_a_paper_that_is_called_so_is_found_among_a_hundred_that_only_abbreviate_so() -> None:
    many = [
        Paper(id=f"m{n}", title=f"Maps of Old Sand Streets {n}", abstract="We draw MOSS maps.")
        for n in range(100)
    ]
    own = Paper(id="own", title="MOSS: A Lamp", abstract="We present MOSS.")
    index = NameIndex.build(None, [*many, own])
    assert [paper.paper_id for paper in index.called("moss")] == ["own"]


def test_several_threads_may_ask_at_once(names: PaperNames) -> None:
    questions = [
        "What is QuilNlet?",
        "the Watanabe paper",
        "How does the fair cranes paper count?",
        "HALO?",
    ] * 50
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(names.find, questions)) == [names.find(question) for question in questions]


def test_an_empty_collection_names_nothing() -> None:
    assert names_of([]).mentions("What is QuillNet? The “crane” paper by Osei et al. (2022)") == []


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    for named in NAMES.mentions(text):
        assert 0 <= named.place < named.end <= len(text)
        assert named.said == text[named.place : named.end].strip()


@given(st.text(max_size=120), st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_paper_can_be_read(title: str, abstract: str) -> None:
    found = own_names(title, abstract)
    assert len({name.key for name in found}) == len(found)
    assert all(name.key for name in found)


NAMES = names_of(PAPERS)
