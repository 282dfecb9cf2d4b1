"""What a screen reader, a keyboard or weak eyes meet on every page: axe-core looks at it."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.test_explore import eventually
from ui import frame

# So tall that nothing is out of sight: contrast is judged where it can be seen.
WIDE, PHONE = ViewportSize(width=1280, height=2400), ViewportSize(width=390, height=4000)
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
UNFOLD = """() => {
  const unfold = (root) => root.querySelectorAll("*").forEach((element) => {
    if (element.matches("details")) element.open = true;
    if (element.shadowRoot) unfold(element.shadowRoot);
  });
  unfold(document);
}"""


@pytest.mark.parametrize("file", sorted(frame.PAGES.glob("*.py")), ids=lambda file: file.stem)
def test_nothing_keeps_anyone_out(
    server: str, page: Page, complaints: list[str], file: Path
) -> None:
    """Names, roles, contrast: nothing serious, in light and dark, on a large screen and a phone."""
    page.set_viewport_size(WIDE)
    page.goto(f"{server}/{'' if file == frame.EXPLORE else file.stem}")
    page.get_by_test_id("stTopNavLink").first.wait_for()  # its script has begun
    _settle(page)
    page.evaluate(UNFOLD)
    eventually(lambda: nothing_serious(page))
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    _settle(page)
    eventually(lambda: nothing_serious(page, CONTRAST))
    page.set_viewport_size(PHONE)
    _settle(page)
    eventually(lambda: nothing_serious(page))
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert complaints == []


def nothing_serious(page: Page, options: dict[str, Any] | None = None) -> None:
    """Axe finds nothing that keeps someone out. While a page is drawn anew, what is old on it fades."""
    found = Axe().run(page, options=options or {"resultTypes": ["violations"]})
    assert [
        f"{rule['id']}: {node['target']} {node['html'][:200]}"
        for rule in found.response["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ] == []


def _settle(page: Page) -> None:
    """Wait until the page has come and its script has ended."""
    page.locator('[data-test-connection-state="CONNECTED"]').wait_for()
    page.wait_for_load_state("networkidle")
    page.locator('[data-test-script-state="notRunning"]').wait_for()
