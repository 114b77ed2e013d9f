"""The ingest benchmark runs every way on the same papers, each in its own process, and tells the ratios."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from evals.bench import ingest as bench
from evals.bench.ingest import COSTS, OURS, main, ratios, write_papers

PAPERS = [
    {"title": f"Pruning by cue {n}", "abstract": f"We prune graphs by cue {n}. It keeps {90 + n}% accuracy."}
    for n in range(4)
]
HAS_LANGCHAINS_OWN = all(
    importlib.util.find_spec(name) for name in ("langchain_huggingface", "langchain_chroma")
)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(map(json.dumps, PAPERS)), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_measures_three_papers_every_way(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ways = [OURS, "model-32"] + ["langchain-1000"] * HAS_LANGCHAINS_OWN
    out = tmp_path / "figures.json"
    monkeypatch.setattr(
        "sys.argv",
        [
            "ingest",
            "--papers",
            str(papers),
            "--limit",
            "3",
            "--repeat",
            "1",
            "--out",
            str(out),
            "--ways",
            *ways,
        ],
    )
    main()
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["papers"] == 3
    assert list(told["medians"]) == ways
    ours, model = (told["medians"][way] for way in ways[:2])
    assert ours["texts"] == model["texts"] == 6  # of each a passage and the title
    assert ours["tokens"] == model["tokens"] > 6 * 4
    assert all(run[figure] > 0 for run in told["medians"].values() for figure in run)
    assert set(told["ratios"]) == {f"{way}, {cost}" for way in ways[1:] for cost in COSTS}
    printed = capsys.readouterr().out
    assert all(f"\n{way} " in printed for way in ways)


def test_the_same_papers_are_taken_whatever_the_source_holds(papers: Path, tmp_path: Path) -> None:
    file = tmp_path / "taken.jsonl"
    papers.write_text(
        "\n".join(map(json.dumps, [{"title": "Only a title"}, PAPERS[0], *PAPERS])), encoding="utf-8"
    )
    assert write_papers(papers, file, 3) == 3
    titles = [json.loads(line)["title"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert titles == [paper["title"] for paper in PAPERS[:3]]
    assert write_papers(papers, file, 0) == 4


def test_ratios_are_those_of_the_middle_round() -> None:
    def runs(*seconds: float) -> list[bench.Measured]:
        return [{"load": 1.0, "seconds": each, "cpu": 2 * each} for each in seconds]

    found = ratios({OURS: runs(1, 2, 10), "other": runs(2, 5, 10)})
    assert found == {"other, clock": 2.0, "other, processor": 2.0, "other, clock with loading": 1.5}


def test_a_way_that_fails_is_told(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["ingest", "--papers", str(papers.with_name("none.jsonl"))])
    with pytest.raises(Exception, match=r"none\.jsonl"):
        main()
    with pytest.raises(SystemExit, match="model-32 failed"):
        bench.measure(papers.with_name("none.jsonl"), ["model-32"], 1, "auto")
