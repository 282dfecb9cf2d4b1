"""Scores of codes for which they are known: true factors, permuted, rotated, random."""

import math

import numpy as np
import pytest

from vae.analysis.disentanglement import (
    MADE_UP,
    METRICS,
    Factors,
    dci,
    dci_classification,
    measure,
    mig,
    sap,
)

SPRITES = Factors()
SMALL = Factors(names=("shape", "a", "b", "c"), sizes=(3, 6, 8, 5), scored=("shape", "a", "b", "c"))
"""Few enough values that 20 bins tell them all apart, and trees learn them at once."""


def score(metric: str, code: str, factors: Factors = SMALL) -> float:
    """The score of a made-up code; trees see few of the images, to be quick."""
    codes_for = MADE_UP[code](factors)
    if metric == "dci":
        return dci(codes_for, factors, train=2_000, test=1_000).score
    if metric == "dci_classification":
        return dci_classification(codes_for, factors, train=500, test=200).score
    (found,) = measure(codes_for, factors, metrics=[metric])
    assert found.metric == metric
    return found.score


@pytest.mark.parametrize("metric", [name for name in METRICS if name != "sap"])
@pytest.mark.parametrize("code", ["true-factors", "permuted"])
def test_the_true_factors_are_perfect(metric: str, code: str) -> None:
    """A unit a factor scores 1, whatever the order and the signs of the units."""
    assert score(metric, code) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("code", ["true-factors", "permuted"])
def test_sap_by_correlation_is_perfect_too(code: str) -> None:
    """By squared correlation the true factors score 1; a line between many values cannot."""
    found = sap(MADE_UP[code](SMALL), SMALL)
    assert found.also["by squared correlation"] == pytest.approx(1, abs=0.01)
    assert found.score < 0.6


@pytest.mark.parametrize("metric", METRICS)
def test_order_and_sign_of_units_do_not_matter(metric: str) -> None:
    """Permuted units score what the true factors score."""
    assert score(metric, "permuted") == pytest.approx(score(metric, "true-factors"), abs=0.02)


@pytest.mark.parametrize("metric", METRICS)
def test_a_rotation_scores_less(metric: str) -> None:
    """The same information, spread over all units, is less than perfect by every metric."""
    assert score(metric, "rotated") < score(metric, "true-factors") - 0.03


@pytest.mark.parametrize("metric", ["mig", "sap", "dci"])
def test_noise_scores_nothing(metric: str) -> None:
    """Codes that know nothing of the image score about 0."""
    assert score(metric, "random") == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("metric", ["factor_vae", "beta_vae"])
def test_votes_of_noise_are_chance(metric: str) -> None:
    """Where four factors are held by turns, noise guesses one in four."""
    assert score(metric, "random") == pytest.approx(1 / 4, abs=0.03)


def test_twenty_bins_cap_the_gap() -> None:
    """What 20 equal bins hold of 3, 6, 40, 32 and 32 values, by counting, is what MIG gives."""
    shares = []
    for size in SPRITES.sizes:
        edges = np.linspace(0, size - 1, 21)[1:-1]
        held = np.bincount(np.searchsorted(edges, np.arange(size), side="right")) / size
        held = held[held > 0]
        shares.append(-(held * np.log(held)).sum() / math.log(size))
    assert score("mig", "true-factors", SPRITES) == pytest.approx(np.mean(shares), abs=0.01)


def test_enough_bins_lift_the_cap() -> None:
    """With as many bins as values the true factors of the sprites score 1, but for counting noise."""
    found = mig(MADE_UP["true-factors"](SPRITES), SPRITES, bins=40)
    assert found.score == pytest.approx(1, abs=0.03)


def test_what_is_not_scored_still_varies() -> None:
    """Without the shape four columns are left, and those are the same but for the draw."""
    all_five = mig(MADE_UP["rotated"](SPRITES), SPRITES)
    four = mig(MADE_UP["rotated"](SPRITES), SPRITES.without("shape"))
    assert np.shape(four.matrices["mutual_information"]) == (5, 4)
    np.testing.assert_allclose(
        np.array(all_five.matrices["mutual_information"])[:, 1:],
        four.matrices["mutual_information"],
    )
