"""How long things take here: start-up, ingest, and a question's evidence.

    python -m evals.bench.speed PAPERS

Whole processes are timed from outside, three times each, and the median is printed; the machine's load
average stands beside them, for on a busy machine the figures mean little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from assistant.wiring import build_assistant

PAPERCHAT = str(Path(sys.executable).with_name("paperchat"))
RUNS = 3
QUESTIONS = (
    "What is proposed?",
    "Which methods reduce memory?",
    "How large is the improvement?",
    "Which data are used?",
)


def main() -> None:
    """Measure and print one figure a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("papers", type=Path)
    papers = parser.parse_args().papers
    print(f"processors {os.cpu_count()}, load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        show("paperchat --help", median(lambda: run("--help")))
        show("ingest, first time", timed(lambda: run("ingest", str(papers), "--store", str(store))))
        show("ingest, nothing changed", median(lambda: run("ingest", str(papers), "--store", str(store))))
        show(
            "ask, whole process",
            median(lambda: run("ask", QUESTIONS[0], "--store", str(store), "--llm", "none")),
        )
        show("chat page answers /healthz", median(lambda: serve(store)))
        assistant = build_assistant(store=store, llm="none")
        assistant.ask(QUESTIONS[0])
        warm = [timed(lambda question=question: assistant.ask(question)) for question in QUESTIONS * 5]  # type: ignore[misc]
        show("question to evidence and quotes, warm: median", statistics.median(warm))
        show("question to evidence and quotes, warm: slowest of 20", max(warm))


def show(what: str, seconds: float) -> None:
    """Print a figure."""
    print(f"{what:55} {seconds:8.3f} s", flush=True)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(work: Callable[[], object]) -> float:
    """Return the median seconds of some runs."""
    return statistics.median(timed(work) for _ in range(RUNS))


def run(*arguments: str) -> None:
    """Run the command; what it prints is thrown away, exit code 3 is an answer too."""
    done = subprocess.run([PAPERCHAT, *arguments], capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr.decode())


def serve(store: Path) -> None:
    """Start the page, wait until it answers, stop it."""
    command = [PAPERCHAT, "serve", "--store", str(store), "--llm", "none", "--port", "7987"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            try:
                urllib.request.urlopen("http://127.0.0.1:7987/healthz", timeout=1)
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise SystemExit("the page didn't start")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
