"""What a map is worth."""

import numpy as np
import pytest
from sklearn import manifold

from tests.projection.made_up import groups
from vae.projection.quality import knn_accuracy, quality, trustworthiness


def test_the_codes_themselves_are_a_perfect_map() -> None:
    """Every neighbour is one, and groups that lie apart are told apart."""
    points = groups(units=2)
    found = quality(points.mu, points.mu, points.labels)
    assert found.trustworthiness == 1
    assert found.codes == found.places
    assert found.codes is not None
    assert found.codes > 0.9


def test_a_map_of_noise() -> None:
    """Its trustworthiness is about a half, its neighbours are of any class."""
    points = groups(600)
    noise = np.random.default_rng(1).normal(size=(600, 2))
    found = quality(points.mu, noise, points.labels)
    assert found.trustworthiness == pytest.approx(0.5, abs=0.05)
    assert found.places == pytest.approx(1 / 3, abs=0.08)
    assert found.codes == 1


def test_a_point_is_not_its_own_neighbour() -> None:
    """Of twins with other labels each has the other's vote."""
    places = np.array([[0.0], [0.0], [9.0], [9.0]])
    assert knn_accuracy(places, np.array([0, 1, 0, 1]), 1) == 0
    assert knn_accuracy(places, np.array([0, 0, 1, 1]), 1) == 1


def test_one_class_and_none() -> None:
    """Where classes cannot be told apart nothing is said of them."""
    points = groups()
    for labels in (None, np.zeros(300, np.int32)):
        found = quality(points.mu, points.mu, labels)
        assert found.codes is None
        assert found.places is None


def test_many_points() -> None:
    """At most 2,000 are compared each with each."""
    points = groups(3000, units=2)
    assert quality(points.mu, points.mu, points.labels).compared == 2000


@pytest.mark.parametrize("neighbours", [1, 5, 10])
def test_trustworthiness_is_scikit_learns(neighbours: int) -> None:
    """Of a map that tears some neighbourhoods, by more points than are compared at a time."""
    codes = np.random.default_rng(0).normal(size=(600, 8)).astype(np.float32)
    places = codes[:, :2]
    theirs = manifold.trustworthiness(codes, places, n_neighbors=neighbours)
    assert trustworthiness(codes, places, neighbours) == pytest.approx(theirs, abs=1e-9)
    assert theirs < 0.9
