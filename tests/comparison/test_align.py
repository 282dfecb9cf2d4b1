"""Units matched across models, on codes whose partners are known."""

from itertools import permutations

import numpy as np

from vae.comparison.align import align, correlations

RANDOM = np.random.default_rng(0)


def test_shuffled_and_mirrored_units_are_found() -> None:
    """A model that is another one with its units in another order and turned round is matched whole."""
    codes = RANDOM.normal(size=(500, 4))
    other = codes[:, [2, 0, 3, 1]] * [1, -1, 1, -1]
    found = align(codes, other)
    assert found.units == (1, 3, 0, 2)
    assert found.signs == (-1, -1, 1, 1)
    assert found.correlations == (1, 1, 1, 1)


def test_the_assignment_is_the_best_of_all() -> None:
    """No permutation of the units has a greater sum of |r|."""
    a, b = RANDOM.normal(size=(30, 5)), RANDOM.normal(size=(30, 5))
    r = np.abs(np.corrcoef(a.T, b.T)[:5, 5:])
    best = max(sum(r[i, j] for i, j in enumerate(order)) for order in permutations(range(5)))
    assert np.isclose(sum(align(a, b).correlations), best, atol=1e-3)


def test_correlations_are_pearsons() -> None:
    """They agree with NumPy's."""
    a, b = RANDOM.normal(size=(40, 3)) * 5 + 2, RANDOM.normal(size=(40, 2))
    np.testing.assert_allclose(correlations(a, b), np.corrcoef(a.T, b.T)[:3, 3:], atol=1e-9)


def test_a_unit_that_says_nothing_has_no_partner_by_chance() -> None:
    """A collapsed unit, whose means hardly move, is correlated with nothing."""
    codes = RANDOM.normal(size=(100, 2))
    collapsed = np.stack([codes[:, 0], 0.02 * codes[:, 1]], axis=1)
    found = align(codes, collapsed)
    assert found.units == (0, 1)
    assert found.correlations == (1, 0)


def test_models_of_different_size() -> None:
    """Where the other model has fewer units, some of the reference's are left without one."""
    codes = RANDOM.normal(size=(100, 3))
    found = align(codes, codes[:, [2]])
    assert found.units == (None, None, 0)
    assert found.correlations[2] == 1
    assert align(codes[:, [2]], codes).units == (2,)
