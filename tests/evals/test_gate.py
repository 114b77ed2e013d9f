"""The gate: what passes, what fails, and that a failure names what regressed; figures are worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_run import scores_of

from assistant.errors import UsageError
from evals.gate.config import GateConfig
from evals.gate.judge import SHIPPED, gate_json, judge_gate, load_config, render_gate
from evals.gate.result import Check, GateResult
from evals.runs.scores import Scores

IDS = [f"c{n}" for n in range(10)]


def values(*own: float | None) -> dict[str, float | None]:
    """Return ten values: the given ones, the last of them repeated."""
    return dict(zip(IDS, [*own, *[own[-1]] * (len(IDS) - len(own))], strict=True))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gate.toml"


def config(path: Path, text: str) -> GateConfig:
    path.write_text(text, "utf-8")
    return load_config(path)


def named(result: GateResult, start: str) -> Check:
    """Return the check whose name starts so."""
    [found] = [check for check in result.checks if check.name.startswith(start)]
    return found


def judge(path: Path, text: str, scores: Scores, baseline: Scores | None = None) -> GateResult:
    return judge_gate(scores, baseline, config(path, text))


def test_a_figure_must_reach_its_threshold(path: Path) -> None:
    half = scores_of({"m": values(0, 0, 0, 0, 0, 1)})
    assert judge(path, "[least]\nm = 0.5", half).passed
    result = judge(path, "[least]\nm = 0.51", half)
    assert not result.passed
    failed = named(result, "m at least 0.51")
    assert failed.status == "failed"
    assert failed.message.startswith("0.500 [")
    assert "types: lookup 0.500" in failed.message
    assert "cases: c0 0, c1 0, c2 0, c3 0, c4 0" in failed.message
    assert judge(path, "[most]\nm = 0.5", half).passed
    assert not judge(path, "[most]\nm = 0.49", half).passed


def test_a_threshold_may_be_judged_by_the_interval(path: Path) -> None:
    half = scores_of({"m": values(0, 0, 0, 0, 0, 1)})  # the interval is about 0.2 to 0.8
    rules = '[rules]\njudged_by = "interval"\n[least]\nm = '
    assert judge(path, rules + "0.7", half).passed
    assert not judge(path, rules + "0.95", half).passed


def test_a_threshold_may_be_for_one_type(path: Path) -> None:
    scores = scores_of({"m": values(0, 1)}, types={"c0": "survey", "c1": "survey"})
    assert judge(path, "[least.survey]\nm = 0.5", scores).passed
    failed = named(judge(path, "[least.survey]\nm = 0.6", scores), "m of survey")
    assert failed.status == "failed" and "over 2" in failed.message
    assert "there is no case of type poem" in judge(path, "[least.poem]\nm = 0.5", scores).checks[1].message


def test_a_metric_that_the_run_lacks_fails(path: Path) -> None:
    result = judge(path, "[least]\n'facts_fond' = 0.5", scores_of({"facts_found": values(1)}))
    assert not result.passed
    assert "there is no metric facts_fond; facts_found is meant?" in result.checks[1].message


def test_missing_values_fail_with_their_reasons(path: Path) -> None:
    scores = scores_of({"m": values(None, None, 1.0)})
    failed = named(judge(path, "[least]\nm = 0.5", scores), "m: missing")
    assert failed.status == "failed"
    assert failed.message == "2 of 10 values are missing, 0% may be: the judge failed (2)"
    assert judge(path, "[least]\nm = 0.5\n[rules]\nmost_missing = 0.2", scores).passed
    assert judge(path, "[least]\nother = 0\n", scores_of({"m": values(None, 1.0), "other": values(1)})).passed


def test_all_values_missing_fail(path: Path) -> None:
    result = judge(path, "[least]\nm = 0\n[rules]\nmost_missing = 1.0", scores_of({"m": values(None)}))
    assert named(result, "m at least").message == "there is no value; 10 are missing"


def test_a_sure_fall_beyond_what_is_allowed_fails_and_names_the_cases(path: Path) -> None:
    then, now = scores_of({"m": values(0.8)}), scores_of({"m": values(0.2, 0.75)})
    # it falls by (0.6 + 9 · 0.05) / 10 = 0.105, and each case by 0.05 at least
    result = judge(path, "[drop]\nm = 0.04", now, then)
    failed = named(result, "m may get worse")
    assert failed.status == "failed"
    assert "fell by 0.105: 0.800 → 0.695, paired over 10" in failed.message
    assert "lies beyond the allowed 0.040" in failed.message
    assert "most of all: c0 0.8 → 0.2" in failed.message
    assert "GATE FAILED: 1 of 4 checks" in render_gate(result)
    assert judge(path, "[drop]\nm = 0.105", now, then).passed


def test_a_fall_within_noise_passes_unless_it_is_beyond_the_hard_margin(path: Path) -> None:
    then, now = scores_of({"m": values(1)}), scores_of({"m": values(0, 1)})
    # it falls by 0.1, and the interval holds 0
    result = judge(path, "[drop]\nm = 0.02", now, then)
    assert result.passed
    assert "within noise of the allowed 0.020" in named(result, "m may").message
    assert judge(path, "[drop]\nm = 0.02\n[rules]\nhard_margin = 0.08", now, then).passed
    failed = named(judge(path, "[drop]\nm = 0.02\n[rules]\nhard_margin = 0.07", now, then), "m may")
    assert failed.status == "failed"
    assert "more than the allowed 0.020 and the margin of 0.070" in failed.message
    own = "[drop]\nm = {allowed = 0.02, margin = 0.5}\n[rules]\nhard_margin = 0.07"
    assert judge(path, own, now, then).passed


def test_a_rise_is_no_fall_and_is_one_where_lower_is_better(path: Path) -> None:
    low, high = scores_of({"m": values(1)}), scores_of({"m": values(2)})
    assert named(judge(path, "[drop]\nm = 0", high, low), "m may").message.startswith("got no worse")
    slow = [scores_of({"m": values(value)}, better="lower", unit="s") for value in (1, 2)]
    failed = named(judge(path, "[drop]\nm = 0.5", slow[1], slow[0]), "m may")
    assert failed.status == "failed"
    assert failed.message.startswith("rose by 1.00 s: 1.00 s → 2.00 s")
    assert "most of all: c0 1 → 2" in failed.message


def test_the_common_margin_is_not_for_figures_with_a_unit(path: Path) -> None:
    then = scores_of({"m": values(1)}, better="lower", unit="s")
    now = scores_of({"m": values(9, 1)}, better="lower", unit="s")  # one slow case: noise
    assert judge(path, "[drop]\nm = 0\n[rules]\nhard_margin = 0.05", now, then).passed
    assert not judge(path, "[drop]\nm = {allowed = 0, margin = 0.5}", now, then).passed


def test_a_fall_of_one_type_is_seen(path: Path) -> None:
    types = dict.fromkeys(IDS[:6], "survey")
    then = scores_of({"m": values(0.5)}, types=types)
    now = scores_of({"m": values(0, 0, 0, 0, 0, 0, 1)}, types=types)
    assert named(judge(path, "[drop.survey]\nm = 0.1", now, then), "m of survey").status == "failed"
    assert judge(path, "[drop]\nm = 0.1", now, then).passed  # the other types hide it


def test_pooled_figures_are_held_by_their_intervals(path: Path) -> None:
    then = scores_of({"m": values(1)}, pooled={"f1": (0.8, 0.75, 0.85)})
    near = scores_of({"m": values(1)}, pooled={"f1": (0.75, 0.7, 0.8)})
    far = scores_of({"m": values(1)}, pooled={"f1": (0.6, 0.55, 0.65)})
    assert judge(path, "[drop]\nf1 = 0.02", near, then).passed
    # it falls by 0.2 ± √(0.05² + 0.05²) = 0.129 to 0.271
    failed = named(judge(path, "[drop]\nf1 = 0.12", far, then), "f1 may")
    assert failed.status == "failed" and "unpaired" in failed.message
    assert judge(path, "[drop]\nf1 = 0.13", far, then).passed


def test_more_cases_lost_than_chance_explains_fail_and_are_named(path: Path) -> None:
    then = scores_of({"m": values(1)})
    now = scores_of({"m": values(1)}, passed={id_: n >= 6 for n, id_ in enumerate(IDS)})
    result = judge(path, "[rules]\npassed_alpha = 0.05", now, then)  # six lost: p = 2 / 2^6
    failed = named(result, "cases passed")
    assert failed.status == "failed"
    assert "10 → 4 of 10 cases pass; 6 lost, 0 won, McNemar's p = 0.031" in failed.message
    assert "lost: c0 (lacks the fact: c0)" in failed.message and "and 1 more" in failed.message
    five = scores_of({"m": values(1)}, passed={id_: n >= 5 for n, id_ in enumerate(IDS)})
    assert judge(path, "[rules]\npassed_alpha = 0.05", five, then).passed  # p = 0.0625
    assert judge(path, "[rules]\npassed_alpha = 0.05", then, now).passed  # six were won


def test_other_cases_or_papers_than_the_baselines_fail_unless_they_may(path: Path) -> None:
    then = scores_of({"m": values(1)})
    now = scores_of({"m": values(1)}, cases_fingerprint="other", store_fingerprint="other")
    result = judge(path, "[drop]\nm = 0", now, then)
    assert [check.name for check in result.checks if check.status == "failed"] == [
        "same cases",
        "same papers",
    ]
    loose = "[drop]\nm = 0\n[rules]\nrequire_same_cases = false\nrequire_same_store = false"
    assert judge(path, loose, now, then).passed


def test_without_a_baseline_falls_are_skipped_and_said_to_be(path: Path) -> None:
    scores = scores_of({"m": values(1)})
    result = judge(path, "[drop]\nm = 0", scores)
    assert result.passed
    assert named(result, "baseline").status == "skipped"
    assert "m may get worse by 0" in named(result, "baseline").message
    assert not judge(path, "[drop]\nm = 0\n[rules]\nrequire_baseline = true", scores).passed


def test_figures_of_different_judges_are_not_compared(path: Path) -> None:
    one = scores_of({"r": values(1)}, group="judged", judge="ollama:small")
    other = scores_of({"r": values(1)}, group="judged", judge="openai:large")
    failed = named(judge(path, "[drop]\nr = 0.1", other, one), "r may")
    assert failed.status == "failed" and "they can't be compared" in failed.message
    assert not judge(path, "[least]\nr = 0.1\n[rules]\njudge = 'ollama:small'", other).passed
    assert judge(path, "[least]\nr = 0.1\n[rules]\njudge = 'ollama:small'", one).passed


def test_a_figure_defined_otherwise_is_not_held_against_the_old_one(path: Path) -> None:
    now, then = scores_of({"m": values(1)}), scores_of({"m": values(1)})
    by_another = {"m": then.metrics["m"].model_copy(update={"about": "by another check"})}
    failed = named(
        judge(path, "[drop]\nm = 0", now, then.model_copy(update={"metrics": by_another})), "m may"
    )
    assert failed.status == "failed"
    assert "defined otherwise" in failed.message


def test_a_figure_that_lost_most_of_its_values_fails(path: Path) -> None:
    then, kept = scores_of({"m": values(1)}), dict(list(values(1).items())[: len(IDS) // 2])
    now = scores_of({"m": kept})
    failed = named(judge(path, "[drop]\nm = 0.1", now, then), "m may")
    assert failed.status == "failed"
    assert f"rests on {len(kept)} values, in the baseline on {len(IDS)}" in failed.message
    assert named(judge(path, "[drop]\nm = 0.1\n[rules]\nmost_lost = 0.5", now, then), "m may").status == "ok"


def test_a_baseline_without_the_metric_and_one_without_a_better_way_fail(path: Path) -> None:
    now = scores_of({"m": values(1)})
    failed = named(judge(path, "[drop]\nm = 0", now, scores_of({"n": values(1)})), "m may")
    assert "in the baseline: there is no metric m" in failed.message
    neither = scores_of({"m": values(1)}, better="")
    assert "neither way is better" in named(judge(path, "[drop]\nm = 0", neither, neither), "m may").message
    apart = scores_of({"m": {"other": 1.0}})
    assert "no case has a value both here" in named(judge(path, "[drop]\nm = 0", now, apart), "m may").message


def test_some_cases_must_pass_always(path: Path) -> None:
    scores = scores_of({"m": values(1)}, passed={id_: id_ != "c3" for id_ in IDS})
    result = judge(path, '[rules]\nmust_pass = ["c2", "c3", "gone"]', scores)
    failed = {check.name: check.message for check in result.checks if check.status == "failed"}
    assert failed == {"c3 must pass": "lacks the fact: c3", "gone must pass": "it isn't in the run"}


def test_too_few_cases_fail(path: Path) -> None:
    result = judge(path, "[least]\nm = 0\n[rules]\nleast_cases = 11", scores_of({"m": values(1)}))
    assert named(result, "cases").message == "10 cases, at least 11 are asked for"
    assert not result.passed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[leest]\nm = 1", "leest: no such table; there are least, most, drop, rules; least is meant"),
        ("[least]\nm = true", "least.m = True: must be a number"),
        ("[least]\nm = 'high'", "least.m = 'high': must be a number"),
        ("[least]\nm = nan", "least.m = nan: must be a number"),
        ("[least.lookup]\nm = []", r"least.lookup.m = \[\]: must be a number"),
        ("[least.lookup]\n", "least.lookup: names no metric"),
        ("least = 3", "least: must be a table"),
        ("[drop]\nm = -0.1", "drop.m = -0.1: must not be below 0"),
        ("[drop]\nm = {allowed = 0.1, margn = 1}", "drop.m: unknown: margn"),
        ("[drop]\nm = {allowed = 0.1, margin = -1}", "drop.m.margin = -1: must not be below 0"),
        ("[rules]\nmost_missing = 2", "rules: most_missing: .*less than or equal to 1"),
        ("[rules]\nrequire_baselin = true", "rules: require_baselin: "),
        ("[rules]\njudged_by = 'luck'", "rules: judged_by: "),
        ("[rules]\npassed_alpha = 1.0", "rules: passed_alpha: "),
        ("[rules]\nleast_cases = 5", "asks for nothing, so every run would pass"),
        ("", "asks for nothing"),
        ("[least\nm = 1", "isn't TOML: .*line 1"),
    ],
)
def test_a_wrong_configuration_is_told_with_file_and_key(path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        config(path, text)
    assert str(path) in caught.value.message


def test_a_configuration_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read as a gate"):
        load_config(path)


def test_the_thresholds_that_ship_can_be_read() -> None:
    found = load_config(SHIPPED)
    assert {threshold.kind for threshold in found.thresholds} == {"least", "most", "drop"}
    assert found.rules.require_same_cases and found.rules.hard_margin is not None


def test_a_result_as_json_and_as_text_tells_failures_first(path: Path) -> None:
    result = judge(path, "[least]\na = 0.5\nm = 1.1", scores_of({"a": values(1), "m": values(1)}))
    found = json.loads(json.dumps(gate_json(result)))
    assert found["passed"] is False
    assert [check["status"] for check in found["checks"]] == ["ok", "ok", "failed"]
    lines = render_gate(result).splitlines()
    assert lines[3].startswith("FAILED   m at least 1.1: 1.000")
    assert lines[-1] == "GATE FAILED: 1 of 3 checks"
    good = judge(path, "[least]\na = 0.5", scores_of({"a": values(1)}))
    assert render_gate(good).endswith("GATE PASSED: 2 checks")
