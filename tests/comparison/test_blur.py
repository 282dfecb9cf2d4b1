"""Blur as a number."""

import numpy as np
import pytest
from scipy import ndimage  # type: ignore[import-untyped]

from vae.comparison.blur import blur, laplacian

PICTURES = np.random.default_rng(0).random((5, 3, 12, 10)).astype(np.float32)


def test_the_laplacian_is_scipys() -> None:
    """Neighbour by neighbour, borders included."""
    expected = np.stack([[ndimage.laplace(c, mode="nearest") for c in p] for p in PICTURES])
    np.testing.assert_allclose(laplacian(PICTURES), expected, atol=1e-6)


def test_the_ends_of_the_scale() -> None:
    """The data itself is 0, a flat grey is 1."""
    assert blur(PICTURES, PICTURES) == 0
    assert blur(np.full_like(PICTURES, 0.3), PICTURES) == pytest.approx(1)


def test_more_blur_is_more() -> None:
    """It grows with the width of a Gaussian filter."""
    blurred = [
        blur(ndimage.gaussian_filter(PICTURES, (0, 0, width, width)), PICTURES)
        for width in (0.3, 0.6, 1.2)
    ]
    assert 0 < blurred[0] < blurred[1] < blurred[2] < 1


def test_data_without_edges() -> None:
    """Nothing to compare with counts as sharp."""
    flat = np.zeros((2, 1, 8, 8), np.float32)
    assert blur(flat, flat) == 0
