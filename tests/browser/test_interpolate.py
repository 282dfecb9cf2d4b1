"""Interpolate, as Chromium shows it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.element import assert_same, box_of, heard, picture
from tests.browser.test_explore import check, eventually, settle
from tests.browser.test_generate import PIXELS
from ui.live.bundle import script
from vae.data.embedded import embedded_digits
from vae.models import Model
from vae.training import load_model

A, B, C, D = ({0: 1.0, 3: -0.5}, {0: -1.0, 5: 1.5}, {2: 2.0}, {7: -1.25, 3: 1.0})
Open = Callable[[str], Page]


@pytest.fixture(scope="module")
def model() -> Model:
    """A model of 16 units that ships."""
    return load_model(ROOT / "checkpoints" / "vae-z16").model.requires_grad_(False)


@pytest.fixture
def open_way(server: str, page: Page) -> Open:
    """Opens Interpolate and waits for its picture, and for those of the data, which come last."""

    def open_page(asked: str) -> Page:
        page.goto(f"{server}/interpolate?{asked}")
        expect(picture_in(page, ".interpolator")).to_have_count(1)
        expect(page.locator(".tray canvas")).to_have_count(40)
        settle(page)
        return page

    return open_page


def picture_in(page: Page, element: str) -> Locator:
    """The picture of an element, once it is drawn."""
    return page.locator(f"{element} canvas.picture:not([width='1'])")


def word(code: dict[int, float]) -> str:
    """A code as the address has it."""
    return "c" + "~".join(f"{unit}:{round(100 * value)}" for unit, value in code.items())


def corners(*codes: dict[int, float]) -> str:
    """Corners as the address has them."""
    return "corners=" + ",".join(word(code) for code in codes)


def vector(code: dict[int, float], dim: int = 16) -> torch.Tensor:
    """A code as the model takes it."""
    z = torch.zeros(dim)
    for unit, value in code.items():
        z[unit] = value
    return z


def decoded(model: Model, z: torch.Tensor) -> torch.Tensor:
    """What PyTorch makes of a code, in 256 steps."""
    return (255 * model.decode(z[None]).mean.flatten()).round()


def shown(page: Page) -> torch.Tensor:
    """The picture under the hand, after the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    found = page.locator("canvas.picture").evaluate_all(PIXELS)
    assert len(found) == 1
    return torch.tensor(found[0])


def assert_shows(page: Page, expected: torch.Tensor) -> None:
    """Wait until that is the picture under the hand."""
    eventually(lambda: assert_same(shown(page), expected))


def test_the_picture_moves_along_the_way(
    open_way: Open, model: Model, complaints: list[str]
) -> None:
    """While the slider is held the picture is between the two, and the server hears nothing."""
    page = open_way(f"model=vae-z16&{corners(A, B)}")
    slider = page.get_by_role("slider", name="Along the way")
    box = box_of(slider)
    traffic = heard(page)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for share in (0.3, 0.8):
        page.mouse.move(box["x"] + box["width"] * share, middle)
        t = float(slider.input_value())
        assert t == pytest.approx(share, abs=0.03)
        assert_shows(page, decoded(model, (1 - t) * vector(A) + t * vector(B)))
    assert (traffic, page.evaluate("sent")) == ([], 0)
    page.mouse.up()
    page.wait_for_url(f"**at={t:.2f}*")
    assert complaints == []


def test_paths_agree_with_numpy(page: Page) -> None:
    """The spherical way is Shoemake's between directions, with a length in proportion; a trail is even."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 16))
    run = f"""([a, b, ts]) => {{
      {script("interpolator/paths.js").replace("const {", "var {", 1)}
      return [ts.map((t) => spherical(a, b, t)), ts.map((t) => trail([[0, 0], [3, 0], [3, 1]], t)),
        spherical([0, 0], [1, 1], 0.5), spherical([1, 0], [-1, 0], 0.25)];
    }}"""
    ts = [0, 0.25, 0.5, 1]
    curve, trail, from_zero, opposite = page.evaluate(run, [a.tolist(), b.tolist(), ts])
    long, wide = np.linalg.norm(a), np.linalg.norm(b)
    angle = np.arccos(a @ b / long / wide)
    for t, found in zip(ts, curve, strict=True):
        direction = np.sin((1 - t) * angle) * a / long + np.sin(t * angle) * b / wide
        expected = ((1 - t) * long + t * wide) * direction / np.sin(angle)
        np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(trail, [[0, 0], [1, 0], [2, 0], [3, 1]], atol=1e-9)
    assert from_zero == [0.5, 0.5]
    assert opposite == pytest.approx([0.5, 0])


def test_a_picture_of_the_data_becomes_a_corner(open_way: Open, model: Model) -> None:
    """It is encoded in the browser; several are averaged; a reload keeps them."""
    page = open_way("model=vae-z16&at=0.00")
    images = embedded_digits()[0][:40].float() / 255  # all are new to a model trained without them
    mu = model.encode(images).mu
    page.get_by_role("button", name="Picture 4 of the data").click()
    page.wait_for_url("**corners=d3*")
    assert_shows(page, decoded(model, mu[3]))
    page.get_by_role("checkbox", name="add to a mean").check()
    page.get_by_role("button", name="Picture 14 of the data").click()
    page.wait_for_url("**corners=d3.d13*")
    expect(page.get_by_text("mean of 2")).to_be_visible()
    assert_shows(page, decoded(model, (mu[3] + mu[13]) / 2))
    page.reload()
    expect(page.locator(".tray canvas")).to_have_count(40)
    expect(page.get_by_text("mean of 2")).to_be_visible()
    assert_shows(page, decoded(model, (mu[3] + mu[13]) / 2))


def test_four_corners(open_way: Open, model: Model) -> None:
    """A drag over the square, and the arrow keys, lead between all four."""
    page = open_way(f"model=vae-z16&way=four&{corners(A, B, C, D)}")
    box = box_of(page.locator(".square"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.9 * box["height"], steps=3)
    sliders = [page.get_by_role("slider", name=name) for name in ("Along the way", "Down")]
    place = pytest.approx([0.25, 0.9], abs=0.02)
    eventually(lambda: check([float(slider.input_value()) for slider in sliders] == place))
    page.mouse.up()
    page.wait_for_url("**at=0.2*")
    for slider, value in zip(sliders, ("1", "0.5"), strict=True):
        slider.fill(value)
    assert_shows(page, decoded(model, (vector(B) + vector(D)) / 2))
    field = page.locator(".field")
    expect(field).to_have_js_property("width", 9 * 28)
    page.wait_for_function(
        "(canvas) => canvas.getContext('2d').getImageData(224, 224, 28, 28).data.some((v) => v % 255)",
        arg=field.element_handle(),
    )


def test_arithmetic(open_way: Open, model: Model) -> None:
    """C + strength (A - B), with the strength of the slider."""
    page = open_way(f"model=vae-z16&way=sum&{corners(A, B, C)}")
    assert_shows(page, decoded(model, vector(C) + vector(A) - vector(B)))
    page.get_by_role("slider", name="Along the way").fill("-0.5")
    assert_shows(page, decoded(model, vector(C) - 0.5 * (vector(A) - vector(B))))


def test_a_path_on_the_map(open_way: Open) -> None:
    """A hand draws from the middle to the right; the picture runs along from there to here."""
    page = open_way("model=vae-z2&way=map")
    flat = load_model(ROOT / "checkpoints" / "vae-z2").model.requires_grad_(False)
    box = box_of(page.locator(".plane"))
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    # The middle of the last picture: the 29th of 30 parts of the prior's probability.
    page.mouse.move(box["x"] + box["width"] * 29 / 30, middle, steps=10)
    page.mouse.up()
    end = decoded(flat, torch.tensor([1.8339, 0.0]))
    eventually(lambda: check((shown(page) - end).abs().mean() < 3))
    page.get_by_role("slider", name="Along the way").fill("0")
    begin = decoded(flat, torch.zeros(2))
    eventually(lambda: check((shown(page) - begin).abs().mean() < 3))


def test_the_way_as_a_gif(open_way: Open, model: Model, tmp_path: Path) -> None:
    """Pillow reads the animation: it begins at A, is at B half-way, and returns."""
    page = open_way(f"model=vae-z16&{corners(A, B)}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save GIF").click()
    path = tmp_path / "way.gif"
    download.value.save_as(path)
    with Image.open(path) as gif:
        assert gif.n_frames == 48  # type: ignore[attr-defined]
        assert gif.size == (224, 224)
        for frame, code in ((0, A), (24, B)):
            gif.seek(frame)
            found = torch.from_numpy(np.asarray(gif.convert("L"))[::8, ::8].copy()).flatten()
            assert_same(found, decoded(model, vector(code)))


def test_play_and_open_in_explore(open_way: Open) -> None:
    """Play moves the picture until it is paused; where it stands is where Explore goes on."""
    page = open_way(f"model=vae-z16&{corners(A, B)}")
    before = shown(page)
    page.get_by_role("button", name="Play").click()
    slider = page.get_by_role("slider", name="Along the way")
    expect(slider).not_to_have_value("0.5")
    eventually(lambda: check(not torch.equal(shown(page), before)))
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    stopped = shown(page)
    assert torch.equal(shown(page), stopped)
    slider.fill("0.25")
    expected = shown(page)
    page.get_by_role("button", name="Open in Explore").click()
    page.wait_for_url(lambda url: "/interpolate" not in url and "z=" in url)
    assert "0%3A0.50" in page.url
    assert "3%3A-0.38" in page.url or "3%3A-0.37" in page.url
    expect(page.locator(".interpolator")).to_have_count(0)
    expect(picture_in(page, ".explorer")).to_have_count(1)
    eventually(lambda: check((picture(page) - expected).abs().float().mean() < 1))
    page.get_by_test_id("stTopNavLink").filter(has_text="Interpolate").click()
    page.wait_for_url("**at=0.25*")
    expect(picture_in(page, ".interpolator")).to_have_count(1)
    eventually(lambda: check(torch.equal(shown(page), expected)))


@pytest.mark.parametrize("way", ["two", "four", "sum"])
def test_a_phone_in_the_dark(open_way: Open, page: Page, way: str) -> None:
    """Nothing is wider than the screen, and no text is small."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    open_way(f"model=cvae-z16&way={way}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("canvas.picture")).to_be_in_viewport(ratio=1 if way == "two" else 0)
    texts = page.locator(".interpolator :is(span, p, button, b, legend, label)")
    sizes = texts.evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))")
    assert min(sizes) >= 16
