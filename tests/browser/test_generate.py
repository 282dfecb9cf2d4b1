"""Generate, as Chromium shows it."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.browser.element import assert_same, box_of, first_picture, heard, picture, slider
from tests.browser.test_explore import check, eventually, settle
from vae.models import Model
from vae.training import load_model

LABELS = 10
PIXELS = """(canvases) => canvases.map((canvas) =>
  [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
    .filter((_, i) => i % 4 === 0))"""

# While any is due to be decoded anew, one at least is in every frame.
AT_REST = """(canvases) => new Promise((done) => {
  let [before, frames] = ["", 0];
  const look = () => {
    const now = canvases.map((canvas) => canvas.toDataURL()).join();
    frames = now === before ? frames + 1 : 0;
    before = now;
    if (frames === 6) done();
    else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="module")
def model() -> Model:
    """The conditional model that ships."""
    return load_model(ROOT / "checkpoints" / "cvae-z16").model.requires_grad_(False)


@pytest.fixture
def generate(server: str, page: Page) -> Callable[[str], Page]:
    """Opens Generate and waits for its pictures."""

    def open_page(asked: str) -> Page:
        page.goto(f"{server}/generate?{asked}")
        drawn(page)
        return page

    return open_page


def drawn(page: Page) -> None:
    """Wait until the page is whole and every picture decoded."""
    page.locator(".tile canvas").first.wait_for()
    settle(page)
    page.wait_for_function(
        """() => { const all = (root) => [...root.querySelectorAll("*")]
             .flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
             const tiles = all(document).filter((e) => e.matches(".tile canvas"));
             return tiles.length && tiles.every((e) => e.width > 1); }"""
    )
    page.locator(".tile canvas").evaluate_all(AT_REST)


def tiles(page: Page, count: int) -> torch.Tensor:
    """The red values of the first pictures, after the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    canvases = page.locator(".tile canvas")
    return torch.tensor(canvases.evaluate_all(PIXELS)[:count])


def decoded(model: Model, z: dict[int, float], y: torch.Tensor) -> torch.Tensor:
    """What PyTorch makes of a code with some labels, or weights of labels, in 256 steps."""
    code = torch.zeros(len(y), model.latent_dim)
    for unit, value in z.items():
        code[:, unit] = value
    return (255 * model.decode(code, y).mean.flatten(1)).round()


def code_of(page: Page) -> dict[int, float]:
    """Where the sliders stand."""
    pairs = page.locator(".unit .slider").evaluate_all(
        "all => all.map((slider) => [slider.ariaLabel, slider.value])"
    )
    return {int(name.split(",")[0].removeprefix("Unit ")): float(value) for name, value in pairs}


def test_all_labels_follow_the_hand(
    generate: Callable[[str], Page], model: Model, complaints: list[str]
) -> None:
    """While a style slider is held ten labels move, other styles stay, and the server hears nothing."""
    page = generate("model=cvae-z16&show=labels")
    others = tiles(page, 2 * LABELS)[LABELS:]
    box = box_of(slider(page, 4))
    traffic = heard(page)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for share in (0.65, 0.8):
        page.mouse.move(box["x"] + box["width"] * share, middle)
        value = float(slider(page, 4).input_value())
        assert value > 0.5
        expected = decoded(model, {4: value}, torch.arange(LABELS))
        eventually(lambda: assert_same(tiles(page, LABELS), expected))  # noqa: B023
        assert torch.equal(tiles(page, 2 * LABELS)[LABELS:], others)
    assert (traffic, page.evaluate("sent")) == ([], 0)
    page.mouse.up()
    page.wait_for_url(f"**z=4%3A{value:.2f}*")
    assert complaints == []


def test_a_picture_opens_in_explore(
    server: str, generate: Callable[[str], Page], model: Model
) -> None:
    """A label is picked, a picture entered by keyboard, and Explore shows it; the way back keeps the label."""
    page = generate("model=cvae-z16&seed=5")
    before = tiles(page, 3)
    page.get_by_role("radio", name="3", exact=True).check()
    drawn(page)
    after = tiles(page, 3)
    assert not torch.equal(before, after)
    first = page.get_by_role("button", name="Picture 1: open in Explore")
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/generate" not in url and "z=" in url and "y=3" in url)
    expect(page.locator(".tile")).to_have_count(0)
    expect(page.locator("canvas.picture")).to_have_count(1)
    first_picture(page)
    # Sliders round the code to hundredths.
    eventually(lambda: check((picture(page) - after[1]).abs().float().mean() < 1))
    page.get_by_test_id("stTopNavLink").filter(has_text="Generate").click()
    drawn(page)
    eventually(lambda: check(torch.equal(tiles(page, 3), after)))
    page.wait_for_url("**seed=5*")


def test_labels_blend(generate: Callable[[str], Page], model: Model) -> None:
    """From one label to another, and each weight by itself; a reload keeps the blend."""
    page = generate("model=cvae-z16&show=blend&y=3&size=L")
    page.get_by_label("From label").select_option("3")
    page.get_by_label("To label").select_option("8")
    page.get_by_role("slider", name="How far").fill("0.25")
    y = torch.zeros(1, LABELS)
    y[0, 3], y[0, 8] = 0.75, 0.25
    eventually(lambda: assert_same(tiles(page, 1), decoded(model, {}, y)))
    page.get_by_role("slider", name="Weight of 0").fill("1")
    y[0, 0] = 1
    eventually(lambda: assert_same(tiles(page, 1), decoded(model, {}, y / 2)))
    page.wait_for_url("**blend=0%3A0.50%2C3%3A0.38%2C8%3A0.1*")
    kept = re.findall(r"(\d)%3A(0\.\d\d)", page.url.partition("blend=")[2].partition("&")[0])
    page.reload()
    drawn(page)
    y = torch.tensor([[float(dict(kept).get(str(label), 0)) for label in range(LABELS)]])
    assert_same(tiles(page, 1), decoded(model, {}, y / y.sum()))


def test_ones_own_style_in_every_label(generate: Callable[[str], Page], model: Model) -> None:
    """A drawing is encoded as it is drawn, and its code decoded with every label."""
    page = generate("model=cvae-z16&show=labels")
    page.get_by_role("radio", name="Drawing").check()
    page.get_by_role("group", name="I draw a").get_by_role("radio", name="1").check()
    pad = page.locator(".sketch")
    pad.scroll_into_view_if_needed()
    drawn(page)
    box = box_of(pad)
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=5)
    held = code_of(page)
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("[?&]z="))
    z = code_of(page)
    assert any(abs(value) > 0.5 for value in z.values())
    assert z != held
    # Encoding is the inverse of decoding as far as a slanted stroke goes.
    expected = decoded(model, z, torch.arange(LABELS))
    eventually(lambda: assert_same(tiles(page, LABELS), expected))
    one = tiles(page, 2)[1].view(28, 28).float()
    columns = torch.arange(28.0)
    top, bottom = (part.sum(0) @ columns / part.sum() for part in (one[4:12], one[16:24]))
    assert top > bottom + 2, "the one leans as it was drawn"


def test_the_grid_as_a_file(generate: Callable[[str], Page], tmp_path: Path) -> None:
    """The PNG holds the pictures that are shown, four pixels for each of theirs."""
    page = generate("model=cvae-z16&size=L")
    shown = tiles(page, 1)[0].view(28, 28)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save PNG").click()
    path = tmp_path / "pictures.png"
    download.value.save_as(path)
    with Image.open(path) as image:
        sheet = np.asarray(image.convert("L"))
    np.testing.assert_array_equal(sheet[:112:4, :112:4], shown.numpy())
    columns = (sheet.shape[1] // 4 + 1) / 29
    assert columns == int(columns) > 1


@pytest.mark.parametrize("show", ["label", "labels", "blend"])
def test_a_phone_in_the_dark(generate: Callable[[str], Page], show: str) -> None:
    """Nothing is wider than the screen, no text is small, and the pictures are in sight with the sliders."""
    page = generate("model=cvae-z16")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto(page.url + f"&show={show}")
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if show != "label":
        last = slider(page, 9) if show == "labels" else page.get_by_label("Weight of 9")
        last.scroll_into_view_if_needed()
        expect(page.locator(".tile").first).to_be_in_viewport(ratio=1)
    texts = page.locator(".generator :is(span, p, button, option, legend, summary)")
    sizes = texts.evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))")
    assert min(sizes) >= 16


def test_a_model_without_labels(server: str, page: Page) -> None:
    """Its pictures are there, with a temperature that changes them; a button leads to labels."""
    page.goto(f"{server}/generate?model=vae-z2")
    drawn(page)
    before = tiles(page, 2)
    page.get_by_role("slider", name="Temperature").fill("0")
    # At temperature 0 every code is the prior's mean.
    eventually(lambda: check(torch.equal(*tiles(page, 2))))
    assert not torch.equal(before, tiles(page, 2))
    expect(page.get_by_role("radio", name="All labels")).to_have_count(0)
    page.get_by_role("button", name="Take Conditional VAE").click()
    expect(page.get_by_role("radio", name="All labels")).to_have_count(1)
