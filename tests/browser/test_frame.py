"""The frame round the pages, as Chromium shows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import settle


def test_app_opens(server: str, page: Page, complaints: list[str]) -> None:
    """The app opens with its title and the way to both pages, and nothing complains."""
    page.goto(server)
    expect(page).to_have_title("Latent-space laboratory")
    for name in ("Explore", "Train"):
        expect(page.get_by_test_id("stTopNavLink").filter(has_text=name)).to_be_visible()
    settle(page)
    expect(page.locator("body")).not_to_contain_text("Traceback")
    assert complaints == []


def test_train_is_a_click_away(server: str, page: Page, complaints: list[str]) -> None:
    """The navigation leads to Train, which has an address of its own."""
    page.goto(server)
    page.get_by_test_id("stTopNavLink").filter(has_text="Train").click()
    expect(page).to_have_url(re.compile(rf"^{server}/train\b"))
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    settle(page)
    expect(page.locator("body")).not_to_contain_text("Traceback")
    assert complaints == []


def test_explore_has_an_address_as_every_page_has(server: str, page: Page) -> None:
    """The name typed by hand, with a model, leads to Explore and says nothing of a missing page."""
    page.goto(f"{server}/explore?model=autoencoder-z2")
    expect(page).to_have_url(re.compile(rf"^{server}/\?model=autoencoder-z2"))
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("Autoencoder z2"))
    settle(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(server: str, page: Page, scheme: str) -> None:
    """The app is light where the system is light, and dark where it is dark."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(server)
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
