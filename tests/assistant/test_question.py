"""What stands in records is told from what stands in abstracts, and follow-ups are made to stand alone."""

from __future__ import annotations

import pytest

from assistant.conversation import short_name
from assistant.models import Turn
from assistant.question import read_question

TITLES = {"a": "TEDDY: Trimming Edges", "b": "EMS: Evict then Merge", "c": "Good Poker Players"}
HISTORY = [
    Turn(role="user", content="Which cue does the one-shot graph sparsifier use?"),
    Turn(role="assistant", content="It uses edge degree [1].", paper_ids=("a", "b", "c")),
]


@pytest.mark.parametrize(
    ("text", "asked", "only"),
    [
        (
            "who wrote a benchmark for StarCraft II, and what is the summarisation method called?",
            ("authors",),
            False,
        ),
        ("Who wrote the BERT paper?", ("authors",), True),
        ("who are the authors of Lost in the Middle?", ("authors",), True),
        ("authors of TEDDY", ("authors",), True),
        ("In which year was BERT published?", ("year",), True),
        ("When was TEDDY published and how does it sparsify?", ("year",), False),
        ("At which conference was ColBERT published?", ("venue",), True),
        ("How many citations does DPR have?", ("citation counts",), True),
        ("Which cue does the sparsifier use?", (), False),
        ("What do the authors of EMS propose?", (), False),
        ("Who wins against human poker players?", (), False),
        ("In which year was the question answering dataset collected from Wikipedia?", (), False),
        ("Which authors' biographies are used as retrieval data?", (), False),
        ("Which conference call dataset is used here?", (), False),
        ("What journal articles are used to train it?", (), False),
        ("Which company data are the transactions from?", (), False),
        ("How often is the law cited by judges?", (), False),
        ("Which authors wrote TEDDY?", ("authors",), True),
        ("Give me the authors of TEDDY, for my bibliography", ("authors",), True),
        ("TEDDY: conference and year?", ("year", "venue"), True),
        ("TEDDY - authors?", ("authors",), True),
        ("TEDDY - what year is it from and who's the first author?", ("authors", "year"), True),
        ("Which journal is the TEDDY paper in, and from what year is it?", ("year", "venue"), True),
        ("Who wrote the TEDDY paper and where did it appear?", ("authors", "venue"), True),
        ("How were the people who wrote the questions paid?", (), False),
        ("How does accuracy depend on the year?", (), False),
        ("Which conference is the best for networking with people?", (), False),
    ],
)
def test_what_is_asked_of_records(text: str, asked: tuple[str, ...], only: bool) -> None:
    found = read_question(text)
    assert (found.asked, found.only_records) == (asked, only)


def test_the_topic_is_left_when_record_words_are_taken_away() -> None:
    assert "StarCraft" in read_question("who wrote a benchmark for StarCraft II?").topic
    assert "wrote" not in read_question("who wrote a benchmark for StarCraft II?").topic
    assert read_question("What is k in EMS, and who are the authors?").topic == "What is k in EMS"
    assert read_question("TEDDY: authors and year?").topic == "TEDDY"


def test_short_names() -> None:
    assert short_name("TEDDY: Trimming Edges") == "TEDDY"
    assert short_name("Good Poker Players") == "“Good Poker Players”"
    assert len(short_name("word " * 60)) < 70
