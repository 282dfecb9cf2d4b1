"""The app on a phone: a small screen, fingers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LIMIT
from tests.browser.test_explore import settle

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
TABLET = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Safari/605.1.15"
)
"""As tablets say that they are desktops, and phones do that are asked for a desktop's page."""


@pytest.fixture(params=[PHONE, TABLET], ids=["phone", "as a desktop"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty tab of a phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        user_agent=request.param,
    )
    context.set_default_timeout(LIMIT)
    yield context.new_page()
    context.close()


def test_the_menu_is_gone_after_each_choice(server: str, phone: Page) -> None:
    """It opens at a touch, leads to a page, and leaves it in sight."""
    phone.goto(server)
    opener = phone.get_by_test_id("stExpandSidebarButton")
    menu = phone.get_by_test_id("stSidebar")
    opener.wait_for()
    settle(phone)
    for name in ("Train", "Models", "Generate"):
        opener.tap()
        expect(menu).to_have_attribute("data-collapsed", "false")
        menu.get_by_test_id("stSidebarNavLink").filter(has_text=name).tap()
        expect(menu).to_have_attribute("data-collapsed", "true")
        settle(phone)
        expect(menu).to_have_attribute("data-collapsed", "true")
        expect(opener).to_be_visible()
    phone.reload()
    opener.wait_for()
    settle(phone)
    expect(menu).to_have_attribute("data-collapsed", "true")
