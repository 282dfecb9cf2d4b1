"""Matching at the least cost."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from vae.comparison.assignment import assignment


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (16, 16), (3, 9), (9, 3), (64, 48)])
@pytest.mark.parametrize("ties", [False, True])
def test_the_sum_is_scipys(shape: tuple[int, int], ties: bool) -> None:
    """One to one, all of the smaller side, and no dearer than SciPy's; with ties and signs."""
    cost = np.random.default_rng(sum(shape)).normal(size=shape)
    cost = cost.round() if ties else cost
    found = assignment(cost)
    assert len(found) == len(set(found.values())) == min(shape)
    mine = sum(cost[row, column] for row, column in found.items())
    assert mine == pytest.approx(cost[linear_sum_assignment(cost)].sum())
