"""Posterior, as Chromium shows it: the exact posterior of a picture beside the encoder's."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.element import box_of
from tests.browser.test_explore import settle

AT_REST = ".sum:not(.old)"
INK = """(name) => {
  const find = (root) => root.querySelector(`.plane.${name} canvas`)
    ?? [...root.querySelectorAll("*")].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
  const canvas = find(document);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let hash = 0;
  for (let i = 0; i < data.length; i += 97) hash = (hash * 31 + data[i]) % 1000003;
  return hash;
}"""


@pytest.fixture
def posterior(server: str, page: Page) -> Page:
    """Posterior on the shipped model of two units, its first picture measured."""
    page.goto(f"{server}/posterior?model=vae-z2")
    page.locator(AT_REST).wait_for()
    settle(page)
    return page


def numbers(page: Page) -> list[float]:
    """log p(x), ELBO and gap."""
    texts = page.locator(".sum b").all_inner_texts()
    return [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]


def written(value: float) -> str:
    """A number as the page writes it."""
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def assert_adds_up(page: Page) -> None:
    """The three numbers on the page, to their last digit and the error that is told."""
    log_px, elbo, gap = numbers(page)
    assert log_px == pytest.approx(elbo + gap, abs=0.02)
    assert gap > 0


def test_another_picture_moves_the_posterior(posterior: Page, complaints: list[str]) -> None:
    """A picture from the shelf has other numbers, which add up, and another p(z|x)."""
    assert_adds_up(posterior)
    before, ink = numbers(posterior), posterior.evaluate(INK, "p")
    posterior.locator(".tiles button").nth(3).click()
    posterior.wait_for_function(f"(before) => ({INK})('p') !== before", arg=ink)
    expect(posterior.locator(".sum .elbo b")).not_to_have_text(written(before[1]))
    posterior.locator(AT_REST).wait_for()
    assert_adds_up(posterior)
    assert complaints == []


def test_it_follows_the_pen(posterior: Page, complaints: list[str]) -> None:
    """While the pen is down p(z|x) is drawn anew, and the numbers step back until it rests."""
    posterior.get_by_role("button", name="Clear").click()
    box = box_of(posterior.locator(".sketch"))
    side = box["width"]
    posterior.mouse.move(box["x"] + 0.5 * side, box["y"] + 0.2 * side)
    posterior.mouse.down()
    posterior.mouse.move(box["x"] + 0.5 * side, box["y"] + 0.8 * side, steps=5)
    expect(posterior.locator(".plane.p .state")).to_have_text(re.compile("rough"))
    drawn = posterior.evaluate(INK, "p")
    posterior.mouse.move(box["x"] + 0.8 * side, box["y"] + 0.8 * side, steps=5)
    posterior.wait_for_function(f"(before) => ({INK})('p') !== before", arg=drawn)
    expect(posterior.locator(".sum")).to_have_class(re.compile("old"))
    posterior.mouse.up()
    posterior.locator(AT_REST).wait_for()
    assert_adds_up(posterior)
    assert complaints == []


def test_a_model_of_more_units_says_why_not(server: str, page: Page) -> None:
    """It names what is needed, and one press leads to a model that has it."""
    page.goto(f"{server}/posterior?model=vae-z16")
    expect(page.get_by_text("needs a VAE with two latent units")).to_be_visible()
    settle(page)
    page.get_by_role("button", name=re.compile("VAE z2 · MNIST")).click()
    page.locator(AT_REST).wait_for()


def test_a_phone_in_the_dark(server: str, page: Page, complaints: list[str]) -> None:
    """One column, pad and numbers before the planes; without a model asked for, one that has planes."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/posterior")
    page.locator(AT_REST).wait_for()
    settle(page)
    parts = (".sketch", ".sum", ".plane.p")
    heights = [box_of(page.locator(part).first)["y"] for part in parts]
    assert heights == sorted(heights)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
