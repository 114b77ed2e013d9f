"""Answering every case and recording everything: resumable after a kill, in parallel where the model allows."""

from __future__ import annotations

import hashlib
import logging
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from assistant.errors import PaperchatError, StoreError, UsageError
from assistant.events import EvidenceFound, Finished
from assistant.library import Library
from assistant.models import Ranked
from assistant.pipeline import Assistant
from assistant.settings import Settings
from evals.cases import Case, fingerprint
from evals.cases.check import PaperIndex, resolve_case
from evals.runs.lines import LineFile
from evals.runs.record import ANSWERS, Recorded, RunInfo, begin, finish, read_answers, read_info

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Hears how many of how many cases are answered."""
HOSTED_AT_ONCE = 4
"""Questions asked at once of a hosted model; a local one answers one at a time."""
_LOCAL = ("llamacpp:", "ollama:")
_ELSEWHERE = frozenset({"store", "models_dir", "host", "port", "runs"})
"""Settings that say where things are and don't change an answer."""
_PACKAGES = (
    "paperchat",
    "chromadb",
    "sentence-transformers",
    "torch",
    "langchain-core",
    "xllamacpp",
    "ragas",
)


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


def resolve_all(cases: Iterable[Case], library: Library, source: str) -> list[Case]:
    """Return the cases with their papers as ids.

    Raises:
        UsageError: A paper isn't in the store; the answers couldn't be measured.
    """
    index, found, wrong = PaperIndex.of(library), [], []
    for case in cases:
        resolved, problems = resolve_case(case, index)
        found.append(resolved)
        wrong += [problem for problem in problems if problem.severity == "error"]
    if wrong:
        first = "; ".join(f"{problem.case_id}: {problem.message}" for problem in wrong[:3])
        raise UsageError(
            f"{source}: {len(wrong)} papers can't be found in the store: {first}",
            f"`paperchat eval cases check {source}` lists them all; is this the right --store?",
        )
    return found


def describe(
    name: str, source: str, cases: Sequence[Case], assistant: Assistant, settings: Settings
) -> RunInfo:
    """Return what a run is made with."""
    library = assistant.store.library
    return RunInfo(
        name=name,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        llm=assistant.chosen.name,
        cases_file=source,
        cases=len(cases),
        cases_fingerprint=fingerprint(cases),
        store=str(settings.store),
        papers=library.count()[0],
        store_fingerprint=store_fingerprint(library),
        embedder=settings.embedder,
        settings=masked(settings),
        versions=_versions(),
    )


def store_fingerprint(library: Library) -> str:
    """Return a digest that is the same for the same papers, whatever order they came in."""
    rows = "\n".join(f"{id_} {print_}" for id_, print_ in sorted(library.fingerprints().items()))
    return hashlib.sha256(rows.encode()).hexdigest()[:16]


def masked(settings: Settings) -> dict[str, Any]:
    """Return the settings that bear on answers, secrets masked."""
    values = {name: getattr(settings, name) for name in Settings.model_fields if name not in _ELSEWHERE}
    return {
        name: "********" if isinstance(value, SecretStr) else str(value) if isinstance(value, Path) else value
        for name, value in values.items()
    }


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
    begun = read_info(folder)
    if begun is None:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"{folder}: isn't empty and isn't a run", "name another --out")
        begin(folder, info, cases)
    else:
        _check_same(folder, begun, info)
    done = {row.id for row in read_answers(folder) if not row.error}
    todo = [case for case in cases if case.id not in done]
    progress(len(cases) - len(todo), len(cases))
    recorder = LineFile(folder / ANSWERS)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="case")
    try:
        asked = [pool.submit(answer_case, assistant, case) for case in todo]
        for number, future in enumerate(as_completed(asked), start=len(cases) - len(todo) + 1):
            recorder.add(future.result())
            progress(number, len(cases))
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
    other = [name for name in names if getattr(begun, name) != getattr(now, name)]
    other += [
        name for name in sorted({*begun.settings, *now.settings})
        if name != "llm" and begun.settings.get(name) != now.settings.get(name)
    ]  # fmt: skip
    if begun.versions.get("paperchat") != now.versions.get("paperchat"):
        other.append("paperchat's version")
    if other:
        raise UsageError(
            f"{folder}: holds a run made with another {', '.join(other).replace('_', ' ')}",
            "name another --out, or remove that folder",
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


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
