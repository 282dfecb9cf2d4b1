"""The app in a real browser: `server` is its address, `page` a tab, `complaints` what the tab said.

The fixtures live as long as this folder's tests: Playwright keeps an event loop, which others
need not meet. All tests here run in one process, on one server.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from scripts import chromium

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "test-output"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
LIMIT = 90_000
"""Milliseconds that anything awaited may take, on a machine that has much else to do."""
TEST_SECONDS = 300
expect.set_options(timeout=LIMIT)
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, keep it in one process, and give it time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember for the fixtures whether the test failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started as a person starts it, with runs and caches of its own."""
    with serve("app.py", tmp_path_factory.mktemp("server")) as started:
        yield started.address


@dataclass(frozen=True)
class Server:
    """An app that runs."""

    address: str
    process: psutil.Process


@contextmanager
def serve(script: str, home: Path, **places: str) -> Iterator[Server]:
    """Start an app with runs and caches in `home`, and end it with all that it started."""
    runs, log = home / "runs", home / "server.log"
    port = _free_port()
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    own = {"VAE_RUNS": str(runs), "VAE_CACHE": str(home / "cache")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, *options],
            cwd=ROOT,
            env=os.environ | own | places,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(process, address, log)
            yield Server(address, psutil.Process(process.pid))
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            _end_workers(runs)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A running Chromium; without one the tests fail, they are not skipped."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def complaints() -> list[str]:
    """What `page` reported as an error: in its console, or uncaught."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty tab of 1280 × 800; how it looked at a failure stays in test-output/."""

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_probe(message):
            complaints.append(f"{message.text} {message.location['url']}")

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(LIMIT)
    tab = context.new_page()
    tab.on("console", listen)
    tab.on("pageerror", lambda error: complaints.append(error.stack or str(error)))
    yield tab
    if request.node.stash.get(FAILED, False):
        OUTPUT.mkdir(exist_ok=True)
        tab.screenshot(path=OUTPUT / f"{request.node.name}.png")
    context.close()


def _is_probe(message: ConsoleMessage) -> bool:
    """Streamlit looks for its server below the address of a page before it looks at the root."""
    return message.text.startswith("Failed to load") and "/_stcore/" in message.location["url"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    pytest.fail("The app did not come up:\n" + "\n".join(lines[-30:]))


def _end_workers(runs: Path) -> None:
    """End the trainings that the app started and that would outlive it."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get("VAE_RUNS") == str(runs):
            process.kill()
