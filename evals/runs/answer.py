"""Answering every case and recording everything: resumable after a kill, in parallel where the model allows."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from assistant.compose import STOOD_IN
from assistant.errors import ModelFailed, PaperchatError, StoreError, UsageError
from assistant.events import EvidenceFound, Finished
from assistant.library import Library
from assistant.models import Ranked
from assistant.pipeline import Assistant
from evals.cases import Case
from evals.cases.check import PaperIndex, check_cases, resolve_case
from evals.runs.lines import LineFile
from evals.runs.record import (
    ANSWERS,
    Recorded,
    RunInfo,
    begin,
    finish,
    holds_other,
    read_answers,
    read_info,
)

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Hears how many of how many cases are answered."""
IN_A_ROW = 5
"""Answers in a row for which the language model failed; after that a run stops, for it would measure another."""
HOSTED_AT_ONCE = 4
"""Questions asked at once of a hosted model; a local one answers one at a time."""
_LOCAL = ("llamacpp:", "ollama:")


def default_workers(llm: str | None) -> int:
    """Return how many questions to ask at once of a model, named as `provider:model`."""
    return 1 if llm is None or llm.startswith(_LOCAL) else HOSTED_AT_ONCE


def sample_evenly(cases: Sequence[Case], limit: int | None) -> list[Case]:
    """Return at most `limit` cases spread over the file, so that every kind of question has its share."""
    if limit is None or limit >= len(cases):
        return list(cases)
    if limit < 1:
        raise UsageError(f"--limit {limit}: there must be at least one case", "leave it out for all cases")
    return [cases[index * len(cases) // limit] for index in range(limit)]


def resolve_all(cases: Sequence[Case], library: Library, source: str) -> list[Case]:
    """Return the cases with their papers as ids.

    Raises:
        UsageError: A paper or a piece of evidence isn't in the store; the answers would be measured wrongly.
    """
    index, found, wrong = PaperIndex.of(library), [], []
    for case in cases:
        resolved, problems = resolve_case(case, index)
        found.append(resolved)
        wrong += problems
    wrong += [problem for problem in check_cases(cases, library) if problem.field == "evidence"]
    wrong = list(dict.fromkeys(problem for problem in wrong if problem.severity == "error"))
    if wrong:
        first = "; ".join(f"{problem.case_id}: {problem.message}" for problem in wrong[:3])
        raise UsageError(
            f"{source}: {len(wrong)} papers or pieces of evidence can't be found in the store: {first}",
            f"`paperchat eval cases check {source}` lists them all; is this the right --store?",
        )
    return found


def run_cases(
    cases: Sequence[Case],
    info: RunInfo,
    assistant: Assistant,
    folder: Path,
    *,
    workers: int = 1,
    progress: Progress = lambda done, total: None,
) -> int:
    """Answer the cases that have no answer on record yet.

    Args:
        cases: All cases of the run, resolved.
        info: What the run is made with.
        assistant: Who answers.
        folder: Where the run is saved; one begun with the same things is continued.
        workers: How many questions are asked at once.
        progress: Hears how it goes.

    Returns:
        How many cases were answered now.

    Raises:
        UsageError: The folder holds a run that was made with other things.
        StoreError: The store can't be read; what is answered so far is on record.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: isn't a folder", "name another --out")
    begun = read_info(folder)
    if begun is None:
        if folder.exists() and holds_other(folder):
            raise UsageError(f"{folder}: isn't empty and isn't a run", "name another --out")
        begin(folder, info, cases)
    else:
        _check_same(folder, begun, info)
    done = {row.id for row in read_answers(folder) if not row.error and not row.stood_in}
    todo = [case for case in cases if case.id not in done]
    progress(len(cases) - len(todo), len(cases))
    recorder, down = LineFile(folder / ANSWERS), 0
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="case")
    try:
        asked = [pool.submit(answer_case, assistant, case) for case in todo]
        for number, future in enumerate(as_completed(asked), start=len(cases) - len(todo) + 1):
            row = future.result()
            recorder.add(row)
            progress(number, len(cases))
            down = down + 1 if row.stood_in else 0
            if down == IN_A_ROW:
                raise ModelFailed(
                    f"{assistant.chosen.name} failed {IN_A_ROW} times in a row: {row.stood_in}",
                    "mend that; the same command then asks these cases again and goes on",
                )
    finally:
        pool.shutdown(cancel_futures=True)
        recorder.close()
    finish(folder, assistant.store.library.papers(sorted(_spoken_of(cases, read_answers(folder)))))
    return len(todo)


def answer_case(assistant: Assistant, case: Case) -> Recorded:
    """Answer one case; an answer that fails is recorded with the reason.

    Raises:
        StoreError: The store can't be read, so that no other case could be answered either.
    """
    started = time.perf_counter()
    passages: tuple[Ranked, ...] = ()
    evidence_seconds: float | None = None
    try:
        for event in assistant.events(case.question, case.history):
            if isinstance(event, EvidenceFound):
                passages, evidence_seconds = event.retrieved, round(time.perf_counter() - started, 4)
            elif isinstance(event, Finished):
                return Recorded(
                    id=case.id,
                    answer=event.answer,
                    stood_in=next(
                        (note for note in event.answer.notes if note.rstrip(".").endswith(STOOD_IN)), ""
                    ),
                    passages=passages,
                    evidence_seconds=evidence_seconds,
                    seconds=round(time.perf_counter() - started, 4),
                )
        raise AssertionError("events always end with Finished")
    except StoreError:
        raise
    except Exception as error:
        why = error.message if isinstance(error, PaperchatError) else f"{type(error).__name__}: {error}"
        log.warning("case %s has no answer: %s", case.id, why, exc_info=True)
        seconds = round(time.perf_counter() - started, 4)
        return Recorded(id=case.id, passages=passages, seconds=seconds, error=why)


def _check_same(folder: Path, begun: RunInfo, now: RunInfo) -> None:
    """Refuse to continue a run with other things than it was begun with."""
    names = ("cases_fingerprint", "store_fingerprint", "llm", "embedder")
    other = [
        name.replace("cases_fingerprint", "set of cases (or --limit)")
        for name in names
        if getattr(begun, name) != getattr(now, name)
    ]
    other += [
        name for name in sorted({*begun.settings, *now.settings})
        if name != "llm" and begun.settings.get(name) != now.settings.get(name)
    ]  # fmt: skip
    if begun.versions.get("paperchat") != now.versions.get("paperchat"):
        other.append("paperchat's version")
    if other:
        raise UsageError(
            f"{folder}: holds a run made with another {', '.join(other).replace('_', ' ')}",
            "begin anew with --fresh, or name another --out",
        )


def _spoken_of(cases: Iterable[Case], answers: Iterable[Recorded]) -> set[str]:
    """Return the ids of all papers that a run speaks of."""
    ids = {id_ for case in cases for id_ in (*case.gold, *case.optional, *case.related)}
    ids |= {ref.paper for case in cases for ref in case.evidence if not isinstance(ref, str)}
    for row in answers:
        ids |= {ranked.paper_id for ranked in row.passages}
        if row.answer:
            ids |= {paper.paper_id for paper in row.answer.retrieved}
            ids |= {item.paper_id for item in row.answer.evidence}
            ids |= {citation.paper_id for claim in row.answer.claims for citation in claim.citations}
    return ids
