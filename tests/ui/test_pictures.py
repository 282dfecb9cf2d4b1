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


def test_a_mosaic_goes_row_by_row() -> None:
    """Image 3 of a mosaic of 3 columns begins the second row."""
    means = (np.arange(6) / 255).astype(np.float32).reshape(6, 1, 1, 1)
    assert pictures.mosaic(means, 3).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_alternative_text_is_escaped() -> None:
    """A name in the text cannot become markup."""
    assert "<script" not in pictures.image_tag(b"", '"><script>')


def test_the_plane_is_even_in_probability() -> None:
    """Equal shares of N(0, 1) lie between codes: z0 grows to the right, z1 upwards."""
    codes = plane.codes(4, 3, normal=True).reshape(4, 4, 2)
    shares = [0.125, 0.375, 0.625, 0.875]
    cdf = np.vectorize(NormalDist().cdf)
    np.testing.assert_allclose(cdf(codes[0, :, 0]), shares, rtol=1e-5)
    np.testing.assert_allclose(cdf(codes[:, 0, 1]), shares[::-1], rtol=1e-5)


@pytest.mark.parametrize("normal", [True, False])
def test_a_code_lies_on_its_own_picture(normal: bool) -> None:
    """The marker of a code of the plane is in the middle of that code's picture."""
    side, reach = 5, 7.0
    for i, (z0, z1) in enumerate(plane.codes(side, reach, normal=normal).tolist()):
        left, top = plane.place((z0, z1), reach, normal=normal)
        assert left == pytest.approx((i % side + 0.5) / side, abs=1e-5)
        assert top == pytest.approx((i // side + 0.5) / side, abs=1e-5)
