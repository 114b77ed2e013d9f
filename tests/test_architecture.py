"""The rules of the house that a machine can check: who imports whom, how long files are, what is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assistant", "ingest", "ui", "evals")
MAY_IMPORT = {
    "assistant": set(),
    "ingest": {"assistant"},
    "ui": {"assistant", "ingest"},
    "evals": {"assistant", "ingest", "ui"},
}
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST = 260
ADAPTERS = {  # the one place that may import each concrete library
    "chromadb": {"assistant/chroma_collection.py"},
    "tantivy": {"assistant/lexical.py", "assistant/name_index.py", "assistant/text_index.py"},
    "sentence_transformers": {"assistant/embedding.py", "assistant/rerank.py", "evals/judging/support.py"},
    "sqlite3": {"assistant/library_facets.py", "assistant/library_file.py", "assistant/library_rows.py"},
    "gradio": {"ui/chat_app.py", "ui/server.py", "ui/theme.py"},
    "sentencex": {"assistant/text.py"},
}


def imports(path: Path) -> set[str]:
    """Return the top-level names of all modules that a file imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_data_flows_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert imports(path) & set(PACKAGES) - {package} <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_have_one_purpose_and_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring, "the first line tells a file's purpose"
    assert len(text.splitlines()) <= LONGEST
    assert path.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize(("library", "homes"), ADAPTERS.items())
def test_concrete_libraries_stay_in_their_adapters(library: str, homes: set[str]) -> None:
    assert {name(path) for path in FILES if library in imports(path)} <= homes


def test_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    declared = {re.split(r"[\[<>=! ]", line)[0].lower().replace("_", "-") for line in lines}
    owners = metadata.packages_distributions()
    import sys

    for path in FILES:
        for module in imports(path) - set(PACKAGES) - set(sys.stdlib_module_names) - {"__future__"}:
            distributions = {owner.lower().replace("_", "-") for owner in owners.get(module, [])}
            assert not distributions or distributions & declared, (
                f"{name(path)} imports {module}: not in pyproject.toml"
            )


def test_every_dependency_is_pinned_for_tests() -> None:
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    assert {re.split(r"[\[<>=! ]", line)[0].lower().replace("_", "-") for line in lines} <= pinned


def test_the_packages_are_this_checkout() -> None:
    import assistant

    assert Path(assistant.__file__ or "").is_relative_to(ROOT)


def test_public_names_are_frozen() -> None:
    import assistant

    assert assistant.__all__ == ["Answer", "Assistant", "Settings", "Turn", "build_assistant"]
    for public in assistant.__all__:
        assert getattr(assistant, public).__doc__
    with pytest.raises(AttributeError):
        _ = assistant.nothing


def test_the_project_names_no_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    if not any(listed):
        pytest.skip("not a git checkout")
    path_of_a_machine = re.compile(r"(?<![\w.])/(?:work|farm|root|home/\w+)/[a-z]")
    for file in filter(None, listed):
        path = ROOT / file
        if path.suffix in {".png", ".svg"} or path == Path(__file__) or not path.is_file():
            continue
        assert not path_of_a_machine.search(path.read_text(encoding="utf-8")), file
