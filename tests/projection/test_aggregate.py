"""The aggregate posterior and its holes."""

from statistics import NormalDist

import numpy as np
import pytest

from vae.projection.aggregate import plane_density, unit_density


def test_one_image() -> None:
    """Its aggregate posterior is its posterior."""
    across = np.linspace(-3, 3, 7)
    found = unit_density(np.array([0.5]), np.array([np.log(0.25)]), across)
    np.testing.assert_allclose(found, [NormalDist(0.5, 0.5).pdf(z) for z in across], rtol=1e-6)


def test_codes_as_the_prior_says_leave_no_hole() -> None:
    """Collapsed posteriors are the prior itself."""
    plane = plane_density(np.zeros((10, 2)), np.zeros((10, 2)), (0, 1))
    np.testing.assert_allclose(plane.posterior, plane.prior, rtol=1e-9)
    assert plane.share == 0


def test_codes_on_one_side_leave_the_other_empty() -> None:
    """Images to the right of zero alone: half of the prior lies in a hole."""
    noise = np.random.default_rng(0)
    mu = np.stack([np.abs(noise.normal(size=4000)), noise.normal(size=4000)], 1)
    plane = plane_density(mu, np.full_like(mu, np.log(0.01)), (0, 1))
    assert plane.share == pytest.approx(0.5, abs=0.1)
    left = plane.across < -0.5
    assert plane.hole[:, left].all()
    middle = np.abs(plane.across) < 1
    assert not plane.hole[np.ix_(middle, (plane.across > 0.2) & (plane.across < 1))].any()
