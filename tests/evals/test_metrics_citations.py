"""Citation metrics on answers worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nli_model import make_cross_encoder
from samples import LUMEN, PAPERS, TRIM, case, cite, claim, quote, sample, value

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelUnavailable
from evals.judging.support import Support, nli_check, own_check
from evals.metrics.citations import alce, citation_metrics, precision_recall_f1


def by_words(text: str, quotes: Sequence[str], titles: Sequence[str]) -> bool:
    """Support for tests: every word of the claim stands in the quotes."""
    return set(text.lower().split()) <= set(" ".join(quotes).lower().split())


BY_WORDS = Support("words", by_words)
METRICS = citation_metrics(BY_WORDS)


def test_exists_located_and_verbatim_are_three_different_things() -> None:
    good = cite(LUMEN, "It is 3.2 times faster.")
    elsewhere = good.model_copy(update={"paper_id": "nobody"})
    outside = good.model_copy(update={"end": len(LUMEN.abstract) + 1})
    altered = good.model_copy(update={"quote": "It is 3.3 times faster."})
    answer = sample(case(), claim("It is faster.", good, elsewhere, outside, altered))
    assert value(METRICS, "citations_exist", answer) == 3 / 4
    assert value(METRICS, "citations_located", answer) == 2 / 4
    assert value(METRICS, "citations_verbatim", answer) == 1 / 4


def test_a_record_is_cited_verbatim_too() -> None:
    authors = cite(LUMEN, "Emil Post", field="authors", start=11, end=20)
    answer = sample(case(), claim("It is by Ada Byron and Emil Post.", authors))
    assert value(METRICS, "citations_verbatim", answer) == 1.0


def test_without_citations_there_is_no_value() -> None:
    for name in ("citations_exist", "citations_located", "citations_verbatim", "claims_cited"):
        assert value(METRICS, name, sample(case())) is None
    assert value(METRICS, "claims_cited", sample(case(), claim("Bare."), quote(TRIM, TRIM.abstract))) == 0.5


def test_precision_recall_and_f1_against_gold() -> None:
    # cited: lumen (gold), trim (optional), reef (wrong); gold: lumen and another
    asked = case(gold=["lumen", "other"], optional=["trim"])
    reef = PAPERS["reef"]
    answer = sample(
        asked, quote(LUMEN, "It is 3.2 times faster."), quote(TRIM, TRIM.abstract), quote(reef, reef.abstract)
    )
    assert value(METRICS, "citation_precision", answer) == 1 / 2
    assert value(METRICS, "citation_recall", answer) == 1 / 2
    assert value(METRICS, "citation_f1", answer) == 1 / 2


def test_an_answerable_question_not_answered_has_no_recall_and_no_precision() -> None:
    unanswered = sample(case(gold=["lumen"]))
    assert value(METRICS, "citation_precision", unanswered) is None
    assert value(METRICS, "citation_recall", unanswered) == 0.0
    assert value(METRICS, "citation_f1", unanswered) == 0.0
    assert value(METRICS, "citation_f1", sample(case(answerable=False))) is None


IDS = st.sets(st.sampled_from("abcdef"))


@given(IDS, IDS.filter(bool), IDS)
def test_f1_lies_between_precision_and_recall(cited: set[str], gold: set[str], optional: set[str]) -> None:
    precision, recall, f1 = precision_recall_f1(cited, gold, optional - gold)
    assert 0 <= recall <= 1
    if precision is None:
        assert f1 == recall == 0
    else:
        assert min(precision, recall) - 1e-9 <= f1 <= max(precision, recall) + 1e-9
    assert (f1 == 1) == (cited - (optional - gold) == gold)


def test_evidence_counts_as_cited_where_a_quote_touches_it() -> None:
    asked = case(gold=["lumen"], evidence=[{"paper": "lumen", "sentence": 2}, "It loses 0.4% accuracy."])
    assert value(METRICS, "evidence_cited", sample(asked, quote(LUMEN, "It is 3.2 times faster."))) == 0.5
    assert value(METRICS, "evidence_cited", sample(asked, quote(LUMEN, "Lumen keeps 64 links"))) == 0.0
    assert value(METRICS, "evidence_cited", sample(case(), quote(LUMEN, "3.2 times"))) is None


def test_alce_by_hand() -> None:
    links, faster = cite(LUMEN, "Lumen keeps 64 links per token."), cite(LUMEN, "It is 3.2 times faster.")
    loses = cite(LUMEN, "It loses 0.4% accuracy.")
    both = claim("Lumen keeps 64 links it is 3.2 times", links, faster, loses)
    # together yes; links alone no, but without it no either: needed; the same for faster; loses is neither
    assert alce(both, BY_WORDS) == (True, [True, True, False])
    enough = claim("it is 3.2 times", faster, loses)
    assert alce(enough, BY_WORDS) == (True, [True, False])
    unsupported = claim("It is 9 times faster.", links, faster)
    assert alce(unsupported, BY_WORDS) == (False, [False, False])
    bare = claim("It is 3.2 times faster.")
    assert alce(bare, BY_WORDS) == (False, [])
    answer = sample(case(), both, enough, unsupported, bare)
    assert value(METRICS, "alce_recall", answer) == 2 / 4
    assert value(METRICS, "alce_precision", answer) == 3 / 7


def test_the_projects_own_check_tells_support(embedder: SentenceEmbeddings) -> None:
    supports = own_check(embedder)
    assert supports("It is 3.2 times faster.", ["It is 3.2 times faster."], [LUMEN.title])
    assert supports("Lumen is 3.2 times faster.", ["It is 3.2 times faster."], [LUMEN.title])
    assert not supports("Lumen is 4.2 times faster.", ["It is 3.2 times faster."], [LUMEN.title])
    assert not supports("Lumen is faster.", [], [LUMEN.title])


@pytest.mark.parametrize(("says", "supported"), [(0, False), (1, True), (2, False)])
def test_any_nli_cross_encoder_tells_support(tmp_path: Path, says: int, supported: bool) -> None:
    folder = make_cross_encoder(tmp_path, ("contradiction", "entailment", "neutral"), says)
    supports = nli_check(str(folder))
    assert (
        supports("It is 3.2 times faster.", ["It is fast.", "It is 3.2 times faster."], ["Lumen"])
        is supported
    )
    assert not supports("A claim.", [], [])


def test_a_cross_encoder_without_entailment_is_refused(tmp_path: Path) -> None:
    (tmp_path / "toxic").mkdir()
    folder = make_cross_encoder(tmp_path / "toxic", ("toxic", "kind"))
    with pytest.raises(ModelUnavailable, match="toxic, kind"):
        nli_check(str(folder))
    with pytest.raises(ModelUnavailable, match="can't be loaded"):
        nli_check(str(tmp_path / "empty"))
