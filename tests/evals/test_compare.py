"""Two runs compared: differences, flips and warnings, on values worked out by hand."""

from __future__ import annotations

import json

import pytest
from made_run import scores_of

from evals.runs.compare import compare, comparison_json, render_comparison
from evals.runs.difference import paired_metric, unpaired_difference
from evals.runs.scores import Summary

IDS = [f"c{n}" for n in range(6)]


def same(value: float | None) -> dict[str, float | None]:
    return dict.fromkeys(IDS, value)


def passing(*failed: str) -> dict[str, bool]:
    return {id_: id_ not in failed for id_ in IDS}


def test_differences_are_paired_and_told_as_better_worse_or_noise() -> None:
    up = scores_of({"m": same(0.5)}), scores_of({"m": same(0.75)})
    [found] = compare(*up).paired
    assert (found.before, found.after, found.change.value) == (0.5, 0.75, 0.25)
    assert (found.change.low, found.change.high, found.change.n) == (0.25, 0.25, 6)
    assert found.sure and found.verdict == "better"
    assert compare(*reversed(up)).paired[0].verdict == "worse"
    mixed = {id_: 0.5 + (0.25 if n % 2 else -0.25) for n, id_ in enumerate(IDS)}
    [noise] = compare(up[0], scores_of({"m": mixed})).paired
    assert noise.change.value == 0
    assert noise.change.low < 0 < noise.change.high
    assert not noise.sure and noise.verdict == "noise"


def test_a_fall_is_good_where_lower_is_better_and_neither_where_no_way_is() -> None:
    down = [scores_of({"m": same(value)}, better="lower") for value in (3.0, 2.0)]
    assert compare(*down).paired[0].verdict == "better"
    neither = [scores_of({"m": same(value)}, better="") for value in (3.0, 2.0)]
    assert compare(*neither).paired[0].verdict == "changed"


def test_five_pairs_are_too_few_to_be_sure() -> None:
    before, after = ({"m": {**same(value), "c5": None}} for value in (0.5, 0.75))
    [found] = compare(scores_of(before), scores_of(after)).paired
    assert found.change.n == 5
    assert found.verdict == "few" and not found.sure


def test_only_cases_with_a_value_in_both_are_paired() -> None:
    before = {"c0": 0.0, "c1": 1.0, "c2": 1.0, "c3": None}
    after = {"c0": 0.5, "c1": 1.0, "c2": None, "c3": 1.0}
    [found] = compare(scores_of({"m": before}), scores_of({"m": after})).paired
    assert (found.before, found.after, found.change.n) == (0.5, 0.75, 2)  # c0 and c1
    assert found.alone == 2  # c2 and c3
    assert "2 more have it in one run only" in render_comparison(
        compare(scores_of({"m": before}), scores_of({"m": after}))
    )


def test_a_type_can_be_compared_alone() -> None:
    types = {"c0": "survey", "c1": "survey"}
    before = scores_of({"m": same(0.5)}, types=types)
    after = scores_of({"m": {**same(0.5), "c0": 1.0}}, types=types)
    found = paired_metric(before, after, "m", "survey")
    assert found is not None
    assert (found.before, found.after, found.change.n) == (0.5, 0.75, 2)
    assert paired_metric(before, after, "m", "compare") is None


def test_flips_are_named_with_their_reasons_and_tested_by_mcnemar() -> None:
    before = scores_of({"m": same(1.0)}, passed=passing("c0"))
    after = scores_of({"m": same(1.0)}, passed=passing("c1", "c2", "c3", "c4", "c5"))
    found = compare(before, after)
    assert found.passed == (5, 1)
    assert [flip.id for flip in found.lost] == ["c1", "c2", "c3", "c4", "c5"]
    assert [flip.id for flip in found.won] == ["c0"]
    assert found.lost[0].failures == ("lacks the fact: c1",)  # why it fails now
    assert found.won[0].failures == ("lacks the fact: c0",)  # why it failed before
    assert found.p == pytest.approx(14 / 64)  # two sides of (1 + 6) / 2^6
    text = render_comparison(found)
    assert "5 → 1 of 6 in both; 5 lost, 1 won, McNemar's p = 0.219" in text
    assert "lost  c1 (lookup)  lacks the fact: c1" in text
    assert "won   c0 (lookup)  before: lacks the fact: c0" in text


def test_pooled_metrics_stand_side_by_side_and_are_said_to_be_unpaired() -> None:
    before = scores_of({"m": same(1.0)}, pooled={"f1": (0.8, 0.7, 0.9)})
    after = scores_of({"m": same(1.0)}, pooled={"f1": (0.6, 0.5, 0.7)})
    found = compare(before, after)
    [row] = found.unpaired
    assert (row.metric, row.before.mean, row.after.mean) == ("f1", 0.8, 0.6)
    assert [row.metric for row in found.paired] == ["m"]
    text = render_comparison(found)
    assert "unpaired" in text
    assert "0.800  [0.700  0.900]  →  0.600  [0.500  0.700]" in text


def test_an_unpaired_difference_adds_the_two_uncertainties() -> None:
    found = unpaired_difference(
        Summary(mean=0.8, low=0.7, high=0.9, n=40), Summary(mean=0.6, low=0.5, high=0.7, n=30)
    )
    assert found is not None
    assert found.value == pytest.approx(-0.2)
    assert found.low == pytest.approx(-0.2 - 0.02**0.5)  # √(0.1² + 0.1²)
    assert found.high == pytest.approx(-0.2 + 0.02**0.5)
    assert found.n == 30
    assert (
        unpaired_difference(Summary(mean=None, low=None, high=None, n=0), Summary(mean=1, low=1, high=1, n=1))
        is None
    )


def test_figures_of_different_judges_are_left_out_with_a_warning() -> None:
    one = scores_of({"ragas_faithfulness": same(0.2)}, group="judged", judge="ollama:small")
    other = scores_of({"ragas_faithfulness": same(0.9)}, group="judged", judge="openai:large")
    found = compare(one, other)
    assert found.paired == () and found.unpaired == ()
    [warning] = found.warnings
    assert "ollama:small" in warning and "openai:large" in warning and "ragas_faithfulness" in warning
    text = render_comparison(found)
    assert text.index("WARNING: the judges differ") < text.index("Cases passed")
    assert compare(one, one).warnings == ()
    assert len(compare(one, one).paired) == 1


def test_other_cases_and_another_store_are_warned_of_first() -> None:
    before = scores_of({"m": same(0.5)})
    after = scores_of(
        {"m": {"c4": 0.5, "c5": 0.5, "new": 1.0}},
        cases_fingerprint="other",
        store_fingerprint="store9",
        papers=9,
    )
    found = compare(before, after)
    assert found.cases == 2
    cases, papers = found.warnings
    assert "4 are only in A and 1 only in B" in cases
    assert "over the 2 whose id is in both" in cases
    assert "9 in B's" in papers and "store9" in papers


def test_what_is_the_same_in_every_case_takes_one_line() -> None:
    before = scores_of({"m": same(0.5), "still": same(0.25), "calm": same(1.0)})
    after = scores_of({"m": same(0.75), "still": same(0.25), "calm": same(1.0)})
    text = render_comparison(compare(before, after))
    assert "The same in every case of both: still, calm" in text
    assert "1 of 3 intervals exclude 0" in text
    assert "0.250" in text.split("The same")[0]  # the change of m
    assert "The same in every case of both: m, still, calm" in render_comparison(compare(before, before))


def test_metrics_that_cannot_be_compared_are_told() -> None:
    before = scores_of({"m": same(0.5), "gone": same(1.0), "empty": same(None)})
    after = scores_of({"m": same(0.5), "new": same(1.0), "empty": same(None)}, better="lower")
    found = compare(before, after)
    assert (found.only_before, found.only_after) == (("gone",), ("new",))
    assert any("defined otherwise in the two: m" in warning for warning in found.warnings)
    assert any("no case has a value in both, so not compared: empty" in warning for warning in found.warnings)


def test_what_the_two_were_made_with_is_told() -> None:
    before = scores_of({"m": same(0.5)}, llm=None, settings={"top_k": 8}, versions={"torch": "2.6"})
    after = scores_of({"m": same(0.5)}, llm="local", settings={"top_k": 12}, versions={"torch": "2.6"})
    assert compare(before, after).changed == ("llm: None → local", "setting top_k: 8 → 12")
    kept = before.model_copy(update={"run": before.run.model_copy(update={"settings": {}})})
    assert compare(kept, after).changed == ("llm: None → local",)  # a baseline keeps no settings


def test_a_comparison_as_json_holds_all_of_it() -> None:
    before = scores_of({"m": same(0.5)}, passed=passing("c0"), pooled={"f1": (0.8, 0.7, 0.9)})
    after = scores_of({"m": same(0.75)}, passed=passing(), pooled={"f1": (0.6, 0.5, 0.7)})
    found = json.loads(json.dumps(comparison_json(compare(before, after))))
    assert found["paired"]["m"]["difference"] == 0.25
    assert found["paired"]["m"]["verdict"] == "better"
    assert found["passed"]["won"] == [{"id": "c0", "type": "lookup", "failures": ["lacks the fact: c0"]}]
    assert found["unpaired"]["f1"]["b"]["mean"] == 0.6


def test_nothing_of_a_run_moves_the_terminal() -> None:
    odd = scores_of({"m": {"\x1b[2Jc0\nc1": 0.5}}, passed={"\x1b[2Jc0\nc1": False})
    fine = scores_of({"m": {"\x1b[2Jc0\nc1": 0.5}})
    assert "\x1b" not in render_comparison(compare(odd, fine))
