"""Judging a saved run by RAGAS's metrics: one record a value, resumable after a kill, failures with their reason."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

from assistant.embedding import SentenceEmbeddings
from assistant.errors import ModelError, ModelUnavailable, UsageError
from evals.judging.judge import Judge, JudgeFailed, Tally
from evals.judging.ragas_asked import JUDGED, ask_ragas, digest_of, inputs_of
from evals.judging.record import JudgedValue, judged_file, read_judged
from evals.runs.answer import sample_evenly
from evals.runs.lines import LineFile
from evals.runs.record import Run
from evals.runs.scores import samples_of

log = logging.getLogger(__name__)

GIVE_UP = 3
"""Values in a row for which the model couldn't be called; after that the night is better spent otherwise."""


@dataclass(frozen=True)
class Judged:
    """How a judging went, in values: asked for now, failed of those, on record before, and not applicable."""

    asked: int
    failed: int
    kept: int = 0
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)
    """By metric: why it doesn't apply, and to how many cases."""


@dataclass(frozen=True)
class _Task:
    case: str
    metric: str
    inputs: dict[str, Any]

    @property
    def digest(self) -> str:
        return digest_of(self.metric, self.inputs)


def judge_run(
    run: Run,
    judge: Judge,
    embedder: SentenceEmbeddings,
    *,
    metrics: Sequence[str] | None = None,
    workers: int = 1,
    limit: int | None = None,
    retry_failed: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Judged:
    """Ask a judge for the values that aren't on record yet.

    Args:
        run: A saved run.
        judge: Who judges.
        embedder: For answer relevancy.
        metrics: Names of `JUDGED`, with or without `ragas_`; all where None.
        workers: How many values are asked for at once.
        limit: How many cases at the most, spread evenly over those that can be judged.
        retry_failed: Whether values that failed before are asked for again.
        progress: Hears how many of how many values are on record.

    Raises:
        UsageError: A metric has no such name, or the record is damaged or can't be written.
        ModelError: The judge can't be called; what is judged so far is on record.
    """
    names = _names(metrics)
    tasks, left_out = _tasks(run, names, limit)
    known = read_judged(run.folder, judge.name)
    todo = [task for task in tasks if not _is_done(known.get((task.case, task.metric)), task, retry_failed)]
    kept = len(tasks) - len(todo)
    failed = in_a_row = 0
    progress(kept, len(tasks))
    recorder = LineFile(judged_file(run.folder, judge.name))
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="judge")
    try:
        asked = [pool.submit(_judge_one, task, judge, embedder) for task in todo]
        for number, future in enumerate(as_completed(asked), start=1):
            row, error = future.result()
            recorder.add(row)
            failed += row.value is None
            in_a_row = in_a_row + 1 if error else 0
            progress(kept + number, len(tasks))
            if error and in_a_row == GIVE_UP:
                raise ModelError(
                    f"{judge.name} couldn't be called {GIVE_UP} times in a row: {error.message}",
                    "what is judged so far is on record; mend that, then judge again with --retry-failed",
                ) from error
    finally:
        pool.shutdown(cancel_futures=True)
        recorder.close()
    return Judged(len(todo), failed, kept, left_out)


def _judge_one(
    task: _Task, judge: Judge, embedder: SentenceEmbeddings
) -> tuple[JudgedValue, ModelError | None]:
    """Ask for one value; return it, and the error where the model couldn't be called."""
    tally, started = Tally(), time.perf_counter()
    value, why, unreached = None, "", None
    try:
        value = ask_ragas(task.metric, task.inputs, judge, embedder, tally)
    except JudgeFailed as error:
        why = error.message
    except ModelUnavailable:
        raise
    except ModelError as error:
        why, unreached = error.message, error
    except Exception as error:  # whatever RAGAS makes of the replies costs this value only, and is told
        log.info("%s of case %s has no value", task.metric, task.case, exc_info=True)
        why = f"RAGAS raised {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    row = JudgedValue(
        case=task.case, metric=task.metric, judge=judge.name, value=value, why=why, attempts=tally.calls,
        retries=tally.retries, input_tokens=tally.input_tokens, output_tokens=tally.output_tokens,
        seconds=round(time.perf_counter() - started, 3), ragas=metadata.version("ragas"), inputs=task.digest,
    )  # fmt: skip
    return row, unreached


def _names(metrics: Sequence[str] | None) -> list[str]:
    given = [name.removeprefix("ragas_") for name in metrics] if metrics is not None else list(JUDGED)
    if wrong := [name for name in given if name not in JUDGED]:
        raise UsageError(
            f"RAGAS has no judged metric called {', '.join(wrong)}", f"choose from {', '.join(JUDGED)}"
        )
    return list(dict.fromkeys(given))


def _tasks(run: Run, names: list[str], limit: int | None) -> tuple[list[_Task], dict[str, dict[str, int]]]:
    """Return what is to be judged, metric by metric: prompts that begin alike are read faster in a row."""
    of_case: dict[str, dict[str, _Task]] = {}
    left_out: dict[str, Counter[str]] = {name: Counter() for name in names}
    for sample in samples_of(run):
        for name in names:
            inputs = inputs_of(name, sample)
            if isinstance(inputs, str):
                left_out[name][inputs] += 1
            else:
                of_case.setdefault(sample.case.id, {})[name] = _Task(sample.case.id, name, inputs)
    chosen = sample_evenly([case for case in run.cases if case.id in of_case], limit)
    tasks = [of_case[case.id][name] for name in names for case in chosen if name in of_case[case.id]]
    return tasks, {name: dict(reasons) for name, reasons in left_out.items() if reasons}


def _is_done(row: JudgedValue | None, task: _Task, retry_failed: bool) -> bool:
    if row is None or row.inputs != task.digest:
        return False
    return row.value is not None or not retry_failed
