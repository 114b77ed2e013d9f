"""Lists that are talked about: what a follow-up doesn't say stays, and a filter takes the place of its like."""

from __future__ import annotations

import json

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.filters import Filters
from assistant.list_talk import replaced
from assistant.llm import ChosenModel
from assistant.models import Answer, Turn
from assistant.pipeline import Assistant
from assistant.store import Store
from ingest.pipeline import ingest

PAPERS = [
    (
        "Kites that Map Reefs",
        "Kites carry cameras over coral reefs. The maps agree with divers.",
        "Ada Moss",
        2019,
        "OCEANS",
    ),
    (
        "Reef Sounds at Night",
        "Coral reefs crackle at night. We record twelve coral reefs.",
        "Ben Ruiz",
        2020,
        "OCEANS",
    ),
    (
        "Coral Reefs in Old Charts",
        "Old charts show coral reefs. We read 300 charts.",
        "Ada Moss",
        2021,
        "MAPCON",
    ),
    (
        "Reefs and Storms",
        "Storms break coral reefs. Reefs recover in nine years.",
        "Ines Roth",
        2022,
        "MAPCON",
    ),
    (
        "Clocks of Bees",
        "Bees keep time by the sun. We move forty hives at night.",
        "Ben Ruiz",
        2020,
        "INSECTA",
    ),
    (
        "Bees in Tunnels",
        "Bees fly faster in wide tunnels. We film bees from above.",
        "Ines Roth",
        2022,
        "INSECTA",
    ),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbeddings) -> Assistant:
    folder = tmp_path_factory.mktemp("lists")
    rows = [
        {"title": title, "abstract": abstract, "authors": [author], "year": year, "venue": venue}
        for title, abstract, author, year, venue in PAPERS
    ]
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    store = Store(folder / "store", create=True)
    ingest([folder / "papers.jsonl"], store, embedder)
    return Assistant(store, embedder, ChosenModel(None, "a test", None))


def talk(assistant: Assistant, *questions: str) -> Answer:
    """Ask one question after the other and return the last answer."""
    history: list[Turn] = []
    for question in questions:
        answer = assistant.ask(question, history)
        cited = tuple(source.paper_id for source in answer.sources)
        history += [
            Turn(role="user", content=question),
            Turn(role="assistant", content=answer.text, paper_ids=cited),
        ]
    return answer


REEFS = "Which papers are about coral reefs?"


@pytest.mark.parametrize(
    ("questions", "years"),
    [
        ([REEFS], {2019, 2020, 2021, 2022}),
        ([REEFS, "and since 2021?"], {2021, 2022}),
        ([REEFS, "and since 2021?", "And before 2021?"], {2019, 2020}),
        ([REEFS, "any by Ada Moss?"], {2019, 2021}),
        ([REEFS, "any by Ada Moss?", "and Ines Roth?"], {2022}),
        ([REEFS, "any by Ada Moss?", "only those from MAPCON"], {2021}),
        ([REEFS, "any from INSECTA?", "and from OCEANS?"], {2019, 2020}),
        ([REEFS, "How many of them are from 2020?", "and from 2021?"], {2021}),
        ([REEFS, "Which are from before 2021?"], {2019, 2020}),
        ([REEFS, "How many of these are by Ada Moss?", "Which of those are from 2021?"], {2021}),
        ([REEFS, "sorry, I meant bees"], {2020, 2022}),
        ([REEFS, "and since 2021?", "sorry, I meant bees"], {2022}),
        (["Which papers are from 2019?", "no, I meant 2021"], {2021}),
        (["papers by Moss", "I meant Roth"], {2022}),
        (["papers by Ruiz", "any about bees?"], {2020}),
        (["How many papers are from 2020?", "How many of them are about bees?"], {2020}),
        ([REEFS, "Which of them read charts?"], {2021}),
        ([REEFS, "Which of them is the oldest?"], {2019}),
        (["What is the newest paper on coral reefs?"], {2022}),
        (["What is the oldest paper?"], {2019}),
        ([REEFS, "and the oldest?"], {2019}),
        ([REEFS, "any from MAPCON?", "newest first"], {2021, 2022}),
        (["What is the newest paper on coral reefs?", "and the oldest one?"], {2019}),
        (["What is the latest paper by Ben Ruiz?"], {2020}),
    ],
)
def test_what_a_follow_up_does_not_say_stays(
    assistant: Assistant, questions: list[str], years: set[int]
) -> None:
    assert {source.year for source in talk(assistant, *questions).sources} == years


def test_a_paper_of_a_list_is_asked_about_and_the_list_is_not_listed_again(assistant: Assistant) -> None:
    first = talk(assistant, REEFS)
    answer = talk(assistant, REEFS, "What does the second one say?")
    assert not answer.summary
    assert {source.title for source in answer.sources} == {first.sources[1].title}
    answer = talk(assistant, REEFS, "What does the second one say?", "and the third?")
    assert {source.title for source in answer.sources} == {first.sources[2].title}


def test_what_is_compared_with_it_is_compared_with_the_paper_spoken_of(assistant: Assistant) -> None:
    answer = talk(assistant, "What do Kites that Map Reefs carry?", "Compare them with Bees in Tunnels")
    assert {source.title for source in answer.sources} == {"Kites that Map Reefs", "Bees in Tunnels"}


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        (Filters(since=2020), Filters(until=2022), Filters(since=2020, until=2022)),
        (Filters(since=2020), Filters(until=2019), Filters(until=2019)),
        (Filters(since=2019, until=2019), Filters(since=2020, until=2020), Filters(since=2020, until=2020)),
        (Filters(since=2019, authors=("A",)), Filters(authors=("B",)), Filters(since=2019, authors=("B",))),
        (Filters(authors=("A",)), Filters(venues=("V",)), Filters(authors=("A",), venues=("V",))),
    ],
)
def test_a_filter_takes_the_place_of_its_like(before: Filters, said: Filters, after: Filters) -> None:
    assert replaced(before, said) == after


@pytest.mark.parametrize(
    "question", ["What is MAPCON?", "Who is Ada Moss?", "How do bees keep time?", "hello"]
)
def test_a_question_of_its_own_is_not_a_restriction(assistant: Assistant, question: str) -> None:
    listed = assistant.ask(REEFS)
    cited = tuple(source.paper_id for source in listed.sources)
    history = [
        Turn(role="user", content=REEFS),
        Turn(role="assistant", content=listed.text, paper_ids=cited),
    ]
    found = assistant.search(question, history)
    assert found.standalone_question == question
    assert not found.filters
