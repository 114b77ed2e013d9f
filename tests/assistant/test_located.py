"""What an answer cites is looked up once more: a quote that isn't there to the letter is never shown."""

from __future__ import annotations

import pytest

from assistant.embedding import SentenceEmbeddings
from assistant.events import ClaimReady, Finished
from assistant.fakes import ScriptedModel
from assistant.llm import ChosenModel
from assistant.located import holds, located
from assistant.models import AnswerStatus, Citation, Claim, Paper, Support, Verdict
from assistant.pipeline import Assistant
from assistant.store import Store

PAPER = Paper(
    id="p", title="Pebble: Tiny Speech", abstract="Pebble fits into 2 MB. It runs on watches.", year=2020
)


def cite(**given: object) -> Claim:
    fields = {"quote": "Pebble fits into 2 MB.", "start": 0, "end": 22, **given}
    citation = Citation.model_validate({"n": 1, "paper_id": "p", "title": PAPER.title, **fields})
    return Claim(text="Pebble is small.", verdict=Verdict.SUPPORTED, citations=(citation,))


@pytest.mark.parametrize(
    ("given", "exists", "there"),
    [
        ({}, True, True),
        ({"field": "year", "quote": "2020", "end": 4}, True, True),
        ({"start": 1, "end": 23}, True, False),
        ({"quote": "Pebble fits into 3 MB."}, True, False),
        ({"quote": "", "end": 0}, True, False),
        ({"paper_id": "q"}, False, False),
    ],
)
def test_a_citation_tells_whether_its_paper_exists_and_its_quote_is_there(
    given: dict[str, object], exists: bool, there: bool
) -> None:
    (claim,) = located([cite(**given)], [PAPER])
    (citation,) = claim.citations
    assert (citation.exists, citation.located) == (exists, there)
    assert holds(claim) == (exists and there)


def test_a_claim_with_no_citation_is_no_claim() -> None:
    assert not holds(Claim(text="Pebble is small.", verdict=Verdict.SUPPORTED))


def test_a_paper_that_is_removed_while_the_answer_is_made_is_not_cited(
    store: Store, embedder: SentenceEmbeddings
) -> None:
    model = ScriptedModel(replies=["Lumen is 3.2 times faster than dense attention [1][2][3][4]."])
    assistant = Assistant(store, embedder, ChosenModel("scripted:test", "a test", lambda: model))
    answer = None
    for event in assistant.events("How much faster is Lumen?"):
        if isinstance(event, ClaimReady):
            store.library.remove([citation.paper_id for citation in event.claim.citations])
        if isinstance(event, Finished):
            answer = event.answer
    assert answer is not None and answer.status is AnswerStatus.NOT_IN_COLLECTION
    assert not answer.claims
    assert any("any more" in note for note in answer.notes)


def test_each_citation_says_what_it_supports_by_itself(store: Store, embedder: SentenceEmbeddings) -> None:
    draft = (
        "Lumen keeps only the 64 strongest links of each token "
        "and is 3.2 times faster than dense attention [1][2][3][4]."
    )
    question = "Which links does Lumen keep, and how much faster is it than dense attention?"
    model = ScriptedModel(replies=[draft])
    answer = Assistant(store, embedder, ChosenModel("scripted:test", "a test", lambda: model)).ask(question)
    (claim,) = answer.claims
    assert claim.verdict is Verdict.SUPPORTED
    assert [citation.support for citation in claim.citations] == [Support.PARTLY, Support.PARTLY]
    assert "64" in claim.citations[0].quote and "3.2" in claim.citations[1].quote
    assert all(citation.why and 0 <= citation.score <= 1 for citation in claim.citations)
    assert all(citation.exists and citation.located for citation in claim.citations)


def test_quotes_support_themselves(quoting: Assistant) -> None:
    answer = quoting.ask("How much faster is Lumen?")
    for claim in answer.claims:
        assert [(each.support, each.score) for each in claim.citations] == [(Support.SUPPORTED, 1.0)]
