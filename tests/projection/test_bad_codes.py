"""What cannot be drawn is said before anything is computed, and what to do about it."""

import numpy as np
import pytest

from tests.projection.made_up import groups
from vae.errors import ConfigError, DataError
from vae.projection import METHODS, Method, Points, Settings, check, project


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (np.zeros((2, 4), np.float32), "at least 3 images, there are 2. Choose more"),
        (np.zeros((1, 4), np.float32), "there is 1"),
        (np.ones((50, 4), np.float32), "posterior collapse.*smaller beta"),
        (np.full((50, 4), np.nan, np.float32), "50 of 50 codes are not finite.*learning rate"),
    ],
)
def test_codes_that_are_no_map(method: Method, codes: np.ndarray, words: str) -> None:
    """Too few, all the same, or none at all."""
    with pytest.raises(DataError, match=words):
        project(codes, Settings(method=method, perplexity=1))


def test_some_codes_are_broken() -> None:
    """One code that is infinite is named, with how many there are."""
    codes = groups(40).mu.copy()
    codes[7, 2] = np.inf
    with pytest.raises(DataError, match="1 of 40 codes"):
        check(codes, Settings())


@pytest.mark.parametrize(("perplexity", "count"), [(30, 60), (99, 100), (1000, 2000)])
def test_a_perplexity_that_is_too_large(perplexity: float, count: int) -> None:
    """The largest possible one is named."""
    codes = groups(count).mu
    with pytest.raises(ConfigError, match=f"from 1 to {(count - 1) // 3}, or more images"):
        check(codes, Settings(method="tsne", perplexity=perplexity))
    check(codes, Settings(method="tsne", perplexity=(count - 1) // 3))


def test_arrays_of_other_images() -> None:
    """Columns of another length are refused, by name."""
    points = groups(30)
    with pytest.raises(DataError, match="30 codes, but 29 rows of labels"):
        points.with_(labels=np.zeros(29, np.int32))
    with pytest.raises(DataError, match="rows of pca-2d"):
        Points(points.mu, maps={"pca-2d": np.zeros((31, 2))})
