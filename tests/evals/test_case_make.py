"""Drafts of cases: by templates, and by a model through RAGAS's own generator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelUnavailable, UsageError
from assistant.library import Embedded, Library, Vectors
from assistant.models import Paper
from assistant.store import Store
from assistant.text import fold
from evals.cases import Case, SentenceRef, dump_cases, load_cases
from evals.cases.check import check_cases
from evals.cases.make import draft_cases
from evals.cases.make_with_model import draft_with_model
from evals.cases.match import contains
from evals.cases.phrases import Terms, figures, read_papers
from ingest.demo import demo_file
from ingest.records import Record, to_paper
from ingest.sources import read_sources

LUMEN = "Lumen: Sparse Attention for Long Documents"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of the demo collection; templates read texts alone, so nothing is embedded."""
    library = Library(tmp_path_factory.mktemp("demo") / "store", create=True)
    nothing: Vectors = np.zeros((0, 384), dtype=np.float32)
    records = [record for record in read_sources([demo_file()]) if isinstance(record, Record)]
    papers = [found for record in records if isinstance(found := to_paper(record), Paper)]
    library.put([Embedded(each, "print", (), nothing, nothing) for each in papers])
    yield library
    library.close()


def paper(title: str, abstract: str, id_: str = "p") -> Paper:
    return Paper(id=id_, title=title, abstract=abstract)


def test_drafts_are_of_every_kind_and_fit_the_store(demo: Library) -> None:
    drafts = draft_cases(demo, 36)
    assert len(drafts) == 36
    kinds = Counter(case.type for case in drafts)
    assert set(kinds) == {
        "lookup",
        "number",
        "named_paper",
        "compare",
        "survey",
        "near_miss",
        "out_of_domain",
    }
    assert kinds["lookup"] >= 5
    assert check_cases(drafts, demo) == []
    assert len({case.id for case in drafts}) == len({fold(case.question) for case in drafts}) == 36


def test_every_draft_waits_for_a_reader(demo: Library, tmp_path: Path) -> None:
    drafts = draft_cases(demo, 12)
    assert all("draft" in case.tags for case in drafts)
    dump_cases(drafts, tmp_path / "drafts.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "drafts.jsonl").read_text().splitlines()]
    assert [row["reviewed"] for row in rows] == [False] * 12
    assert load_cases(tmp_path / "drafts.jsonl") == drafts


def test_drafts_are_the_same_every_time_and_spread_over_the_papers(demo: Library) -> None:
    drafts = draft_cases(demo, 36)
    assert draft_cases(demo, 36) == drafts
    about = {name for case in drafts for name in (*case.gold, *case.related)}
    assert len(about) >= demo.count()[0] / 2


def test_a_survey_has_every_paper_with_its_term_as_gold(demo: Library) -> None:
    surveys = [case for case in draft_cases(demo, 60) if case.type == "survey"]
    assert surveys
    for case in surveys:
        term = case.question.removeprefix("Which papers deal with ").rstrip("?")
        texts = {each.title: f"{each.title}. {each.abstract}" for each in demo.papers()}
        assert {title for title, text in texts.items() if contains(text, term)} <= set(case.gold)
        stems = [word[:4] for word in term.split()]
        assert all(stem in fold(texts[title]) for title in case.gold for stem in stems)
        assert len(case.gold) >= 3


def test_templates_ask_for_what_the_abstract_says(store: Store) -> None:
    drafts = {case.gold: case for case in draft_cases(store.library, 40) if case.type == "lookup"}
    lumen = drafts[(LUMEN,)]
    assert lumen.question == (
        "Which paper presents a sparse attention scheme that keeps only the 64 strongest links of each token?"
    )
    assert lumen.facts[0].accept == ("Lumen",)
    assert [ref.sentence for ref in lumen.evidence if isinstance(ref, SentenceRef)] == [2]


def test_fewer_drafts_come_of_few_papers_and_none_of_none(store: Store, tmp_path: Path) -> None:
    drafts = draft_cases(store.library, 500)
    assert 20 < len(drafts) < 60
    assert check_cases(drafts, store.library) == []
    with pytest.raises(UsageError, match="no papers"):
        draft_cases(Library(tmp_path / "empty", create=True), 5)


def test_near_misses_ask_for_nothing_that_an_abstract_tells(demo: Library) -> None:
    asked = [case for case in draft_cases(demo, 60) if case.type == "near_miss"]
    assert asked
    signs = {"funded": "fund", "licence": "licen", "hours": "hour", "annotated": "annotat", "money": "cost"}
    by_title = {each.title: fold(f"{each.title} {each.abstract}") for each in demo.papers()}
    for case in asked:
        assert not case.answerable
        [title] = case.related
        for word, sign in signs.items():
            assert word not in case.question.split() or sign not in by_title[title]


def test_what_a_paper_says_it_does_is_read_without_names_and_praise() -> None:
    [each] = read_papers(
        [
            paper(
                "Fern",
                "Much is unknown. In this work, we propose FERN, a novel leaf model (FM) for our garden, which works.",
            )
        ]
    )
    assert each.does == (1, "propose", "a leaf model for their garden")
    [other] = read_papers(
        [paper("Moss", "The way we combine search with knowledge is general. We show that it works.")]
    )
    assert other.does is None


def test_figures_leave_out_years_versions_and_names() -> None:
    text = "In 2023, GPT-4 and Llama 3.1 beat BigTrans-13B by 12.5% on 1,200 questions in 20 runs of 7B."
    assert figures(text) == ["12.5", "1,200", "20"]


def test_terms_are_the_same_whatever_their_endings() -> None:
    papers = read_papers(
        [
            paper("Coral reefs", "Reefs die.", "a"),
            paper("Fish", "A coral reef feeds them.", "b"),
            paper("Birds", "They like coral. Reefs they don't.", "c"),
        ]
    )
    found = Terms(papers)
    [stems] = found.shared(2, 2)
    assert set(found.papers[stems]) == {"a", "b"}
    assert found.written(stems) in ("coral reef", "coral reefs")


class Reader(BaseChatModel):
    """Plays the model that RAGAS asks: reads its prompts' input and replies in the JSON that they want.

    `garbled` abstracts get replies that are no JSON, however often RAGAS asks for them again.
    """

    garbled: str = "nothing garbled"
    unreachable: bool = False
    _asked: list[str] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> list[str]:
        return self._asked

    @property
    def _llm_type(self) -> str:
        return "reader"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        if self.unreachable:
            raise ModelUnavailable("nobody is there", "start it")
        prompt = str(messages[0].content)
        self._asked.append(prompt)
        reply = "I would rather not." if self.garbled in prompt else json.dumps(self._reply(prompt))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=reply))])

    def _reply(self, prompt: str) -> dict[str, Any]:
        given = json.loads(prompt.rsplit("input: ", 1)[1].rsplit("Output:", 1)[0])
        if "themes" in given and "personas" in given:
            return {"mapping": {persona["name"]: given["themes"] for persona in given["personas"]}}
        if "context" not in given:
            return {"entities": ["Accuracy", str(given["text"]).split()[0]]}
        context = given["context"]
        said = context if isinstance(context, str) else " ".join(context)
        last = said.rstrip(".").rsplit(". ", 1)[1]
        return {"query": f"What is said of {said.split()[1]} {len(self._asked)}?", "answer": f"{last}."}


def drafted(
    store: Store, embedder: SentenceEmbeddings, model: Reader, number: int
) -> tuple[list[Case], list[str]]:
    found = draft_with_model(store.library, model, embedder, number)
    return list(found.cases), list(found.failures)


def test_a_model_drafts_cases_through_ragas(store: Store, embedder: SentenceEmbeddings) -> None:
    model = Reader()
    cases, failures = drafted(store, embedder, model, 4)
    assert failures == []
    assert [case.type for case in cases] == ["lookup", "lookup", "lookup", "multi_hop"]
    assert [len(case.gold) for case in cases] == [1, 1, 1, 2]
    assert check_cases(cases, store.library) == []
    assert all("draft" in case.tags and (case.model_extra or {})["reviewed"] is False for case in cases)
    by_title = {each.title: each.abstract for each in store.library.papers()}
    for case in cases[:3]:
        assert case.reference in by_title[case.gold[0]]
        assert [ref.sentence for ref in case.evidence if isinstance(ref, SentenceRef)]
    assert any("persona" in prompt for prompt in model.asked)


def test_a_reply_that_cannot_be_read_costs_one_case_and_is_told(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    cases, failures = drafted(store, embedder, Reader(garbled="Lumen"), 6)
    assert len(cases) == 5
    [failure] = failures
    assert failure.startswith(f"{LUMEN}: RagasOutputParserException")
    assert all(LUMEN not in case.gold for case in cases)


def test_a_model_that_writes_no_json_gives_failures_and_no_case(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    cases, failures = drafted(store, embedder, Reader(garbled=" "), 2)
    assert cases == []
    assert len(failures) == 6  # three papers are tried for each case wanted


def test_a_model_that_cannot_be_reached_ends_the_drafting(store: Store, embedder: SentenceEmbeddings) -> None:
    with pytest.raises(ModelUnavailable):
        drafted(store, embedder, Reader(unreachable=True), 2)
