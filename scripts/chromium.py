"""Find the Chromium that the browser tests drive, install it where that is possible, say where it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "The browser tests need Chromium or Chrome, and none was found. "
    "Debian: apt-get install chromium. Elsewhere: python -m playwright install chromium. "
    "If it is installed, say where: CHROMIUM=/path/to/chromium. "
    "To leave these tests out, outside CI: make test BROWSER=0"
)


def find() -> str | None:
    """The path of a Chromium: the one that CHROMIUM names, the system's or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def install() -> None:
    """Install Debian's Chromium where we may; what apt-get says goes to standard error."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "chromium"]):
        subprocess.run([apt, "-q", *step], stdout=sys.stderr, env=environment, check=False)


def main() -> None:
    """Print the path, or say what is missing and fail."""
    path = find()
    if path is None and "CHROMIUM" not in os.environ:
        install()
        path = find()
    if path is None:
        sys.exit(MISSING)
    sys.stdout.write(f"{path}\n")


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    main()
