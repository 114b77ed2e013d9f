"""The gate: whether a run reaches its thresholds and holds its baseline, and what regressed where it doesn't."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from evals.gate.baseline import fall_check, passed_check, same_checks, without_baseline
from evals.gate.config import GateConfig
from evals.gate.config import load_config as load_config
from evals.gate.limits import limit_check
from evals.gate.result import TINY, Check, GateResult, check
from evals.gate.result import gate_json as gate_json
from evals.gate.result import render_gate as render_gate
from evals.report.text import one_line
from evals.runs.compare import compare
from evals.runs.scores import Scores

SHIPPED = Path(__file__).with_name("gate.toml")
"""The thresholds that ship."""


def judge_gate(scores: Scores, baseline: Scores | None, config: GateConfig) -> GateResult:
    """Hold a run against thresholds, and against a baseline where there is one.

    Args:
        scores: The run's.
        baseline: Those that were accepted before; without them falls can't be judged and are skipped.
        config: Thresholds and rules.
    """
    checks = [*_run_checks(scores, config)]
    checks += [
        limit_check(scores, threshold, config) for threshold in (*config.of("least"), *config.of("most"))
    ]
    checks += _missing(scores, config)
    if baseline is None:
        checks += without_baseline(config)
    else:
        comparison = compare(baseline, scores)
        checks += same_checks(comparison, config)
        checks += [fall_check(scores, baseline, threshold, config) for threshold in config.of("drop")]
        checks += passed_check(comparison, config)
    return GateResult(scores.run, baseline.run if baseline else None, config.path, tuple(checks))


def _run_checks(scores: Scores, config: GateConfig) -> Iterator[Check]:
    rules, n = config.rules, len(scores.cases)
    yield check("cases", n >= rules.least_cases, f"{n} cases, at least {rules.least_cases} are asked for")
    if rules.judge:
        said = f"the judge is {scores.judge or 'none'}, the thresholds are for {rules.judge}"
        yield check("judge", scores.judge == rules.judge, said)
    cases = {case.id: case for case in scores.cases}
    for id_ in rules.must_pass:
        case = cases.get(id_)
        why = "it isn't in the run" if case is None else "; ".join(case.failures) or "it does"
        yield check(f"{one_line(id_)} must pass", case is not None and case.passed, one_line(why, 300))


def _missing(scores: Scores, config: GateConfig) -> Iterator[Check]:
    """Yield a check for each metric that the configuration names and that should have values it hasn't."""
    for name in dict.fromkeys(threshold.metric for threshold in config.thresholds):
        metric = scores.metrics.get(name)
        if metric is None or not metric.all.missing:
            continue
        missing, of = metric.all.missing, metric.all.n + metric.all.missing
        lacking = [case for case in scores.cases if name in case.values and case.values[name] is None]
        reasons = Counter(case.why.get(name, "no reason on record") for case in lacking)
        why = "; ".join(f"{one_line(reason, 80)} ({times})" for reason, times in reasons.most_common(3))
        said = f"{missing} of {of} values are missing, {config.rules.most_missing:.0%} may be"
        good = missing <= config.rules.most_missing * of + TINY
        yield check(f"{name}: missing", good, f"{said}: {why}" if why else said)
