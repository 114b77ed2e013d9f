"""A claim passes only with its numbers, names, negations and directions in the words it cites."""

from __future__ import annotations

import pytest

from assistant.facts import facts, has_name
from assistant.verify import check_claim

LUMEN = "On the LongBench suite Lumen is 3.2 times faster than dense attention and loses 0.4% accuracy."
TITLE = "Lumen: Sparse Attention for Long Documents"


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Lumen is 3.2 times faster than dense attention on LongBench.", LUMEN),
        ("Lumen loses 0.4 percent accuracy on the LongBench suite.", LUMEN),
        ("The model has 7 billion parameters.", "Our model has 7B parameters."),
        ("Errors fall by 12.5% for weekly admissions.", r"Errors fall by 12.5\% for weekly admissions."),
        ("Three teams join the forecast.", "The forecast is joined by 3 teams."),
        ("LLMs play card games.", "Large language models play card games."),
        ("The solver uses 1000 hands.", "The solver uses 1,000 hands."),
        ("GPT4 bluffs more often.", "GPT-4 bluffs more often."),
        ("A step takes 12 ms.", "A step takes 12ms."),
        ("Lumen outperforms Dense on recall.", "We show that Lumen outperforms Dense on recall."),
        ("Lumen is faster than Dense.", "On LongBench, Lumen is much faster than Dense."),
        ("It uses five hundred examples.", "It uses 500 examples."),
        ("It reads 1.5 million papers.", "It reads 1,5 million papers."),
        ("Pruning keeps accuracy.", "Pruning keeps accuracy, and does not need labels."),
        ("Lumen is called “sparse attention”.", "Lumen is called sparse attention by its authors."),
        ("Pruning improves speed.", "Pruning doesn't improve recall but it improves speed."),
        ("It lowers the error and raises recall.", "It raises recall, and it lowers the error by half."),
    ],
)
def test_the_same_fact_in_other_words_passes(claim: str, quote: str) -> None:
    assert check_claim(claim, [quote], [TITLE], similarity=0.8).supported


@pytest.mark.parametrize(
    ("claim", "quote", "reason"),
    [
        ("Lumen is 4.2 times faster than dense attention.", LUMEN, "4.2"),
        ("Lumen is 3.2% faster than dense attention.", LUMEN, "3.2%"),
        ("Lumen is 3.2 times faster on WikiText.", LUMEN, "WikiText"),
        ("GraphTrim is 3.2 times faster than dense attention.", LUMEN, "GraphTrim"),
        ("Lumen isn't faster than dense attention.", LUMEN, "not"),
        (
            "Lumen needs a change to the training data.",
            "Lumen does not need a change to the training data.",
            "deny",
        ),
        (
            "The mixture raises the mean absolute error.",
            "The mixture lowers the mean absolute error.",
            "other way",
        ),
        ("Lumen is the first sparse attention scheme.", "Lumen is a sparse attention scheme.", "first"),
        ("The loss is -0.4.", "The loss is 0.4.", "-0.4"),
        ("Coral reefs lose cover as the sea warms.", LUMEN, "share"),
        ("The model has 7B parameters.", "The model has 7 parameters.", "7000000000"),
        ("Latency falls by 12 ms.", "Latency falls by 12 seconds.", "12 ms"),
        ("It uses five hundred examples.", "It uses five examples.", "500"),
        ("The model is twice as accurate.", "The model is accurate.", "2x"),
        ("The tenth layer is pruned.", "The third layer is pruned.", "10th"),
        ("The method hasn't improved accuracy.", "The method improved accuracy.", "not"),
        ("It reads 1,5 million papers.", "It reads 5 million papers and 1 author.", "1500000"),
        ("Lumen outperforms Dense on recall.", "Dense outperforms Lumen on recall.", "other way round"),
        ("Lumen is faster than Dense.", "Dense is clearly faster than Lumen.", "other way round"),
        ("Pruning improves recall.", "Pruning doesn't improve recall but it improves speed.", "deny"),
        ("Pruning doesn't improve speed.", "Pruning doesn't improve recall but it improves speed.", "denies"),
        ("It raises the error.", "It raises recall, and it lowers the error by half.", "other way"),
        (
            "Its authors call it “the end of search”.",
            "Its authors call it a new kind of search.",
            "the end of search",
        ),
        ("AI helps quickly.", "It runs quickly and it helps.", "AI"),
    ],
)
def test_a_changed_fact_fails_and_says_why(claim: str, quote: str, reason: str) -> None:
    check = check_claim(claim, [quote], [TITLE], similarity=0.9)
    assert not check.supported
    assert reason in check.why


def test_a_claim_without_a_citation_fails() -> None:
    assert check_claim("Lumen is fast.", [], []).why == "it cites nothing"


def test_a_title_may_name_but_not_count() -> None:
    quote = "The scheme keeps the strongest links of each token."
    assert check_claim("Lumen keeps the strongest links of each token.", [quote], [TITLE], 0.8).supported
    assert not check_claim(
        "It keeps the 64 strongest links of each token.", [quote], ["64 Links"], 0.8
    ).supported


def test_numbers_in_names_belong_to_the_name() -> None:
    found = facts("GPT-4 and BigTrans-13B gain 2.5x, -3.2 and 3-5 points in StarCraft II with 7B weights.")
    assert found.numbers == {"2.5x", "-3.2", "3", "5", "7000000000"}
    assert {"GPT-4", "BigTrans-13B", "StarCraft", "II"} <= found.names


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("LLMs", "an LLM plays", True),
        ("LLM", "large language models play", True),
        ("GPT4", "we use GPT-4", True),
        ("Cora", "on the Cora graph", True),
        ("Cora", "decoration", False),
        ("GPT-5", "we use GPT-4", False),
        ("BLEU", "blue", False),
    ],
)
def test_names(name: str, text: str, there: bool) -> None:
    assert has_name(name, text) is there


@pytest.mark.parametrize("empty", ["", "…", "∑ ∫", "[ ]"])
def test_texts_without_a_word_are_read_and_support_nothing(empty: str) -> None:
    assert facts(empty).numbers == frozenset()
    assert not check_claim("Lumen is fast on LongBench.", [empty], [TITLE], 0.9).supported
    assert not check_claim(empty, [LUMEN], [TITLE], 0.9).supported
