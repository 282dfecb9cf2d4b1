"""What a picture tells of its factors, against what symmetry says."""

from math import log

import pytest

from vae.analysis.disentanglement import attainable


def test_orientation_is_not_told_wholly() -> None:
    """A square has four orientations that look the same, an ellipse two, a heart one."""
    told = attainable()["orientation"]
    assert told.information == pytest.approx(1 - (log(4) + log(2) + log(1)) / 3 / log(40))
    assert told.accuracy == pytest.approx((1 / 4 + 1 / 2 + 1) / 3)


@pytest.mark.parametrize("name", ["shape", "scale", "x", "y"])
def test_every_other_factor_is(name: str) -> None:
    """No two sprites of another shape, size or place are the same picture."""
    assert attainable()[name].information == pytest.approx(1)
    assert attainable()[name].accuracy == 1
