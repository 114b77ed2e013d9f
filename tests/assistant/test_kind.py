"""Questions about the whole collection are told from those that want one answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.kind import read_kind
from assistant.plan import QuestionKind


@pytest.mark.parametrize(
    "question",
    [
        "How many papers are about beekeeping?",
        "how many of these deal with bridges",
        "How many of them did Olga Brandt write?",
        "In how many of the abstracts does copper come up?",
        "number of papers on glaciers?",
        "please count the articles on rust",
        "how many work with lichens",
        "How many papers are in the collection?",
        "how many articles here deal with climate",
        "how many studies do you have on sleep?",
        "What share of the papers here use radar?",
        "Wie viele Arbeiten behandeln Gletscher?",
        "Combien d'articles parlent de glaciers ?",
        "¿Cuántos artículos tratan de glaciares?",
        "有多少篇论文研究冰川？",
    ],
)
def test_papers_are_counted(question: str) -> None:
    assert read_kind(question) is QuestionKind.COUNT


@pytest.mark.parametrize(
    "question",
    [
        "Which papers use sonar?",
        "which of these papers were tested at sea",
        "In which studies do divers turn up?",
        "list all papers on ferries",
        "give me every paper about tides",
        "Show me the newest articles on tides",
        "I'm looking for work on coastal erosion",
        "any papers that measured salt?",
        "anything here on salt marshes?",
        "what work is there on harbour cranes?",
        "what have you got on driftwood",
        "papers about dredging, please",
        "harbour papers",
        "who uses sonar, whether for fish or for wrecks?",
        "I need everything in here on whales.",
        "Which methods here claim to find wrecks?",
        "do you have papers on kelp?",
        "What are the papers on sonar?",
        "Which works treat wrecks?",
        "Welche Arbeiten behandeln Ebbe und Flut?",
        "Quels articles parlent de marées ?",
        "¿Qué artículos hablan de mareas?",
        "哪些论文研究潮汐？",
    ],
)
def test_papers_are_listed(question: str) -> None:
    assert read_kind(question) is QuestionKind.SURVEY


@pytest.mark.parametrize(
    "question",
    [
        "Which paper introduced tide tables?",
        "Is there a paper on tide tables?",
        "How many divers took part?",
        "how many papers does the Driftwood corpus contain?",
        "how many papers did the reviewers read?",
        "How many studies were included in the meta-analysis?",
        "How many articles are in the news dataset?",
        "how many of the buoys failed?",
        "What do the papers say about sonar?",
        "list the parts of the buoy",
        "Which of the tide papers is the most recent?",
        "Which of the two case studies had to be given up?",
        "Some studies estimate the salt at three percent.",
        "A growing number of studies have found salt.",
        "Compare the papers on tides with those on waves.",
        "What works against rust?",
        "Which paint works best?",
        "How many surveys were returned?",
        "What does all this mean for divers with wet studies?",
        "who first used sonar",
        "What do I need to combine two articles?",
        "",
    ],
)
def test_one_answer_is_wanted(question: str) -> None:
    assert read_kind(question) is QuestionKind.LOOKUP


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("pubmedqa/qa.jsonl", "question"),
        ("qasa_unanswerable/questions.jsonl", "question"),
        ("scitldr/queries.jsonl", "text"),
    ],
)
def test_real_questions_about_one_paper_are_hardly_ever_taken_for_surveys(
    shared: Path, path: str, field: str
) -> None:
    rows = [json.loads(line) for line in (shared / "data" / path).open(encoding="utf-8")]
    wrong = [row[field] for row in rows if read_kind(row[field]) is not QuestionKind.LOOKUP]
    assert len(wrong) <= 0.005 * len(rows), wrong


@given(st.text(alphabet="papers how many of the which list, ?", max_size=400))
@settings(max_examples=80, deadline=None)
def test_any_text_has_a_kind(text: str) -> None:
    assert read_kind(text) in QuestionKind
