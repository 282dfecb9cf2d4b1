"""Explore, as Chromium shows it."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect

from tests.ui import tiny
from vae import jobs
from vae.training import load_model

PHONE = {"width": 390, "height": 844}


def runs_of_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps its runs; the fixture `server` has made the folder above."""
    (home,) = tmp_path_factory.getbasetemp().glob("server[0-9]*")
    return home / "runs"


@pytest.fixture
def model(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[jobs.Run]:
    """A model that the app has found among its runs."""
    run = tiny.stopped_run(runs_of_server(tmp_path_factory), tiny.config({"latent_dim": 8}))
    yield run
    run.delete()


@pytest.fixture
def explore(server: str, model: jobs.Run, page: Page) -> Page:
    """Explore, opened on that model."""
    page.goto(f"{server}/?model=runs/{model.name}")
    expect(page.locator(".st-key-picture img")).to_be_visible()
    _settle(page)
    return page


def test_dragging_a_slider_changes_the_picture(explore: Page, model: jobs.Run) -> None:
    """The picture is PyTorch's decode of where the slider was left, pixel by pixel."""
    np.testing.assert_array_equal(_shown(explore), _decoded(model.last, {}))
    slider = explore.get_by_role("slider", name="Unit 3")
    place = slider.locator("xpath=..").bounding_box()
    assert place is not None
    before = explore.locator(".st-key-picture img").get_attribute("src") or ""
    middle = place["y"] + place["height"] / 2
    explore.mouse.move(place["x"] + place["width"] / 2, middle)
    explore.mouse.down()
    explore.mouse.move(place["x"] + place["width"] / 2 + 60, middle, steps=5)
    explore.mouse.up()
    expect(explore.locator(".st-key-picture img")).not_to_have_attribute("src", before)
    _settle(explore)
    value = float(slider.get_attribute("aria-valuenow") or slider.input_value())
    assert value > 0.3
    np.testing.assert_array_equal(_shown(explore), _decoded(model.last, {3: value}))
    assert f"z=3%3A{value:.2f}" in explore.url


def test_random_reset_and_reload(explore: Page, model: jobs.Run) -> None:
    """Random moves the picture, a reload keeps it, Reset returns to zero."""
    picture = explore.locator(".st-key-picture img")
    before = picture.get_attribute("src") or ""
    explore.get_by_role("button", name="Random").click()
    expect(picture).not_to_have_attribute("src", before)
    _settle(explore)
    drawn = picture.get_attribute("src") or ""
    explore.reload()
    expect(picture).to_have_attribute("src", drawn)
    explore.get_by_role("button", name="Reset").click()
    expect(picture).to_have_attribute("src", before)


def test_the_picture_is_the_largest_thing(explore: Page) -> None:
    """On a projector's screen it takes 500 pixels, in sight as a whole, and its pixels are crisp."""
    picture = explore.locator(".st-key-picture img")
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 500
    assert box["y"] + box["height"] < 800
    expect(picture).to_have_css("image-rendering", "pixelated")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_one_column_with_the_picture_in_sight(explore: Page, scheme: str) -> None:
    """Nothing is wider than the screen, and the picture stays while the sliders scroll."""
    explore.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    explore.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    picture = explore.locator(".st-key-picture img")
    explore.get_by_role("slider", name="Unit 7").scroll_into_view_if_needed()
    explore.mouse.move(200, 700)
    explore.mouse.wheel(0, 2000)
    expect(picture).to_be_in_viewport(ratio=1)
    assert explore.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_text_is_large_enough(explore: Page) -> None:
    """No text is under 16 pixels, for the last row of a lecture hall."""
    sizes = explore.evaluate(
        """() => [...document.querySelectorAll('.stMain *')]
          .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
            && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .map((e) => [e.innerText, parseFloat(getComputedStyle(e).fontSize)])
          .filter(([, size]) => size < 16)"""
    )
    assert sizes == []


def test_a_model_that_is_gone_is_a_sentence(
    server: str, page: Page, model: jobs.Run, complaints: list[str]
) -> None:
    """An old link says what is missing, without a traceback."""
    page.goto(f"{server}/?model=runs/long-gone&z=nonsense&y=-1")
    expect(page.get_by_text("There is no model called runs/long-gone")).to_be_visible()
    expect(page.locator(".st-key-picture img")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Traceback")
    assert complaints == []


def _shown(page: Page) -> npt.NDArray[np.uint8]:
    """The pixels that the browser was given."""
    source = page.locator(".st-key-picture img").get_attribute("src") or ""
    return np.asarray(Image.open(BytesIO(base64.b64decode(source.partition(",")[2]))))


def _decoded(weights: Path, code: dict[int, float]) -> npt.NDArray[np.uint8]:
    """What the model decodes, by itself."""
    network = load_model(weights).model
    z = torch.zeros(1, network.latent_dim)
    for unit, value in code.items():
        z[0, unit] = value
    with torch.no_grad():
        mean = network.decode(z).mean[0, 0]
    return (255 * mean).round().byte().numpy()


def _settle(page: Page) -> None:
    """Wait until the script of the page has run to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
