"""t-SNE, of few points and few steps where that is enough."""

import sys
from typing import Literal

import numpy as np
import pytest

from tests.projection.made_up import groups
from vae.projection import Settings, project
from vae.projection.quality import knn_accuracy
from vae.projection.tsne import FEW

SETTINGS = Settings(method="tsne", perplexity=10)


def test_groups_stay_apart_and_are_watched() -> None:
    """Neighbours on the map are of the same group; every look sees all points, farther and farther out."""
    points = groups(150)
    seen: list[tuple[int, int, float]] = []

    def look(step: int, total: int, places: np.ndarray) -> bool:
        assert places.shape == (150, 2)
        seen.append((step, total, float(np.abs(places).max())))
        return True

    places = project(points.mu, SETTINGS, look)
    assert points.labels is not None
    assert knn_accuracy(places, points.labels) == 1
    steps = [step for step, _, _ in seen]
    assert steps == sorted(steps)
    assert len(steps) > 50
    assert steps[-1] == seen[-1][1]
    assert seen[-1][2] > 2 * seen[0][2]


def test_the_same_seed_makes_the_same_map() -> None:
    """And another seed another one."""
    codes = groups(60).mu
    first, again = (project(codes, SETTINGS) for _ in range(2))
    np.testing.assert_allclose(first, again, atol=1e-3)
    assert np.abs(first - project(codes, SETTINGS.model_copy(update={"seed": 1}))).max() > 1


@pytest.mark.parametrize("dims", [2, 3])
def test_threads_make_the_same_map(dims: Literal[2, 3]) -> None:
    """As many points as take several threads, by the grid and by the tree: the same to the last bit."""
    codes = np.random.default_rng(0).normal(size=(FEW, 3)).astype(np.float32)

    def ten_steps(step: int, total: int, places: np.ndarray) -> bool:
        return step < 10

    settings = Settings(method="tsne", dims=dims)
    first, again = (project(codes, settings, ten_steps) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_it_ends_when_the_watcher_has_seen_enough() -> None:
    """What there is by then is the map."""
    steps: list[int] = []

    def look(step: int, total: int, places: np.ndarray) -> bool:
        steps.append(step)
        return len(steps) < 3

    assert project(groups(60).mu, SETTINGS, look).shape == (60, 2)
    assert len(steps) == 3


def test_duplicates_and_one_class() -> None:
    """Images that are all there twice, of one class, make a map like others."""
    codes = np.repeat(groups(40, classes=1).mu, 2, axis=0)
    places = project(codes, SETTINGS)
    assert np.isfinite(places).all()
    assert places.shape == (80, 2)


def test_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """scikit-learn stands in."""
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    points = groups(90)
    places = project(points.mu, SETTINGS)
    assert points.labels is not None
    assert knn_accuracy(places, points.labels) == 1
