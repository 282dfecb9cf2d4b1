"""Disentangle, as Chromium shows it, with the scores that ship."""

from playwright.sync_api import Page, expect

from tests.browser.test_explore import settle
from ui.disentangle.scores import METRICS

MODELS = ("VAE z10 · beta 1", "VAE z10 · beta 4", "VAE z10 · beta-TC 6")


def test_scores_and_their_working(server: str, page: Page, complaints: list[str]) -> None:
    """All models and made-up codes have all scores at once; each metric shows what it is made of."""
    page.goto(f"{server}/disentangle")
    scores = page.get_by_role("region", name="Scores")
    for name in (*MODELS, "True factors", "Rotated", "Random"):
        row = scores.get_by_role("row", name=name).first
        expect(row.get_by_role("cell").nth(len(METRICS) - 1)).to_be_visible()
        expect(row).not_to_contain_text("\N{EN DASH}")
    working = page.get_by_role("region", name=f"Working of {MODELS[0]}")
    expect(working).to_contain_text("gap")
    expect(working.locator("td.best")).to_have_count(5)
    settle(page)
    page.get_by_role("radio", name="FactorVAE score").click()
    expect(working).to_contain_text("variance")
    strips = page.get_by_role("img", name="Sprites as scale grows").filter(visible=True)
    expect(strips).to_have_count(1)
    orientation = page.get_by_role("row", name="Sprites as orientation grows")
    expect(orientation).to_contain_text("a picture tells 81%")
    assert complaints == []


def test_choices_change_the_scores(server: str, page: Page, complaints: list[str]) -> None:
    """Without the shape, and on samples, the working has four columns and other numbers."""
    page.goto(f"{server}/disentangle")
    working = page.get_by_role("region", name=f"Working of {MODELS[0]}")
    expect(working.get_by_role("columnheader", name="shape")).to_be_visible()
    settle(page)
    page.get_by_role("radio", name="Without shape").click()
    expect(working.get_by_role("columnheader", name="shape")).to_have_count(0)
    settle(page)
    before = working.inner_text()
    page.get_by_role("radio", name="Sample").click()
    expect(working).not_to_have_text(before, use_inner_text=True)
    settle(page)
    expect(page.get_by_role("button", name="Measure")).to_have_count(0)
    assert complaints == []


def test_a_phone_in_the_dark(server: str, page: Page, complaints: list[str]) -> None:
    """Wide tables scroll by themselves; the page is not wider than the screen."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/disentangle")
    expect(page.get_by_role("region", name="Scores")).to_be_visible()
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
