"""Questions asked of a whole assistant: filters, surveys, counts, comparisons, other languages, and why papers rank."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant import find_all
from assistant.embedding import SentenceEmbeddings
from assistant.events import EvidenceFound, Understood
from assistant.fakes import ScriptedModel
from assistant.filters import Filters
from assistant.llm import ChosenModel
from assistant.models import Answer, AnswerStatus, Turn, Verdict
from assistant.pipeline import Assistant
from assistant.store import Store
from ingest.pipeline import ingest

PAPERS = [
    {
        "title": "Moorings: Anchored Retrieval for Ship Logs",
        "abstract": "Ship logs are hard to search because captains abbreviate. Moorings is a retrieval model for ship "
        "logs that anchors every abbreviation to a glossary. It finds 81% of the wanted entries.",
        "authors": ["Ines Calder", "Otto Brandt"], "year": 2019, "venue": "Journal of Naval Archives",
    },
    {
        "title": "Tidewords: Speech Recognition aboard Ships",
        "abstract": "Engines drown speech aboard ships. Tidewords recognises speech in engine noise with two "
        "microphones. Its word error rate is 9.5%.",
        "authors": ["Otto Brandt"], "year": 2021, "venue": "Journal of Naval Archives",
    },
    {
        "title": "Harvest Robots that Ask before They Pick",
        "abstract": "Robots that pick fruit damage a tenth of it. We let a harvest robot ask a farmer when its grip is "
        "uncertain. Damage falls to 2% of the fruit.",
        "authors": ["Lea Novak"], "year": 2022, "venue": "Field Robotics Letters",
    },
    {
        "title": "Orchard Maps from Walking Robots",
        "abstract": "Orchards change every week. A walking robot maps an orchard with a single camera. The maps are "
        "right to within 4 centimetres.",
        "authors": ["Lea Novak", "Ines Calder"], "year": 2023, "venue": "Field Robotics Letters",
    },
    {
        "title": "Soft Grippers for Fruit Robots",
        "abstract": "Hard grippers bruise fruit. We build a soft gripper for robots out of silicone fingers. It holds "
        "apples of any size.",
        "authors": ["Pau Ferrer"], "year": 2024,
    },
    {"title": "Robots that Prune Vines: a Workshop Report", "abstract": "", "authors": ["Pau Ferrer"], "year": 2020},
    {
        "title": "Bread Starters and Their Bacteria",
        "abstract": "Bread starters hold dozens of bacteria. We sequence 120 starters from four countries. Flour "
        "decides more of the bacteria than climate does.",
        "authors": ["Mia Sund"], "year": 2018,
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbeddings) -> Path:
    made = tmp_path_factory.mktemp("asking")
    (made / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)), encoding="utf-8")
    store = Store(made / "store", create=True)
    ingest([made / "papers.jsonl"], store, embedder)
    store.close()
    return made / "store"


@pytest.fixture(scope="module")
def assistant(folder: Path, embedder: SentenceEmbeddings) -> Assistant:
    return Assistant(Store(folder), embedder, ChosenModel(None, "a test", None))


def titles(assistant: Assistant, question: str, **more: object) -> list[str]:
    found = assistant.search(question, **more).ranked  # type: ignore[arg-type]
    return [each.title.partition(":")[0] for each in found]


def test_given_filters_are_searched_within(assistant: Assistant) -> None:
    assert "Tidewords" in titles(assistant, "ships")
    found = titles(assistant, "ships", filters=Filters(authors=("Ines Calder",)))
    assert set(found) == {"Moorings", "Orchard Maps from Walking Robots"}
    answer = assistant.ask("What is recognised in engine noise?", filters=Filters(until=2019))
    assert all(source.year is not None and source.year <= 2019 for source in answer.sources)


def test_filters_are_read_off_a_question_and_told_and_can_be_refused(assistant: Assistant) -> None:
    question = "What do papers since 2022 say about robots?"
    understood = next(iter(assistant.events(question)))
    assert isinstance(understood, Understood)
    assert understood.read_filters == understood.filters == Filters(since=2022)
    assert assistant.search(question).kept == 3
    refused = next(iter(assistant.events(question, read_filters=False)))
    assert isinstance(refused, Understood) and not refused.filters
    assert assistant.search(question, read_filters=False).kept == len(PAPERS)


def test_a_filter_on_what_the_collection_lacks_says_so_and_the_question_is_answered(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("How much fruit do picking robots damage?", filters=Filters(tags=("cs.RO",)))
    assert answer.status is AnswerStatus.ANSWERED
    assert any("tags" in note for note in answer.notes)


def test_a_name_that_nobody_has_finds_nothing_and_says_whom_it_may_mean(assistant: Assistant) -> None:
    answer = assistant.ask("What was said about orchards?", filters=Filters(authors=("Lea Nowak",)))
    assert answer.status is AnswerStatus.NOT_IN_COLLECTION
    assert any("Lea Novak" in note for note in answer.notes)


def test_a_survey_tells_how_many_of_how_many_and_quotes_each_paper(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers are about ships?")
    ships = {paper["title"] for paper in PAPERS if "Ship" in str(paper["title"])}
    assert {source.title for source in answer.sources} == ships
    assert answer.summary.startswith(f"2 of the {len(PAPERS)} papers here are about “ships”")
    assert answer.text.startswith(answer.summary)
    assert all(claim.verdict is Verdict.QUOTED for claim in answer.claims)


def test_a_paper_without_an_abstract_is_listed_by_its_title(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers are about pruning vines?")
    (claim,) = (claim for claim in answer.claims if "Prune" in claim.citations[0].title)
    assert claim.text == claim.citations[0].title
    assert claim.citations[0].field == "title"


def test_a_survey_counts_within_its_filters(assistant: Assistant) -> None:
    answer = assistant.ask("How many papers by Ines Calder are about ships?")
    assert answer.summary.startswith("1 of the 2 papers that the filters leave is about")


@pytest.mark.parametrize(
    "question",
    ["Which papers do you have by Otto Brandt?", "papers by Brandt et al.", "What has Otto Brandt written?"],
)
def test_all_papers_that_a_filter_leaves_are_listed_newest_first(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.summary == f"2 of the {len(PAPERS)} papers here fit the filters."
    assert [source.year for source in answer.sources] == [2021, 2019]


@pytest.mark.parametrize("question", ["List all papers.", "How many papers are there?"])
def test_all_papers_are_listed_where_no_topic_is_asked_for(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.summary == f"The collection has {len(PAPERS)} papers."
    assert len(answer.sources) == len(PAPERS)


def test_a_list_that_is_cut_says_so(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_all, "MOST_LISTED", 3)
    answer = assistant.ask("List all papers.")
    assert answer.summary.endswith("3 of them are listed here.")
    assert len(answer.sources) == 3


def test_a_survey_of_what_no_paper_is_about_finds_none(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers deal with medieval tax law?")
    assert answer.status is AnswerStatus.NOT_IN_COLLECTION
    assert answer.summary.startswith(f"None of the {len(PAPERS)} papers here is about “medieval tax law”")
    assert not answer.claims


def test_the_summary_comes_before_the_quotes(assistant: Assistant) -> None:
    events = list(assistant.events("How many papers are about ships?"))
    found = next(event for event in events if isinstance(event, EvidenceFound))
    assert "papers here are about" in found.summary


def test_each_side_of_a_comparison_is_searched_for_and_quoted(assistant: Assistant) -> None:
    question = "Compare retrieval from ship logs with soft grippers."
    found = assistant.search(question)
    assert (found.question_kind, len(found.sides)) == ("compare", 2)
    assert {each.title.partition(":")[0] for each in found.ranked[:3]} >= {
        "Moorings",
        "Soft Grippers for Fruit Robots",
    }
    assert {each.side for each in found.ranked} > {""}
    cited = {source.title.partition(":")[0] for source in assistant.ask(question).sources}
    assert cited >= {"Moorings", "Soft Grippers for Fruit Robots"}


def test_a_search_tells_why_each_paper_ranks(assistant: Assistant) -> None:
    found = assistant.search("What word error rate does Tidewords have?")
    first = found.ranked[0]
    assert first.named and (first.dense_rank, first.lexical_rank) == (1, 1)
    assert first.lexical_share is not None and 0 < first.lexical_share < 1
    assert first.covered is not None and first.covered > found.ranked[1].covered  # type: ignore[operator]
    assert found.named == ("Tidewords: Speech Recognition aboard Ships",)
    assert found.ranked == tuple(sorted(found.ranked, key=lambda each: -each.score))


def test_a_citation_names_one_paper_and_no_author_to_filter_by(assistant: Assistant) -> None:
    found = assistant.search("What does the paper by Calder et al. 2019 find?")
    assert not found.filters
    assert found.named == ("Moorings: Anchored Retrieval for Ship Logs",)


def test_a_named_paper_is_quoted_whatever_others_say(assistant: Assistant) -> None:
    answer = assistant.ask("How good are the robots of Tidewords?")
    assert answer.claims[0].citations[0].title.startswith("Tidewords")


def test_a_follow_up_is_about_the_paper_spoken_of(assistant: Assistant) -> None:
    answer = assistant.ask("What does Tidewords recognise?")
    cited = tuple(source.paper_id for source in answer.sources)
    history = [
        Turn(role="user", content=answer.question),
        Turn(role="assistant", content=answer.text, paper_ids=cited[:1]),
    ]
    found = assistant.search("What is its error rate?", history)
    assert "Tidewords" in found.standalone_question and "Tidewords" in found.why
    assert found.ranked[0].title.startswith("Tidewords")


def after(answer: Answer) -> list[Turn]:
    cited = tuple(dict.fromkeys(source.paper_id for source in answer.sources))
    said = Turn(role="assistant", content=answer.text, paper_ids=cited)
    return [Turn(role="user", content=answer.question), said]


def years(answer: Answer) -> list[int | None]:
    return [source.year for source in answer.sources]


def test_some_of_the_papers_listed_are_picked_by_year_or_author(assistant: Assistant) -> None:
    history = after(assistant.ask("Which papers are about robots?"))
    answer = assistant.ask("Which of them are from 2022 or later?", history)
    assert years(answer) == [2023, 2022]
    answer = assistant.ask("Which ones are by Lea Novak?", history)
    assert years(answer) == [2023, 2022]
    answer = assistant.ask("How many of them are from 2022?", history)
    assert years(answer) == [2022]
    assert answer.summary == "1 of these 3 papers fits the filters."


def test_what_was_listed_is_not_listed_again_where_others_are_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers are by Lea Novak?")
    assert years(answer) == [2023, 2022]
    again = assistant.ask("Any others?", after(answer))
    assert (again.status, again.claims) == (AnswerStatus.NOT_IN_COLLECTION, ())
    answer = assistant.ask("Which papers are about robots since 2024?")
    others = assistant.ask("Which others are from 2022?", after(answer))
    assert years(others) == [2022]


def test_a_filter_in_a_question_narrows_what_is_given_and_never_widens_it(assistant: Assistant) -> None:
    given = Filters(until=2021, authors=("Otto Brandt",))
    answer = assistant.ask("Which papers are there since 2019 by Ines Calder?", filters=given)
    assert years(answer) == [2019]
    answer = assistant.ask("Which papers are there by Mia Sund?", filters=given)
    assert not answer.sources
    answer = assistant.ask("Which papers are there since 2023?", filters=given)
    assert not answer.sources
    assert "No paper can be of 2023 or later and of 2021 or earlier as well." in answer.notes


def test_a_named_paper_that_the_filters_leave_out_is_told_and_no_other_answers_for_it(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("What is Tidewords?", filters=Filters(authors=("Lea Novak",)))
    assert answer.status is AnswerStatus.NOT_IN_COLLECTION
    assert any("leave out" in note and "Tidewords" in note for note in answer.notes)
    answer = assistant.ask("Who wrote Tidewords?", filters=Filters(authors=("Lea Novak",)))
    assert not answer.claims


def test_a_german_question_is_searched_for_by_its_names_and_says_what_helps(assistant: Assistant) -> None:
    answer = assistant.ask("Wie hoch ist die Wortfehlerrate von Tidewords?")
    assert answer.sources[0].title.startswith("Tidewords")
    assert "German" in answer.text and "English" in answer.text


def test_a_german_question_without_names_claims_nothing(assistant: Assistant) -> None:
    for question in ("Wie viel Obst wird beim Pflücken beschädigt?", "Welche Arbeiten handeln von Obst?"):
        answer = assistant.ask(question)
        assert answer.status is AnswerStatus.NOT_IN_COLLECTION
        assert "German" in answer.text and "None of" not in answer.text


def test_a_model_translates_and_the_answer_says_what_was_searched_for(
    folder: Path, embedder: SentenceEmbeddings
) -> None:
    model = ScriptedModel(
        replies=["How much fruit do harvest robots damage?", "Damage falls to 2% of the fruit [1]."]
    )
    asked = Assistant(Store(folder), embedder, ChosenModel("scripted:test", "a test", lambda: model))
    answer = asked.ask("Wie viel Obst beschädigen Ernteroboter?")
    assert answer.sources[0].title.startswith("Harvest Robots")
    assert any("How much fruit do harvest robots damage?" in note for note in answer.notes)


def test_a_runnable_takes_filters(assistant: Assistant) -> None:
    asked = {"question": "What is said about robots?", "filters": {"authors": ["Pau Ferrer"]}}
    answer = assistant.invoke(asked)
    assert {source.authors for source in answer.sources} == {("Pau Ferrer",)}


@pytest.mark.parametrize("question", ["!", "“", "\x00", "and or not", "? ? ?"])
def test_signs_and_words_of_asking_alone_are_not_answered(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).status is AnswerStatus.NOT_IN_COLLECTION


def test_half_a_character_in_an_earlier_turn_harms_nothing(assistant: Assistant) -> None:
    history = [
        Turn(role="user", content="Tidewords \ud800"),
        Turn(role="assistant", content="\ud800 It listens."),
    ]
    assert assistant.ask("How does it work?", history).status is not AnswerStatus.FAILED


def shown(assistant: Assistant, question: str, history: Sequence[Turn] = ()) -> set[int]:
    """Return the years of the papers that an answer names; each paper here has its own."""
    return {source.year for source in assistant.ask(question, history).sources if source.year}


EVERY_YEAR = {paper["year"] for paper in PAPERS}


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("Which papers are not by Lea Novak?", {2022, 2023}),
        ("papers not from the Journal of Naval Archives", {2019, 2021}),
        ("papers not published since 2021", {2021, 2022, 2023, 2024}),
        ("papers by anyone but Pau Ferrer", {2020, 2024}),
        ("Which papers are not about ships?", {2019, 2021}),
        ("papers that are about neither ships nor bread", {2018, 2019, 2021}),
    ],
)
def test_papers_that_a_question_leaves_out_are_left_out(
    assistant: Assistant, question: str, left_out: set[int]
) -> None:
    assert shown(assistant, question) == EVERY_YEAR - left_out


def test_which_of_them_are_not_leaves_out_too(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers are about robots?")
    assert 2022 in years(answer)
    assert shown(assistant, "Which of these are not by Lea Novak?", after(answer)) == set(years(answer)) - {
        2022,
        2023,
    }


def test_papers_by_both_authors_are_by_each(assistant: Assistant) -> None:
    assert shown(assistant, "papers by both Ines Calder and Otto Brandt") == {2019}
    assert assistant.search("papers by Ines Calder and Otto Brandt").kept == 3
