"""Principal components."""

import numpy as np
from sklearn.decomposition import PCA

from tests.projection.made_up import groups
from vae.projection import Pca, Settings, project


def test_as_scikit_learn_has_it() -> None:
    """The same plane, the same shares of the variance, up to the sign of an axis."""
    codes = groups().mu
    theirs = PCA(2).fit(codes)
    ours = Pca.fit(codes, 2)
    np.testing.assert_allclose(
        np.abs(ours.apply(codes)), np.abs(theirs.transform(codes)), atol=1e-4
    )
    np.testing.assert_allclose(ours.explained, theirs.explained_variance_ratio_, rtol=1e-5)


def test_the_way_back_is_exact() -> None:
    """A place decodes to a code whose place it is."""
    pca = Pca.fit(groups().mu, 2)
    places = np.array([[0.0, 0.0], [3.5, -2.25], [-100.0, 7.0]])
    np.testing.assert_allclose(pca.apply(pca.inverse(places)), places, atol=1e-9)


def test_a_map_does_not_flip() -> None:
    """The order of the images changes nothing, so two maps of a model can be compared."""
    codes = groups().mu
    upside_down = Pca.fit(codes[::-1], 3)
    np.testing.assert_allclose(upside_down.components, Pca.fit(codes, 3).components, atol=1e-6)


def test_a_code_of_one_unit() -> None:
    """It lies on a line: the other directions of the map are empty."""
    codes = groups(units=1).mu
    places = project(codes, Settings(dims=3))
    assert places.shape == (300, 3)
    assert np.ptp(places[:, 1:]) == 0
