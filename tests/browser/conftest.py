"""The app in a real browser: `server` is its address, `page` a tab, `complaints` what the tab said.

The fixtures live as long as this folder's tests: Playwright keeps an event loop, which others
need not meet. All tests here run in one process, on one server.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from scripts import chromium
from tests.serving import serve

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
