"""The command line as a user meets it: real processes, exit codes, JSON, and one clear line for each mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.cli import main

PAPERCHAT = Path(sys.executable).with_name("paperchat")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `paperchat` in an empty folder with no settings but those given."""

    def call(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PAPERCHAT_")}
        return subprocess.run(
            [str(PAPERCHAT), *map(str, arguments)],
            capture_output=True,
            text=True,
            input=stdin,
            timeout=170,
            cwd=tmp_path,
            env=clean | environment,
            check=False,
        )

    return call


@pytest.fixture
def run_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `paperchat` the same way in this process, which has all libraries loaded: for many small mistakes."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = ["paperchat", *map(str, arguments)]
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", command)
            for name in [name for name in os.environ if name.startswith("PAPERCHAT_")]:
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(command, int(ended.value.code or 0), out, err)

    return call


def assert_explained(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """One clear message with a next step, and no traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_help_loads_nothing_heavy() -> None:
    code = """
        import sys
        sys.argv = ["paperchat", "--help"]
        from ui.cli import main
        try:
            main()
        except SystemExit:
            pass
        heavy = {"torch", "gradio", "chromadb", "langchain", "langchain_core", "sentence_transformers", "numpy",
                 "transformers", "httpx", "xllamacpp", "tantivy", "fastapi", "pandas"}
        print("HEAVY", sorted(heavy & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout
    assert "ingest" in done.stdout


def test_importing_the_assistant_loads_nothing_heavy() -> None:
    code = """
        import sys, assistant, ingest, ui, evals
        print(sorted({"torch", "chromadb", "numpy", "pydantic"} & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_ask_json(run: Run, stored: Path) -> None:
    done = run(
        "ask", "Which cue does GraphTrim use to remove edges?", "--store", stored, "--llm", "none", "--json"
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert answer["model"] is None
    shown = run(
        "papers", "show", answer["claims"][0]["citations"][0]["paper_id"], "--store", stored, "--json"
    )
    paper = json.loads(shown.stdout)
    for claim in answer["claims"]:
        for citation in claim["citations"]:
            if citation["paper_id"] == paper["id"]:
                assert paper["abstract"][citation["start"] : citation["end"]] == citation["quote"]
    assert {"n", "paper_id", "title", "url"} <= set(answer["sources"][0])
    assert {"paper_id", "title", "score"} <= set(answer["retrieved"][0])
    assert "total" in answer["timings"]


def test_a_failure_is_json_too(run: Run, stored: Path) -> None:
    done = run("ask", "x" * 5000, "--store", stored, "--llm", "none", "--json")
    assert_explained(done, 2, "characters")
    assert json.loads(done.stdout)["status"] == "failed"


def test_ask_in_words_and_the_exit_code_of_no_answer(run: Run, stored: Path) -> None:
    done = run("ask", "Which cue does GraphTrim use?", "--store", stored, "--llm", "none")
    assert done.returncode == 0
    assert "degree of their nodes" in done.stdout
    assert "[1] GraphTrim" in done.stdout
    done = run("ask", "What do these papers say about cooking pasta?", "--store", stored, "--llm", "none")
    assert done.returncode == 3
    assert "doesn’t say" in done.stdout


def test_ask_with_history_and_from_standard_input(run: Run, stored: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    turns = [
        {"role": "user", "content": "What is GraphTrim?"},
        {"role": "assistant", "content": "A pruning method."},
    ]
    history.write_text(json.dumps(turns))
    done = run(
        "ask", "--history", history, "--json", "--llm", "none",
        stdin="What accuracy does it reach on Cora?", PAPERCHAT_STORE=str(stored),
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["standalone_question"] == "What accuracy does GraphTrim reach on Cora?"
    assert "71.5%" in answer["text"]


def test_search_json(run: Run, stored: Path) -> None:
    done = run("search", "pruning graph edges", "-k", "3", "--store", stored, "--json")
    found = json.loads(done.stdout)
    assert len(found) == 3
    assert found[0]["title"].startswith("GraphTrim")
    assert {"paper_id", "title", "score", "passage"} <= set(found[0])
    assert found == sorted(found, key=lambda item: -item["score"])


def test_search_explains_how_it_understood_and_why_papers_rank(run: Run, stored: Path) -> None:
    told = run(
        "search", "How fast is Lumen on LongBench?", "--explain", "--store", stored, "--llm", "none"
    ).stdout
    for said in (
        "Understood as: How fast is Lumen on LongBench?",
        "Kind:          named",
        "Named:         Lumen",
        "place 1",
    ):
        assert said in told
    whole = json.loads(
        run(
            "search", "pruning", "--explain", "--json", "--tag", "graphs", "--store", stored, "--llm", "none"
        ).stdout
    )
    assert (whole["kept"], whole["papers"], whole["question_kind"]) == (6, 6, "lookup")
    assert "tags" in whole["notes"][0]


def test_filters_are_options_of_ask_and_search(run: Run, stored: Path) -> None:
    done = run("search", "graphs", "--paper", "nothing", "--store", stored, "--llm", "none")
    assert "No papers found" in done.stdout
    assert "no paper with the id “nothing”" in done.stdout
    assert_explained(
        run("ask", "x", "--since", "2020", "--until", "2010", "--store", stored),
        2,
        "is after",
        "--since 2010",
    )


def test_papers(run: Run, stored: Path) -> None:
    listed = json.loads(run("papers", "list", "--store", stored, "--json").stdout)
    assert len(listed) == 6
    stats = json.loads(run("papers", "stats", "--store", stored, "--json").stdout)
    assert (stats["papers"], stats["embedder"], stats["dimension"]) == (6, "all-MiniLM-L6-v2", 384)
    assert "GraphTrim" in run("papers", "list", "--store", stored).stdout
    assert_explained(
        run("papers", "show", "nothing", "--store", stored), 2, "no paper has the id nothing", "papers list"
    )


def test_ingest_prints_its_report(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_text(
        "Title,Abstract\nA First Paper,It says something. It says more.\n,No title here\n", encoding="utf-8"
    )
    done = run("ingest", path, "--store", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    assert "2 read, 1 added" in done.stdout
    assert "rejected: " in done.stdout
    report = json.loads(run("ingest", path, "--store", tmp_path / "s", "--json").stdout)
    assert (report["read"], report["unchanged"]) == (2, 1)
    assert report["rejected"][0].keys() == {"file", "where", "reason"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jsonl", b"", "empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "PNG"),
        ("binary.txt", bytes(range(256)) * 40, "text"),
        ("cut.jsonl", b'{"title": "Cut", "abst', "ends in the middle"),
        ("prose.json", b'{"a": 1}', "prose.json"),
        ("number.jsonl", b'{"title": ' + b"9" * 5000 + b"}\n", "too many digits"),
        ("garbage.jsonl", b"{'title': not json}\n" * 15, "line 15"),
    ],
)
def test_files_that_are_no_papers(
    run_here: Run, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run_here("ingest", path, "--store", tmp_path / "s")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert words in done.stdout + done.stderr
    assert "no papers found" in done.stderr


def test_another_encoding_is_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    rows = "".join(
        f"Étude numéro {n} des réseaux,Nous étudions les réseaux à Besançon. Ça marche déjà très bien.\n"
        for n in range(9)
    )
    path.write_bytes(f"title,abstract\n{rows}".encode("utf-16"))  # tests/ingest/test_files.py has the others
    done = run("ingest", path, "--store", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    assert "9 added" in done.stdout
    assert "Étude numéro 3 des réseaux" in run("papers", "list", "--store", tmp_path / "s").stdout


def test_mistakes_are_told_with_the_next_step(run_here: Run, stored: Path, tmp_path: Path) -> None:
    assert_explained(run_here("ingest", "nowhere.bib", "--store", tmp_path / "s"), 1, "nowhere.bib")
    (tmp_path / "bare").mkdir()
    assert_explained(run_here("ingest", "bare", "--store", tmp_path / "s"), 1, "bare")
    assert_explained(
        run_here("ask", "x?", "--store", tmp_path / "none", "--llm", "none"),
        1,
        "no papers here",
        "paperchat ingest",
    )
    assert_explained(run_here("ask", "", "--store", stored, "--llm", "none"), 2, "empty")
    assert_explained(run_here("ask", "x?", "--store", stored, "--llm", "ollama:qwen3", PAPERCHAT_OLLAMA_URL="http://127.0.0.1:9"),
                     1, "127.0.0.1:9", "ollama serve")  # fmt: skip
    assert_explained(
        run_here("ask", "x?", "--store", stored, PAPERCHAT_EMBEDDER="some/other"),
        1,
        "some/other",
        "paperchat reindex",
    )
    assert_explained(run_here("ask", "x?", "--store", stored, PAPERCHAT_PORT="many"), 2, "port")
    assert_explained(run_here("ask", "x?", "--store", stored, PAPERCHAT_SPEED="9"), 2, "PAPERCHAT_SPEED")
    assert run_here("frobnicate").returncode == 2
    (tmp_path / "history.json").write_text("not json")
    assert_explained(run_here("ask", "x?", "--store", stored, "--history", "history.json"), 2, "history.json")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF but not really")
    done = run_here(
        "ask",
        "Which cue does GraphTrim use?",
        "--store",
        stored,
        "--llm",
        f"llamacpp:{tmp_path / 'broken.gguf'}",
    )
    assert_explained(done, 0)
    assert "broken.gguf" in done.stdout  # the answer says so, and quotes stand in
    assert "degree of their nodes" in done.stdout


def test_settings_show_origins_and_mask_secrets(run: Run, tmp_path: Path) -> None:
    (tmp_path / "paperchat.toml").write_text('port = 7999\nllm_api_key = "sk-very-secret"\n')
    done = run("settings", "--json", "--llm", "none", PAPERCHAT_HOST="0.0.0.0")
    values = json.loads(done.stdout)
    assert values["port"] == {"value": 7999, "origin": "file paperchat.toml"}
    assert values["host"] == {"value": "0.0.0.0", "origin": "environment PAPERCHAT_HOST"}
    assert values["llm"] == {"value": "none", "origin": "flag"}
    assert "very-secret" not in done.stdout + run("settings").stdout
    (tmp_path / "paperchat.toml").write_text("prot = 7999\n")
    assert_explained(run("settings"), 2, "prot")


def test_doctor(run: Run, stored: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(stored, tmp_path / "sick")
    (tmp_path / "sick" / "index" / "current.json").write_text("{")
    done = run("doctor", "--store", tmp_path / "sick", "--llm", "none")
    assert done.returncode == 1
    assert "--mend" in done.stdout
    assert run("doctor", "--store", tmp_path / "sick", "--llm", "none", "--mend").returncode == 0
    assert run("doctor", "--store", tmp_path / "sick", "--llm", "none", "--json").returncode == 0


def test_models_list(run: Run) -> None:
    done = json.loads(run("models", "list", "--json", "--llm", "none").stdout)
    assert any(model["recommended"] for model in done["models"])
    assert_explained(run("models", "pull", "no-such-model", "--llm", "none"), 1, "no-such-model")
