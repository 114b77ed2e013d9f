"""A saved run: what was asked and answered, in a folder that needs neither the store nor the model again.

run.json       RunInfo: what answered what, with which settings and versions
cases.jsonl    the cases, their papers resolved to ids
answers.jsonl  one Recorded a line, in the order they were finished; a torn last line is dropped
papers.jsonl   the papers that cases, answers and passages speak of; written last: without it a run isn't whole
scores.json    what evals/runs/scores.py made of it; judged-*.jsonl: what a judge said; report.*: for reading
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import UsageError
from assistant.models import Answer, Frozen, Paper, Ranked
from evals.cases import Case, dump_cases, explain, load_cases
from evals.runs.lines import read_lines

RUN, CASES, ANSWERS, PAPERS = "run.json", "cases.jsonl", "answers.jsonl", "papers.jsonl"
SCORES = "scores.json"


class RunInfo(BaseModel):
    """What made a run; `papers`, `cases` and fingerprints tell whether two runs can be compared."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str
    started: str
    """UTC, ISO 8601."""
    llm: str | None
    """Who wrote, as `provider:model`; None where answers are quotes."""
    cases_file: str
    cases: int
    cases_fingerprint: str
    store: str
    papers: int
    store_fingerprint: str
    embedder: str
    settings: dict[str, Any] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)


class Recorded(Frozen):
    """One case's answer with all that was seen on the way; `error` tells why there is none."""

    id: str
    answer: Answer | None = None
    passages: tuple[Ranked, ...] = ()
    evidence_seconds: float | None = None
    """From the question to the evidence."""
    seconds: float = 0.0
    error: str = ""
    stood_in: str = ""
    """Why quotes stand where the language model should have written: what the answer says of its failure."""


@dataclass(frozen=True)
class Run:
    """A whole saved run."""

    folder: Path
    info: RunInfo
    cases: list[Case]
    answers: dict[str, Recorded]
    papers: dict[str, Paper]


def load_run(folder: Path) -> Run:
    """Read a saved run.

    Raises:
        UsageError: It isn't a run, isn't finished, or a file of it is damaged.
    """
    info = read_info(folder)
    if info is None:
        raise UsageError(f"{folder}: isn't a saved run: there is no {RUN}", "`paperchat eval run` makes one")
    cases, answers = load_cases(folder / CASES), {row.id: row for row in read_answers(folder)}
    if missing := [case.id for case in cases if case.id not in answers]:
        raise UsageError(
            f"{folder}: isn't finished: {len(missing)} of {len(cases)} cases have no answer yet",
            "the same `paperchat eval run` continues it",
        )
    path = folder / PAPERS
    try:
        rows = [Paper.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path}: can't be read as papers: {in_short(error)}",
            "the same `paperchat eval run` writes it again",
        ) from error
    papers = {paper.id: paper for paper in rows}
    known = {id_ for case in cases for id_ in case.gold}
    known |= {item.paper_id for row in answers.values() for item in row.passages}
    if lost := known - set(papers):
        raise UsageError(
            f"{path}: lacks {len(lost)} papers that the run speaks of",
            "the same `paperchat eval run` writes it again",
        )
    return Run(folder, info, cases, answers, papers)


def read_info(folder: Path) -> RunInfo | None:
    """Return what a folder's run.json tells; None where there is none.

    Raises:
        UsageError: It is damaged.
    """
    path = folder / RUN
    if not path.is_file():
        return None
    try:
        return RunInfo.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: can't be read: {in_short(error)}", "begin anew with --fresh") from error


def read_answers(folder: Path) -> Iterator[Recorded]:
    """Yield the answers on record; a last line that a kill has torn is left out.

    Raises:
        UsageError: A line before the last is damaged.
    """
    hint = "remove that line: the same `paperchat eval run` answers its case again"
    return read_lines(folder / ANSWERS, Recorded, "an answer on record", hint)


def begin(folder: Path, info: RunInfo, cases: Iterable[Case]) -> None:
    """Write the beginning of a run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made: {error.strerror}", "name another --out") from error
    dump_cases(cases, folder / CASES)
    replace_text(folder / RUN, json.dumps(info.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n")


def finish(folder: Path, papers: Iterable[Paper]) -> None:
    """Write the papers that a run speaks of; with them it is whole."""
    replace_text(folder / PAPERS, "".join(paper.model_dump_json() + "\n" for paper in papers))


def answers_digest(folder: Path) -> str:
    """Return a digest of a run's answers, by which scores are known to be theirs; empty where there are none."""
    path = folder / ANSWERS
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def holds_other(folder: Path) -> bool:
    """Tell whether a folder holds what isn't a run's own: a kill may have left a run without its run.json."""
    own = {RUN, CASES, ANSWERS, PAPERS, SCORES, f".{ANSWERS}.lock", f"{RUN}.new", f"{PAPERS}.new"}
    return any(path.name not in own for path in folder.iterdir())


def in_short(error: Exception) -> str:
    """Tell in one line why a file can't be read."""
    if isinstance(error, ValidationError):
        return explain(error)
    return error.strerror or str(error) if isinstance(error, OSError) else str(error).splitlines()[0]


def remove_run(folder: Path) -> None:
    """Remove a run with its scores, reports and judgements; a folder that isn't a run is left alone."""
    if not (folder / RUN).is_file():
        return
    try:
        for pattern in (RUN, CASES, ANSWERS, PAPERS, SCORES, "judged-*.jsonl", "report.*", ".*.jsonl.lock"):
            for path in folder.glob(pattern):
                path.unlink()
    except OSError as error:
        raise UsageError(f"{folder}: can't be removed: {error.strerror}", "name another --out") from error


def replace_text(path: Path, text: str) -> None:
    """Write a file so that it is at every moment either the old one or the new one."""
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path}: can't be written: {error.strerror}", "make room or name another folder"
        ) from error
