"""The working of the metrics: what a score is made of, taken apart and compared."""

import numpy as np
import pytest
from jaxtyping import Float, Int
from sklearn.metrics import mutual_info_score

from vae.analysis.disentanglement import (
    MADE_UP,
    METRICS,
    Factors,
    beta_vae,
    dci,
    dci_classification,
    factor_vae,
    measure,
    mig,
    modularity,
    sap,
)
from vae.errors import ConfigError

FACTORS = Factors(names=("shape", "a", "b"), sizes=(3, 6, 8), scored=("shape", "a", "b"))
TRAIN, EVALUATION = 500, 300
"""Votes enough for codes as clear as these."""


def two_in_one(index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n 4"]:
    """Unit 0 holds a, unit 1 holds b, unit 2 is a again with noise, unit 3 is constant."""
    values = FACTORS.values(index).astype(float)
    noise = np.random.default_rng(1).normal(0, 1, len(index))
    return np.stack([values[:, 1], values[:, 2], values[:, 1] + noise, 0 * noise], axis=1)


def test_mutual_information_of_a_unit_that_holds_a_factor() -> None:
    """It is the factor's entropy, log of its number of values; of the other factors next to nothing."""
    found = mig(MADE_UP["true-factors"](FACTORS), FACTORS)
    information = np.array(found.matrices["mutual_information"])
    np.testing.assert_allclose(np.diag(information), np.log([3, 6, 8]), atol=0.01)
    assert information[~np.eye(3, dtype=bool)].max() < 0.01


def test_the_gap_is_between_the_two_best_units() -> None:
    """A second unit that knows half of a factor takes away what it knows."""
    found = mig(two_in_one, FACTORS)
    information = np.array(found.matrices["mutual_information"])[:, 1]
    expected = (information[0] - information[2]) / found.vectors["entropy"][1]
    assert found.vectors["gap"][1] == pytest.approx(expected, abs=1e-4)
    assert 0 < expected < 0.9


def test_mutual_information_of_noisy_units() -> None:
    """Twenty equal bins and scikit-learn's estimate, bin by bin."""
    found = mig(two_in_one, FACTORS, seed=3)
    rng = np.random.default_rng(3)
    values = FACTORS.sample(10_000, rng)
    unit = two_in_one(FACTORS.index(values))[:, 2]
    share = (unit - unit.min()) / (unit.max() - unit.min())
    expected = mutual_info_score(values[:, 1], np.minimum((20 * share).astype(int), 19))
    assert found.matrices["mutual_information"][2][1] == pytest.approx(expected, abs=1e-3)


def test_a_collapsed_unit_never_votes() -> None:
    """A unit of variance under 0.05 would always vary least; it is left out."""

    def codes(index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n d"]:
        quiet = np.random.default_rng(0).normal(0, 0.2, (len(index), 1))
        return np.concatenate([MADE_UP["true-factors"](FACTORS)(index), quiet], axis=1)

    found = factor_vae(codes, FACTORS, train=TRAIN, evaluation=EVALUATION)
    assert found.vectors["variance"][3] < 0.05
    assert sum(found.matrices["votes"][3]) == 0
    assert np.sum(found.matrices["votes"]) == 300
    assert np.sum(found.matrices["training_votes"]) == 500
    assert found.score == 1


def test_all_units_collapsed() -> None:
    """Where nothing is alive the score is 0, not an error."""
    found = factor_vae(
        lambda index: np.full((len(index), 2), 0.5), FACTORS, train=TRAIN, evaluation=EVALUATION
    )
    assert found.score == 0


def test_a_held_factor_leaves_no_difference() -> None:
    """The unit of the shared factor is 0 in the classifier's input, the others are at their mean."""
    found = beta_vae(MADE_UP["true-factors"](FACTORS), FACTORS, train=TRAIN, evaluation=EVALUATION)
    difference = np.array(found.matrices["difference"])
    np.testing.assert_allclose(np.diag(difference), 0, atol=1e-6)
    assert difference[~np.eye(3, dtype=bool)].min() > 1
    assert found.vectors["accuracy"] == (1, 1, 1)


def test_importance_tells_disentanglement_from_completeness() -> None:
    """A factor in two units costs completeness, not disentanglement."""

    def halves(index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n 4"]:
        v = FACTORS.values(index).astype(float)
        return np.stack([v[:, 0], v[:, 1], v[:, 2] // 4, v[:, 2] % 4], axis=1)

    found = dci(halves, FACTORS, train=1000, test=500)
    assert found.score == pytest.approx(1, abs=0.01)
    assert found.also["informativeness"] == pytest.approx(1, abs=0.02)
    assert found.vectors["completeness"][:2] == pytest.approx((1, 1), abs=0.01)
    assert found.vectors["completeness"][2] < 0.9


def test_a_classification_is_right_as_often_as_can_be() -> None:
    """A unit that tells only which half a value is in names one of four in one of four cases."""

    def halves(index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n 3"]:
        v = FACTORS.values(index).astype(float)
        return np.stack([v[:, 0], v[:, 1], v[:, 2] // 4], axis=1)

    found = dci_classification(halves, FACTORS, train=1000, test=1000)
    assert found.vectors["informativeness"] == pytest.approx((1, 1, 1 / 4), abs=0.05)
    by_value = dci(halves, FACTORS, train=1000, test=1000).vectors["informativeness"][2]
    assert by_value == pytest.approx(1 - (5 / 4) / (63 / 12), abs=0.02)  # R^2 within the halves


def test_the_choice_of_factors_does_not_move_the_trees() -> None:
    """Without the shape the importances for the others are the same, number by number."""
    codes = MADE_UP["rotated"](FACTORS)
    all_three = dci(codes, FACTORS, train=500, test=200)
    two = dci(codes, FACTORS.without("shape"), train=500, test=200)
    np.testing.assert_array_equal(
        np.array(all_three.matrices["importance"])[:, 1:], two.matrices["importance"]
    )
    assert all_three.score != two.score


def test_modularity_counts_dead_units_as_nothing() -> None:
    """Three units that know one factor each and a constant one: three quarters."""

    def codes(index: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n 4"]:
        true = MADE_UP["true-factors"](FACTORS)(index)
        return np.concatenate([true, np.zeros((len(index), 1))], axis=1)

    found = modularity(codes, FACTORS)
    assert found.vectors["modularity"] == pytest.approx((1, 1, 1, 0), abs=0.01)
    assert found.score == pytest.approx(3 / 4, abs=0.01)


def test_squared_correlation() -> None:
    """It is numpy's, and 0 for a constant unit."""
    found = sap(two_in_one, FACTORS, seed=3)
    values = FACTORS.sample(10_000, np.random.default_rng(3))
    codes = two_in_one(FACTORS.index(values))
    expected = np.corrcoef(codes[:, 2], values[:, 1])[0, 1] ** 2
    matrix = np.array(found.matrices["squared_correlation"])
    assert matrix[2, 1] == pytest.approx(expected, abs=1e-5)
    np.testing.assert_array_equal(matrix[3], 0)


def test_the_same_seed_gives_the_same_scores() -> None:
    """Twice the same; another seed draws other images."""
    rotated = MADE_UP["rotated"](FACTORS)
    first, again, other = (mig(rotated, FACTORS, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("metric", METRICS)
def test_codes_that_are_no_numbers(metric: str) -> None:
    """A diverged model's codes are refused, with what to do."""
    broken = measure(lambda index: np.full((len(index), 2), np.nan), FACTORS, metrics=[metric])
    with pytest.raises(ConfigError, match=r"not numbers.*smaller learning rate"):
        next(broken)


def test_one_unit_is_too_few() -> None:
    """A gap needs two units."""
    with pytest.raises(ConfigError, match="at least 2"):
        mig(lambda index: np.zeros((len(index), 1)), FACTORS)


def test_unknown_factors() -> None:
    """At least two factors, and those that there are."""
    with pytest.raises(ConfigError, match="shape, a, b"):
        Factors(names=("shape", "a", "b"), sizes=(3, 6, 8), scored=("colour", "a"))
