"""Create .venv and install paperchat into it with the versions of constraints.txt; standard library only.

Usage: python3 scripts/setup_env.py [--extras local,dev]

Run again, it does nothing unless pyproject.toml, constraints.txt or the extras changed. PyTorch is
installed first, as a CPU build where no GPU is found: its default Linux build brings gigabytes of CUDA.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "paperchat-setup.txt"
OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Set the environment up and return the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extras", default="local", help="comma-separated extras of pyproject.toml")
    extras = {extra for extra in parser.parse_args().extras.split(",") if extra}
    if sys.version_info < OLDEST_PYTHON:
        return fail(
            f"paperchat needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.",
            "name a newer one: make PYTHON=python3.12 chat",
        )
    installed = read_stamp()
    if installed is not None and installed[0] == fingerprint() and extras <= installed[1]:
        return 0
    extras |= installed[1] if installed else set()
    started = time.monotonic()
    try:
        install(sorted(extras))
    except subprocess.CalledProcessError as error:
        return fail(
            f"this step failed with exit code {error.returncode}: {' '.join(map(str, error.cmd))}",
            "read the installer's message above; run the same command again to continue",
        )
    STAMP.write_text(f"{fingerprint()}\n{','.join(sorted(extras))}\n", encoding="utf-8")
    print(f"paperchat: environment ready in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def install(extras: list[str]) -> None:
    """Install uv, then torch, then paperchat itself, editable, with the given extras."""
    if not has_pip():
        say(f"creating {VENV.name} with Python {sys.version.split()[0]}")
        run(sys.executable, "-m", "venv", "--clear", VENV)
    constraints = ROOT / "constraints.txt"
    say("installing the packages named in constraints.txt (about 1.5 GB on disk; a few minutes at first)")
    run(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-c", constraints, "uv")
    torch = next(
        line for line in constraints.read_text(encoding="utf-8").splitlines() if line.startswith("torch==")
    )
    uv = [BIN / "uv", "pip", "install", "-q", "--python", PYTHON, "-c", constraints]
    run(*uv, *torch_options(torch), torch)
    run(*uv, "-e", f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT))


def has_pip() -> bool:
    """Tell whether the environment is there and whole: a venv that failed half-way has a Python without pip."""
    if not PYTHON.exists():
        return False
    return (
        subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    )


def torch_options(torch: str) -> list[str]:
    """Return the options with which uv finds the torch build that suits this machine."""
    if os.environ.get("PAPERCHAT_TORCH") == "default" or sys.platform == "darwin":
        return []  # the index's own build: CUDA on Linux, Apple's on a Mac
    version = torch.removeprefix("torch==")
    if any(any(folder.glob(f"torch-{version}+cpu-*.whl")) for folder in find_links()):
        return []  # a CPU wheel lies in a folder that pip is set up to look in; uv is told of it in run()
    if shutil.which("nvidia-smi"):
        say("an NVIDIA driver is here: taking the torch build that fits it")
        return ["--torch-backend=auto"]
    say(
        "no NVIDIA driver here: taking torch's CPU build from PyTorch's own index "
        "(where that can't be reached, PAPERCHAT_TORCH=default takes the package index's far larger build)"
    )
    return ["--torch-backend=cpu"]


def find_links() -> list[Path]:
    """Return the local folders in which pip is configured to look for wheels."""
    parts = dict.fromkeys(part.strip() for value in pip_setting("find-links") for part in value.split("\\n"))
    return [Path(part) for part in parts if part and Path(part).is_dir()]


def pip_setting(name: str) -> list[str]:
    """Return the values of one of pip's settings, from its files and the environment."""
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    pairs = (line.partition("=") for line in listed.stdout.splitlines())
    return [value.strip().strip("'\"") for key, _, value in pairs if key.strip().rpartition(".")[2] == name]


def run(*command: str | Path) -> None:
    """Run a command; uv is pointed to pip's own wheel folders and index, which it doesn't read itself."""
    environment = dict(os.environ)
    if Path(command[0]).stem == "uv":
        environment.setdefault("UV_HTTP_TIMEOUT", "180")
        environment.pop("VIRTUAL_ENV", None)
        for variable, values in (
            ("UV_FIND_LINKS", [",".join(str(folder) for folder in find_links())]),
            ("UV_DEFAULT_INDEX", pip_setting("index-url")),
            ("SSL_CERT_FILE", pip_setting("cert")),
        ):
            if values and values[-1]:
                environment.setdefault(variable, values[-1])
    subprocess.run([str(part) for part in command], check=True, env=environment)


def fingerprint() -> str:
    """Return a hash of everything that decides what is installed."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode(), str(ROOT).encode()])).hexdigest()


def read_stamp() -> tuple[str, set[str]] | None:
    """Return what the last complete setup installed: (fingerprint, extras); None before the first."""
    if not STAMP.exists() or not PYTHON.exists():
        return None
    lines = STAMP.read_text(encoding="utf-8").splitlines()
    return (lines[0], set(lines[1].split(","))) if len(lines) == 2 else None


def say(message: str) -> None:
    """Print one progress line."""
    print(f"paperchat: {message}", flush=True)


def fail(message: str, hint: str) -> int:
    """Print what happened and what to do; return the exit code."""
    print(f"paperchat: {message}\n           {hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
