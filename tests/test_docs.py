"""The documents say what the code does: every command, option, setting and field, and the version."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer.main

from assistant.models import Answer, Citation, Claim, IngestReport, Ranked
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_as_it_describes_itself() -> None:
    text = read("docs/settings.md")
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in text
        assert f"PAPERCHAT_{name.upper()}" in text
        assert field.description is not None
        assert field.description.replace("|", "\\|") in text, name


def test_every_command_and_option_is_documented() -> None:
    from ui.cli import app

    text = read("docs/cli.md")

    def visit(command: object, path: str) -> None:
        for sub, child in getattr(command, "commands", {}).items():
            assert f"{path} {sub}" in text, f"{path} {sub}"
            visit(child, f"{path} {sub}")
        if not hasattr(command, "commands"):
            for parameter in command.params:  # type: ignore[attr-defined]
                for option in parameter.opts:
                    assert not option.startswith("--") or option in text, f"{path} {option}"

    visit(typer.main.get_command(app), "paperchat")


def test_every_module_stands_in_the_architecture() -> None:
    text = read("docs/architecture.md")
    for package in ("assistant", "ingest", "ui", "evals"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            assert path.name == "__init__.py" or f"`{name}`" in text, name


@pytest.mark.parametrize("model", [Answer, Claim, Citation, Ranked, IngestReport])
def test_every_field_of_the_json_is_documented(model: type) -> None:
    text = read("docs/cli.md")
    for field in model.model_fields:  # type: ignore[attr-defined]
        assert re.search(rf"`(?:[\w\[\]]+\.)*{field}`", text), f"{model.__name__}.{field}"


def test_the_changelog_agrees_with_the_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == version
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_resolve(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} → {target}"


def test_the_readmes_commands_are_make_targets() -> None:
    makefile = read("Makefile")
    for target in re.findall(r"\bmake (\w+)", read("README.md")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_runs_the_readmes_test_command() -> None:
    assert "make test" in read("README.md")
    assert "make test" in read(".ci/run")
