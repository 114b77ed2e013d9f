"""Make sure that the tests find a Chromium; installs one where there is none, and says how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def main() -> int:
    """Find or install a browser; return the process's exit code."""
    if os.environ.get("CHROME") or any(shutil.which(name) for name in NAMES) or playwrights_own():
        return 0
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if as_root and shutil.which("apt-get"):
        print("tests: no Chromium here; installing Debian's package (apt-get install chromium)", flush=True)
        install = "apt-get install -y -qq --no-install-recommends chromium"
        commands = ["apt-get update -qq".split(), install.split()]
    else:
        print(
            "tests: no Chromium here; installing Playwright's own (playwright install chromium)", flush=True
        )
        commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            print(f"tests: `{' '.join(command)}` failed; install Chromium or Chrome, or set CHROME to its path",
                  file=sys.stderr)  # fmt: skip
            return 1
    return 0


def playwrights_own() -> bool:
    """Tell whether Playwright has downloaded a browser of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)  # noqa: PTH110  a plain string from Playwright


if __name__ == "__main__":
    sys.exit(main())
