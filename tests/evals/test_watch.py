"""Saved runs over time: their order, their state, their changes, and the tab that shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_run import HOSTILE, made_run, made_scores, scores_of

from assistant.errors import UsageError
from evals.runs.record import begin, load_run
from evals.runs.scores import Scores, save_scores
from evals.runs.watch import follow, history, runs_html, watch_json, watch_table

IDS = [f"c{n}" for n in range(20)]


def save(folder: Path, scores: Scores) -> None:
    """Leave what watching reads of a scored run."""
    begin(folder, scores.run, load_cases_of(scores))
    save_scores(scores, folder / "scores.json")


def load_cases_of(scores: Scores) -> list[Any]:
    from samples import case

    return [case(id=own.id, type=own.type) for own in scores.cases]


def run_at(day: int, value: float, **info: Any) -> Scores:
    """Return scores of a run of that day: every case has the value, so the interval is no wider than that."""
    started = f"2026-03-{day:02}T10:00:00+00:00"
    return scores_of({"facts_found": dict.fromkeys(IDS, value)}, **{"started": started, **info})


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three runs over the same cases and papers, saved in another order, and one over other cases between them."""
    folder = tmp_path / "runs"
    save(folder / "a-last", run_at(9, 0.25, llm="local"))
    save(folder / "first", run_at(1, 0.5))
    save(folder / "second", run_at(5, 0.75))
    save(folder / "elsewhere", run_at(3, 0.1, cases_fingerprint="other", cases_file="other.jsonl"))
    return folder


def test_runs_come_oldest_first_each_with_the_change_since_the_last_like_it(runs: Path) -> None:
    found = history(runs)
    assert [run.folder.name for run in found] == ["first", "elsewhere", "second", "a-last"]
    moved = [run.changed("facts_found") for run in found]
    assert moved[0] is None  # nothing before it
    assert moved[1] is None  # other cases
    assert moved[2] is not None and moved[2].value == 0.25  # since first, not since elsewhere
    assert moved[3] is not None and moved[3].value == -0.5


def test_the_table_keeps_what_can_be_compared_together(runs: Path) -> None:
    first, other = watch_table(history(runs)).split("\n\n")[:2]
    lines = [line.split() for line in first.splitlines()[2:]]
    assert [line[0] for line in lines] == ["first", "second", "a-last"]
    assert lines[1][-2:] == ["0.750", "(+0.250)"]
    assert lines[2][-2:] == ["0.250", "(−0.500)"]
    assert "local" in lines[2] and "quotes" in lines[1]
    assert "other.jsonl" in other and "elsewhere" in other


def test_a_change_within_noise_is_marked(tmp_path: Path) -> None:
    values = {id_: float(n % 2) for n, id_ in enumerate(IDS)}
    for day, own in ((1, values), (2, {**values, "c0": 1.0})):
        save(tmp_path / str(day), scores_of({"m": own}, started=f"2026-03-0{day}T10:00:00+00:00"))
    assert "0.550 (~+0.050)" in watch_table(history(tmp_path))
    assert 'class="runs-noise"' in runs_html(tmp_path)
    assert watch_json(history(tmp_path))[1]["figures"]["m"]["change_is_noise"] is True


def test_figures_of_another_judge_have_no_change(tmp_path: Path) -> None:
    for day, judge in ((1, "ollama:small"), (2, "openai:large")):
        scores = scores_of(
            {"r": dict.fromkeys(IDS, 0.5)},
            group="judged",
            judge=judge,
            started=f"2026-03-0{day}T10:00:00+00:00",
        )
        save(tmp_path / str(day), scores)
    assert history(tmp_path)[1].changed("r") is None


def test_runs_without_scores_and_damaged_ones_are_shown_as_such(tmp_path: Path) -> None:
    whole = made_run(tmp_path / "whole")
    made_scores(whole)
    made_run(tmp_path / "unscored")
    half = made_run(tmp_path / "half")
    lines = (half.folder / "answers.jsonl").read_bytes().splitlines(keepends=True)
    (half.folder / "answers.jsonl").write_bytes(b"".join(lines[:3]) + lines[3][:9])
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{", "utf-8")
    (tmp_path / "no-run").mkdir()
    found = {run.folder.name: run for run in history(tmp_path)}
    assert {name: run.state for name, run in found.items()} == {
        "whole": "scored", "unscored": "unscored", "half": "unfinished", "broken": "damaged",
    }  # fmt: skip
    assert found["half"].note == "3 of 8 cases are answered"
    table, page = watch_table(history(tmp_path)), runs_html(tmp_path)
    for text in (table, page):
        assert "unfinished" in text and "3 of 8 cases are answered" in text
        assert "unscored" in text
        assert "broken" in text and "can't be read" in text.replace("&#x27;", "'")
        assert "--fresh" in text  # what to do about it
    assert load_run(whole.folder).info.name == "made"


def test_a_folder_without_runs_and_none_at_all(tmp_path: Path) -> None:
    assert history(tmp_path) == []
    assert "paperchat eval run" in watch_table([])
    assert "No saved runs yet" in runs_html(tmp_path)
    assert "No saved runs yet" in runs_html(tmp_path / "none")
    with pytest.raises(UsageError, match="no such folder"):
        history(tmp_path / "none")


def test_one_runs_folder_is_a_history_too(runs: Path) -> None:
    assert [run.folder.name for run in history(runs / "first")] == ["first"]


def test_the_page_has_the_newest_first_and_a_line_over_time(runs: Path) -> None:
    page = runs_html(runs)
    assert page.index(">a-last<") < page.index(">second<") < page.index(">first<")
    assert page.count("<table>") == 2
    assert page.count("<svg") == 1  # a single run is no line
    # the values 0.5, 0.75, 0.25 from left to right: half-way, at the top, at the bottom
    assert 'points="3.0,12.0 48.0,3.0 93.0,21.0"' in page
    assert "facts_found over 3 runs: 0.500 at first, 0.250 now" in page
    assert 'class="runs-worse"' in page and "−0.500 worse" in page
    assert 'class="runs-better"' in page and "+0.250 better" in page


def test_nothing_of_a_run_becomes_markup(tmp_path: Path) -> None:
    scores = run_at(1, 0.5, llm=HOSTILE, cases_file=HOSTILE)
    save(tmp_path / "<b>bold", scores)
    page = runs_html(tmp_path)
    assert "<img" not in page and "<script" not in page and "<b>" not in page
    assert "&lt;img" in page and "&lt;b&gt;bold" in page


def test_as_json_each_run_has_its_figures(runs: Path) -> None:
    found = json.loads(json.dumps(watch_json(history(runs))))
    assert [run["run"] for run in found] == ["first", "elsewhere", "second", "a-last"]
    assert found[3]["figures"]["facts_found"]["mean"] == 0.25
    assert found[3]["figures"]["facts_found"]["change"] == -0.5
    assert found[3]["figures"]["facts_found"]["change_is_noise"] is False
    assert (found[3]["passed"], found[3]["of"], found[3]["llm"]) == (20, 20, "local")


def test_following_shows_the_runs_again_only_when_something_changed(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            save(runs / "new", run_at(20, 0.9))

    monkeypatch.setattr("evals.runs.watch.time.sleep", wait)
    seen = follow(runs, seconds=2.0)
    assert len(next(seen)) == 4
    assert [run.folder.name for run in next(seen)][-1] == "new"
    assert waits == [2.0, 2.0, 2.0]
