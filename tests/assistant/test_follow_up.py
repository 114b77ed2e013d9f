"""What a question leans on is told by its words; a new question leans on nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.anaphora import find_anaphor
from assistant.follow_up import Lean, read_follow_up, topic_of


@pytest.mark.parametrize(
    ("question", "lean"),
    [
        ("What does the second one measure?", Lean.ORDINAL),
        ("how many layers has the latter?", Lean.ORDINAL),
        ("Does [3] need labels?", Lean.ORDINAL),
        ("is number 2 open source?", Lean.ORDINAL),
        ("Summarise the last two papers", Lean.ORDINAL),
        ("what about the other one", Lean.OTHER),
        ("which of them runs on a phone?", Lean.WHICH_OF),
        ("Which one is cheaper?", Lean.WHICH_OF),
        ("Were both tested on speech?", Lean.ALL),
        ("Do these two agree?", Lean.ALL),
        ("any others?", Lean.OTHERS),
        ("Is there another paper on that?", Lean.OTHERS),
        ("no, I meant the lidar survey", Lean.CORRECTION),
        ("not that one, the one on weather", Lean.CORRECTION),
        ("how fast is it?", Lean.ONE),
        ("What are their limits?", Lean.ONE),
        ("Which corpus does this method need?", Lean.ONE),
        ("what do the authors conclude?", Lean.ONE),
        ("Who tested the system there?", Lean.ONE),
        ("How much memory is lost then?", Lean.ONE),
        ("And in Finnish?", Lean.REST),
        ("what about memory?", Lean.REST),
        ("why?", Lean.REST),
        ("how so?", Lean.REST),
        ("any code?", Lean.REST),
        ("tell me more", Lean.REST),
        ("say it shorter", Lean.REST),
        ("more", Lean.REST),
        ("by how much?", Lean.REST),
        ("Which ones work offline?", Lean.WHICH_OF),
    ],
)
def test_a_follow_up_tells_what_it_leans_on(question: str, lean: Lean) -> None:
    assert read_follow_up(question).lean is lean


@pytest.mark.parametrize(
    "question",
    [
        "How do bats find moths, and when do they miss them?",
        "What is the first step in training diffusion models?",
        "Is it possible to train segmentation models without masks?",
        "Why is it that deeper networks are harder to train?",
        "Which of these papers deal with proteins?",
        "Does the first layer of a convolutional network learn edges?",
        "When a robot slips, does it replan its steps?",
        "Which papers use both speech and text?",
        "One group prunes heads, the other prunes layers. Contrast the groups.",
        "Something else: how are glaciers mapped from radar images?",
        "Which papers let agents learn from their own mistakes?",
        "哪些论文研究蛋白质？",
        "hello",
        "thank you!",
        "What can you do?",
        "list all papers",
        "How many papers are in the collection?",
        "In-memory sorting",
        "Is there anything on volcanoes?",
    ],
)
def test_a_new_question_leans_on_nothing(question: str) -> None:
    assert read_follow_up(question).lean in (Lean.NOTHING, Lean.PERHAPS)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much memory does it save?", "it"),
        ("Besides chess, what else does it play?", "it"),
        ("ok and how good is their 7B?", "their"),
        ("How many items in that dataset are in German?", "that dataset"),
        ("What can be done about these?", "these"),
        ("Why does this happen in these claims?", "this"),
        ("What is LoRA and how does it work?", None),
        ("How do transformers share their weights?", None),
        ("Does it help to freeze the first layers?", None),
        ("How is it explained that larger nets generalise?", None),
    ],
)
def test_a_pronoun_leans_on_the_conversation_unless_its_noun_is_in_the_question(
    question: str, said: str | None
) -> None:
    found = find_anaphor(question)
    assert (question[found.start : found.end] if found else None) == said


def test_places_are_read_from_either_end_of_a_list() -> None:
    assert read_follow_up("what do the first two share?").places == (0, 1)
    assert read_follow_up("and the last two?").places == (-2, -1)
    assert read_follow_up("What of the former?").places == (0,)
    assert read_follow_up("Is the 3rd one newer?").places == (2,)


def test_a_fragment_tells_its_preposition_and_topic() -> None:
    assert topic_of("and about deep-sea fish?") == ("about", "deep-sea fish")
    assert topic_of("What about tides") == ("", "tides")
    assert topic_of("and how many on whales?") == ("on", "whales")
    assert topic_of("why?") == ("", "")
    assert topic_of("and more detail") == ("", "")


@given(st.text(max_size=200))
def test_any_text_is_read_and_what_can_be_replaced_lies_within_it(question: str) -> None:
    reading = read_follow_up(question)
    assert -1 <= reading.start <= reading.end <= len(question)


@given(
    st.lists(
        st.sampled_from("it they the second one and , ? no i meant both of them other there".split()),
        max_size=30,
    )
)
def test_any_run_of_leaning_words_is_read(said: list[str]) -> None:
    question = " ".join(said)
    reading = read_follow_up(question)
    assert -1 <= reading.start <= reading.end <= len(question)
