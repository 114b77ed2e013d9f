"""RAGAS's judged metrics through RAGAS itself, with judges whose replies stand beforehand, and their record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from judged_run import (
    Scripted,
    attributed,
    claims,
    judged_run,
    judged_samples,
    kindly,
    question,
    statements,
    useful,
    verdicts,
)
from samples import LUMEN, case, cite, claim, sample

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelError, UsageError
from assistant.fakes import ScriptedModel
from evals.judging.judge import Judge, JudgeFailed
from evals.judging.ragas_asked import JUDGED, inputs_of, texts_of
from evals.judging.ragas_metrics import judged_metrics, judges_of
from evals.judging.ragas_run import GIVE_UP, judge_run
from evals.judging.record import judged_file, read_judged
from evals.metrics.base import Metric
from evals.runs.record import Run
from evals.runs.scores import score_run

THREE = statements("Lumen is 3.2 times faster.", "Trim prunes.", "Trim prunes in one shot.")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return judged_run(tmp_path / "made")


def scripted(*replies: str) -> Judge:
    return Judge("scripted:judge", ScriptedModel(replies=list(replies)))


def by_rule(rule: Callable[[str], str]) -> Judge:
    return Judge("scripted:judge", Scripted(rule=rule))


def scored(run: Run, judge: Judge) -> Any:
    return score_run(run, judged_metrics(run.folder, judge.name), judge=judge.name)


def of_first(run: Run, name: str, judge: Judge) -> float | None:
    return read_judged(run.folder, judge.name)[("fast", name)].value


def test_a_case_gives_ragas_the_texts_that_the_writer_had() -> None:
    texts = texts_of(judged_samples()[0])
    assert texts["response"] == "It is 3.2 times faster. Trim prunes in one shot."
    assert texts["reference"] == "Lumen is 3.2 times faster and loses 0.4% accuracy."
    assert texts["retrieved_contexts"] == [
        "Lumen: Fast Attention\nIt is 3.2 times faster.\nIt loses 0.4% accuracy.",
        "Trim: Pruning Graphs\nTrim removes edges in one shot.",
    ]


def test_what_is_cited_of_a_papers_record_is_a_context_too() -> None:
    cited = cite(LUMEN, "Ada Byron, Emil Post", start=0, end=20, field="authors")
    title = cite(LUMEN, LUMEN.title, start=0, end=len(LUMEN.title), field="title")
    each = sample(
        case(question="Who wrote Lumen?"), claim("Ada Byron and Emil Post wrote it.", cited, cited, title)
    )
    assert texts_of(each)["retrieved_contexts"] == ["Lumen: Fast Attention\nAuthors: Ada Byron, Emil Post"]


@pytest.mark.parametrize(
    ("name", "replies", "value"),
    [
        ("faithfulness", [THREE, verdicts(1, 1, 0)], 2 / 3),
        ("answer_relevancy", [question("How fast is Lumen?")], 1.0),
        ("answer_relevancy", [question("How fast is Lumen?", noncommittal=1)], 0.0),
        ("context_recall", [attributed(1, 0, 1, 1)], 3 / 4),
        # 1 of 2 claims of the answer holds, 2 of 3 of the reference: TP 1, FP 1, FN 1
        ("factual_correctness", [claims("a", "b"), verdicts(1, 0), claims("c", "d", "e"), verdicts(1, 1, 0)], 0.5),
        # only the second paper helps: precision at its place is a half
        ("context_precision", [useful(0), useful(1)], 0.5),
        # reference, answer; by paper whether it says them; whether the reference says the answer's two.
        # Only the first paper is relevant, and of the answer's two wrong statements it says one.
        ("noise_sensitivity", [statements("r"), statements("a", "b"), verdicts(1), verdicts(1, 0), verdicts(0),
                               verdicts(0, 1), verdicts(0, 0)], 0.5),
    ],
)  # fmt: skip
def test_each_metric_has_the_value_worked_out_by_hand(
    run: Run, embedder: SentenceEmbeddings, name: str, replies: list[str], value: float
) -> None:
    judge = scripted(*replies)
    judged = judge_run(run, judge, embedder, metrics=[name], limit=1)
    assert (judged.asked, judged.failed) == (1, 0)
    assert (judge.calls, judge.retries) == (len(replies), 0)
    row = read_judged(run.folder, judge.name)[("fast", name)]
    assert row.value == pytest.approx(value, abs=1e-4)
    assert (row.attempts, row.retries, row.why, row.ragas[:2]) == (len(replies), 0, "", "0.")
    metric = scored(run, judge).metrics[f"ragas_{name}"]
    assert (metric.group, metric.all.n, metric.all.missing) == ("judged", 1, 0)
    assert metric.all.mean == pytest.approx(value, abs=1e-4)
    assert metric.better == ("lower" if name == "noise_sensitivity" else "higher")


def test_the_judge_sees_the_answer_and_the_evidence(run: Run, embedder: SentenceEmbeddings) -> None:
    seen: list[str] = []

    def rule(prompt: str) -> str:
        seen.append(prompt)
        return kindly(prompt)

    judge_run(run, by_rule(rule), embedder, metrics=["faithfulness"], limit=1)
    assert "How fast is Lumen?" in seen[0] and "Trim prunes in one shot." in seen[0]
    assert "Lumen: Fast Attention\\nIt is 3.2 times faster." in seen[1]


def test_a_metric_applies_only_where_its_inputs_are(run: Run, embedder: SentenceEmbeddings) -> None:
    fast, trim, rain, gone = judged_samples()
    assert [name for name in JUDGED if not isinstance(inputs_of(name, fast), str)] == list(JUDGED)
    assert [name for name in JUDGED if not isinstance(inputs_of(name, trim), str)] == [
        "faithfulness", "answer_relevancy", "context_precision",
    ]  # fmt: skip
    assert inputs_of("context_precision", trim)["response"] == "Trim removes edges in one shot."  # type: ignore[index]
    assert {inputs_of(name, rain) for name in ("faithfulness", "answer_relevancy")} == {"not answered"}
    assert str(inputs_of("context_recall", rain)).startswith("no reference answer")
    assert all(isinstance(inputs_of(name, gone), str) for name in JUDGED)
    judged = judge_run(run, by_rule(kindly), embedder, workers=3)
    assert (judged.asked, judged.failed, judged.kept) == (6 + 3, 0, 0)
    assert judged.left_out["faithfulness"] == {"not answered": 2}
    scores = scored(run, by_rule(kindly))
    assert {name: (m.all.n, m.all.missing) for name, m in scores.metrics.items()} == {
        "ragas_faithfulness": (2, 0), "ragas_answer_relevancy": (2, 0), "ragas_context_recall": (1, 0),
        "ragas_factual_correctness": (1, 0), "ragas_context_precision": (2, 0), "ragas_noise_sensitivity": (1, 0),
    }  # fmt: skip


def test_a_failure_is_missing_with_its_reason_and_can_be_asked_again(
    run: Run, embedder: SentenceEmbeddings
) -> None:
    bad = by_rule(
        lambda prompt: kindly(prompt) if "What does Trim do?" in prompt or '"verdict"' in prompt else "Hm."
    )
    judged = judge_run(run, bad, embedder, metrics=["ragas_faithfulness"])
    assert (judged.asked, judged.failed) == (2, 1)
    assert (bad.calls, bad.retries, bad.parse_failures) == (3 + 2, 2, 3)
    scores = scored(run, bad)
    found = scores.metrics["ragas_faithfulness"].all
    assert (found.mean, found.n, found.missing) == (1.0, 1, 1)
    first = next(each for each in scores.cases if each.id == "fast")
    assert first.values["ragas_faithfulness"] is None
    assert (
        "no usable reply in 3 tries: it holds no JSON object; the last one: “Hm.”"
        in first.why["ragas_faithfulness"]
    )

    good = by_rule(kindly)
    assert judge_run(run, good, embedder, metrics=["faithfulness"]).asked == 0
    again = judge_run(run, good, embedder, metrics=["faithfulness"], retry_failed=True)
    assert (again.asked, again.failed, again.kept) == (1, 0, 1)
    found = scored(run, good).metrics["ragas_faithfulness"].all
    assert (found.n, found.missing) == (2, 0)


def test_judging_goes_on_after_a_kill(run: Run, embedder: SentenceEmbeddings) -> None:
    judge, seen = by_rule(kindly), []
    judge_run(run, judge, embedder, metrics=["faithfulness", "context_precision"])
    path = judged_file(run.folder, judge.name)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert len(lines) == 4
    path.write_bytes(b"".join(lines[:3]) + lines[3][:25])
    again = judge_run(
        run, judge, embedder, metrics=["faithfulness", "context_precision"],
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    assert (again.asked, again.kept) == (1, 3)
    assert seen == [(3, 4), (4, 4)]
    assert path.read_bytes().splitlines(keepends=True)[:3] == lines[:3]
    assert len(read_judged(run.folder, judge.name)) == 4
    path.write_bytes(lines[0][:25] + b"\n" + b"".join(lines[1:]))
    with pytest.raises(UsageError, match="line 1: isn't a judged value"):
        judge_run(run, judge, embedder, metrics=["faithfulness"])


def test_other_texts_than_were_judged_have_no_value(
    run: Run, embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    judge = by_rule(kindly)
    judge_run(run, judge, embedder, metrics=["context_recall"])
    fast = judged_samples()[0]
    changed = fast.case.model_copy(update={"reference": "Lumen is slow."})
    other = judged_run(tmp_path / "other", [type(fast)(changed, fast.recorded, fast.papers)])
    judged_file(other.folder, judge.name).write_bytes(judged_file(run.folder, judge.name).read_bytes())
    found = scored(other, judge)
    assert found.metrics["ragas_context_recall"].all.missing == 1
    assert found.cases[0].why["ragas_context_recall"] == "other texts than these were judged: judge again"
    assert judge_run(other, judge, embedder, metrics=["context_recall"]).asked == 1


def test_a_limit_spreads_over_what_can_be_judged(embedder: SentenceEmbeddings, tmp_path: Path) -> None:
    fast, _, rain, _ = judged_samples()
    many = []
    for n in range(8):
        base = rain if n % 2 else fast
        asked = base.case.model_copy(update={"id": f"c{n}"})
        many.append(type(fast)(asked, base.recorded.model_copy(update={"id": f"c{n}"}), fast.papers))
    run, judge = judged_run(tmp_path / "many", many), by_rule(kindly)
    assert judge_run(run, judge, embedder, metrics=["faithfulness"], limit=2).asked == 2
    assert [case for case, _ in read_judged(run.folder, judge.name)] == ["c0", "c4"]
    found = scored(run, judge).metrics["ragas_faithfulness"].all
    assert (found.n, found.missing) == (2, 0)


def test_a_judge_that_can_not_be_called_ends_the_judging(
    embedder: SentenceEmbeddings, tmp_path: Path
) -> None:
    fast = judged_samples()[0]
    many = [
        type(fast)(
            fast.case.model_copy(update={"id": f"c{n}"}), fast.recorded.model_copy(update={"id": f"c{n}"}), {}
        )
        for n in range(9)
    ]
    run = judged_run(tmp_path / "many", many)

    def rule(prompt: str) -> str:
        raise ConnectionError("nobody is there")

    judge = by_rule(rule)
    with pytest.raises(ModelError, match="couldn't be called 3 times in a row") as caught:
        judge_run(run, judge, embedder, metrics=["faithfulness"])
    assert not isinstance(caught.value, JudgeFailed)
    rows = read_judged(run.folder, judge.name)
    assert len(rows) == GIVE_UP
    assert {(row.value, row.why) for row in rows.values()} == {
        (None, "the language model failed (ConnectionError)")
    }


def test_what_ragas_raises_is_recorded(
    run: Run, embedder: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ragas.metrics.collections import Faithfulness

    async def broken(self: Any, **inputs: Any) -> None:
        raise ZeroDivisionError("of no statements")

    monkeypatch.setattr(Faithfulness, "ascore", broken)
    judge = by_rule(kindly)
    judged = judge_run(run, judge, embedder, metrics=["faithfulness"])
    assert (judged.asked, judged.failed) == (2, 2)
    [one, other] = read_judged(run.folder, judge.name).values()
    assert one.why == other.why == "RAGAS raised ZeroDivisionError: of no statements"


def test_a_value_that_is_no_share_is_a_failure(
    run: Run, embedder: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ragas.metrics.collections import Faithfulness
    from ragas.metrics.result import MetricResult

    values = iter([float("nan"), 1.5])

    async def odd(self: Any, **inputs: Any) -> MetricResult:
        return MetricResult(value=next(values))

    monkeypatch.setattr(Faithfulness, "ascore", odd)
    judge = by_rule(kindly)
    assert judge_run(run, judge, embedder, metrics=["faithfulness"]).failed == 2
    assert [row.why for row in read_judged(run.folder, judge.name).values()] == [
        "RAGAS made nan of the judge's replies", "RAGAS made 1.5 of the judge's replies",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("replies", "complaint"),
    [
        ([THREE, verdicts(1, 1), verdicts(1, 1, 0)], "there are 3 statements to judge, and 2 in the reply"),
        ([THREE, verdicts(1, 2, 0), verdicts(1, 1, 0)], "verdict is 2, which is neither 0 nor 1"),
        ([statements(), THREE, verdicts(1, 1, 0)], "statements is empty"),
    ],
)
def test_replies_that_ragas_would_silently_count_otherwise_are_asked_again(
    run: Run, embedder: SentenceEmbeddings, replies: list[str], complaint: str
) -> None:
    model = ScriptedModel(replies=replies)
    judge = Judge("scripted:judge", model)
    judge_run(run, judge, embedder, metrics=["faithfulness"], limit=1)
    assert of_first(run, "faithfulness", judge) == pytest.approx(2 / 3, abs=1e-6)
    assert (judge.calls, judge.parse_failures) == (3, 1)
    assert any(complaint in messages[-1].text for messages in model.prompts)


def test_a_model_that_can_be_held_to_a_schema_is_held_to_what_ragas_hopes_for() -> None:
    from ragas.metrics.collections.faithfulness.util import (
        NLIStatementInput,
        NLIStatementOutput,
        NLIStatementPrompt,
    )

    seen: list[dict[str, Any]] = []

    class Asked(Judge):
        def ask(self, prompt: str, response_model: Any, *, schema: Any = None, **options: Any) -> Any:
            seen.append(schema)
            return super().ask(prompt, response_model, schema=schema, **options)

    judge = Asked("scripted:judge", ScriptedModel(replies=[verdicts(1, 0)]))
    prompt = NLIStatementPrompt().to_string(NLIStatementInput(context='a\ninput: "b"', statements=["c", "d"]))
    reply = asyncio.run(judge.for_ragas().agenerate(prompt, NLIStatementOutput))
    assert [each.verdict for each in reply.statements] == [1, 0]
    [schema] = seen
    assert (
        schema["properties"]["statements"]["minItems"],
        schema["properties"]["statements"]["maxItems"],
    ) == (2, 2)
    assert schema["$defs"]["StatementFaithfulnessAnswer"]["properties"]["verdict"]["enum"] == [0, 1]
    assert "minItems" not in json.dumps(NLIStatementOutput.model_json_schema())


def test_judges_are_kept_apart(run: Run, embedder: SentenceEmbeddings) -> None:
    for name in ("ollama:a/b", "ollama:a:b", "openai:c"):
        judge_run(run, Judge(name, Scripted(rule=kindly)), embedder, metrics=["faithfulness"], limit=1)
    assert judged_file(run.folder, "ollama:a/b") == judged_file(run.folder, "ollama:a:b")
    assert judges_of(run.folder) == ["ollama:a/b", "ollama:a:b", "openai:c"]
    assert [len(read_judged(run.folder, name)) for name in judges_of(run.folder)] == [1, 1, 1]
    metrics = judged_metrics(run.folder, "openai:c")
    assert [metric.name for metric in metrics] == ["ragas_faithfulness"]
    assert isinstance(metrics[0], Metric)
    assert "RAGAS 0." in metrics[0].about
    assert judged_metrics(run.folder, "openai:d") == []


def test_a_metric_that_ragas_has_not_is_refused(run: Run, embedder: SentenceEmbeddings) -> None:
    with pytest.raises(UsageError, match="no judged metric called faith") as caught:
        judge_run(run, by_rule(kindly), embedder, metrics=["faith", "context_recall"])
    assert "faithfulness" in caught.value.hint
