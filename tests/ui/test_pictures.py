"""Images as PNG, and the plane of a two-dimensional code."""

from io import BytesIO
from statistics import NormalDist

import numpy as np
import pytest
from PIL import Image

from ui import pictures, plane


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [28, 64])
def test_pixels_survive_the_png(channels: int, side: int) -> None:
    """The PNG holds exactly the rounded bytes, grey or colour, of any size."""
    mean = np.random.default_rng(0).random((channels, side, side), dtype=np.float32)
    shown = np.asarray(Image.open(BytesIO(pictures.png(pictures.to_pixels(mean)))))
    expected = np.rint(255 * mean).astype(np.uint8)
    np.testing.assert_array_equal(
        shown if channels == 1 else shown.transpose(2, 0, 1), expected.squeeze()
    )


def test_what_is_no_pixel_is_black_or_white() -> None:
    """NaN is black, values outside [0, 1] are clipped."""
    pixels = pictures.to_pixels(np.array([[[np.nan, -1, 2, 0.5]]], np.float32))
    assert pixels.tolist() == [[0, 0, 255, 128]]


def test_alternative_text_is_escaped() -> None:
    """A name in the text cannot become markup."""
    assert "<script" not in pictures.image_tag(b"", '"><script>')


def test_the_plane_is_even_in_probability() -> None:
    """Equal shares of N(0, 1) lie between the codes of the plane."""
    shares = [NormalDist().cdf(z) for z in plane.across(4, 3, normal=True)]
    np.testing.assert_allclose(shares, [0.125, 0.375, 0.625, 0.875], rtol=1e-12)


def test_the_plane_of_another_prior_is_even_in_the_code() -> None:
    """Without a normal prior the codes are evenly spaced within the reach."""
    assert plane.across(4, 8, normal=False) == [-6, -2, 2, 6]
