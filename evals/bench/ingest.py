"""How fast papers are taken in, beside the raw model on the same texts and beside the plain LangChain way.

    python -m evals.bench.ingest --papers FILE [--limit N] [--repeat K] [--precision float32] [--out FILE]

Each way runs in a process of its own, the ways in turn and backwards every second time, so that a busy
machine slows all of them; medians are printed. Processor seconds can be trusted more than the clock's there.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.models import Paper, Rejected
from evals.bench.ingest_ways import WAYS, Measured
from ingest.records import to_paper
from ingest.sources import read_sources

OURS = "ingest"
COSTS = {"clock": ("seconds",), "processor": ("cpu",), "clock with loading": ("seconds", "load")}
"""What is compared, as sums of figures."""


def main() -> None:
    """Measure every way and print a table, or with --way run one of them and print its figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=0, help="papers taken; 0 takes all")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--precision", default="auto", help="of ours and of the raw model")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--out", type=Path, help="file for all figures as JSON")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(WAYS[arguments.way](arguments.papers, arguments.precision)))
        return
    print(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "papers.jsonl"
        count = write_papers(arguments.papers, file, arguments.limit)
        runs = measure(file, arguments.ways, arguments.repeat, arguments.precision)
    medians = {way: median(each) for way, each in runs.items()}
    show(count, medians)
    result = {"papers": count, "precision": arguments.precision, "medians": medians, "runs": runs}
    result["ratios"] = ratios(runs)
    print(json.dumps({key: value for key, value in result.items() if key != "runs"}))
    if arguments.out:
        arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def write_papers(source: Path, file: Path, limit: int) -> int:
    """Write the first papers of a source as JSON Lines, the same for every way; return how many."""
    papers: dict[str, Paper] = {}
    for record in read_sources([source]):
        paper = record if isinstance(record, Rejected) else to_paper(record)
        if not isinstance(paper, Rejected) and paper.abstract:
            papers.setdefault(paper.id, paper)
        if limit and len(papers) >= limit:
            break
    if not papers:
        raise SystemExit(f"{source}: has no papers with an abstract")
    lines = [
        json.dumps({"title": p.title, "abstract": p.abstract, "authors": list(p.authors), "year": p.year})
        for p in papers.values()
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(papers)


def measure(file: Path, ways: list[str], repeat: int, precision: str) -> dict[str, list[Measured]]:
    """Run every way so often, each run in a process of its own."""
    runs: dict[str, list[Measured]] = {way: [] for way in ways}
    for round_ in range(repeat):
        for way in ways if round_ % 2 == 0 else ways[::-1]:
            command = [sys.executable, "-m", "evals.bench.ingest", "--papers", str(file), "--way", way]
            done = subprocess.run(
                [*command, "--precision", precision], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise SystemExit(f"{way} failed:\n{done.stderr}")
            runs[way].append(json.loads(done.stdout.splitlines()[-1]))
            seconds = runs[way][-1]["seconds"]
            print(f"# round {round_ + 1}, {way}: {seconds:.1f} s", file=sys.stderr, flush=True)
    return runs


def median(runs: list[Measured]) -> Measured:
    """Return the median of each figure."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def ratios(runs: dict[str, list[Measured]]) -> dict[str, float]:
    """Return how many times as fast our whole ingest is as each other way: the median over the rounds."""
    found: dict[str, float] = {}
    for way in runs:
        pairs = list(zip(runs.get(OURS, ()), runs[way], strict=False))
        if way == OURS or not pairs:
            continue
        for name, parts in COSTS.items():
            found[f"{way}, {name}"] = round(
                statistics.median(
                    sum(b[part] for part in parts) / sum(a[part] for part in parts) for a, b in pairs
                ),
                3,
            )
    return found


def show(count: int, medians: dict[str, Measured]) -> None:
    """Print one line a way."""
    heads = ("way", "load s", "s", "cpu s", "papers/s", "texts/s", "tokens/s", "peak MB", "speed of ingest")
    print("{:18} {:>7} {:>7} {:>7} {:>9} {:>8} {:>9} {:>8} {:>16}".format(*heads))
    for way, run in medians.items():
        seconds = run["seconds"]
        ratio = seconds / medians[OURS]["seconds"] if OURS in medians else float("nan")
        print(f"{way:18} {run['load']:7.2f} {seconds:7.2f} {run['cpu']:7.2f} {count / seconds:9.1f} "
              f"{run['texts'] / seconds:8.1f} {run['tokens'] / seconds:9.0f} {run['peak_mb']:8.0f} "
              f"{ratio:15.2f}x", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
