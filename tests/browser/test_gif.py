"""Animations and pictures made in the browser, as Pillow reads them."""

import base64
from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Page

from ui.live.bundle import script

Frames = npt.NDArray[np.uint8]


def gif(page: Page, frames: Frames, delay: int = 80, scale: int = 1) -> Image.Image:
    """The animation of frames [n h w 3] as Pillow opens it."""
    alpha = np.full((*frames.shape[:3], 1), 255, np.uint8)
    page.add_script_tag(content=script("base/gif.js").replace("const { gif }", "globalThis.made"))
    found = page.evaluate(
        """([frames, width, height, delay, scale]) => {
          const { gif } = made;
          const bytes = gif(frames.map((f) => Uint8ClampedArray.from(f)), width, height, delay, scale);
          return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
        }""",
        [
            [frame.flatten().tolist() for frame in np.concatenate([frames, alpha], axis=3)],
            frames.shape[2],
            frames.shape[1],
            delay,
            scale,
        ],
    )
    return Image.open(BytesIO(base64.b64decode(found)))


def pixels(image: Image.Image) -> Frames:
    """Its frames [n h w 3]."""
    return np.stack([np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(image)])


@pytest.mark.parametrize("size", [(1, 1), (28, 28), (64, 80)])
def test_greys_are_exact(page: Page, size: tuple[int, int]) -> None:
    """Every grey comes back as it was, of noise too, which fills the table of words again and again."""
    grey = np.random.default_rng(0).integers(0, 256, (3, *size, 1), np.uint8)
    frames = np.broadcast_to(grey, (3, *size, 3))
    image = gif(page, frames)
    assert image.info["loop"] == 0
    assert image.info["duration"] == 80
    np.testing.assert_array_equal(pixels(image), frames)


def test_few_colours_are_exact(page: Page) -> None:
    """A picture of sixteen colours keeps them."""
    random = np.random.default_rng(0)
    colours = random.integers(0, 32, (16, 3), np.uint8) * 8
    frames = colours[random.integers(0, 16, (2, 24, 20))]
    np.testing.assert_array_equal(pixels(gif(page, frames)), frames)


def test_many_colours_are_near(page: Page) -> None:
    """All colours of a smooth picture are found again to within what 256 can tell apart."""
    x, y = np.meshgrid(np.linspace(0, 255, 48), np.linspace(0, 255, 40))
    frames = np.stack([x, y, 255 - x], axis=2)[None].round().astype(np.uint8)
    error = np.abs(pixels(gif(page, frames)).astype(int) - frames)
    assert error.max() <= 24
    assert error.mean() < 8


def test_pixels_become_squares(page: Page) -> None:
    """An animation can be enlarged by whole pixels."""
    grey = np.random.default_rng(0).integers(0, 256, (1, 5, 7, 1), np.uint8)
    frames = np.broadcast_to(grey, (1, 5, 7, 3))
    larger = frames.repeat(4, axis=1).repeat(4, axis=2)
    np.testing.assert_array_equal(pixels(gif(page, frames, scale=4)), larger)


def test_a_png_enlarged_and_saved(page: Page) -> None:
    """A canvas is saved under its name as a PNG in which every pixel is a square."""
    page.add_script_tag(
        content=script("base/save.js").replace("const { save, png }", "globalThis.made")
    )
    with page.expect_download() as download:
        page.evaluate(
            """async () => {
              const canvas = Object.assign(document.createElement("canvas"), { width: 2, height: 1 });
              const context = canvas.getContext("2d");
              context.putImageData(new ImageData(Uint8ClampedArray.of(9, 8, 7, 255, 1, 2, 3, 255), 2), 0, 0);
              made.save("two.png", await made.png(canvas, 3), "image/png");
            }"""
        )
    assert download.value.suggested_filename == "two.png"
    with Image.open(download.value.path()) as image:
        found = np.array(image.convert("RGB"))
    expected = np.array([[[9, 8, 7], [1, 2, 3]]], np.uint8).repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_array_equal(found, expected)
